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
