"""Weights of a NumPy layer or model, out and in by canonical name; and to and from a file."""

from collections.abc import Mapping

import numpy as np

from lstmbook.core import weight_files
from lstmbook.core.layout import check_names_and_shapes


def get_weights(layer) -> dict[str, np.ndarray]:
    """Copies of all parameters by canonical name.

    >>> from lstmbook import numpy as lb
    >>> sorted(get_weights(lb.LSTM(2, 3)))
    ['U', 'W', 'b']
    """
    return {name: value.copy() for name, value in layer.params.items()}


def set_weights(layer, weights: Mapping[str, np.ndarray]) -> None:
    """Copy weights in. Names and shapes are checked first; on an error nothing has changed.

    Raises
    ------
    NameNotKnown, ShapeError
    """
    check_names_and_shapes(weights, {name: value.shape for name, value in layer.params.items()})
    for name, value in layer.params.items():
        value[...] = weights[name]


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
