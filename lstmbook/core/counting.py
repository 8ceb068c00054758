"""Which answers count in losses and scores, and how much: weights, and a label to ignore.

All of it becomes one number an answer, at the door; a loss or score is then the weighted mean
sum(w * loss) / sum(w).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstmbook.core.arrays import as_floats, as_plain
from lstmbook.core.checks import check_int
from lstmbook.errors import ShapeError, ValueRangeError

KINDS = {
    "classifier": "SequenceClassifier",
    "language": "LanguageModel",
    "regressor": "SequenceRegressor",
}
"""Models whose loss is a mean over answers, each of which can have a weight."""


class Counting(NamedTuple):
    """The checked arguments of `fit` and `evaluate`.

    Attributes
    ----------
    weights : as given, one a sequence or one a step; None for 1 everywhere
    class_weight : floats (K,), "balanced", or None
    ignore : int, the label of answers that do not count, or None
    """

    weights: object = None
    class_weight: np.ndarray | str | None = None
    ignore: int | None = None


def as_counting(model, weights=None, class_weight=None, ignore=None) -> Counting | None:
    """The arguments checked against the model; None where every answer counts as 1.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    given = {"weights": weights, "class_weight": class_weight, "ignore": ignore}
    if all(value is None for value in given.values()):
        return None
    for name, value in given.items():
        kinds = [kind for kind in KINDS if name == "weights" or kind != "regressor"]
        if value is not None and model.kind not in kinds:
            raise ValueRangeError(
                f"{name}: expected a {' or a '.join(KINDS[kind] for kind in kinds)}, got "
                + type(model).__name__
                + ("; weights= says how much a number counts" if model.kind == "regressor" else "")
            )
    if class_weight is not None:
        class_weight = as_class_weight(class_weight, model.outputs)
    if ignore is not None:
        ignore = check_int("ignore", ignore, -(2**63), 2**63 - 1)
    return Counting(weights, class_weight, ignore)


def as_class_weight(given, classes: int) -> np.ndarray | str:
    """Weights of K classes: a dict by class (1 for the others), K numbers, or "balanced"."""
    if isinstance(given, str):
        if given != "balanced":
            raise ValueRangeError(
                f"class_weight: expected 'balanced', a dict or K numbers, got {given!r}"
            )
        return given
    if isinstance(given, Mapping):
        weights = np.ones(classes)
        for name, value in given.items():
            k = check_int("class_weight: a class", name, 0, classes - 1)
            weights[k] = as_floats(f"class_weight {k}", value)
    else:
        weights = as_floats("class_weight", given)
    if weights.shape != (classes,):
        raise ShapeError(f"class_weight: expected shape ({classes},), got {weights.shape}")
    check_weights("class_weight", weights)
    return weights


def check_weights(name: str, weights: np.ndarray) -> None:
    """Raise ValueRangeError unless all are >= 0 and one is above."""
    if (weights < 0).any() or not weights.any():
        raise ValueRangeError(
            f"{name}: expected numbers >= 0, one of them above 0, got {weights.min():g} to "
            f"{weights.max():g}"
        )


def hide(name: str, y, counting: Counting | None) -> tuple:
    """y with class 0 in the place of the label to ignore, and bools that say where; or None."""
    if counting is None or counting.ignore is None:
        return y, None
    y = as_plain(f"{name} target", y)
    hidden = y == counting.ignore
    return np.where(hidden, y.dtype.type(0), y), hidden


def weigh(name: str, batch, per_step: bool, hidden, counting: Counting | None):
    """One weight an answer of a checked batch, (B,) or (B, T); None where each counts as 1.

    Raises
    ------
    ShapeError, ValueRangeError
        Also if no answer counts.
    """
    if counting is None:
        return None
    count, steps = batch.x.shape[:2]
    weights = np.ones((count, steps) if per_step else count)
    if counting.weights is not None:
        label = "weights" if name in ("train", "data") else f"{name} weights"
        given = as_floats(label, counting.weights)
        if given.shape != (count,) and given.shape != weights.shape:
            steps_too = f" or, one a step, {weights.shape}" if per_step else ""
            raise ShapeError(
                f"{label}: expected one a sequence, ({count},){steps_too}, got {given.shape}"
            )
        check_weights(label, given)
        weights = weights * given.reshape(given.shape + (1,) * (weights.ndim - given.ndim))
    if per_step and batch.lengths is not None:
        weights = weights * (np.arange(steps) < batch.lengths[:, None])
    if hidden is not None:
        weights = weights * ~hidden
    if isinstance(counting.class_weight, str):
        # n / (K n_k), so that all classes have one weight together
        sums = np.bincount(batch.y.ravel(), weights.ravel())
        sums = np.where(sums > 0, sums, np.inf)
        weights = weights * (weights.sum() / np.isfinite(sums).sum() / sums)[batch.y]
    elif counting.class_weight is not None:
        weights = weights * counting.class_weight[batch.y]
    return weights


def check_some(name: str, weights) -> None:
    """Raise ValueRangeError if no answer of the data counts."""
    if weights is not None and not weights.any():
        raise ValueRangeError(
            f"{name}: expected at least one answer that counts, got ignored labels, padding and "
            "weights of 0 alone"
        )
