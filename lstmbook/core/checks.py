r"""Checks of arguments, one wording for all: "NAME: expected ..., got ...". No framework.

Each gives back the value in the form in which it is used (a Python int, a float, an int64 array),
or raises before anything has changed.
"""

import math
import operator
from numbers import Real
from typing import Any

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError

Seed = int | np.random.Generator


def check_int(name: str, value: Any, least: int, most: int | None = None) -> int:
    r"""Return `value` as an int; NumPy's integers are integers, True and 2.0 are none.

    Examples
    --------
    >>> check_int("lag", 0, least=1)
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: lag: expected an integer >= 1, got 0
    """
    wanted = f">= {least}" if most is None else f"from {least} to {most}"
    whole = None
    if not isinstance(value, bool | np.bool_ | np.ndarray):  # True and array([3]) have an index
        try:
            whole = operator.index(value)
        except TypeError:
            pass
    if whole is None or whole < least or (most is not None and whole > most):
        raise ValueRangeError(f"{name}: expected an integer {wanted}, got {value!r}")
    return whole


def check_number(
    name: str,
    value: object,
    least: float = -np.inf,
    most: float = np.inf,
    *,
    above: float | None = None,
    below: float | None = None,
) -> float:
    r"""Return `value` as a float, or say where it must lie; `above` and `below` are not included.

    Examples
    --------
    >>> check_number("momentum", 1.0, 0, below=1)
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: momentum: expected a number in [0, 1), got 1.0
    """
    number = math.nan  # which is in no range
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # an integer too large for a float
            pass
    low = number > above if above is not None else number >= least
    high = number < below if below is not None else number <= most
    if low and high and math.isfinite(number):
        return number
    raise ValueRangeError(f"{name}: expected {stretch(least, most, above, below)}, got {value!r}")


def stretch(least, most, above, below) -> str:
    """The range of `check_number` in words."""
    if below is not None and np.isfinite(least):
        return f"a number in [{least}, {below})"
    low = f"above {above}" if above is not None else f">= {least}" if np.isfinite(least) else ""
    high = f"below {below}" if below is not None else f"<= {most}" if np.isfinite(most) else ""
    if low and high and above is None and below is None:
        return f"a number from {least} to {most}"
    return " ".join(["a number", *filter(None, (low, high))]) if low or high else "a finite number"


def check_bool(name: str, value: object) -> bool:
    r"""Return `value` as a bool; "False" and 0 are none."""
    if not isinstance(value, bool | np.bool_):
        raise ValueRangeError(f"{name}: expected True or False, got {value!r}")
    return bool(value)


def check_seed(seed: object):
    r"""A seed of start weights: an integer >= 0, or a Generator, which is given back as it is."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        raise ValueRangeError(
            "seed: expected an integer >= 0 or a numpy.random.Generator, got None; for another "
            "start each time use seed=numpy.random.default_rng()"
        )
    return check_int("seed", seed, 0)


def check_same_length(**arrays: np.ndarray) -> int:
    r"""Return the number of examples that all `arrays` share, or say which differ.

    Examples
    --------
    >>> import numpy as np
    >>> check_same_length(x=np.zeros((3, 2)), y=np.zeros(4))
    Traceback (most recent call last):
        ...
    lstmbook.errors.ShapeError: expected one number of examples, got x 3, y 4
    """
    for name, array in arrays.items():
        if np.ndim(array) == 0:
            raise ShapeError(f"{name}: expected one row per example, got a single number")
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        got = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ShapeError(f"expected one number of examples, got {got}")
    return next(iter(counts.values()))


def check_finite(name: str, array: np.ndarray) -> None:
    r"""Refuse NaN and infinity, and say how many there are and where the first is."""
    if np.isfinite(array).all():
        return
    bad = ~np.isfinite(array)
    where = tuple(int(i) for i in np.argwhere(bad)[0])
    raise ValueRangeError(
        f"{name}: expected finite numbers, got {int(bad.sum())} NaN or infinite, the first at "
        f"{where}; drop or fill them"
    )
