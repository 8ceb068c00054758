"""To `keras.layers.SimpleRNN`, `LSTM` and `GRU`; `keras_reader` says how they differ from ours."""

from typing import Any

import numpy as np

from lstmbook.convert import between, checks
from lstmbook.convert.keras_reader import NAMES, RZN
from lstmbook.convert.keras_stack import MERGES
from lstmbook.core.checks import check_bool
from lstmbook.errors import import_extra


def to_keras(layer, return_sequences: bool = True) -> Any:
    """`keras.layers.SimpleRNN`, `LSTM` or `GRU` with the weights of our layer.

    Parameters
    ----------
    layer : RNN, LSTM or GRU, of any implementation
    return_sequences : False: the last layer gives its last output only

    Returns
    -------
    keras.layers.Layer
        One layer, in `Bidirectional` where ours has two directions; a `keras.Sequential`, with
        `Dropout` between, where it has several layers. `recurrent_dropout` and `weight_drop`, which
        act in training only, are left out.

    Raises
    ------
    ConversionError
        For models, and for variants that Keras does not have.
    ValueRangeError
        For return_sequences other than True and False.
    """
    keras = import_extra("keras", "tensorflow")
    return_sequences = check_bool("return_sequences", return_sequences)
    layout, weights = between.layer_of(layer, "keras")
    name = layout.variant.name
    if name not in NAMES.values():
        checks.refuse_variant(name, "keras.layers has SimpleRNN, LSTM and GRU", "tensorflow")
    checks.check_learned_state(layout, "keras.layers", "convert.to(layer, 'tensorflow')")
    checks.check_zoneout(layout, "keras.layers", "convert.to(layer, 'tensorflow')")
    theirs = {ours: theirs for theirs, ours in NAMES.items()}[name]
    dtype = next(iter(weights.values())).dtype.name
    made = []
    for depth in range(layout.layers):
        if depth and layout.dropout:
            made.append(keras.layers.Dropout(layout.dropout, dtype=dtype))
        one = getattr(keras.layers, theirs)(
            layout.hidden_size,
            return_sequences=return_sequences or depth + 1 < layout.layers,
            dtype=dtype,
            **layout.options,
        )
        if layout.bidirectional:  # without a dtype it would cast x to Keras' default
            one = keras.layers.Bidirectional(one, merge_mode=MERGES[layout.merge], dtype=dtype)
        units = [unit for unit in layout.units if unit.layer == depth]
        one.build((None, None, units[0].input_size))
        arrays = []
        for unit in units:
            arrays += to_arrays({key: weights[unit.prefix + key] for key in layout.names}, name)
        checks.check_arrays(
            {str(k): v for k, v in enumerate(arrays)},
            {str(k): tuple(v.shape) for k, v in enumerate(one.weights) if "seed" not in v.path},
        )
        one.set_weights(arrays)
        made.append(one)
    if layout.layers == 1:
        return made[0]
    return keras.Sequential([keras.Input((None, layout.input_size), dtype=dtype), *made])


def to_arrays(own: dict, kind: str) -> list[np.ndarray]:
    """Our weights of one layer and direction as Keras' list."""
    if kind != "GRU":
        return [own["W"], own["U"], own["b"]]
    own = {name: checks.reorder(value, RZN) for name, value in own.items()}
    bias = np.stack([own["b"], own["b_u"]]) if "b_u" in own else own["b"]
    return [own["W"], own["U"], bias]
