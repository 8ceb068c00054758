"""The layers around the recurrent ones: dense, embedding, pooling over time."""

import numpy as np
from numpy.typing import DTypeLike

from lstmbook.core.arrays import as_ids, as_lengths
from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.initializers import glorot
from lstmbook.core.models import POOLINGS, check_pooling
from lstmbook.errors import ShapeError
from lstmbook.numpy.arrays import as_dtype, as_input

__all__ = ["POOLINGS", "Dense", "Embedding", "Pooling", "check_pooling"]


class Forgets:
    """A layer that goes to a file or another process without what its last call kept."""

    kept: tuple[str, ...] = ()

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in self.kept}

    def recall(self, name: str):
        """What the last call kept.

        Raises
        ------
        RuntimeError
            If there was none.
        """
        if name not in vars(self):
            raise RuntimeError("backward: expected a call before it, which keeps what it needs")
        return getattr(self, name)


class Dense(Forgets):
    """y = x W + b on the last axis; W (D, K) glorot uniform, b zero.

    Parameters
    ----------
    input_size, output_size : int, D and K
    dtype : "float32" or "float64"
    seed : int or numpy.random.Generator
    """

    kept = ("x",)

    def __init__(
        self, input_size: int, output_size: int, *, dtype: DTypeLike = "float32", seed: Seed = 0
    ):
        sizes = check_int("input_size", input_size, 1), check_int("output_size", output_size, 1)
        dtype, rng = as_dtype(dtype), np.random.default_rng(check_seed(seed))
        self.params = {"W": glorot(rng, sizes).astype(dtype), "b": np.zeros(sizes[1], dtype)}
        self.grads: dict[str, np.ndarray] = {}

    def __call__(self, x):
        """x (..., D) -> y (..., K)."""
        W, b = self.params["W"], self.params["b"]
        self.x = np.array(as_input("x", x, W.dtype))  # a copy: the caller may use x again
        if self.x.ndim == 0 or self.x.shape[-1] != len(W):
            raise ShapeError(f"x: expected (..., {len(W)}), got shape {self.x.shape}")
        return self.x @ W + b

    def backward(self, dy):
        """dy (..., K) -> dx (..., D); fills `grads`."""
        x, W = self.recall("x"), self.params["W"]
        dy = as_input("dy", dy, W.dtype)
        if dy.shape != (*x.shape[:-1], W.shape[1]):
            raise ShapeError(f"dy: expected {(*x.shape[:-1], W.shape[1])}, got shape {dy.shape}")
        rows = dy.reshape(-1, dy.shape[-1])
        self.grads = {"W": x.reshape(-1, x.shape[-1]).T @ rows, "b": rows.sum(axis=0)}
        return dy @ W.T

    def __repr__(self) -> str:
        return "Dense({}, {})".format(*self.params["W"].shape)


class Embedding(Forgets):
    """ids (B, T) -> vectors (B, T, D): row id of the table E (V, D).

    Parameters
    ----------
    vocabulary : int, V, the number of ids
    size : int, D
    """

    kept = ("ids",)

    def __init__(self, vocabulary: int, size: int, *, dtype: DTypeLike = "float32", seed: Seed = 0):
        vocabulary, size = check_int("vocabulary", vocabulary, 1), check_int("size", size, 1)
        dtype, rng = as_dtype(dtype), np.random.default_rng(check_seed(seed))
        self.params = {"E": rng.normal(0, 1 / np.sqrt(size), (vocabulary, size)).astype(dtype)}
        self.grads: dict[str, np.ndarray] = {}
        self.vocabulary, self.output_size = vocabulary, size

    def __call__(self, ids):
        self.ids = as_ids("ids", ids, self.vocabulary)
        return self.params["E"][self.ids]

    def backward(self, dy):
        """Adds dy (B, T, D) to the rows that were read; ids have no gradient."""
        ids, E = self.recall("ids"), self.params["E"]
        dy = as_input("dy", dy, E.dtype)
        if dy.shape != (*ids.shape, self.output_size):
            raise ShapeError(f"dy: expected {(*ids.shape, self.output_size)}, got {dy.shape}")
        self.grads = {"E": np.zeros_like(E)}
        np.add.at(self.grads["E"], ids, dy)

    def __repr__(self) -> str:
        return f"Embedding({self.vocabulary}, {self.output_size})"


class Pooling(Forgets):
    """(B, T, H) and lengths -> (B, H), over real steps only; further axes (space) are averaged.

    Parameters
    ----------
    pooling : "last", "mean" or "max"
    forward_size : int, how many of the H belong to the forward direction. `last` takes the last
        real step of those, and step 0 of the others, which a reverse direction reads last.
    """

    kept = ("shape", "dtype", "real", "source")

    def __init__(self, pooling: str, forward_size: int):
        self.pooling, self.forward_size = check_pooling(pooling), forward_size

    def __call__(self, y, lengths=None):
        """y (B, T, H, ...) -> (B, H)."""
        self.shape, self.dtype = y.shape, y.dtype
        batch, steps = y.shape[:2]
        if lengths is None:
            lengths = np.full(batch, steps)
        lengths = as_lengths("lengths", lengths, batch, steps)
        real = np.arange(steps) < lengths[:, None]
        self.real = real.reshape(batch, steps, *[1] * (y.ndim - 2))
        if self.pooling == "mean":
            out = y.sum(axis=1) / self.real.sum(axis=1)  # y is 0 past the length
        else:
            if self.pooling == "max":
                source = np.where(self.real, y, -np.inf).argmax(axis=1)
            else:
                ends = np.zeros((batch, y.shape[2]), int)
                ends[:, : self.forward_size] = lengths[:, None] - 1
                source = np.broadcast_to(
                    ends.reshape(*ends.shape, *[1] * (y.ndim - 3)), (batch, *y.shape[2:])
                )
            self.source = source[:, None]
            out = np.take_along_axis(y, self.source, axis=1)[:, 0]
        return out.mean(axis=tuple(range(2, out.ndim))) if out.ndim > 2 else out

    def backward(self, dout):
        """dout (B, H) -> dy (B, T, H, ...)."""
        space = self.recall("shape")[3:]
        dout = dout.reshape(*dout.shape, *[1] * len(space)) / np.prod(space, dtype=int)
        dout = np.broadcast_to(dout, (*dout.shape[:2], *space)).astype(self.dtype)
        if self.pooling == "mean":
            return self.real * (dout / self.real.sum(axis=1))[:, None]
        dy = np.zeros(self.shape, self.dtype)
        np.put_along_axis(dy, self.source, dout[:, None], axis=1)
        return dy
