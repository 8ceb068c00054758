"""Losses with their gradients. Each is a mean over the entries that count."""

import numpy as np

from lstmbook.core.arrays import as_classes, as_values
from lstmbook.core.losses import as_mask, as_weights, check_probabilities
from lstmbook.core.models import check_smoothing
from lstmbook.core.quantiles import as_levels, check_levels
from lstmbook.errors import ShapeError
from lstmbook.numpy.activations import sigmoid
from lstmbook.numpy.arrays import as_input


def cross_entropy(logits, target, mask=None, label_smoothing: float = 0.0, *, weights=None):
    r"""Mean of -log softmax(logits)[target].

    Parameters
    ----------
    logits : array (..., K)
    target : ints (...), each in 0..K-1
    mask : bools (...), entries that count; None for all
    label_smoothing : float in [0, 1): this share of the target is spread over all K classes
    weights : floats >= 0 over the leading axes; the loss is sum(w loss) / sum(w). None for 1

    Returns
    -------
    loss : float
    dlogits : array (..., K)

    Raises
    ------
    ShapeError, ValueRangeError

    Examples
    --------
    >>> loss, d = cross_entropy(np.zeros((2, 4)), np.array([0, 3]))
    >>> round(loss, 4), d[0].tolist()
    (1.3863, [-0.375, 0.125, 0.125, 0.125])
    """
    logits, s = as_outputs("logits", logits), check_smoothing(label_smoothing)
    classes = logits.shape[-1]
    target = as_classes("target", target, logits.shape[:-1], classes)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    # q = (1 - s) onehot(target) + s / K
    q = np.full_like(log_p, s / classes)
    np.put_along_axis(q, target[..., None], 1 - s + s / classes, -1)
    weight = entry_weights(mask, target.shape, log_p.dtype, weights)
    loss = -float(((q * log_p).sum(axis=-1) * weight).sum())
    # d(-log softmax) / dlogits = p - q
    return loss, (np.exp(log_p) - q) * weight[..., None]


def mse(prediction, target, mask=None, *, weights=None):
    """Mean of (prediction - target)^2; both of one shape, mask and weights on leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    ValueRangeError
    """
    prediction = as_outputs("prediction", prediction)
    target = as_values("target", target, prediction.shape, prediction.dtype)
    difference = prediction - target
    weight = entry_weights(mask, difference.shape, difference.dtype, weights)
    return float((difference * difference * weight).sum()), 2 * difference * weight


def binary_cross_entropy(logits, target, mask=None, *, weights=None):
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    logits = as_outputs("logits", logits)
    target = as_values("target", target, logits.shape, logits.dtype)
    check_probabilities(target)
    weight = entry_weights(mask, logits.shape, logits.dtype, weights)
    # max(z, 0) - z y + log(1 + exp(-|z|)): the same, without overflow
    losses = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    return float((losses * weight).sum()), (sigmoid(logits) - target) * weight


def quantile(prediction, target, levels=(0.1, 0.5, 0.9), mask=None):
    """Mean over targets and levels q of max(q e, (q - 1) e), e = target - prediction.

    Parameters
    ----------
    prediction : array (..., Q), one a level
    target : numbers (...)
    levels : Q numbers in (0, 1), rising
    mask : bools, over the leading axes of the target; None for all

    Raises
    ------
    ShapeError, ValueRangeError

    Notes
    -----
    Koenker & Bassett (1978), doi:10.2307/1913643. It is least where a share q of the targets lies
    below the prediction; at e = 0, where it has a corner, the gradient is taken from one side.

    Examples
    --------
    >>> loss, d = quantile(np.zeros((1, 3)), [1.0], levels=(0.1, 0.5, 0.9))
    >>> round(loss, 4), d.round(4).tolist()
    (0.5, [[-0.0333, -0.1667, -0.3]])
    """
    prediction, levels = as_outputs("prediction", prediction), as_levels(levels)
    check_levels(prediction.shape, levels)
    q = np.array(levels, prediction.dtype)
    target = as_values("target", target, prediction.shape[:-1], prediction.dtype)
    e = target[..., None] - prediction
    weight = entry_weights(mask, target.shape, prediction.dtype)[..., None] / len(q)
    loss = float((np.maximum(q * e, (q - 1) * e) * weight).sum())
    return loss, np.where(e >= 0, -q, 1 - q) * weight


def as_outputs(name: str, outputs) -> np.ndarray:
    """A model's outputs as floats, as they are if they are floats."""
    dtype = getattr(outputs, "dtype", None)
    outputs = as_input(name, outputs, dtype if dtype in ("float32", "float64") else "float64")
    if outputs.ndim == 0 or outputs.size == 0:
        raise ShapeError(f"{name}: expected at least one answer, got shape {outputs.shape}")
    return outputs


def entry_weights(mask, shape, dtype, weights=None) -> np.ndarray:
    """1 / n for the n entries that count, 0 for the others; with weights w / sum(w)."""
    if weights is not None:
        weights = over(as_weights(weights, shape), shape)
        if mask is not None:
            weights = np.where(over(as_mask(mask, shape), shape), weights, 0.0)
        return (weights / weights.sum()).astype(dtype)
    if mask is None:
        return np.full(shape, 1 / np.prod(shape), dtype)
    mask = over(as_mask(mask, shape), shape)
    return mask.astype(dtype) / mask.sum()


def over(entries: np.ndarray, shape) -> np.ndarray:
    """Entries over the leading axes of a shape, the same along the others."""
    return np.broadcast_to(
        entries.reshape(*entries.shape, *[1] * (len(shape) - entries.ndim)), shape
    )
