"""Losses. Each is a mean over the entries that count; the framework has their gradients."""

import keras
from keras import ops

from lstmbook.core.arrays import as_classes, as_values, check_class_shape, check_value_shape
from lstmbook.core.losses import as_mask, as_weights, check_probabilities
from lstmbook.core.models import check_smoothing
from lstmbook.core.quantiles import as_levels, check_levels
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.tensorflow.arrays import asarray, is_tensor, value_now


def cross_entropy(logits, target, mask=None, label_smoothing: float = 0.0, *, weights=None):
    r"""Mean of -log softmax(logits)[target].

    Parameters
    ----------
    logits : tensor (..., K)
    target : ints (...), each in 0..K-1
    mask : bools (...), entries that count; None for all
    label_smoothing : float in [0, 1): this share of the target is spread over all K classes
    weights : floats >= 0 over the leading axes; the loss is sum(w loss) / sum(w). None for 1

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
    logits = as_outputs("logits", logits)
    target, classes = check_classes(logits, target), logits.shape[-1]
    label_smoothing = check_smoothing(label_smoothing)
    # q = (1 - s) onehot(target) + s / K
    q = ops.one_hot(target, classes, dtype=logits.dtype)
    q = (1 - label_smoothing) * q + label_smoothing / classes
    losses = -ops.sum(q * ops.log_softmax(logits), axis=-1)
    return mean(losses, mask, weights)


def mse(prediction, target, mask=None, *, weights=None):
    """Mean of (prediction - target)^2; both of one shape, mask and weights on leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    """
    prediction = as_outputs("prediction", prediction)
    return mean(ops.square(prediction - check_same(prediction, target)), mask, weights)


def binary_cross_entropy(logits, target, mask=None, *, weights=None):
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    logits = as_outputs("logits", logits)
    y = check_same(logits, target)
    now = value_now(y)
    if now is not None:
        check_probabilities(now)
    # max(z, 0) - z y + log(1 + exp(-|z|)): the same, without overflow
    losses = ops.relu(logits) - logits * y + ops.log1p(ops.exp(-ops.abs(logits)))
    return mean(losses, mask, weights)


def quantile(prediction, target, levels=(0.1, 0.5, 0.9), mask=None):
    """Mean over targets and levels q of max(q e, (q - 1) e), e = target - prediction.

    Parameters
    ----------
    prediction : tensor (..., Q), one a level
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
    >>> round(float(quantile(ops.zeros((1, 3)), [1.0], levels=(0.1, 0.5, 0.9))), 4)
    0.5
    """
    prediction, levels = as_outputs("prediction", prediction), as_levels(levels)
    check_levels(tuple(prediction.shape), levels)
    q = ops.convert_to_tensor(levels, prediction.dtype)
    e = check_same(prediction[..., 0], target)[..., None] - prediction
    return mean(ops.mean(ops.where(e >= 0, q * e, (q - 1) * e), axis=-1), mask)


def as_outputs(name: str, outputs):
    """A model's outputs as a tensor.

    Raises
    ------
    ShapeError
        Where there are none.
    """
    if not is_tensor(outputs):
        outputs = asarray(outputs, getattr(outputs, "dtype", "float32"))
    if len(outputs.shape) == 0 or 0 in outputs.shape:
        raise ShapeError(f"{name}: expected at least one answer, got {tuple(outputs.shape)}")
    return outputs


def check_classes(logits, target):
    """Class numbers as a tensor, checked as far as they are known."""
    *answers, classes = logits.shape
    now = value_now(target)
    if now is not None and None not in answers:
        return ops.convert_to_tensor(as_classes("target", now, tuple(answers), classes))
    target = target if is_tensor(target) else ops.convert_to_tensor(target)
    check_class_shape("target", known(target.shape, answers), tuple(answers), classes)
    if "int" not in keras.backend.standardize_dtype(target.dtype):
        raise ValueRangeError(f"target: expected class numbers (integers), got {target.dtype}")
    return target


def check_same(prediction, target):
    """Numbers of the shape and type of the prediction, checked as far as they are known."""
    shape, now = tuple(prediction.shape), None if is_tensor(target) else value_now(target)
    if now is not None and None not in shape:
        target = as_values("target", now, shape)
    target = target if is_tensor(target) else ops.convert_to_tensor(target)
    if "complex" in keras.backend.standardize_dtype(target.dtype):
        raise ValueRangeError(f"target: expected real numbers, got {target.dtype}")
    check_value_shape("target", known(target.shape, shape), shape)
    return ops.cast(target, prediction.dtype)


def known(shape, wanted) -> tuple:
    """A shape, with the sizes wanted where one of both is not known."""
    if len(shape) != len(wanted):
        return tuple(shape)
    return tuple(w if None in (s, w) else s for s, w in zip(shape, wanted, strict=True))


def mean(losses, mask, weights=None):
    """Mean over all entries, or over those where the mask over the leading axes is true."""
    shares = None
    if mask is not None:
        if value_now(mask) is not None and None not in losses.shape:
            mask = as_mask(value_now(mask), tuple(losses.shape))
        shares = over(mask, losses)
    if weights is not None:
        if value_now(weights) is not None and None not in losses.shape:
            weights = as_weights(value_now(weights), tuple(losses.shape))
        weights = over(weights, losses)
        shares = weights if shares is None else shares * weights
    if shares is None:
        return ops.mean(losses)
    return ops.sum(losses * shares) / ops.sum(shares)


def over(entries, losses):
    """Entries over the leading axes of the losses as floats, the same along the others."""
    entries = ops.cast(entries, losses.dtype)
    ones = [1] * (len(losses.shape) - len(entries.shape))
    return ops.broadcast_to(ops.reshape(entries, (*ops.shape(entries), *ones)), ops.shape(losses))
