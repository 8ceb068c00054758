r"""Checks of arguments, shared by the loaders, the tasks, the metrics and the baselines."""

from numbers import Integral, Real

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError


def whole(name: str, value: object, least: int, most: int | None = None) -> int:
    r"""Return `value` as an int, or say which whole numbers were expected.

    Examples
    --------
    >>> whole("lag", 0, least=1)
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: lag: expected a whole number of at least 1, came 0
    """
    wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    if not fits or value < least or (most is not None and value > most):
        raise ValueRangeError(f"{name}: expected a whole number {wanted}, came {value!r}")
    return int(value)


def number(name: str, value: object, least: float, most: float) -> float:
    r"""Return `value` as a float, or say between which numbers it must lie."""
    if not isinstance(value, Real) or isinstance(value, bool) or not least <= value <= most:
        raise ValueRangeError(f"{name}: expected a number from {least} to {most}, came {value!r}")
    return float(value)


def same_count(**arrays: np.ndarray) -> int:
    r"""Return the number of examples that all `arrays` share, or say which differ.

    Examples
    --------
    >>> import numpy as np
    >>> same_count(x=np.zeros((3, 2)), y=np.zeros(4))
    Traceback (most recent call last):
        ...
    lstmbook.errors.ShapeError: expected one number of examples, came x 3, y 4
    """
    for name, array in arrays.items():
        if np.ndim(array) == 0:
            raise ShapeError(f"{name}: expected one row per example, came a single number")
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        came = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ShapeError(f"expected one number of examples, came {came}")
    return next(iter(counts.values()))


def finite(name: str, array: np.ndarray) -> None:
    r"""Refuse NaN and infinity, and say how many there are and where the first is."""
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueRangeError(
            f"{name}: expected finite numbers, came {int(bad.sum())} NaN or infinite, "
            f"the first at {where}: drop or fill them"
        )
