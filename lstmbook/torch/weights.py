"""Weights of a PyTorch layer or model, see `lstmbook.core.weights`; and gradients alike."""

import numpy as np
import torch

from lstmbook.core.weights import Access, bind, params_of
from lstmbook.errors import ValueRangeError
from lstmbook.torch.arrays import numpy_dtype, to_numpy


def write(parameter: torch.Tensor, value: np.ndarray) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.array(value)))


def check_writable(name: str, parameter: torch.Tensor) -> None:
    """Raise ValueRangeError for a weight that is computed from others."""
    if not parameter.is_leaf:
        raise ValueRangeError(
            f"weights {name}: it is computed by a parametrization; remove that first with "
            "torch.nn.utils.parametrize.remove_parametrizations"
        )


ACCESS = Access(
    "torch",
    torch.Tensor,
    read=to_numpy,
    write=write,
    dtype=lambda parameter: numpy_dtype(parameter.dtype),
    check=check_writable,
)
get_weights, set_weights, save, load = bind(ACCESS, __name__)


def get_grads(layer) -> dict[str, np.ndarray]:
    """Copies of all gradients by canonical name, as NumPy arrays; 0 where none has come."""
    params, grads = params_of(layer, ACCESS), layer.grads
    return {
        name: to_numpy(torch.zeros_like(value) if grads[name] is None else grads[name]).copy("C")
        for name, value in params.items()
    }
