"""A mask over steps as lengths: padding on the right, on the left, or all of a row."""

import numpy as np

from lstmbook.core.arrays import as_plain
from lstmbook.errors import ShapeError, ValueRangeError

WHAT = (
    "mask: expected the real steps of each sequence to stand together at its start or at its end, "
    "or none of them to be real"
)
ADVICE = "; move them together with the steps of x, or cut the padding off"


def as_mask(mask, batch: int, steps: int, lengths=None) -> np.ndarray:
    """A mask as bools (B, T), true on real steps.

    Raises
    ------
    ShapeError, ValueRangeError
        For another shape or type, a hole or padding on both sides, or lengths beside it.
    """
    check_alone(lengths)
    mask = as_plain("mask", mask)
    check_shape(mask.shape, batch, steps)
    if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
        raise ValueRangeError(
            "mask: expected True or 1 on real steps, False or 0 on padding, got other values"
        )
    mask = mask.astype(bool)
    wrong = np.flatnonzero((mask[:, 1:] != mask[:, :-1]).sum(axis=1) > 1)
    if len(wrong):
        raise ValueRangeError(f"{WHAT}; sequence {wrong[0]} has a gap or padding on both{ADVICE}")
    return mask


def check_alone(lengths) -> None:
    """Raise ShapeError where lengths are given too."""
    if lengths is not None:
        raise ShapeError("mask: expected either a mask or lengths, got both; give one of them")


def check_shape(shape, batch, steps) -> None:
    """Raise ShapeError unless the mask is (B, T)."""
    if tuple(shape) != (batch, steps):
        raise ShapeError(f"mask: expected shape (B, T) = ({batch}, {steps}), got {tuple(shape)}")


class Padding:
    """Where the real steps of each sequence stand, and how they are moved to the start and back.

    Attributes
    ----------
    lengths : int64 (B,), at least 1: a sequence without a real step counts as one of zeros, whose
        output and states are not used
    empty : bool (B,), whether it has none; None where all have one
    there, back : int64 (B, T), the step that stands at t once moved, and once moved back; None
        where all padding is on the right
    """

    def __init__(self, mask: np.ndarray):
        steps = np.arange(mask.shape[1])
        first, lengths = mask.argmax(axis=1), mask.sum(axis=1)
        self.lengths = np.maximum(lengths, 1)
        self.empty = lengths == 0 if not lengths.all() else None
        moves = first.any()
        self.there = (steps + first[:, None]) % len(steps) if moves else None
        self.back = (steps - first[:, None]) % len(steps) if moves else None
