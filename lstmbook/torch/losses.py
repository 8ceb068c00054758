"""Losses; autograd has their gradients. Each is a mean over the entries that count."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.core import arrays
from lstmbook.core.losses import as_mask, as_weights, check_mask_shape, check_probabilities
from lstmbook.core.models import check_smoothing
from lstmbook.core.quantiles import as_levels, check_levels
from lstmbook.errors import ShapeError
from lstmbook.torch.arrays import as_integers, to_numpy, values_at_hand


def cross_entropy(
    logits: Tensor, target, mask=None, label_smoothing: float = 0.0, *, weights=None
) -> Tensor:
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
    loss : tensor without axes

    Raises
    ------
    ShapeError, ValueRangeError
        Values on a GPU are not looked at, which would stall it.

    Examples
    --------
    >>> cross_entropy(torch.zeros(2, 4), torch.tensor([0, 3]))
    tensor(1.3863)
    """
    check_outputs("logits", logits)
    target = check_classes(logits, target)
    losses = F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        target.reshape(-1),
        reduction="none",
        label_smoothing=check_smoothing(label_smoothing),
    )
    return mean(losses.reshape(target.shape), mask, weights)


def mse(prediction: Tensor, target, mask=None, *, weights=None) -> Tensor:
    """Mean of (prediction - target)^2; both of one shape, mask and weights on leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    ValueRangeError
    """
    check_outputs("prediction", prediction)
    return mean((prediction - check_same(prediction, target)) ** 2, mask, weights)


def binary_cross_entropy(logits: Tensor, target, mask=None, *, weights=None) -> Tensor:
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    check_outputs("logits", logits)
    target = check_same(logits, target)
    if values_at_hand(target):
        check_probabilities(to_numpy(target))
    return mean(F.binary_cross_entropy_with_logits(logits, target, reduction="none"), mask)


def quantile(prediction: Tensor, target, levels=(0.1, 0.5, 0.9), mask=None) -> Tensor:
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
    >>> quantile(torch.zeros(1, 3), [1.0], levels=(0.1, 0.5, 0.9))
    tensor(0.5000)
    """
    check_outputs("prediction", prediction)
    levels = as_levels(levels)
    check_levels(tuple(prediction.shape), levels)
    q = torch.tensor(levels, dtype=prediction.dtype, device=prediction.device)
    e = check_same(prediction[..., 0], target)[..., None] - prediction
    return mean(torch.where(e >= 0, q * e, (q - 1) * e).mean(dim=-1), mask)


def check_outputs(name: str, outputs) -> None:
    """Raise ShapeError for what is no tensor, or empty."""
    if not isinstance(outputs, Tensor):
        raise ShapeError(f"{name}: expected a torch.Tensor, got {type(outputs).__name__}")
    if outputs.ndim == 0 or outputs.numel() == 0:
        raise ShapeError(f"{name}: expected at least one answer, got {tuple(outputs.shape)}")


def check_classes(logits: Tensor, target) -> Tensor:
    """Class numbers as an int64 tensor beside the logits."""
    answers, classes = tuple(logits.shape[:-1]), logits.shape[-1]

    def check(y):
        return arrays.as_classes("target", y, answers, classes)

    if isinstance(target, Tensor):
        arrays.check_class_shape("target", target.shape, answers, classes)
    return as_integers("target", target, answers, logits.device, check)


def check_same(prediction: Tensor, target) -> Tensor:
    """Numbers of the shape and type of the prediction, beside it."""
    shape = tuple(prediction.shape)
    if not isinstance(target, Tensor):
        target = torch.as_tensor(arrays.as_values("target", target, shape))
    elif target.is_complex():
        arrays.as_values("target", target, shape)  # which says what to do
    arrays.check_value_shape("target", target.shape, shape)
    return target.to(prediction)


def mean(losses: Tensor, mask, weights=None) -> Tensor:
    """Mean of the entries that count."""
    if mask is not None:
        if not isinstance(mask, Tensor) or values_at_hand(mask):
            mask = as_mask(mask, losses.shape)
        check_mask_shape(np.shape(mask), losses.shape)
        mask = over(torch.as_tensor(mask, dtype=torch.bool, device=losses.device), losses)
    if weights is not None:
        if not isinstance(weights, Tensor) or values_at_hand(weights):
            weights = as_weights(weights, losses.shape)
        check_mask_shape(np.shape(weights), losses.shape, "weights")
        weights = over(torch.as_tensor(weights, dtype=losses.dtype, device=losses.device), losses)
        weights = weights if mask is None else torch.where(mask, weights, 0)
        return torch.where(weights > 0, losses * weights, 0).sum() / weights.sum()
    if mask is None:
        return losses.mean()
    return torch.where(mask, losses, 0).sum() / mask.sum()


def over(entries: Tensor, losses: Tensor) -> Tensor:
    """Entries over the leading axes of the losses, the same along the others."""
    return entries.reshape(*entries.shape, *[1] * (losses.ndim - entries.ndim)).expand_as(losses)
