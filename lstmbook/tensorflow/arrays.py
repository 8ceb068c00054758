"""Arrays in and out: the TensorFlow side of `lb.asarray` and `lb.to_numpy`, and what runs where."""

import functools
from collections.abc import Mapping
from types import SimpleNamespace

import keras
import numpy as np
from keras import ops

from lstmbook.core.arrays import ADVICE, as_lengths, as_plain
from lstmbook.core.layout import Layout
from lstmbook.errors import ShapeError, ValueRangeError

FLOATS = ("float32", "float64", "bfloat16", "float16")


def asarray(x, dtype="float32"):
    """x as a tensor of that float type.

    Raises
    ------
    ShapeError
        For ragged lists, which have no shape.
    ValueRangeError
        For complex numbers, text, or a mask that hides entries.

    Examples
    --------
    >>> asarray([[1, 2]]).shape
    TensorShape([1, 2])
    """
    share_gpu_memory()
    dtype = keras.dtype_policies.get(check_dtype(dtype)).compute_dtype
    if is_tensor(x):
        if type(x).__name__ in ADVICE or "complex" in dtype_of(x):
            as_plain("x", value_now(x) if hasattr(x, "numpy") and hasattr(x, "shape") else x)
        return ops.cast(x, dtype)
    with np.errstate(over="ignore"):
        x = as_plain("x", x).astype(numpy_dtype(dtype))
    return ops.cast(ops.convert_to_tensor(x), dtype)


def to_numpy(x) -> np.ndarray:
    """x as a NumPy array."""
    x = ops.cast(x, x.dtype) if isinstance(x, keras.Variable) else x  # its value
    return np.asarray(ops.convert_to_numpy(x))


def is_tensor(x) -> bool:
    """Whether x is a tensor, a Keras variable, or the stand-in of one in a functional model."""
    return ops.is_tensor(x) or isinstance(x, keras.KerasTensor | keras.Variable)


def dtype_of(x) -> str:
    """The name of a tensor's type."""
    return keras.backend.standardize_dtype(x.dtype)


def wide(x):
    """x in float32 where it is shorter, else as it is."""
    return ops.cast(x, "float32") if dtype_of(x) in ("float16", "bfloat16") else x


def check_dtype(dtype):
    """A float type or mixed policy as Keras takes it.

    Raises
    ------
    ValueRangeError
    """
    try:
        if isinstance(dtype, np.dtype) or (
            isinstance(dtype, type) and issubclass(dtype, np.generic)
        ):
            dtype = np.dtype(dtype).name
        policy = keras.dtype_policies.get(dtype)
        known = policy.compute_dtype in FLOATS and policy.variable_dtype in FLOATS
    except (ValueError, TypeError, AttributeError):
        known = False
    if not known:
        raise ValueRangeError(
            "dtype: expected 'float32', 'float64', 'bfloat16', 'float16', or a mixed policy such "
            f"as 'mixed_float16', got {dtype!r}"
        )
    return dtype


def numpy_dtype(dtype) -> str:
    """The NumPy type that holds the numbers of a float type of Keras."""
    name = keras.backend.standardize_dtype(dtype)
    return "float32" if name == "bfloat16" else name


def zeros_for(x, size: tuple[int, ...]):
    """A state of zeros for x (B, T, D, ...)."""
    shape = ops.shape(x)
    return ops.zeros((shape[0], *size, *shape[3:]), x.dtype)


def start_states(layer, state, x) -> dict:
    """States by name for x (B, T, D, ...); where none is given zeros, or what is learned."""
    layout = layer.layout
    if state is None:
        state = dict.fromkeys(layout.states)
    elif layout.single:
        state = dict(zip(layout.states, state, strict=True))

    def start(name, size):
        zeros = zeros_for(x, size)
        if not layout.starts:
            return zeros
        learned = ops.cast(layer.params[layout.starts[name]], layer.compute_dtype)
        return zeros + ops.reshape(learned, (*size, *[1] * (len(x.shape) - 3)))

    sizes = layout.states.items()
    return {n: start(n, size) if state[n] is None else state[n] for n, size in sizes}


def value_now(x) -> np.ndarray | None:
    """x as a NumPy array; None inside a `tf.function` or a functional model, where it has none."""
    return to_numpy(x) if not is_tensor(x) or hasattr(x, "numpy") else None


def add_weights(layer: keras.layers.Layer, start: dict[str, np.ndarray]) -> dict:
    """Variables of a Keras layer by name, with these values to start from."""
    return {
        name: layer.add_weight(
            name=name,
            shape=value.shape,
            initializer=lambda shape, dtype, value=value: ops.convert_to_tensor(value, dtype),
        )
        for name, value in start.items()
    }


def check_int_lengths(lengths, x):
    """Lengths of x (B, T, ...) as an int tensor (B,), see `check_lengths`."""
    return check_lengths(None, lengths, x)


def check_lengths(layout: Layout | None, lengths, x):
    """Lengths as an int tensor (B,); their values checked where they are known.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    shape = tuple(lengths.shape) if is_tensor(lengths) else np.shape(lengths)
    if len(shape) == 2 and shape == tuple(x.shape[:2]):
        raise ShapeError(
            f"lengths: expected one integer a sequence, shape (B,), got a mask {shape}? Give "
            "layer(x, mask=mask), true on real steps"
        )
    now = value_now(lengths) if is_tensor(lengths) else lengths
    if now is not None and None not in x.shape[:2]:
        now = as_lengths("lengths", now, *x.shape[:2])
        return ops.cast(lengths, "int32") if is_tensor(lengths) else ops.array(now, "int32")
    lengths = lengths if is_tensor(lengths) else ops.array(lengths)
    if len(lengths.shape) != 1:
        raise ShapeError(f"lengths: expected shape (B,), got {tuple(lengths.shape)}")
    if "int" not in dtype_of(lengths):
        raise ValueRangeError(f"lengths: expected integers, got {lengths.dtype}")
    return ops.cast(lengths, "int32")


def check_state(layout: Layout, state, x, dtype: str):
    """The user's state as tensors, its form and shapes checked as far as they are known.

    Raises
    ------
    ShapeError
    """
    batch, space = x.shape[0], tuple(x.shape[3:])
    axes = {0: batch, **dict(zip(range(-len(space), 0), space, strict=True))}

    def tensor(name, v):
        if v is None and name in layout.states:
            return None
        if is_tensor(v):
            return ops.cast(v, dtype)
        return asarray(v, dtype)

    def known(name, v):
        if v is None:
            return SimpleNamespace(shape=(batch, *layout.states[name], *space))
        shape = list(v.shape)
        for axis, size in axes.items():
            if len(shape) > len(space) and (size is None or shape[axis] is None):
                shape[axis] = size
        return SimpleNamespace(shape=tuple(shape))

    names = list(layout.states)
    if isinstance(state, Mapping):
        state = {name: tensor(name, v) for name, v in state.items()}
        layout.state_dict_of({n: known(n, v) for n, v in state.items()}, batch, space)
    elif isinstance(state, tuple | list) and layout.single and len(state) == len(names):
        state = tuple(tensor(name, v) for name, v in zip(names, state, strict=True))
        pairs = zip(names, state, strict=True)
        layout.state_dict_of(tuple(known(name, v) for name, v in pairs), batch, space)
    else:
        layout.state_dict_of(state, batch, space)
    return state


@functools.cache
def share_gpu_memory() -> None:
    """Let TensorFlow take GPU memory as it needs it, not all at once; too late is no error."""
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except (RuntimeError, ValueError):  # in use already, or its memory was set by hand
            return
