"""Attention: means over the steps of a sequence, weighted anew for each query."""

import numpy as np
from numpy.typing import DTypeLike

from lstmbook.core.arrays import as_lengths
from lstmbook.core.attention import check_query_and_keys, check_sizes, start_weights
from lstmbook.core.checks import Seed, check_finite
from lstmbook.errors import ShapeError
from lstmbook.numpy.arrays import as_dtype, as_input
from lstmbook.numpy.layers import Forgets


class Attention(Forgets):
    r"""A query and keys -> the mean of the keys, weighted by how well each answers the query.

    Parameters
    ----------
    query_size, key_size : int, Q and D
    hidden_size : int or None, A of the additive score; None for D
    score : "additive" or "dot"
        additive: v . tanh(q W_q + k W_k) (Bahdanau et al. 2015, arXiv:1409.0473); dot:
        q . k / sqrt(D) (Vaswani et al. 2017, arXiv:1706.03762), which has no weights and Q = D.
    dtype : "float32" or "float64"
    seed : int or numpy.random.Generator

    Raises
    ------
    ValueRangeError, UnknownNameError

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> attention = lb.Attention(8, 16)
    >>> context, weights = attention(np.zeros((5, 8)), np.zeros((5, 7, 16)))
    >>> context.shape, weights.shape
    ((5, 16), (5, 7))
    """

    kept = ("query", "keys", "weights", "hidden", "shape")

    def __init__(
        self,
        query_size: int,
        key_size: int,
        hidden_size: int | None = None,
        *,
        score: str = "additive",
        dtype: DTypeLike = "float32",
        seed: Seed = 0,
    ):
        self.sizes = check_sizes(query_size, key_size, hidden_size, score)
        self.dtype = as_dtype(dtype)
        start = start_weights(self.sizes, seed)
        self.params = {name: value.astype(self.dtype) for name, value in start.items()}
        self.grads: dict[str, np.ndarray] = {}

    def __call__(self, query, keys, lengths=None) -> tuple[np.ndarray, np.ndarray]:
        """Context and weights.

        Parameters
        ----------
        query : array (B, Q), or (B, L, Q) for L queries at once
        keys : array (B, T, D)
        lengths : ints (B,), steps of the keys that count; None for all

        Returns
        -------
        context : (B, D) or (B, L, D)
        weights : (B, T) or (B, L, T), 0 past the length; they sum to 1

        Raises
        ------
        ShapeError, ValueRangeError
        """
        query, keys = as_input("query", query, self.dtype), as_input("keys", keys, self.dtype)
        check_query_and_keys(query.shape, keys.shape, self.sizes)
        batch, steps = keys.shape[:2]
        if lengths is None:
            lengths = np.full(batch, steps)
        real = np.arange(steps) < as_lengths("lengths", lengths, batch, steps)[:, None]
        check_finite("query", query)
        self.keys = np.where(real[:, :, None], keys, self.dtype.type(0))  # whatever stands there
        check_finite("keys", self.keys)
        self.shape = query.shape
        self.query = np.array(query.reshape(batch, -1, query.shape[-1]))
        scores = np.where(real[:, None], self.scores(), -np.inf)
        e = np.exp(scores - scores.max(axis=2, keepdims=True))
        self.weights = e / e.sum(axis=2, keepdims=True)
        context, weights = self.weights @ self.keys, self.weights.copy()
        return (context[:, 0], weights[:, 0]) if query.ndim == 2 else (context, weights)

    def scores(self) -> np.ndarray:
        """How well each key answers each query (B, L, T)."""
        if self.sizes["score"] == "dot":
            return self.query @ self.keys.swapaxes(1, 2) / self.scale
        W_q, W_k, v = self.params.values()
        self.hidden = np.tanh((self.query @ W_q)[:, :, None] + (self.keys @ W_k)[:, None])
        return self.hidden @ v

    @property
    def scale(self):
        return self.dtype.type(np.sqrt(self.sizes["key_size"]))

    def backward(self, dcontext, dweights=None) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of the last call; fills `grads`.

        Parameters
        ----------
        dcontext : array, as the context that the call returned
        dweights : array, as the weights, or None for zeros

        Returns
        -------
        dquery : array (B, Q) or (B, L, Q)
        dkeys : array (B, T, D), 0 past the length
        """
        shape, a, keys = self.recall("shape"), self.weights, self.keys
        dc = as_input("dcontext", dcontext, self.dtype)
        if dc.shape != (*shape[:-1], keys.shape[2]):
            wanted = (*shape[:-1], keys.shape[2])
            raise ShapeError(f"dcontext: expected shape {wanted}, got {dc.shape}")
        dc = dc.reshape(*a.shape[:2], -1)
        da = dc @ keys.swapaxes(1, 2)
        if dweights is not None:
            da = da + as_input("dweights", dweights, self.dtype).reshape(a.shape)
        dkeys = a.swapaxes(1, 2) @ dc
        # through the softmax; what is past the length has a = 0
        ds = a * (da - (a * da).sum(axis=2, keepdims=True))
        dquery, more = self.scores_backward(ds)
        return dquery.reshape(shape), dkeys + more

    def scores_backward(self, ds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ds (B, L, T) -> dquery (B, L, Q), dkeys (B, T, D)."""
        if self.sizes["score"] == "dot":
            ds = ds / self.scale
            self.grads = {}
            return ds @ self.keys, ds.swapaxes(1, 2) @ self.query
        W_q, W_k, v = self.params.values()
        dz = ds[..., None] * v * (1 - self.hidden**2)
        dq, dk = dz.sum(axis=2), dz.sum(axis=1)
        self.grads = {
            "W_q": np.einsum("blq,bla->qa", self.query, dq),
            "W_k": np.einsum("btd,bta->da", self.keys, dk),
            "v": np.einsum("blt,blta->a", ds, self.hidden),
        }
        return dq @ W_q.T, dk @ W_k.T

    def __repr__(self) -> str:
        return describe(self.sizes)


def describe(sizes: dict) -> str:
    """The call that builds an attention like this one."""
    return "Attention({query_size}, {key_size}, {hidden_size}, score={score!r})".format(**sizes)
