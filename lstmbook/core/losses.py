"""Checks that the losses of all three implementations share."""

import numpy as np

from lstmbook.core.arrays import as_floats, as_plain
from lstmbook.errors import ShapeError, ValueRangeError


def as_mask(mask, shape: tuple[int, ...]) -> np.ndarray:
    """A mask over the leading axes of `shape` as bools, at least one of them true.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    mask = as_plain("mask", mask)
    check_mask_shape(mask.shape, shape)
    if mask.dtype.kind != "b" and not np.isin(mask, (0, 1)).all():
        raise ValueRangeError("mask: expected True and False, or 1 and 0, got other numbers")
    mask = mask.astype(bool)
    if not mask.any():
        raise ValueRangeError("mask: expected at least one entry that counts, got none")
    return mask


def check_mask_shape(got: tuple, shape: tuple, name: str = "mask") -> None:
    """Raise ShapeError unless a mask lies over the leading axes."""
    if not got or tuple(got) != tuple(shape[: len(got)]):
        raise ShapeError(
            f"{name}: expected the leading axes of {tuple(shape)}, got shape {tuple(got)}"
        )


def as_weights(weights, shape: tuple[int, ...]) -> np.ndarray:
    """Weights over the leading axes of `shape`, each >= 0 and one of them above.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    weights = as_floats("weights", weights)
    check_mask_shape(weights.shape, shape, "weights")
    if (weights < 0).any() or not weights.any():
        raise ValueRangeError("weights: expected numbers >= 0, one of them above 0, got others")
    return weights


def check_probabilities(target: np.ndarray) -> None:
    """Raise ValueRangeError unless all targets are in [0, 1]."""
    if target.min() < 0 or target.max() > 1:
        raise ValueRangeError(f"target: expected 0..1, got {target.min():g} to {target.max():g}")
