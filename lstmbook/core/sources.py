"""Where the batches of an epoch come from: arrays cut anew each time, or batches made elsewhere.

The second need not fit into memory; each of its batches is checked when its turn comes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from lstmbook.core.batches import Batch, batches
from lstmbook.core.checks import check_int
from lstmbook.core.counting import Counting
from lstmbook.errors import ShapeError, ValueRangeError

ADVICE = (
    "give a function that makes a new generator for every epoch, or fewer epochs or steps_per_epoch"
)


class Arrays:
    """Checked arrays, cut into batches in a new order every epoch.

    Parameters
    ----------
    data : Batch
    size : int, sequences in a batch
    trims : whether batches are cut to their longest sequence
    per_step : whether there is a target at every step
    steps : int, or None
        Keep the order, and cut the sequences of each batch into pieces of so many steps; each goes
        on from the state after the one before.
    """

    def __init__(self, data: Batch, size: int, trims=True, per_step=False, steps=None):
        self.data, self.size, self.trims = data, size, trims
        self.per_step, self.steps = per_step, steps

    def epoch(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The batches of the next epoch."""
        order = rng if self.steps is None else None
        for batch in batches(self.data, self.size, order, self.trims, self.per_step):
            yield from [batch] if self.steps is None else pieces(batch, self.steps)

    @property
    def updates(self) -> int:
        """How many batches an epoch has, at most."""
        in_each = 1 if self.steps is None else -(-self.data.x.shape[1] // self.steps)
        return -(-len(self.data.x) // self.size) * in_each


def pieces(batch: Batch, steps: int) -> Iterator[Batch]:
    """A batch cut along time. What has ended counts no more, and its state is not looked at."""
    x, y, lengths = batch.x, batch.y, batch.lengths
    longest = x.shape[1] if lengths is None else int(lengths.max())
    for start in range(0, longest, steps):
        stop = min(start + steps, x.shape[1])
        weights = None if batch.weights is None else batch.weights[:, start:stop]
        left = None
        if lengths is not None:
            left = np.clip(lengths - start, 1, stop - start)
            real = np.arange(start, stop) < lengths[:, None]
            weights = real * (1.0 if weights is None else weights)
        target = None if y is None else y[:, start:stop]
        yield Batch(x[:, start:stop], target, left, weights, start > 0)


class Stream:
    """Batches that the reader makes.

    Parameters
    ----------
    given : function, iterable, or iterator of (x, y), (x, y, lengths) or (x, y, lengths, weights)
    check : function of (name, data, weights) -> Batch
    per_epoch : int, or None for all that come
    """

    def __init__(self, given: Any, check: Callable, per_epoch: int | None):
        self.given, self.check, self.per_epoch, self.count = given, check, per_epoch, 0
        self.once = isinstance(given, Iterator)
        if per_epoch is not None:
            self.per_epoch = check_int("steps_per_epoch", per_epoch, 1)
        elif self.once:
            raise ValueRangeError(
                "steps_per_epoch: a generator can be read only once, so that fit must know how "
                "many of its batches are an epoch; give steps_per_epoch=, or a function that makes "
                "a new generator for every epoch"
            )

    @property
    def updates(self) -> int:
        """How many batches an epoch has, as far as is known."""
        return self.per_epoch or 1

    def epoch(self, rng: np.random.Generator) -> Iterator[Batch]:
        """The batches of the next epoch, each checked.

        Raises
        ------
        ValueRangeError
            If they come to an end too early.
        ShapeError, ValueRangeError
            For a batch that the model cannot read.
        """
        self.count += 1
        source, found = self.start(), 0
        while found != self.per_epoch:
            try:
                data = next(source)
            except StopIteration:
                break
            found += 1
            yield self.checked(f"train batch {found}", data)
        if found == 0 or (self.per_epoch is not None and found < self.per_epoch):
            wanted = "at least one batch" if self.per_epoch is None else f"{self.per_epoch} batches"
            raise ValueRangeError(
                f"train: expected {wanted} in epoch {self.count}, got {found}; {ADVICE}"
            )

    def start(self) -> Iterator:
        """The iterator of the next epoch."""
        if self.once:
            return self.given
        made: Any = self.given() if callable(self.given) else self.given
        try:
            return iter(made)
        except TypeError:
            raise ShapeError(
                "train: expected a function that makes a generator of batches, got "
                f"{type(made).__name__} from it"
            ) from None

    def checked(self, name: str, data) -> Batch:
        """One batch, with weights if there are four parts."""
        weights = None
        if isinstance(data, tuple | list) and len(data) == 4:
            *data, weights = data
        return self.check(name, data, weights)


def is_stream(train) -> bool:
    """Whether something gives batches, rather than being arrays."""
    if isinstance(train, tuple | list | str | bytes | Mapping | set) or hasattr(train, "shape"):
        return False
    if hasattr(train, "train") or isinstance(train, type):
        return False
    return callable(train) or hasattr(train, "__iter__")


def as_stream(train, check: Callable, counts: Counting | None, steps_per_epoch, **others) -> Stream:
    """A stream, where the other arguments of `fit` leave room for it.

    Raises
    ------
    ValueRangeError
    """
    if counts is not None and counts.weights is not None:
        raise ValueRangeError(
            "weights: expected them in each batch, (x, y, lengths, weights), where train gives "
            "batches"
        )
    if counts is not None and isinstance(counts.class_weight, str):
        raise ValueRangeError(
            "class_weight: 'balanced' needs all labels before the first update; where train gives "
            "batches give numbers"
        )
    stream = Stream(train, check, steps_per_epoch)
    if stream.once and others["checkpoint"] is not None:
        raise ValueRangeError(
            "checkpoint: a generator cannot be read again from where it stopped; give a function "
            "that makes a new one for every epoch"
        )
    if others["steps"] is not None:
        raise ValueRangeError("stateful: expected arrays (x, y), which fit cuts into pieces itself")
    return stream
