r"""What a loader returns: arrays in three splits, and where they come from."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lstmbook.core.checks import check_finite, check_same_length
from lstmbook.errors import ShapeError, ValueRangeError


class Split(NamedTuple):
    r"""One part of a data set.

    Attributes
    ----------
    x : ndarray
        Inputs, one row per example: sequences (N, T, D), or texts (N,).
    y : ndarray
        Targets: class numbers (N,), values (N, K), or one per step (N, T) and (N, T, K).
    lengths : ndarray of int, shape (N,), optional
        Real steps of each sequence, counted from the first; what follows is padding of zeros.
        None: all T steps are real.

    Examples
    --------
    >>> from lstmbook.data.tasks import parity
    >>> part = parity(length=4, n=2, seed=0)
    >>> part.x.shape, part.y.shape, part.lengths is None
    ((2, 4, 1), (2,), True)
    """

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray | None = None

    @property
    def real_steps(self) -> np.ndarray:
        r"""Real steps (N,) of each sequence: its length, or T where there are no lengths.

        >>> Split(np.zeros((2, 5, 1)), np.zeros(2)).real_steps.tolist()
        [5, 5]
        """
        return np.full(len(self.x), self.x.shape[1]) if self.lengths is None else self.lengths


class Baseline(NamedTuple):
    r"""A measured score of a simple method: its value, the metric, and how it was measured."""

    value: float
    metric: str
    how: str


@dataclass(frozen=True)
class Dataset:
    r"""A data set in three parts, with what a reader must know about it.

    Attributes
    ----------
    train, validation, test : Split
        The parts.
    name, source, licence, size : str
        What it is, where it comes from (address or package), its licence, how much of it there is.
    real : bool
        True: observed in the world. False: made by a rule.
    classes : tuple of str
        Names of the classes, by number; empty for regression.
    baselines : dict of str to Baseline
        Scores on `test` of methods that are simpler than a network.
    split : str
        How the parts were drawn apart, and what that does not exclude.

    Raises
    ------
    ShapeError
        If a part is no `Split`, or its x, y and lengths differ in the number of examples.
    ValueRangeError
        If a part has no examples, its targets are NaN or infinite, a class number has no name in
        `classes`, or a length is no whole number from 1 to T.
    """

    train: Split
    validation: Split
    test: Split
    name: str
    source: str
    licence: str
    size: str
    real: bool
    classes: tuple[str, ...] = ()
    baselines: dict[str, Baseline] = field(default_factory=dict)
    split: str = ""

    def __post_init__(self) -> None:
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            if not isinstance(split, Split):
                raise ShapeError(
                    f"{self.name}.{part}: expected a Split, got {type(split).__name__}"
                )
            check_part(f"{self.name}.{part}", split, len(self.classes) or None)

    def __repr__(self) -> str:
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        sizes = ", ".join(f"{name} {len(s.y)}" for name, s in parts.items())
        kind = "real" if self.real else "generated"
        lines = [f"{self.name}: {self.size} ({kind})", f"  parts      {sizes}"]
        if self.classes:
            lines.append(f"  classes    {len(self.classes)}: {', '.join(self.classes[:12])}")
        for name, score in self.baselines.items():
            lines.append(f"  baseline   {name}: {score.metric} {score.value:.3f}")
        lines += [f"  source     {self.source}", f"  licence    {self.licence}"]
        return "\n".join(lines)


def check_part(name: str, part: Split, classes: int | None = None) -> None:
    r"""Refuse a part whose x, y and lengths do not belong together, and say which and why.

    Raises
    ------
    ShapeError
        If x, y and lengths do not have the same number of examples, or x has no steps for lengths.
    ValueRangeError
        If there is no example, y is NaN or infinite, a class number is not from 0 to classes - 1,
        or a length is no whole number from 1 to T.
    """
    x, y = np.asarray(part.x), np.asarray(part.y)
    check_same_length(**{f"{name}.x": x, f"{name}.y": y})
    if len(x) == 0:
        raise ValueRangeError(f"{name}: expected at least one example, got none")
    if y.dtype.kind == "f":
        check_finite(f"{name}.y", y)
    elif classes and y.dtype.kind in "iu" and not 0 <= y.min() <= y.max() < classes:
        raise ValueRangeError(
            f"{name}.y: expected class numbers from 0 to {classes - 1}, got {y.min()} to {y.max()}"
        )
    if part.lengths is not None:
        _check_lengths(name, x, np.asarray(part.lengths))


def _check_lengths(name: str, x: np.ndarray, lengths: np.ndarray) -> None:
    check_same_length(**{f"{name}.x": x, f"{name}.lengths": lengths})
    if x.ndim < 2:
        raise ShapeError(f"{name}.lengths: expected None for x of shape {x.shape}, got lengths")
    steps = x.shape[1]
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu":
        raise ValueRangeError(
            f"{name}.lengths: expected whole numbers (N,), got {lengths.dtype} {lengths.shape}"
        )
    if lengths.min() < 1 or lengths.max() > steps:
        raise ValueRangeError(
            f"{name}.lengths: expected whole numbers from 1 to {steps}, "
            f"got {lengths.min()} to {lengths.max()}"
        )
