"""What comes into a layer, and what to do with other forms of it."""

from typing import Any

from keras import ops

from lstmbook.core.ctc import NONE
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.tensorflow.arrays import asarray, dtype_of, is_tensor


def as_input(name: str, x: Any, dtype: str) -> Any:
    """x as a dense tensor of real numbers.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    kind = type(x).__name__
    if "Ragged" in kind or getattr(x, "ragged", False):
        raise ShapeError(
            f"{name}: expected a dense tensor, got a ragged one; give {name}.to_tensor() and "
            f"lengths={name}.row_lengths()"
        )
    if "Sparse" in kind or getattr(x, "sparse", False):
        raise ShapeError(
            f"{name}: expected a dense tensor, got a sparse one; give tf.sparse.to_dense({name})"
        )
    if isinstance(x, tuple | list) and len(x) == 2 and is_tensor(x[0]):
        if isinstance(x[1], tuple | list | dict):
            raise ShapeError(
                f"{name}: expected a tensor, got a pair of a tensor and states; build the layer "
                "before this one with return_state=False"
            )
    if is_tensor(x) and "complex" in dtype_of(x):
        raise ValueRangeError(
            f"{name}: expected real numbers, got {dtype_of(x)}; give real and imaginary parts as "
            "features"
        )
    return x if is_tensor(x) else asarray(x, dtype)


def shifted(labels, end: int):
    """Labels (B, L) -> what is read, what is to be written (B, L + 1), how many count (B,)."""
    column = ops.full_like(labels[:, :1], NONE)
    counts = ops.sum(ops.cast(labels != NONE, "int32"), axis=1)
    plain = ops.concatenate([ops.maximum(labels, 0), column + 1], axis=1)
    places = ops.arange(ops.shape(plain)[1])
    wanted = ops.where(places == counts[:, None], end, plain)
    read = ops.concatenate([ops.full_like(column, end), plain[:, :-1]], axis=1)
    return read, wanted, counts + 1
