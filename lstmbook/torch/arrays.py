"""Tensors in and out: the PyTorch side of `lb.asarray` and `lb.to_numpy`."""

import numpy as np
import torch

from lstmbook.errors import ShapeError, ValueRangeError

FLOATS = (torch.float32, torch.float64, torch.bfloat16, torch.float16)


def asarray(x, dtype="float32", device=None) -> torch.Tensor:
    """x as a tensor of that float type.

    Raises
    ------
    ShapeError
        For ragged lists, which have no shape.
    ValueRangeError
        For complex numbers, and for arrays with numbers that are masked.

    Examples
    --------
    >>> asarray([[1, 2]])
    tensor([[1., 2.]])
    """
    if isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x):
        raise ValueRangeError(
            "expected a number everywhere, got a masked array; fill it, x.filled(0), and give "
            "lengths= where what is masked is padding"
        )
    if not isinstance(x, torch.Tensor):
        try:
            array = np.asarray(x)
            if array.dtype.kind != "c":
                array = np.array(array, dtype="float64" if is_double(dtype) else "float32")
        except (ValueError, TypeError) as error:
            raise ShapeError(
                f"expected an array of numbers, got {type(x).__name__} ({error}); pad sequences of "
                "different length on the right and give lengths="
            ) from error
        x = torch.from_numpy(array)
    if x.is_complex():
        raise ValueRangeError(
            f"expected real numbers, got {x.dtype}; give real and imaginary parts as features"
        )
    return x.to(device=device, dtype=as_dtype(dtype))


def to_numpy(x) -> np.ndarray:
    """x as a NumPy array, away from the GPU and from autograd."""
    if not isinstance(x, torch.Tensor):
        return np.asarray(x)
    x = x.detach().cpu()
    # NumPy has no bfloat16
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def as_dtype(dtype) -> torch.dtype:
    """A float type of PyTorch from its name.

    >>> as_dtype("float64")
    torch.float64
    """
    found = dtype if isinstance(dtype, torch.dtype) else getattr(torch, str(dtype), None)
    if found not in FLOATS:
        raise ValueRangeError(
            "dtype: expected 'float32', 'float64', 'bfloat16' or 'float16', or the torch.dtype of "
            f"that name, got {dtype!r}"
        )
    return found


def is_double(dtype) -> bool:
    return as_dtype(dtype) == torch.float64


def values_at_hand(x: torch.Tensor) -> bool:
    """Whether looking at values costs nothing: a GPU, or a compiler, would be stalled by it."""
    return x.device.type == "cpu" and not torch.compiler.is_compiling()
