"""Attention: means over the steps of a sequence, weighted anew for each query."""

import torch
from torch import Tensor

from lstmbook.core.attention import check_query_and_keys, check_sizes, start_weights
from lstmbook.core.checks import Seed
from lstmbook.errors import ShapeError
from lstmbook.torch.arrays import DType, as_lengths
from lstmbook.torch.layers import Plain, parameter


class Attention(Plain):
    r"""A query and keys -> the mean of the keys, weighted by how well each answers the query.

    Parameters
    ----------
    query_size, key_size : int, Q and D
    hidden_size : int or None, A of the additive score; None for D
    score : "additive" or "dot"
        additive: v . tanh(q W_q + k W_k) (Bahdanau et al. 2015, arXiv:1409.0473); dot:
        q . k / sqrt(D) (Vaswani et al. 2017, arXiv:1706.03762), which has no weights and Q = D.
    dtype : "float32" or "float64"
    device : as everywhere in PyTorch
    seed : int or numpy.random.Generator

    Raises
    ------
    ValueRangeError, UnknownNameError

    Examples
    --------
    >>> from lstmbook import torch as lb
    >>> attention = lb.Attention(8, 16)
    >>> context, weights = attention(torch.zeros((5, 8)), torch.zeros((5, 7, 16)))
    >>> context.shape, weights.shape
    (torch.Size([5, 16]), torch.Size([5, 7]))
    """

    W_q: Tensor
    W_k: Tensor
    v: Tensor

    def __init__(
        self,
        query_size: int,
        key_size: int,
        hidden_size: int | None = None,
        *,
        score: str = "additive",
        dtype: DType = "float32",
        device=None,
        seed: Seed = 0,
    ):
        super().__init__()
        self.sizes = check_sizes(query_size, key_size, hidden_size, score)
        for name, value in start_weights(self.sizes, seed).items():
            self.register_parameter(name, parameter(value, dtype, device))

    def forward(self, query: Tensor, keys: Tensor, lengths=None) -> tuple[Tensor, Tensor]:
        """Context and weights.

        Parameters
        ----------
        query : tensor (B, Q), or (B, L, Q) for L queries at once
        keys : tensor (B, T, D)
        lengths : ints (B,), steps of the keys that count; None for all

        Returns
        -------
        context : (B, D) or (B, L, D)
        weights : (B, T) or (B, L, T), 0 past the length; they sum to 1

        Raises
        ------
        ShapeError, ValueRangeError
        """
        for name, x in (("query", query), ("keys", keys)):
            if not isinstance(x, Tensor):
                raise ShapeError(f"{name}: expected a torch.Tensor, got {type(x).__name__}")
        check_query_and_keys(tuple(query.shape), tuple(keys.shape), self.sizes)
        batch, steps = keys.shape[:2]
        if lengths is None:
            lengths = torch.full((batch,), steps, device=keys.device)
        lengths = as_lengths(lengths, batch, steps, keys.device)
        real = torch.arange(steps, device=keys.device) < lengths[:, None]
        keys = torch.where(real[:, :, None], keys, 0)  # whatever stands there
        queries = query if query.ndim == 3 else query[:, None]
        scores = torch.where(real[:, None], self.scores(queries, keys), -torch.inf)
        weights = scores.softmax(dim=2)
        context = weights @ keys
        return (context[:, 0], weights[:, 0]) if query.ndim == 2 else (context, weights)

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """How well each key answers each query (B, L, T)."""
        if self.sizes["score"] == "dot":
            return query @ keys.transpose(1, 2) / self.sizes["key_size"] ** 0.5
        hidden = torch.tanh((query @ self.W_q)[:, :, None] + (keys @ self.W_k)[:, None])
        return hidden @ self.v

    def extra_repr(self) -> str:
        return "{query_size}, {key_size}, {hidden_size}, score={score!r}".format(**self.sizes)
