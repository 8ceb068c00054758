r"""Levels of quantiles, checked once for the three implementations."""

import numpy as np

from lstmbook.core.checks import check_number
from lstmbook.errors import ShapeError, ValueRangeError


def as_levels(levels) -> tuple[float, ...]:
    r"""Levels in (0, 1), rising, at least one.

    >>> as_levels([0.1, 0.5, 0.9])
    (0.1, 0.5, 0.9)
    """
    if isinstance(levels, str) or not np.iterable(levels):
        raise ValueRangeError(f"levels: expected such as (0.1, 0.5, 0.9), got {levels!r}")
    found = tuple(check_number("levels", level, above=0, below=1) for level in levels)
    if not found or list(found) != sorted(set(found)):
        raise ValueRangeError(f"levels: expected at least one, each above the last, got {levels!r}")
    return found


def check_levels(shape: tuple, levels: tuple) -> None:
    """Raise ShapeError unless the last axis of a prediction has one entry a level."""
    if not shape or shape[-1] != len(levels):
        raise ShapeError(
            f"prediction: expected (..., {len(levels)}), one a level, got shape {tuple(shape)}"
        )
