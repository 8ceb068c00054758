r"""Training, validation and test part of an experiment: no sequence stands in two of them."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from lstmbook.core.batches import as_batch
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.parts import sequences
from lstmbook.errors import ValueRangeError


@dataclass(frozen=True)
class Parts:
    r"""Training, validation and test sequences that share no sequence.

    Parameters
    ----------
    train, validation, test : Split, (x, y) or (x, y, lengths)
        x (N, T, D) or ids (N, T).

    Raises
    ------
    ValueRangeError
        If a sequence of one part stands in another, compared by value and length.

    Examples
    --------
    >>> from lstmbook.data import tasks
    >>> parts = Parts(*tasks.apart(tasks.memory, (20, 5, 5), lag=6))
    >>> len(parts.test.x)
    5
    >>> Parts(parts.train, parts.validation, parts.train)
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: parts: expected no sequence twice, got 20 of 20 test ...
    """

    train: Split  # a plain tuple is made one
    validation: Split
    test: Split

    def __post_init__(self) -> None:
        known: dict = {}
        for name in ("train", "validation", "test"):
            x, y, lengths, *_ = as_batch(name, getattr(self, name))
            split = Split(x, cast(np.ndarray, y), lengths)
            object.__setattr__(self, name, split)
            keys = [value_of(x) for x, _ in sequences(split)]
            twice = [known[key] for key in keys if key in known]
            if twice:
                raise ValueRangeError(
                    f"parts: expected no sequence twice, got {len(twice)} of {len(keys)} {name} "
                    f"sequences also in {' and '.join(dict.fromkeys(twice))}; draw them with "
                    "tasks.apart"
                )
            known.update(dict.fromkeys(keys, name))


def value_of(x: np.ndarray) -> tuple:
    r"""Return a key that two sequences share when their numbers are the same, of whatever type."""
    numbers = np.asarray(x)
    if numbers.dtype.kind in "fiub":
        numbers = numbers.astype(np.float64) + 0.0  # -0.0 is 0.0
    return numbers.shape, numbers.tobytes()
