"""Losses. Each is a mean over the entries that count; the framework has their gradients."""

import numpy as np
from keras import ops

from lstmbook.errors import ValueRangeError
from lstmbook.numpy.losses import check_classes, check_same
from lstmbook.tensorflow.arrays import value_now


def cross_entropy(logits, target, mask=None, label_smoothing: float = 0.0):
    r"""Mean of -log softmax(logits)[target].

    Parameters
    ----------
    logits : tensor (..., K)
    target : ints (...), each in 0..K-1
    mask : bools (...), entries that count; None for all
    label_smoothing : float in [0, 1): this share of the target is spread over all K classes

    Returns
    -------
    loss : tensor, a scalar

    Raises
    ------
    ShapeError, ValueRangeError
        Inside a `tf.function` shapes alone are known.

    Examples
    --------
    >>> round(float(cross_entropy(ops.zeros((2, 4)), [0, 3])), 4)
    1.3863
    """
    target = checked(check_classes, logits, target)
    classes = logits.shape[-1]
    # q = (1 - s) onehot(target) + s / K
    q = ops.one_hot(target, classes, dtype=logits.dtype)
    q = (1 - label_smoothing) * q + label_smoothing / classes
    losses = -ops.sum(q * ops.log_softmax(logits), axis=-1)
    return mean(losses, mask)


def mse(prediction, target, mask=None):
    """Mean of (prediction - target)^2; tensors of one shape, mask over their leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    """
    target = checked(check_same, prediction, target)
    return mean(ops.square(prediction - ops.cast(target, prediction.dtype)), mask)


def binary_cross_entropy(logits, target, mask=None):
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    target = checked(check_same, logits, target)
    now = value_now(target)
    if now is not None and (now.min() < 0 or now.max() > 1):
        raise ValueRangeError(f"target: expected 0..1, got {now.min():g} to {now.max():g}")
    y = ops.cast(target, logits.dtype)
    # max(z, 0) - z y + log(1 + exp(-|z|)): the same, without overflow
    losses = ops.relu(logits) - logits * y + ops.log1p(ops.exp(-ops.abs(logits)))
    return mean(losses, mask)


def checked(check, outputs, target):
    """The target as a tensor, checked against the outputs as far as it is known."""
    now = value_now(target)
    shapes_known = None not in tuple(outputs.shape)
    if now is not None and shapes_known:
        like = np.broadcast_to(np.zeros((), "float32"), tuple(outputs.shape))
        return ops.convert_to_tensor(check(like, now))
    return target


def mean(losses, mask):
    """Mean over all entries, or over those where the mask over the leading axes is true."""
    if mask is None:
        return ops.mean(losses)
    mask = ops.cast(mask, losses.dtype)
    mask = ops.reshape(mask, (*ops.shape(mask), *[1] * (len(losses.shape) - len(mask.shape))))
    mask = ops.broadcast_to(mask, ops.shape(losses))
    return ops.sum(losses * mask) / ops.sum(mask)
