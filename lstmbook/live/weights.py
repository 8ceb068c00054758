r"""Weights of a layer as plain NumPy arrays, whichever framework holds them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from lstmbook.errors import ShapeError, unknown_name


def weights_of(layer: Any) -> dict[str, np.ndarray]:
    r"""Flat dict of NumPy arrays of a weights dict or of one of our layers.

    Parameters
    ----------
    layer : dict of arrays, or a layer of `lstmbook.numpy`, `lstmbook.torch`, `lstmbook.tensorflow`

    Raises
    ------
    UnknownNameError
        If it is neither; a layer of another library goes through `lstmbook.convert` first.

    Examples
    --------
    >>> sorted(weights_of({"W": [[1.0]], "b": [0.0]}))
    ['W', 'b']
    """
    if isinstance(layer, Mapping):
        return {str(name): np.asarray(value, dtype=float) for name, value in layer.items()}
    for room in ("numpy", "torch", "tensorflow"):
        module = sys.modules.get(f"lstmbook.{room}")
        if type(layer).__module__.startswith(f"lstmbook.{room}.") and module is not None:
            return weights_of(module.get_weights(layer))
    raise unknown_name("layer", type(layer).__name__, ["a weights dict", "one of our layers"])


def lstm_weights(layer: Any) -> tuple[dict[str, np.ndarray], int, int]:
    r"""Weights of one LSTM layer in one direction, with its input and hidden size.

    Returns
    -------
    weights : {"W": (D, 4H), "U": (H, 4H), "b": (4H,)} and peepholes "p_i", "p_f", "p_o" (H,)
    D, H : int

    Raises
    ------
    UnknownNameError
        If a name is missing or too many, with what is expected.
    ShapeError
        If the sizes do not fit together.
    """
    weights = weights_of(layer)
    peepholes = {"p_i", "p_f", "p_o"}
    for name in ("W", "U", "b"):
        if name not in weights:
            raise unknown_name("set of weights", sorted(weights), ["W, U, b of one LSTM layer"])
    extra = set(weights) - {"W", "U", "b"}
    if extra and extra != peepholes:
        raise unknown_name("weight", sorted(extra)[0], ["W", "U", "b", *sorted(peepholes)])
    hidden = weights["U"].shape[0]
    inputs = weights["W"].shape[0]
    expected = {"W": (inputs, 4 * hidden), "U": (hidden, 4 * hidden), "b": (4 * hidden,)}
    expected |= {name: (hidden,) for name in extra}
    for name, shape in expected.items():
        if weights[name].shape != shape:
            raise ShapeError(
                f"{name}: expected shape {shape} (blocks i, f, g, o), got {weights[name].shape}"
            )
    return weights, inputs, hidden
