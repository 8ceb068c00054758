"""Arrays in and out: the NumPy side of `lb.asarray` and `lb.to_numpy`."""

import numpy as np
from numpy.typing import DTypeLike

from lstmbook.core.arrays import as_plain
from lstmbook.core.checks import check_finite
from lstmbook.errors import ValueRangeError

__all__ = ["as_dtype", "asarray", "batch_first", "check_finite", "time_first", "to_numpy"]


def asarray(x, dtype: DTypeLike = "float32") -> np.ndarray:
    """x as a NumPy array of that float type.

    Raises
    ------
    ShapeError
        For ragged lists, which have no shape.
    ValueRangeError
        For complex numbers, text, or a mask that hides entries.
    """
    return as_input("x", x, as_dtype(dtype))


def as_input(name: str, x, dtype: DTypeLike) -> np.ndarray:
    """x as an array of that type; not copied if it is one. What overflows becomes infinity."""
    with np.errstate(over="ignore"):
        return as_plain(name, x).astype(dtype, copy=False)


def to_numpy(x) -> np.ndarray:
    """x as a NumPy array."""
    return np.asarray(x)


def as_dtype(dtype: DTypeLike) -> np.dtype:
    """A float type from its name.

    Raises
    ------
    ValueRangeError
        For another than float32 and float64: sums of half floats would be wrong in silence.
    """
    try:
        found = np.dtype(dtype) if dtype is not None else None
    except TypeError:
        found = None
    if found is None or found not in (np.dtype("float32"), np.dtype("float64")):  # None is equal
        raise ValueRangeError(f"dtype: expected 'float32' or 'float64', got {dtype!r}")
    return found


def batch_first(y: np.ndarray) -> np.ndarray:
    """(T, F, B, ...) -> (B, T, F, ...), a new array. Step by step: each stays in the cache."""
    steps, features, batch, *space = y.shape
    out = np.empty((batch, steps, features, *space), y.dtype)
    for t, y_t in enumerate(y):
        out[:, t] = y_t.swapaxes(0, 1)
    return out


def time_first(y: np.ndarray) -> np.ndarray:
    """(B, T, F, ...) -> (T, F, B, ...), a new array; 16 sequences at a time fill a cache line."""
    batch, steps, features, *space = y.shape
    out = np.empty((steps, features, batch, *space), y.dtype)
    for b in range(0, batch, 16):
        out[:, :, b : b + 16] = np.moveaxis(y[b : b + 16], 0, 2)
    return out
