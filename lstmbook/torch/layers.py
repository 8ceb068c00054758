"""The layers around the recurrent ones: dense, embedding, pooling over time."""

import numpy as np
import torch
from torch import Tensor, nn

from lstmbook.core.initializers import glorot
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.layers import POOLINGS, check_pooling
from lstmbook.torch.arrays import as_dtype, values_at_hand

__all__ = ["POOLINGS", "Dense", "Embedding", "Pooling", "check_ids", "check_pooling"]


class Plain(nn.Module):
    """A module whose own parameters have canonical names."""

    @property
    def params(self) -> dict[str, Tensor]:
        """Parameters by name."""
        return dict(self.named_parameters())

    @property
    def grads(self) -> dict[str, Tensor | None]:
        """Their gradients, None where `backward` has not been."""
        return {name: parameter.grad for name, parameter in self.params.items()}


class Dense(Plain):
    """y = x W + b on the last axis; W (D, K) glorot uniform, b zero.

    Parameters
    ----------
    input_size, output_size : int, D and K
    dtype : "float32" or "float64"
    device : as everywhere in PyTorch
    seed : int or numpy.random.Generator
    """

    def __init__(self, input_size: int, output_size: int, *, dtype="float32", device=None, seed=0):
        super().__init__()
        rng = np.random.default_rng(seed)
        self.W = parameter(glorot(rng, (input_size, output_size)), dtype, device)
        self.b = parameter(np.zeros(output_size), dtype, device)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., D) -> y (..., K)."""
        return x @ self.W + self.b


class Embedding(Plain):
    """ids (B, T) -> vectors (B, T, D): row id of the table E (V, D).

    Parameters
    ----------
    vocabulary : int, V, the number of ids
    size : int, D
    """

    def __init__(self, vocabulary: int, size: int, *, dtype="float32", device=None, seed=0):
        super().__init__()
        rng = np.random.default_rng(seed)
        self.E = parameter(rng.normal(0, 1 / np.sqrt(size), (vocabulary, size)), dtype, device)
        self.output_size = size

    def forward(self, ids) -> Tensor:
        return self.E[check_ids(ids, len(self.E), self.E.device)]


class Pooling(nn.Module):
    """(B, T, H) and lengths -> (B, H), over real steps only; further axes (space) are averaged.

    Parameters
    ----------
    pooling : "last", "mean" or "max"
    forward_size : int, how many of the H belong to the forward direction. `last` takes the last
        real step of those, and step 0 of the others, which a reverse direction reads last.
    """

    def __init__(self, pooling: str, forward_size: int):
        super().__init__()
        self.pooling, self.forward_size = check_pooling(pooling), forward_size

    def forward(self, y: Tensor, lengths=None) -> Tensor:
        """y (B, T, H, ...) -> (B, H)."""
        batch, steps = y.shape[:2]
        if lengths is None:
            lengths = torch.full((batch,), steps, device=y.device)
        lengths = torch.as_tensor(lengths, device=y.device)
        real = torch.arange(steps, device=y.device) < lengths[:, None]
        real = real.reshape(batch, steps, *[1] * (y.ndim - 2))
        if self.pooling == "mean":
            out = y.sum(dim=1) / real.sum(dim=1)  # y is 0 past the length
        elif self.pooling == "max":
            out = torch.where(real, y, -torch.inf).max(dim=1).values
        else:
            ahead = y[torch.arange(batch, device=y.device), lengths - 1, : self.forward_size]
            out = torch.cat([ahead, y[:, 0, self.forward_size :]], dim=1)
        return out.flatten(2).mean(dim=2) if out.ndim > 2 else out


def check_ids(ids, vocabulary: int, device=None) -> Tensor:
    """Ids as integers in 0..V-1; on a GPU the values are not looked at, which would stall it.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    ids = torch.as_tensor(ids, device=device)
    if ids.ndim != 2:
        raise ShapeError(f"ids: expected shape (B, T), got {tuple(ids.shape)}")
    if ids.is_floating_point() or ids.dtype == torch.bool:
        raise ValueRangeError(f"ids: expected integers, got {ids.dtype}")
    if values_at_hand(ids):
        least, most = int(ids.min()), int(ids.max())
        if least < 0 or most >= vocabulary:
            raise ValueRangeError(f"ids: expected 0..{vocabulary - 1}, got {least} to {most}")
    return ids.long()


def parameter(value: np.ndarray, dtype, device) -> nn.Parameter:
    return nn.Parameter(torch.tensor(value, dtype=as_dtype(dtype), device=device))
