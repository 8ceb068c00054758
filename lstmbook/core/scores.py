"""Scores of predictions, and for each which way is better. NumPy, for all three implementations."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lstmbook.errors import unknown_name


class Score(NamedTuple):
    """A score and which way is better.

    Attributes
    ----------
    compute : function of outputs, targets (float64 or class numbers) and mask (B, T) or None
    higher_is_better : bool
    """

    compute: Callable
    higher_is_better: bool


def mean(values: np.ndarray, mask) -> float:
    """Mean over all entries, or over those where the mask over the leading axes is true."""
    return float(values.mean() if mask is None else values[mask].mean())


def cross_entropy(logits: np.ndarray, classes: np.ndarray, mask=None) -> float:
    """Mean of -log softmax(logits)[class].

    >>> round(cross_entropy(np.zeros((2, 4)), np.array([0, 3])), 4)
    1.3863
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))
    return mean(log_sum - np.take_along_axis(shifted, classes[..., None], -1)[..., 0], mask)


def accuracy(logits: np.ndarray, classes: np.ndarray, mask=None) -> float:
    """Share of answers whose largest logit is that of the class."""
    return mean(logits.argmax(axis=-1) == classes, mask)


def mse(outputs: np.ndarray, targets: np.ndarray, mask=None) -> float:
    """Mean squared error."""
    return mean((outputs - targets) ** 2, mask)


def rmse(outputs: np.ndarray, targets: np.ndarray, mask=None) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(mse(outputs, targets, mask)))


def mae(outputs: np.ndarray, targets: np.ndarray, mask=None) -> float:
    """Mean absolute error."""
    return mean(np.abs(outputs - targets), mask)


SCORES = {
    "classifier": {
        "loss": Score(cross_entropy, higher_is_better=False),
        "accuracy": Score(accuracy, higher_is_better=True),
    },
    "regressor": {
        "loss": Score(mse, higher_is_better=False),
        "mae": Score(mae, higher_is_better=False),
        "mse": Score(mse, higher_is_better=False),
        "rmse": Score(rmse, higher_is_better=False),
    },
}
"""Scores by the kind of model and name; a new one must say which way is better."""

REPORTED = {"classifier": ("loss", "accuracy"), "regressor": ("loss", "mae")}
"""What `evaluate` gives unasked."""


def get(kind: str, name: str) -> Score:
    """The score of that name for a classifier or a regressor.

    Raises
    ------
    UnknownNameError
        With the names that exist.
    """
    if not isinstance(name, str) or name not in SCORES[kind]:
        raise unknown_name(f"score of a {kind}", name, SCORES[kind])
    return SCORES[kind][name]


def evaluate(kind: str, outputs, y, lengths, per_step: bool, names=()) -> dict[str, float]:
    """Scores of outputs; with an output at every step, steps past the length do not count.

    Parameters
    ----------
    kind : "classifier" or "regressor"
    outputs : array (B, K), or (B, T, K) if `per_step`
    y : class numbers (B,) or (B, T); or numbers of the shape of the outputs
    lengths : ints (B,) or None
    names : scores beside those of `REPORTED`
    """
    mask = None
    if per_step and lengths is not None:
        mask = np.arange(outputs.shape[1]) < lengths[:, None]
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is found by the caller
        outputs = outputs.astype("float64")
        wanted = dict.fromkeys((*REPORTED[kind], *names))
        return {name: get(kind, name).compute(outputs, y, mask) for name in wanted}
