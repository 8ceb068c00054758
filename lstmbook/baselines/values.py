r"""Baselines that predict values."""

import numpy as np

from lstmbook import metrics
from lstmbook.baselines.inputs import features_of, standardized, targets_of, values_of
from lstmbook.core.checks import check_int, check_number, check_same_length
from lstmbook.data.dataset import Split
from lstmbook.errors import ShapeError, ValueRangeError, import_extra


def mean(train: Split, test: Split) -> dict:
    r"""Always predict the mean of the training targets."""
    y, truth = targets_of(train, test)
    return predicted(truth, np.broadcast_to(y.mean(0), truth.shape).copy())


def persistence(train: Split, test: Split, *, feature: int = 0) -> dict:
    r"""Predict that the last real step of one feature stays as it is.

    `train` is not used; it is there so that all baselines are called alike. The feature must be in
    the units of the target.

    Examples
    --------
    >>> import numpy as np
    >>> test = Split(np.array([[[1.0], [2.0]]]), np.array([2.5]))
    >>> persistence(test, test)["mae"]
    0.5
    """
    truth = values_of("test", test)
    x = np.asarray(test.x, dtype=np.float64)
    if x.ndim != 3 or truth.size != len(x):
        raise ShapeError(
            f"expected x (N, T, D) and one value a sequence, got {x.shape} and {truth.shape}"
        )
    feature = check_int("feature", feature, least=0, most=x.shape[2] - 1)
    last = (x.shape[1] if test.lengths is None else np.asarray(test.lengths)) - 1
    return predicted(truth, x[np.arange(len(x)), last, feature].reshape(truth.shape))


def climatology(
    train: Split,
    test: Split,
    *,
    train_day: np.ndarray,
    test_day: np.ndarray,
    window: int = 15,
    period: int = 366,
) -> dict:
    r"""Predict the mean of the training targets around the same day of the year.

    Parameters
    ----------
    train_day, test_day : ndarray of int, shape (N,)
        Day of the year of every target, 1 to `period`.
    window : int
        Days before and after that count as the same, across the turn of the year.
    period : int
        Days of the year.

    Raises
    ------
    ValueRangeError
        If a day is outside 1..period, or no training target lies in the window of a test day.
    """
    y, truth = targets_of(train, test)
    period = check_int("period", period, least=1)
    window = check_int("window", window, least=0)
    train_day, test_day = np.asarray(train_day), np.asarray(test_day)
    check_same_length(train_y=y, train_day=train_day)
    check_same_length(test_y=truth, test_day=test_day)
    for name, day in (("train_day", train_day), ("test_day", test_day)):
        if day.ndim != 1 or day.dtype.kind not in "fiu" or (day % 1 != 0).any():
            raise ValueRangeError(
                f"{name}: expected whole numbers (N,), got {day.dtype} of shape {day.shape}"
            )
        if day.min() < 1 or day.max() > period:
            raise ValueRangeError(
                f"{name}: expected days from 1 to {period}, got {day.min()} to {day.max()}"
            )
    # unsigned numbers have no difference below 0
    train_day, test_day = train_day.astype(np.int64), test_day.astype(np.int64)
    apart = np.abs(test_day[:, None] - train_day[None])
    near = np.minimum(apart, period - apart) <= window
    if not near.any(1).all():
        first = int(test_day[~near.any(1)][0])
        raise ValueRangeError(
            f"expected a training target within {window} days of each test day, day {first} has "
            "none: widen window"
        )
    flat = y.reshape(len(y), -1)
    return predicted(truth, (near @ flat / near.sum(1)[:, None]).reshape(truth.shape))


def ridge(train: Split, test: Split, *, strength: float = 1.0) -> dict:
    r"""Fit a linear regression with L2 penalty on the flat, standardized features (scikit-learn).

    Parameters
    ----------
    strength : float
        Penalty on the squared weights, divided by the sum of squared errors. The intercept is free.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    ShapeError
        If y holds no values, x no numbers, or test.x or test.y has another shape than in `train`.
    ValueRangeError
        If strength is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(6.0).reshape(6, 1, 1)
    >>> line = Split(x, 2 * x[:, 0] + 1)
    >>> round(ridge(line, line, strength=0.0)["rmse"], 6)
    0.0
    """
    strength = check_number("strength", strength, 0, 1e12)
    y, truth = targets_of(train, test)
    a, b = features_of(train, test)
    # by singular values: also without penalty on features that depend on each other
    linear = import_extra("sklearn.linear_model", "data").Ridge(alpha=strength, solver="svd")
    model = standardized(linear).fit(a, y.reshape(len(y), -1))
    return predicted(truth, model.predict(b).reshape(truth.shape))


def predicted(test: np.ndarray, prediction: np.ndarray, **more) -> dict:
    r"""What a baseline of values returns."""
    scores = {name: getattr(metrics, name)(test, prediction) for name in ("mse", "rmse", "mae")}
    return {**scores, "prediction": prediction, **more}
