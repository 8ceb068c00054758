"""Losses; autograd has their gradients. Each is a mean over the entries that count."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.torch.arrays import values_at_hand


def cross_entropy(logits: Tensor, target, mask=None, label_smoothing: float = 0.0) -> Tensor:
    r"""Mean of -log softmax(logits)[target].

    Parameters
    ----------
    logits : tensor (..., K)
    target : ints (...), each in 0..K-1
    mask : bools (...), entries that count; None for all
    label_smoothing : float in [0, 1): this share of the target is spread over all K classes

    Returns
    -------
    loss : tensor without axes

    Raises
    ------
    ShapeError, ValueRangeError

    Examples
    --------
    >>> cross_entropy(torch.zeros(2, 4), torch.tensor([0, 3]))
    tensor(1.3863)
    """
    target = check_classes(logits, target)
    losses = F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]),
        target.reshape(-1),
        reduction="none",
        label_smoothing=label_smoothing,
    )
    return mean(losses.reshape(target.shape), mask)


def mse(prediction: Tensor, target, mask=None) -> Tensor:
    """Mean of (prediction - target)^2; arrays of one shape, mask over their leading axes.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    """
    return mean((prediction - check_same(prediction, target)) ** 2, mask)


def binary_cross_entropy(logits: Tensor, target, mask=None) -> Tensor:
    """Mean of -[y log p + (1 - y) log(1 - p)], p = sigmoid(logits), y in [0, 1].

    Raises
    ------
    ShapeError, ValueRangeError
    """
    target = check_same(logits, target)
    if values_at_hand(target) and (target.min() < 0 or target.max() > 1):
        raise ValueRangeError(f"target: expected 0..1, got {target.min():g} to {target.max():g}")
    return mean(F.binary_cross_entropy_with_logits(logits, target, reduction="none"), mask)


def check_classes(logits: Tensor, target) -> Tensor:
    target = torch.as_tensor(target, device=logits.device)
    if target.shape != logits.shape[:-1]:
        raise ShapeError(
            f"target: expected shape {tuple(logits.shape[:-1])}, one class a row of logits "
            f"{tuple(logits.shape)}, got {tuple(target.shape)}"
        )
    if target.is_floating_point():
        raise ValueRangeError(f"target: expected class numbers (integers), got {target.dtype}")
    classes = logits.shape[-1]
    if values_at_hand(target) and (target.min() < 0 or target.max() >= classes):
        raise ValueRangeError(
            f"target: expected classes 0..{classes - 1}, got {target.min()} to {target.max()}"
        )
    return target.long()


def check_same(prediction: Tensor, target) -> Tensor:
    target = torch.as_tensor(target, dtype=prediction.dtype, device=prediction.device)
    if target.shape != prediction.shape:
        raise ShapeError(
            f"target: expected the shape of the prediction {tuple(prediction.shape)}, got "
            f"{tuple(target.shape)}; add an axis with target[:, None] or drop one"
        )
    return target


def mean(losses: Tensor, mask) -> Tensor:
    """Mean of the entries that count."""
    if mask is None:
        return losses.mean()
    mask = torch.as_tensor(mask, dtype=torch.bool, device=losses.device)
    mask = mask.reshape(*mask.shape, *[1] * (losses.ndim - mask.ndim)).expand_as(losses)
    return torch.where(mask, losses, 0).sum() / mask.sum()
