"""Tensors in and out: the PyTorch side of `lb.asarray` and `lb.to_numpy`."""

import numpy as np
import torch

from lstmbook.core import arrays
from lstmbook.errors import ShapeError, ValueRangeError

DType = str | type | torch.dtype  # a float type, by name or as NumPy or PyTorch has it
FLOATS = (torch.float32, torch.float64, torch.float16, torch.bfloat16)


def asarray(x, dtype: DType = "float32", device=None) -> torch.Tensor:
    """x as a tensor of that float type.

    Raises
    ------
    ShapeError
        For ragged lists, which have no shape.
    ValueRangeError
        For complex numbers, text, or a mask that hides entries.

    Examples
    --------
    >>> asarray([[1, 2]])
    tensor([[1., 2.]])
    """
    dtype = as_dtype(dtype)
    if not isinstance(x, torch.Tensor):
        with np.errstate(over="ignore"):
            like = "float64" if dtype == torch.float64 else "float32"
            x = torch.from_numpy(np.array(arrays.as_plain("x", x), like))
    elif x.is_complex() or x.is_nested:
        arrays.as_plain("x", x)  # which says what to do
    return x.to(device=device, dtype=dtype)


def to_numpy(x) -> np.ndarray:
    """x as a NumPy array, away from the GPU and from autograd."""
    if not isinstance(x, torch.Tensor):
        return np.asarray(x)
    x = x.detach().cpu()
    # NumPy has no bfloat16
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def as_dtype(dtype: DType) -> torch.dtype:
    """A float type of PyTorch from its name.

    >>> as_dtype("float64")
    torch.float64
    """
    name = np.dtype(dtype) if isinstance(dtype, type) and issubclass(dtype, np.generic) else dtype
    found = dtype if isinstance(dtype, torch.dtype) else getattr(torch, str(name), None)
    if found not in FLOATS:
        raise ValueRangeError(
            "dtype: expected 'float32', 'float64', 'bfloat16' or 'float16', or the torch.dtype of "
            f"that name, got {dtype!r}"
        )
    return found


def numpy_dtype(dtype: torch.dtype) -> str:
    """The NumPy type that holds the numbers of a float type of PyTorch."""
    return "float32" if dtype == torch.bfloat16 else str(dtype).removeprefix("torch.")


def values_at_hand(x: torch.Tensor) -> bool:
    """Whether looking at values costs nothing: a GPU, or a compiler, would be stalled by it."""
    return x.device.type == "cpu" and not torch.compiler.is_compiling()


def as_integers(name: str, x, shape: tuple, device, check) -> torch.Tensor:
    """Integers as an int64 tensor; a tensor whose values are not at hand is checked by its type.

    Parameters
    ----------
    x : a list, array or tensor
    shape : the shape wanted
    check : function of x that gives an int64 array or raises
    """
    if not isinstance(x, torch.Tensor) or values_at_hand(x):
        return torch.as_tensor(check(x), device=device)
    if tuple(x.shape) != tuple(shape):
        raise ShapeError(f"{name}: expected shape {tuple(shape)}, got {tuple(x.shape)}")
    if x.is_floating_point() or x.is_complex() or x.dtype == torch.bool:
        raise ValueRangeError(f"{name}: expected integers, got {x.dtype}; use {name}.long()")
    return x.to(device=device, dtype=torch.int64)


def as_lengths(lengths, batch: int, steps: int, device) -> torch.Tensor:
    """Lengths (B,) as an int64 tensor, each in 1..T where that costs no wait.

    Raises
    ------
    ShapeError, ValueRangeError
    """

    def check(x):
        return arrays.as_lengths("lengths", x, batch, steps)

    return as_integers("lengths", lengths, (batch,), device, check)
