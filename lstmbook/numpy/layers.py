"""The layers around the recurrent ones: dense, embedding, pooling over time."""

import numpy as np

from lstmbook.core.initializers import glorot
from lstmbook.errors import ShapeError, ValueRangeError, unknown

POOLINGS = ("last", "mean", "max", None)


class Dense:
    """y = x W + b on the last axis; W (D, K) glorot uniform, b zero.

    Parameters
    ----------
    input_size, output_size : int, D and K
    dtype : "float32" or "float64"
    seed : int or numpy.random.Generator
    """

    def __init__(self, input_size: int, output_size: int, *, dtype: str = "float32", seed=0):
        rng = np.random.default_rng(seed)
        self.params = {
            "W": glorot(rng, (input_size, output_size)).astype(dtype),
            "b": np.zeros(output_size, dtype),
        }
        self.grads: dict[str, np.ndarray] = {}

    def __call__(self, x):
        """x (..., D) -> y (..., K)."""
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dy):
        """dy (..., K) -> dx (..., D); fills `grads`."""
        x, rows = self.x.reshape(-1, self.x.shape[-1]), dy.reshape(-1, dy.shape[-1])
        self.grads = {"W": x.T @ rows, "b": rows.sum(axis=0)}
        return dy @ self.params["W"].T


class Embedding:
    """ids (B, T) -> vectors (B, T, D): row id of the table E (V, D).

    Parameters
    ----------
    vocabulary : int, V, the number of ids
    size : int, D
    """

    def __init__(self, vocabulary: int, size: int, *, dtype: str = "float32", seed=0):
        rng = np.random.default_rng(seed)
        self.params = {"E": rng.normal(0, 1 / np.sqrt(size), (vocabulary, size)).astype(dtype)}
        self.grads: dict[str, np.ndarray] = {}
        self.output_size = size

    def __call__(self, ids):
        self.ids = check_ids(ids, len(self.params["E"]))
        return self.params["E"][self.ids]

    def backward(self, dy):
        """Adds dy (B, T, D) to the rows that were read; ids have no gradient."""
        self.grads = {"E": np.zeros_like(self.params["E"])}
        np.add.at(self.grads["E"], self.ids, dy)


def check_ids(ids, vocabulary: int) -> np.ndarray:
    """Ids as integers in 0..V-1.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    ids = np.asarray(ids)
    if ids.ndim != 2:
        raise ShapeError(f"ids: expected shape (B, T), got {ids.shape}")
    if ids.dtype.kind not in "iu":
        raise ValueRangeError(f"ids: expected integers, got {ids.dtype}")
    if ids.min() < 0 or ids.max() >= vocabulary:
        raise ValueRangeError(f"ids: expected 0..{vocabulary - 1}, got {ids.min()} to {ids.max()}")
    return ids


def check_pooling(pooling):
    """Raise NameNotKnown unless it is last, mean, max or None (an output at every step)."""
    if pooling not in POOLINGS:
        raise unknown("pooling", pooling, POOLINGS)
    return pooling


class Pooling:
    """(B, T, H) and lengths -> (B, H), over real steps only; further axes (space) are averaged.

    Parameters
    ----------
    pooling : "last", "mean" or "max"
    forward_size : int, how many of the H belong to the forward direction. `last` takes the last
        real step of those, and step 0 of the others, which a reverse direction reads last.
    """

    def __init__(self, pooling: str, forward_size: int):
        self.pooling, self.forward_size = check_pooling(pooling), forward_size

    def __call__(self, y, lengths=None):
        """y (B, T, H, ...) -> (B, H)."""
        self.shape, self.dtype = y.shape, y.dtype
        batch, steps = y.shape[:2]
        lengths = np.full(batch, steps) if lengths is None else np.asarray(lengths)
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
        space = self.shape[3:]
        dout = dout.reshape(*dout.shape, *[1] * len(space)) / np.prod(space, dtype=int)
        dout = np.broadcast_to(dout, (*dout.shape[:2], *space)).astype(self.dtype)
        if self.pooling == "mean":
            return self.real * (dout / self.real.sum(axis=1))[:, None]
        dy = np.zeros(self.shape, self.dtype)
        np.put_along_axis(dy, self.source, dout[:, None], axis=1)
        return dy
