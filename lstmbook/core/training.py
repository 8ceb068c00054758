"""The training loop, once for all three implementations. NumPy arrays in, plain numbers out.

A framework supplies an `Engine`: one update on a batch, outputs, weights out and in. Early
stopping, history, checkpoints and progress are here; where batches come from is in `sources`; what
a reader calls is in `fitting`.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, ClassVar, NamedTuple, Protocol, SupportsFloat

import numpy as np

from lstmbook.core import checkpoints, scores
from lstmbook.core.batches import Batch
from lstmbook.core.checkpoints import Place
from lstmbook.core.history import History, progress_bar
from lstmbook.core.schedules import Plateau
from lstmbook.core.sources import Arrays, Stream
from lstmbook.core.standing import Standing, all_finite
from lstmbook.errors import ValueRangeError


class Engine(Protocol):
    """What a framework supplies: a class that takes a model.

    Attributes
    ----------
    Model : its class of models
    model : the model at work
    trims : whether batches are cut to their longest sequence
    dtype : NumPy's name of the model's float type
    refuses : what it cannot do, by the name of the argument of `fit`: what to do instead
    """

    Model: type
    trims: bool
    model: Any
    dtype: str
    refuses: ClassVar[dict[str, str]]

    def prepare(self, optimizer, clip_norm: float | None, precision: str | None = None) -> None:
        """Make ready for updates; raises if nothing can be trained."""

    def at_work(self, seed: int, device=None) -> AbstractContextManager:
        """Where the training goes on: on a device, with random numbers of its own."""
        ...

    def update(self, batch: Batch) -> SupportsFloat:
        """One step of the optimizer -> the loss."""
        ...

    def update_together(
        self, group: Sequence[Batch], shares: Sequence[float]
    ) -> Sequence[SupportsFloat]:
        """One step for several batches, each with its share of the loss -> their losses."""
        ...

    def read_on(self, group: Sequence[Batch]) -> None:
        """No step: only go on to the state after these batches."""
        ...

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        """What the model gives outside training, (B, K) or (B, T, K)."""
        ...

    def get_weights(self) -> dict[str, np.ndarray]: ...
    def set_weights(self, weights: dict[str, np.ndarray]) -> None: ...

    def memory(self) -> tuple[dict[str, np.ndarray], dict]:
        """What the next updates depend on beside the weights: as arrays, and as plain values."""
        ...

    def set_memory(self, arrays: dict[str, np.ndarray], plain: dict) -> None: ...


class Settings(NamedTuple):
    """The checked arguments of `fit` that the loop needs."""

    epochs: int
    batch_size: int
    patience: int | None = None
    monitor: str = "loss"
    seed: int = 0
    progress: bool = False
    callbacks: tuple[Callable, ...] = ()
    accumulate: int = 1
    plateau: Plateau | None = None
    place: Place | None = None


def run(
    engine: Engine, train: Batch | Arrays | Stream, validation: Batch | None, how: Settings
) -> History:
    """Train for some epochs; see `fitting` for what the model has at the end, in every case."""
    if isinstance(train, Batch):
        train = Arrays(train, how.batch_size, engine.trims, engine.model.per_step)
    started, at = time.perf_counter(), Standing(engine, how)
    found = None if how.place is None else checkpoints.read(how.place, engine.get_weights)
    if found is not None:
        at.take(found)
    history = at.history
    bar = progress_bar(how.epochs, how.progress, at.last.epoch)
    try:
        while not at.over:
            loss = one_epoch(engine, train, how.accumulate, at.rng)
            row = None if validation is None else evaluate(engine, validation, (how.monitor,))
            at.add(loss, row)
            history.seconds = at.spent + time.perf_counter() - started
            at.write()
            bar(history)
            try:
                for callback in how.callbacks:
                    callback(history)
            except StopIteration:
                break
    except KeyboardInterrupt:
        history.interrupted = True
        if not all_finite(engine.get_weights()):
            engine.set_weights(at.last.weights)
    except Exception:
        if isinstance(train, Stream):  # a batch that cannot be read, or an error from outside
            engine.set_weights(at.last.weights)
        raise
    finally:
        bar(None)
    if not history.interrupted and at.good is not at.last:
        engine.set_weights(at.good.weights)
    history.seconds = at.spent + time.perf_counter() - started
    return history


def one_epoch(engine: Engine, train: Arrays | Stream, k: int, rng: np.random.Generator) -> float:
    """One pass over the data -> its mean loss, each batch counted by the answers it has.

    Those are what the loss is a mean over: sequences, or with an output at every step real steps.
    """
    losses, answers = [], []
    for group in groups(train.epoch(rng), k):
        if group[0].goes_on is None:
            group = [b for b in group if b.weights is None or b.weights.any()]
        counted = [answers_in(batch, engine.model.per_step) for batch in group]
        total = sum(counted)
        if not group:
            continue  # no answer in it counts, and so none has a gradient
        try:
            if total == 0:
                engine.read_on(group)
            elif len(group) == 1:
                losses.append(engine.update(group[0]))
            else:
                losses += engine.update_together(group, [count / total for count in counted])
        except ValueRangeError:
            if all_finite(engine.get_weights()):
                raise
            return np.nan  # a layer refused to read what NaN weights had made
        if total:
            answers += counted
    if not losses:
        raise ValueRangeError("train: expected an answer that counts, got none in an epoch")
    return float(np.average([float(value) for value in losses], weights=answers))


def groups(found: Iterator[Batch], k: int) -> Iterator[list[Batch]]:
    """k batches at a time; the last may have fewer."""
    while group := list(islice(found, k)):
        yield group


def answers_in(batch: Batch, per_step: bool) -> float:
    """How many answers the loss of a batch is a mean over, each counted by its weight."""
    if batch.weights is not None:
        return float(batch.weights.sum())
    return len(batch.x) if batch.lengths is None or not per_step else int(batch.lengths.sum())


def evaluate(engine: Engine, data: Batch, names=(), batch_size: int = 256) -> dict[str, float]:
    """Scores of the model on checked data."""
    try:
        outputs = engine.outputs(data, batch_size)
        if engine.model.reads_target:  # behind what it gives with help: what it gives alone
            free = engine.outputs(data._replace(y=None), batch_size)
            outputs = np.concatenate([outputs, free], axis=1)
    except ValueRangeError:
        if all_finite(engine.get_weights()):
            raise
        return {"loss": np.nan}
    model = engine.model
    per_step = model.pooling is None
    return scores.evaluate(model, outputs, data.y, data.lengths, per_step, names, data.weights)
