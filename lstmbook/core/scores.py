"""Scores of predictions, and for each which way is better. NumPy, for all three implementations."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from lstmbook.core.string_scores import (
    ctc,
    exact,
    forced,
    label_error_rate,
    written_error_rate,
)
from lstmbook.errors import unknown_name


class Score(NamedTuple):
    """A score and which way is better.

    Attributes
    ----------
    compute : function of outputs, targets (float64, classes, labels) and mask (B, T) or None
    higher_is_better : bool
    """

    compute: Callable
    higher_is_better: bool


def mean(values: np.ndarray, mask) -> float:
    """Mean over all entries, or over those where the mask over the leading axes is true.

    The mask may be weights >= 0, too: sum(w values) / sum(w).
    """
    if mask is None:
        return float(values.mean())
    if mask.dtype.kind == "b":
        return float(values[mask].mean())
    counts = mask > 0  # whatever stands where nothing counts
    values, weights = values[counts], mask[counts]
    return float(np.average(values.reshape(len(weights), -1).mean(axis=1), weights=weights))


def cross_entropy(logits: np.ndarray, classes: np.ndarray, mask=None) -> float:
    """Mean of -log softmax(logits)[class].

    >>> round(cross_entropy(np.zeros((2, 4)), np.array([0, 3])), 4)
    1.3863
    """
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=-1))
    return mean(log_sum - np.take_along_axis(shifted, classes[..., None], -1)[..., 0], mask)


def bits(logits: np.ndarray, classes: np.ndarray, mask=None) -> float:
    """Mean of -log2 softmax(logits)[class]: bits per symbol."""
    return cross_entropy(logits, classes, mask) / float(np.log(2))


def perplexity(logits: np.ndarray, classes: np.ndarray, mask=None) -> float:
    """exp of the cross-entropy: among how many equally likely symbols one would be as unsure."""
    return float(np.exp(cross_entropy(logits, classes, mask)))


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


def pinball(outputs: np.ndarray, targets: np.ndarray, mask=None, *, levels) -> float:
    """Mean over targets and levels q of max(q e, (q - 1) e), e = target - output."""
    e, q = targets[..., None] - outputs, np.asarray(levels)
    return mean(np.maximum(q * e, (q - 1) * e), mask)


def coverage(outputs: np.ndarray, targets: np.ndarray, mask=None, *, levels) -> float:
    """Share of targets from the output of the lowest level to that of the highest."""
    low, high = outputs[..., np.argmin(levels)], outputs[..., np.argmax(levels)]
    return mean((low <= targets) & (targets <= high), mask)


def weighted(outputs: np.ndarray, targets: np.ndarray, mask=None, *, model) -> float:
    """Weighted sum of the losses of all heads."""
    losses = [
        head.weight * one_head(outputs, targets, mask, head=head, score=SCORES[head.kind]["loss"])
        for head in model.heads.values()
    ]
    return sum(losses)


def one_head(outputs: np.ndarray, targets: np.ndarray, mask=None, *, head, score) -> float:
    """A score of the columns of one head."""
    return score.compute(outputs[..., head.columns], head.own_target(targets), mask)


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
    "language": {
        "loss": Score(cross_entropy, higher_is_better=False),
        "bits": Score(bits, higher_is_better=False),
        "perplexity": Score(perplexity, higher_is_better=False),
        "accuracy": Score(accuracy, higher_is_better=True),
    },
    "decoder": {
        "loss": Score(forced, higher_is_better=False),
        "exact": Score(exact, higher_is_better=True),
        "error_rate": Score(written_error_rate, higher_is_better=False),
    },
    "quantiles": {
        "loss": Score(pinball, higher_is_better=False),
        "coverage": Score(coverage, higher_is_better=True),
    },
    "labeller": {
        "loss": Score(ctc, higher_is_better=False),
        "error_rate": Score(label_error_rate, higher_is_better=False),
    },
}
"""Scores by the kind of model and name; a new one must say which way is better."""

REPORTED = {
    "classifier": ("loss", "accuracy"),
    "regressor": ("loss", "mae"),
    "labeller": ("loss", "error_rate"),
    "quantiles": ("loss", "coverage"),
    "language": ("loss", "bits", "perplexity"),
    "decoder": ("loss", "exact", "error_rate"),
}
"""What `evaluate` gives unasked."""


def known(model) -> dict[str, Score]:
    """All scores of a model, or of a kind of models, by name."""
    if isinstance(model, str):
        return SCORES[model]
    if model.kind == "quantiles":
        return {
            name: Score(partial(score.compute, levels=model.levels), score.higher_is_better)
            for name, score in SCORES["quantiles"].items()
        }
    if model.kind != "heads":
        return SCORES[model.kind]
    found = {"loss": Score(partial(weighted, model=model), higher_is_better=False)}
    for head in model.heads.values():
        for name, score in SCORES[head.kind].items():
            of_head = Score(partial(one_head, head=head, score=score), score.higher_is_better)
            found[f"{head.name}.{name}"] = of_head
    return found


def reported(model) -> tuple[str, ...]:
    """What `evaluate` gives unasked."""
    if isinstance(model, str) or model.kind != "heads":
        return REPORTED[model if isinstance(model, str) else model.kind]
    more = [f"{h.name}.{name}" for h in model.heads.values() for name in REPORTED[h.kind]]
    return ("loss", *more)


def get(model, name: str) -> Score:
    """The score of that name for a model, or for a kind of models.

    Raises
    ------
    UnknownNameError
        With the names that exist.
    """
    found = known(model)
    if not isinstance(name, str) or name not in found:
        kind = model if isinstance(model, str) else model.kind
        raise unknown_name(f"score of a {kind}", name, found)
    return found[name]


def evaluate(model, outputs, y, lengths, per_step: bool, names=(), weights=None):
    """Scores of outputs by name; with an output at every step, steps past the length do not count.

    Parameters
    ----------
    model : a model, or its kind: "classifier", "regressor", "labeller"
    outputs : array (B, K), or (B, T, K) if `per_step`
    y : class numbers (B,) or (B, T); numbers of the shape of the outputs; or labels (B, L)
    lengths : ints (B,) or None
    names : scores beside those of `REPORTED`
    weights : floats (B,) or (B, T), how much each answer counts, 0 past the length; or None
    """
    mask = weights
    if weights is None and per_step and lengths is not None:
        mask = np.arange(outputs.shape[1]) < lengths[:, None]
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is found by the caller
        outputs = outputs.astype("float64")
        wanted = dict.fromkeys((*reported(model), *names))
        return {name: get(model, name).compute(outputs, y, mask) for name in wanted}
