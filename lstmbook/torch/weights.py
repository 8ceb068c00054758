"""Weights of a PyTorch layer or model, out and in by canonical name; and to and from a file."""

from collections.abc import Mapping

import numpy as np
import torch

from lstmbook.core import weight_files
from lstmbook.core.layout import check_names_and_shapes
from lstmbook.torch.arrays import to_numpy


def get_weights(layer) -> dict[str, np.ndarray]:
    """Copies of all parameters by canonical name, as NumPy arrays.

    >>> from lstmbook import torch as lb
    >>> sorted(get_weights(lb.LSTM(2, 3)))
    ['U', 'W', 'b']
    """
    return {name: to_numpy(value).copy(order="C") for name, value in layer.params.items()}


def get_grads(layer) -> dict[str, np.ndarray]:
    """Copies of all gradients by canonical name, as NumPy arrays; 0 where none has come."""
    grads, params = layer.grads, layer.params
    return {
        name: to_numpy(torch.zeros_like(value) if grads[name] is None else grads[name]).copy("C")
        for name, value in params.items()
    }


def set_weights(layer, weights: Mapping[str, np.ndarray]) -> None:
    """Copy weights in. Names and shapes are checked first; on an error nothing has changed.

    Raises
    ------
    NameNotKnown, ShapeError
    """
    params = layer.params
    check_names_and_shapes(weights, {name: value.shape for name, value in params.items()})
    with torch.no_grad():
        for name, value in params.items():
            value.copy_(torch.as_tensor(np.asarray(weights[name])))


def save(layer, path) -> None:
    """Write the weights of a layer or model to `.safetensors` or `.npz`."""
    weight_files.write(path, get_weights(layer))


def load(layer, path) -> None:
    """Read weights written by `save` (of any implementation) into a layer or model.

    Raises
    ------
    DataFileError
        If the file is missing, damaged or for another layer; nothing has changed then.
    """
    weight_files.load_into(layer, path, set_weights)
