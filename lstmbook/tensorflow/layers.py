"""The layers around the recurrent ones: dense, embedding, pooling over time."""

import keras
import numpy as np
from keras import ops

from lstmbook.core.arrays import as_ids, as_lengths
from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.initializers import glorot
from lstmbook.core.models import POOLINGS, check_pooling
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.tensorflow.arrays import (
    add_weights,
    check_dtype,
    is_tensor,
    share_gpu_memory,
    value_now,
)

__all__ = ["POOLINGS", "Dense", "Embedding", "Pooling", "check_pooling"]


@keras.saving.register_keras_serializable("lstmbook")
class Dense(keras.layers.Layer):
    """y = x W + b on the last axis; W (D, K) glorot uniform, b zero.

    Parameters
    ----------
    input_size, output_size : int, D and K
    dtype : "float32" or "float64"
    seed : int or numpy.random.Generator
    **keras_options
        Keras' own `name`, `trainable`, ...
    """

    def __init__(
        self, input_size: int, output_size: int, *, dtype="float32", seed: Seed = 0, **keras_options
    ):
        share_gpu_memory()
        sizes = check_int("input_size", input_size, 1), check_int("output_size", output_size, 1)
        rng = np.random.default_rng(check_seed(seed))
        super().__init__(dtype=check_dtype(dtype), **keras_options)
        self.sizes = dict(zip(("input_size", "output_size"), sizes, strict=True))
        start = {"W": glorot(rng, sizes), "b": np.zeros(sizes[1])}
        self.params = add_weights(self, start)
        self.built = True

    def call(self, x):
        """x (..., D) -> y (..., K)."""
        if len(x.shape) == 0 or x.shape[-1] != self.sizes["input_size"]:
            wanted = self.sizes["input_size"]
            raise ShapeError(f"x: expected (..., {wanted}), got shape {tuple(x.shape)}")
        return ops.matmul(x, self.params["W"]) + self.params["b"]

    def get_config(self) -> dict:
        return {**super().get_config(), **self.sizes}


@keras.saving.register_keras_serializable("lstmbook")
class Embedding(keras.layers.Layer):
    """ids (B, T) -> vectors (B, T, D): row id of the table E (V, D).

    Parameters
    ----------
    vocabulary : int, V, the number of ids
    size : int, D
    **keras_options
        Keras' own `name`, `trainable`, ...
    """

    def __init__(
        self, vocabulary: int, size: int, *, dtype="float32", seed: Seed = 0, **keras_options
    ):
        share_gpu_memory()
        vocabulary, size = check_int("vocabulary", vocabulary, 1), check_int("size", size, 1)
        rng = np.random.default_rng(check_seed(seed))
        super().__init__(dtype=check_dtype(dtype), autocast=False, **keras_options)
        self.vocabulary, self.output_size = vocabulary, size
        start = {"E": rng.normal(0, 1 / np.sqrt(size), (vocabulary, size))}
        self.params = add_weights(self, start)
        self.built = True

    def __call__(self, ids, **how):
        """Their type is always checked, their values where they are known: not in a `tf.function`.

        Raises
        ------
        ShapeError, ValueRangeError
        """
        if is_tensor(ids) and "int" not in keras.backend.standardize_dtype(ids.dtype):
            raise ValueRangeError(
                f"ids: expected integers, got {ids.dtype}; cast them, or in a functional model "
                "write keras.Input(shape, dtype='int32')"
            )
        now = value_now(ids)
        if now is not None:
            ids = ops.convert_to_tensor(as_ids("ids", now, self.vocabulary), "int32")
        elif len(ids.shape) != 2:
            raise ShapeError(f"ids: expected shape (B, T), got {tuple(ids.shape)}")
        return super().__call__(ids, **how)

    def call(self, ids):
        """ids (B, T) -> (B, T, D)."""
        return ops.take(self.params["E"], ids, axis=0)

    def get_config(self) -> dict:
        return {**super().get_config(), "vocabulary": self.vocabulary, "size": self.output_size}


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
        batch, steps = ops.shape(y)[:2]
        rank = len(y.shape)
        if lengths is None:
            lengths = ops.full((batch,), steps, "int32")
        elif value_now(lengths) is not None and None not in y.shape[:2]:
            now = as_lengths("lengths", value_now(lengths), *y.shape[:2])
            lengths = ops.convert_to_tensor(now, "int32")
        ends = ops.reshape(lengths, (-1, *[1] * (rank - 1)))
        if self.pooling == "mean":
            out = ops.sum(y, axis=1) / ops.cast(ends[:, 0], y.dtype)  # y is 0 past the length
        elif self.pooling == "max":
            t = ops.reshape(ops.arange(steps), (1, -1, *[1] * (rank - 2)))
            out = ops.max(ops.where(t < ends, y, -np.inf), axis=1)
        else:
            last = ops.take_along_axis(y[:, :, : self.forward_size], ends - 1, axis=1)[:, 0]
            out = ops.concatenate([last, y[:, 0, self.forward_size :]], axis=1)
        return ops.mean(out, axis=tuple(range(2, rank - 1))) if rank > 3 else out
