r"""Simple methods to compare a network with: each takes two splits and returns its scores.

Every method has the form ``method(train, test, ...) -> dict``. The dict holds ``"prediction"`` (for
`test`) and the scores: ``"accuracy"`` for classes; ``"mse"``, ``"rmse"`` and ``"mae"`` for values.
They learn from `train` alone.
"""

import warnings

import numpy as np

from lstmbook import metrics
from lstmbook.core.checks import check_finite, check_int, check_number, check_same_length
from lstmbook.data.dataset import Split, check_part
from lstmbook.errors import ShapeError, ValueRangeError, import_extra


def features(split: Split) -> np.ndarray:
    r"""Return one flat row of features per example, (N, T D); padding stays as it is (zeros)."""
    x = np.asarray(split.x)
    if x.dtype.kind not in "fiub":
        raise ShapeError(f"x: expected numbers (N, T, D) or (N, D), got {x.dtype}: encode it first")
    x = x.reshape(len(x), -1).astype(np.float64)
    check_finite("x", x)
    return x


def _labels(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    for name, split in (("train", train), ("test", test)):
        check_part(name, split)
        y = np.asarray(split.y)
        if y.ndim != 1 or y.dtype.kind not in "iub":
            raise ShapeError(
                f"{name}.y: expected class numbers (N,), got {y.dtype} of shape {y.shape}"
            )
    return np.asarray(train.y), np.asarray(test.y)


def _classified(test: np.ndarray, prediction: np.ndarray, **more) -> dict:
    return {"accuracy": metrics.accuracy(test, prediction), "prediction": prediction, **more}


def _values(name: str, split: Split) -> np.ndarray:
    y = np.asarray(split.y)
    if y.dtype.kind != "f":
        raise ShapeError(f"{name}.y: expected values (float), got {y.dtype}")
    check_part(name, split)
    return y.astype(np.float64)


def _targets(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    y, truth = _values("train", train), _values("test", test)
    if y.shape[1:] != truth.shape[1:]:
        raise ShapeError(f"test.y: expected (N, *{y.shape[1:]}) as in train.y, got {truth.shape}")
    return y, truth


def _features(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    a, b = features(train), features(test)
    if a.shape[1] != b.shape[1]:
        raise ShapeError(
            f"test.x: expected {a.shape[1]} numbers an example as in train.x, got {b.shape[1]}: "
            "fill both with zeros to one length, or summarize each sequence"
        )
    return a, b


def _predicted(test: np.ndarray, prediction: np.ndarray, **more) -> dict:
    scores = {name: getattr(metrics, name)(test, prediction) for name in ("mse", "rmse", "mae")}
    return {**scores, "prediction": prediction, **more}


def majority(train: Split, test: Split) -> dict:
    r"""Always tell the class that is most frequent in `train`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.zeros((4, 1))
    >>> majority(Split(x, np.array([0, 1, 1, 1])), Split(x, np.array([0, 0, 1, 1])))["accuracy"]
    0.5
    """
    y, truth = _labels(train, test)
    labels, counts = np.unique(y, return_counts=True)
    return _classified(truth, np.full(truth.shape, labels[counts.argmax()]))


def nearest_neighbour(train: Split, test: Split) -> dict:
    r"""Tell the class of the training example at the smallest Euclidean distance (scikit-learn)."""
    neighbors = import_extra("sklearn.neighbors", "data")
    y, truth = _labels(train, test)
    a, b = _features(train, test)
    return _classified(truth, neighbors.KNeighborsClassifier(1).fit(a, y).predict(b))


def logistic_regression(
    train: Split, test: Split, *, strength: float = 1.0, steps: int = 1000
) -> dict:
    r"""Fit a linear classifier on the flat, standardized features (scikit-learn).

    Parameters
    ----------
    train, test : Split
        x (N, T, D) or (N, D), y (N,) class numbers.
    strength : float
        L2 penalty, divided by the sum of the log losses (scikit-learn's ``1 / C``).
    steps : int
        Most iterations of the solver.

    Returns
    -------
    dict
        ``"accuracy"``, ``"prediction"`` (N,), ``"probability"`` (N, K) of the K classes of `train`
        in the order of their numbers, and ``"steps"``: iterations made. If that is all of them, the
        solver was stopped before its end.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    ShapeError
        If y holds no class numbers, x no numbers, or test.x another number of features.
    ValueRangeError
        If strength or steps is out of range, or `train` has one class only.
    """
    c = 1 / check_number("strength", strength, 1e-9, 1e9)
    steps = check_int("steps", steps, least=1)
    y, truth = _labels(train, test)
    if len(np.unique(y)) < 2:
        raise ValueRangeError(f"train.y: expected at least two classes, got {np.unique(y)}")
    a, b = _features(train, test)
    model = _standardized(
        import_extra("sklearn.linear_model", "data").LogisticRegression(C=c, max_iter=steps)
    )
    with warnings.catch_warnings():
        # to stop early is a choice of the caller, who is told in "steps"
        warnings.simplefilter(
            "ignore", import_extra("sklearn.exceptions", "data").ConvergenceWarning
        )
        model.fit(a, y)
    return _classified(
        truth,
        model.predict(b),
        probability=model.predict_proba(b),
        steps=int(model[-1].n_iter_[0]),
    )


def _standardized(model):
    r"""Return a model of features with mean 0 and spread 1 on the training part."""
    scaler = import_extra("sklearn.preprocessing", "data").StandardScaler()
    return import_extra("sklearn.pipeline", "data").make_pipeline(scaler, model)


def mean(train: Split, test: Split) -> dict:
    r"""Always predict the mean of the training targets."""
    y, truth = _targets(train, test)
    return _predicted(truth, np.broadcast_to(y.mean(0), truth.shape).copy())


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
    truth = _values("test", test)
    x = np.asarray(test.x, dtype=np.float64)
    if x.ndim != 3 or truth.size != len(x):
        raise ShapeError(
            f"expected x (N, T, D) and one value a sequence, got {x.shape} and {truth.shape}"
        )
    feature = check_int("feature", feature, least=0, most=x.shape[2] - 1)
    last = (x.shape[1] if test.lengths is None else np.asarray(test.lengths)) - 1
    return _predicted(truth, x[np.arange(len(x)), last, feature].reshape(truth.shape))


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
    y, truth = _targets(train, test)
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
    return _predicted(truth, (near @ flat / near.sum(1)[:, None]).reshape(truth.shape))


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
    y, truth = _targets(train, test)
    a, b = _features(train, test)
    # by singular values: also without penalty on features that depend on each other
    linear = import_extra("sklearn.linear_model", "data").Ridge(alpha=strength, solver="svd")
    model = _standardized(linear).fit(a, y.reshape(len(y), -1))
    return _predicted(truth, model.predict(b).reshape(truth.shape))
