"""Attention: means over the steps of a sequence, weighted anew for each query."""

import keras
import numpy as np
from keras import ops

from lstmbook.core.attention import check_query_and_keys, check_sizes, start_weights
from lstmbook.core.checks import Seed
from lstmbook.tensorflow.arrays import (
    add_weights,
    asarray,
    check_dtype,
    check_int_lengths,
    is_tensor,
    share_gpu_memory,
)


@keras.saving.register_keras_serializable("lstmbook")
class Attention(keras.layers.Layer):
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
    **keras_options
        Keras' own `name`, `trainable`, ...

    Raises
    ------
    ValueRangeError, UnknownNameError

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> attention = lb.Attention(8, 16)
    >>> context, weights = attention(ops.zeros((5, 8)), ops.zeros((5, 7, 16)))
    >>> context.shape, weights.shape
    (TensorShape([5, 16]), TensorShape([5, 7]))
    """

    def __init__(
        self,
        query_size: int,
        key_size: int,
        hidden_size: int | None = None,
        *,
        score: str = "additive",
        dtype="float32",
        seed: Seed = 0,
        **keras_options,
    ):
        share_gpu_memory()
        sizes = check_sizes(query_size, key_size, hidden_size, score)
        super().__init__(dtype=check_dtype(dtype), **keras_options)
        self.sizes = sizes
        self.params = add_weights(self, start_weights(sizes, seed))
        self.built = True

    def __call__(self, query, keys, lengths=None, **how):
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
        query, keys = (x if is_tensor(x) else asarray(x, self.compute_dtype) for x in (query, keys))
        check_query_and_keys(tuple(query.shape), tuple(keys.shape), self.sizes)
        if lengths is not None:
            lengths = check_int_lengths(lengths, keys)
        return super().__call__(query, keys, lengths=lengths, **how)

    def call(self, query, keys, lengths=None):
        queries = query if len(query.shape) == 3 else query[:, None]
        if lengths is None:
            scores = self.scores(queries, keys)
        else:
            real = ops.arange(ops.shape(keys)[1]) < ops.cast(lengths, "int32")[:, None]
            keys = ops.where(real[:, :, None], keys, ops.zeros_like(keys))
            scores = ops.where(real[:, None], self.scores(queries, keys), -np.inf)
        # written out: Keras warns of a softmax over a single step
        e = ops.exp(scores - ops.stop_gradient(ops.max(scores, axis=2, keepdims=True)))
        weights = e / ops.sum(e, axis=2, keepdims=True)
        context = ops.matmul(weights, keys)
        return (context[:, 0], weights[:, 0]) if len(query.shape) == 2 else (context, weights)

    def scores(self, query, keys):
        """How well each key answers each query (B, L, T)."""
        if self.sizes["score"] == "dot":
            products = ops.matmul(query, ops.transpose(keys, (0, 2, 1)))
            return products / self.sizes["key_size"] ** 0.5
        W_q, W_k, v = (self.params[name] for name in ("W_q", "W_k", "v"))
        asked, known = ops.matmul(query, W_q), ops.matmul(keys, W_k)
        return ops.matmul(ops.tanh(asked[:, :, None] + known[:, None]), v)

    def get_config(self) -> dict:
        return {**super().get_config(), **self.sizes}
