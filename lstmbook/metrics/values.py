r"""Scores of values, and of several runs."""

import numpy as np

from lstmbook.core.checks import check_finite
from lstmbook.errors import ValueRangeError
from lstmbook.metrics.inputs import differences, numbers


def mse(truth, prediction) -> float:
    r"""Return the mean squared error, in squared units of the target.

    Parameters
    ----------
    truth, prediction : array_like, one shape
        Finite numbers; nothing is broadcast.

    Raises
    ------
    ShapeError
        If the shapes differ.
    ValueRangeError
        If there is no value, or one is not finite.

    Examples
    --------
    >>> mse([0.0, 0.0], [1.0, -2.0])
    2.5
    """
    return float(np.mean(differences(truth, prediction) ** 2))


def rmse(truth, prediction) -> float:
    r"""Return the root of the mean squared error, in units of the target.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, 3.0])
    3.0
    """
    return float(np.sqrt(mse(truth, prediction)))


def mae(truth, prediction) -> float:
    r"""Return the mean absolute error, in units of the target.

    Examples
    --------
    >>> mae([0.0, 0.0], [1.0, -2.0])
    1.5
    """
    return float(np.mean(np.abs(differences(truth, prediction))))


def mean_and_spread(values) -> tuple[float, float]:
    r"""Return mean and sample standard deviation (divisor n - 1) over runs, for "0.98 +- 0.01".

    Raises
    ------
    ValueRangeError
        If there are fewer than two values, or one is not finite.

    Examples
    --------
    >>> mean_and_spread([1.0, 2.0, 3.0])
    (2.0, 1.0)
    """
    values = numbers("values", values).ravel()
    if len(values) < 2:
        raise ValueRangeError(f"values: expected at least two runs, got {len(values)}")
    check_finite("values", values)
    return float(values.mean()), float(values.std(ddof=1))
