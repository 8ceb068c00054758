r"""Baselines that tell a class."""

import warnings

import numpy as np

from lstmbook import metrics
from lstmbook.baselines.inputs import features_of, labels_of, standardized
from lstmbook.core.checks import check_int, check_number
from lstmbook.data.dataset import Split
from lstmbook.errors import ValueRangeError, import_extra


def majority(train: Split, test: Split) -> dict:
    r"""Always tell the class that is most frequent in `train`.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.zeros((4, 1))
    >>> majority(Split(x, np.array([0, 1, 1, 1])), Split(x, np.array([0, 0, 1, 1])))["accuracy"]
    0.5
    """
    y, truth = labels_of(train, test)
    labels, counts = np.unique(y, return_counts=True)
    return classified(truth, np.full(truth.shape, labels[counts.argmax()]))


def nearest_neighbour(train: Split, test: Split) -> dict:
    r"""Tell the class of the training example at the smallest Euclidean distance (scikit-learn)."""
    neighbors = import_extra("sklearn.neighbors", "data")
    y, truth = labels_of(train, test)
    a, b = features_of(train, test)
    return classified(truth, neighbors.KNeighborsClassifier(1).fit(a, y).predict(b))


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
    y, truth = labels_of(train, test)
    if len(np.unique(y)) < 2:
        raise ValueRangeError(f"train.y: expected at least two classes, got {np.unique(y)}")
    a, b = features_of(train, test)
    model = standardized(
        import_extra("sklearn.linear_model", "data").LogisticRegression(C=c, max_iter=steps)
    )
    with warnings.catch_warnings():
        # to stop early is a choice of the caller, who is told in "steps"
        warnings.simplefilter(
            "ignore", import_extra("sklearn.exceptions", "data").ConvergenceWarning
        )
        model.fit(a, y)
    return classified(
        truth,
        model.predict(b),
        probability=model.predict_proba(b),
        steps=int(model[-1].n_iter_[0]),
    )


def classified(test: np.ndarray, prediction: np.ndarray, **more) -> dict:
    r"""What a baseline of classes returns."""
    return {"accuracy": metrics.accuracy(test, prediction), "prediction": prediction, **more}
