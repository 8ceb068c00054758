"""Arrays in and out: the NumPy side of `lb.asarray` and `lb.to_numpy`."""

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError


def asarray(x, dtype="float32") -> np.ndarray:
    """x as a NumPy array of that float type.

    Raises
    ------
    ShapeError
        For ragged lists, which have no shape.
    """
    try:
        return np.asarray(x, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise ShapeError(
            f"expected an array of numbers, got {type(x).__name__} ({error}); pad sequences of "
            "different length on the right and give lengths="
        ) from error


def to_numpy(x) -> np.ndarray:
    """x as a NumPy array."""
    return np.asarray(x)


def check_finite(name: str, x: np.ndarray) -> None:
    """Raise ValueRangeError with the place of the first NaN or infinity."""
    if not np.isfinite(x).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(x))[0])
        raise ValueRangeError(
            f"{name}: expected finite numbers, got {x[place]} at {place}; fill or drop them first"
        )


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
