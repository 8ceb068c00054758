"""The layers around the recurrent ones: dense, embedding, pooling over time."""

import numpy as np
import torch
from torch import Tensor, nn

from lstmbook.core import arrays
from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.initializers import glorot
from lstmbook.core.models import POOLINGS, check_pooling
from lstmbook.errors import ShapeError
from lstmbook.torch.arrays import DType, as_dtype, as_integers, as_lengths

__all__ = ["POOLINGS", "Dense", "Embedding", "Pooling", "check_pooling"]


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

    def __init__(
        self,
        input_size: int,
        output_size: int,
        *,
        dtype: DType = "float32",
        device=None,
        seed: Seed = 0,
    ):
        super().__init__()
        sizes = check_int("input_size", input_size, 1), check_int("output_size", output_size, 1)
        rng = np.random.default_rng(check_seed(seed))
        self.W = parameter(glorot(rng, sizes), dtype, device)
        self.b = parameter(np.zeros(sizes[1]), dtype, device)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., D) -> y (..., K)."""
        if not isinstance(x, Tensor):
            raise ShapeError(
                f"x: expected a torch.Tensor, got {type(x).__name__}; make one with lb.asarray(x)"
            )
        if x.ndim == 0 or x.shape[-1] != len(self.W):
            raise ShapeError(f"x: expected (..., {len(self.W)}), got shape {tuple(x.shape)}")
        return x @ self.W + self.b

    def extra_repr(self) -> str:
        return "{}, {}".format(*self.W.shape)


class Embedding(Plain):
    """ids (B, T) -> vectors (B, T, D): row id of the table E (V, D).

    Parameters
    ----------
    vocabulary : int, V, the number of ids
    size : int, D
    """

    def __init__(
        self, vocabulary: int, size: int, *, dtype: DType = "float32", device=None, seed: Seed = 0
    ):
        super().__init__()
        vocabulary, size = check_int("vocabulary", vocabulary, 1), check_int("size", size, 1)
        rng = np.random.default_rng(check_seed(seed))
        self.E = parameter(rng.normal(0, 1 / np.sqrt(size), (vocabulary, size)), dtype, device)
        self.vocabulary, self.output_size = vocabulary, size

    def forward(self, ids) -> Tensor:
        """ids (B, T), a tensor, an array or lists -> (B, T, D).

        Raises
        ------
        ShapeError, ValueRangeError
            On a GPU the values are not looked at, which would stall it.
        """

        def check(x):
            return arrays.as_ids("ids", x, self.vocabulary)

        shape = tuple(ids.shape) if isinstance(ids, Tensor) else ()
        shape = shape if len(shape) == 2 else ("B", "T")
        return self.E[as_integers("ids", ids, shape, self.E.device, check)]

    def extra_repr(self) -> str:
        return f"{self.vocabulary}, {self.output_size}"


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
        lengths = as_lengths(lengths, batch, steps, y.device)
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

    def extra_repr(self) -> str:
        return repr(self.pooling)


def parameter(value: np.ndarray, dtype, device) -> nn.Parameter:
    return nn.Parameter(torch.tensor(value, dtype=as_dtype(dtype), device=device))
