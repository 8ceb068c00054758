"""Losses with their gradients. Each is a mean over the entries that count."""

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.activations import sigmoid


def cross_entropy(logits, target, mask=None, label_smoothing: float = 0.0):
    r"""Mean of -log softmax(logits)[target].

    Parameters
    ----------
    logits : array (..., K)
    target : ints (...), each in 0..K-1
    mask : bools (...), entries that count; None for all
    label_smoothing : float in [0, 1): this share of the target is spread over all K classes

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
    target = check_classes(logits, target)
    classes = logits.shape[-1]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    # q = (1 - s) onehot(target) + s / K
    q = np.full_like(log_p, label_smoothing / classes)
    np.put_along_axis(q, target[..., None], 1 - label_smoothing + label_smoothing / classes, -1)
    weight = entry_weights(mask, target.shape, log_p.dtype)
    loss = -float(((q * log_p).sum(axis=-1) * weight).sum())
    # d(-log softmax) / dlogits = p - q
    return loss, (np.exp(log_p) - q) * weight[..., None]


def mse(prediction, target, mask=None):
    """Mean of (prediction - target)^2; arrays of one shape, mask over their leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    """
    target = check_same(prediction, target)
    difference = prediction - target
    weight = entry_weights(mask, difference.shape, difference.dtype)
    return float((difference * difference * weight).sum()), 2 * difference * weight


def binary_cross_entropy(logits, target, mask=None):
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    target = check_same(logits, target)
    if target.min() < 0 or target.max() > 1:
        raise ValueRangeError(f"target: expected 0..1, got {target.min():g} to {target.max():g}")
    weight = entry_weights(mask, logits.shape, logits.dtype)
    # max(z, 0) - z y + log(1 + exp(-|z|)): the same, without overflow
    losses = np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))
    return float((losses * weight).sum()), (sigmoid(logits) - target) * weight


def check_classes(logits, target) -> np.ndarray:
    target = np.asarray(target)
    if target.shape != logits.shape[:-1]:
        raise ShapeError(
            f"target: expected shape {logits.shape[:-1]}, one class a row of logits "
            f"{logits.shape}, got {target.shape}"
        )
    if target.dtype.kind not in "iu":
        raise ValueRangeError(f"target: expected class numbers (integers), got {target.dtype}")
    if target.min() < 0 or target.max() >= logits.shape[-1]:
        raise ValueRangeError(
            f"target: expected classes 0..{logits.shape[-1] - 1}, got {target.min()} to "
            f"{target.max()}"
        )
    return target


def check_same(prediction, target) -> np.ndarray:
    target = np.asarray(target, dtype=prediction.dtype)
    if target.shape != prediction.shape:
        raise ShapeError(
            f"target: expected the shape of the prediction {prediction.shape}, got "
            f"{target.shape}; add an axis with target[:, None] or drop one"
        )
    return target


def entry_weights(mask, shape, dtype) -> np.ndarray:
    """1 / n for the n entries that count, 0 for the others."""
    if mask is None:
        return np.full(shape, 1 / np.prod(shape), dtype)
    mask = np.asarray(mask, bool)
    mask = np.broadcast_to(mask.reshape(*mask.shape, *[1] * (len(shape) - mask.ndim)), shape)
    return mask.astype(dtype) / mask.sum()
