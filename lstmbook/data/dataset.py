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
        The parts. `validation` may be None.
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
        If x, y and lengths of a part do not have the same number of examples.
    ValueRangeError
        If a part has no examples, or its targets are NaN or infinite.
    """

    train: Split
    validation: Split | None
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
            if split is not None:
                _check(f"{self.name}.{part}", split)

    def __repr__(self) -> str:
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        sizes = ", ".join(f"{name} {len(s.y)}" for name, s in parts.items() if s is not None)
        kind = "real" if self.real else "generated"
        lines = [f"{self.name}: {self.size} ({kind})", f"  parts      {sizes}"]
        if self.classes:
            lines.append(f"  classes    {len(self.classes)}: {', '.join(self.classes[:12])}")
        for name, score in self.baselines.items():
            lines.append(f"  baseline   {name}: {score.metric} {score.value:.3f}")
        lines += [f"  source     {self.source}", f"  licence    {self.licence}"]
        return "\n".join(lines)


def _check(name: str, part: Split) -> None:
    check_same_length(**{f"{name}.x": part.x, f"{name}.y": part.y})
    if len(part.x) == 0:
        raise ValueRangeError(f"{name}: expected at least one example, got none")
    if part.y.dtype.kind == "f":
        check_finite(f"{name}.y", part.y)
    if part.lengths is None:
        return
    check_same_length(**{f"{name}.x": part.x, f"{name}.lengths": part.lengths})
    if part.x.ndim < 2:
        raise ShapeError(
            f"{name}.lengths: expected None for x of shape {part.x.shape}, got lengths"
        )
    steps = part.x.shape[1]
    if part.lengths.min() < 1 or part.lengths.max() > steps:
        raise ValueRangeError(
            f"{name}.lengths: expected whole numbers from 1 to {steps}, "
            f"got {part.lengths.min()} to {part.lengths.max()}"
        )
