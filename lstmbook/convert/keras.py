"""To and from `keras.layers.SimpleRNN`, `LSTM` and `GRU`, alone, `Bidirectional`, or stacked.

Keras' matrices have our shapes. Its LSTM blocks stand in our order; its GRU blocks in the order
z, r, n, with a bias (2, 3H) when it resets after the product.
"""

import numpy as np

from lstmbook.convert import between
from lstmbook.errors import ConversionError, import_extra

NAMES = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
RZN = [1, 0, 2]  # r, z, n in Keras' z, r, n, and back


def from_keras(layer, to: str = "numpy"):
    """Our layer with the weights of a Keras layer, or of several that follow each other.

    Parameters
    ----------
    layer : keras.layers.SimpleRNN, LSTM or GRU, `Bidirectional` around one, `keras.layers.RNN`
        around one of their cells; or a list or `keras.Sequential` of such, built. `Dropout` layers
        of one rate between them become our `dropout`. Nothing of it is changed.
    to : "numpy", "torch" or "tensorflow"

    Returns
    -------
    layer
        Of the same dtype. Dropout inside Keras' layers acts in training only, and on other
        places than ours: it is left out.

    Raises
    ------
    ConversionError
        For other layers, activations or forms; for layers that do not stack.
    """
    import_extra("keras", "tensorflow")
    rate, layers = split_dropout(stack_of(layer))
    units = [directions(one) for one in layers]
    cells = [cell_of(unit) for unit in units[0]]
    kind, hidden = kind_of(cells[0]), cells[0].units
    options = {"reset_after": bool(cells[0].reset_after)} if kind == "GRU" else {}
    for depth, unit in enumerate(units):
        for one in unit:
            cell = cell_of(one)
            check_cell(cell)
            same = kind_of(cell) == kind and cell.units == hidden and len(unit) == len(units[0])
            if not same or any(getattr(cell, k) != v for k, v in options.items()):
                raise ConversionError(
                    f"layer {depth} ({one.name}): expected the same kind, size and directions as "
                    f"the first, {kind} of {hidden}; convert the layers one by one"
                )
            if not one.built:
                raise ConversionError(
                    f"{one.name} has no weights yet: call it on data, or layer.build((None, None, "
                    "D)), first"
                )
        if depth + 1 < len(units) and not unit[0].return_sequences:
            raise ConversionError(f"{unit[0].name}: expected return_sequences=True below a layer")
    new = getattr(between.library(to), kind)(
        int(cells[0].kernel.shape[0]),
        hidden,
        layers=len(units),
        bidirectional=len(units[0]) == 2,
        dropout=rate,
        dtype=units[0][0].variable_dtype,
        init="pytorch",
        **options,
    )
    weights = {}
    for unit in new.layout.units:
        cell = cell_of(units[unit.layer][unit.reverse])
        own = from_arrays([np.asarray(v) for v in cell.get_weights()], kind)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.library(to).set_weights(new, weights)
    return new


def to_keras(layer, return_sequences: bool = True):
    """`keras.layers.SimpleRNN`, `LSTM` or `GRU` with the weights of our layer.

    Parameters
    ----------
    layer : RNN, LSTM or GRU, of any implementation
    return_sequences : False: the last layer gives its last output only

    Returns
    -------
    keras.layers.Layer
        One layer, in `Bidirectional` where ours has two directions; a `keras.Sequential`, with
        `Dropout` between, where it has several layers. `recurrent_dropout`, which acts in training
        only, is left out.

    Raises
    ------
    ConversionError
        For variants that Keras does not have.
    """
    keras = import_extra("keras", "tensorflow")
    source = between.library(between.implementation_of(layer))
    layout, weights = layer.layout, source.get_weights(layer)
    name = layout.variant.name
    if name not in NAMES.values():
        between.refuse_variant(name, "keras.layers has SimpleRNN, LSTM and GRU", "tensorflow")
    between.check_zoneout(layout, "keras.layers", "convert.to(layer, 'tensorflow')")
    theirs = {ours_: theirs for theirs, ours_ in NAMES.items()}[name]
    made = []
    for depth in range(layout.layers):
        if depth and layout.dropout:
            made.append(keras.layers.Dropout(layout.dropout))
        one = getattr(keras.layers, theirs)(
            layout.hidden_size,
            return_sequences=return_sequences or depth + 1 < layout.layers,
            dtype=next(iter(weights.values())).dtype.name,
            **layout.options,
        )
        if layout.bidirectional:  # without a dtype it would cast x to Keras' default
            one = keras.layers.Bidirectional(one, dtype=one.dtype)
        units = [unit for unit in layout.units if unit.layer == depth]
        one.build((None, None, units[0].input_size))
        arrays = []
        for unit in units:
            arrays += to_arrays({key: weights[unit.prefix + key] for key in layout.names}, name)
        between.check_arrays(
            {str(k): v for k, v in enumerate(arrays)},
            {str(k): tuple(v.shape) for k, v in enumerate(one.weights) if "seed" not in v.path},
        )
        one.set_weights(arrays)
        made.append(one)
    if layout.layers == 1:
        return made[0]
    return keras.Sequential([keras.Input((None, layout.input_size)), *made])


def from_arrays(arrays: list, kind: str) -> dict[str, np.ndarray]:
    """Kernel, recurrent kernel and bias (if any) of one cell under our names."""
    kernel, recurrent, *bias = arrays
    bias = bias[0] if bias else np.zeros(kernel.shape[1], kernel.dtype)
    if kind != "GRU":
        return {"W": kernel, "U": recurrent, "b": bias}
    own = {"W": kernel, "U": recurrent, "b": bias if bias.ndim == 1 else bias[0]}
    if bias.ndim == 2:
        own["b_u"] = bias[1]
    return {name: between.reorder(value, RZN) for name, value in own.items()}


def to_arrays(own: dict, kind: str) -> list[np.ndarray]:
    """Our weights of one layer and direction as Keras' list."""
    if kind != "GRU":
        return [own["W"], own["U"], own["b"]]
    own = {name: between.reorder(value, RZN) for name, value in own.items()}
    bias = np.stack([own["b"], own["b_u"]]) if "b_u" in own else own["b"]
    return [own["W"], own["U"], bias]


def stack_of(layer) -> list:
    """The layers in a list or Sequential; one layer as a list."""
    layers = list(layer) if isinstance(layer, list | tuple) else getattr(layer, "layers", [layer])
    if not layers:
        raise ConversionError("expected at least one layer, got none")
    return list(layers)


def split_dropout(layers: list) -> tuple[float, list]:
    """The rate of the Dropout layers between the others, and the others."""
    recurrent = [k for k, one in enumerate(layers) if type(one).__name__ != "Dropout"]
    between = {k: one for k, one in enumerate(layers) if k not in recurrent}
    rates = {float(one.rate) for k, one in between.items() if 0 < k < len(layers) - 1}
    if len(rates) > 1 or (rates and len(between) != len(recurrent) - 1):
        raise ConversionError(
            "expected Dropout of one rate between all layers, or none; our dropout has one rate"
        )
    return (rates.pop() if rates else 0.0), [layers[k] for k in recurrent]


def directions(layer) -> list:
    """[forward] or [forward, backward] of one Keras layer."""
    if type(layer).__name__ != "Bidirectional":
        if getattr(layer, "go_backwards", False):
            raise ConversionError(
                f"{layer.name}: go_backwards=True has no place in a layer of ours; turn the "
                "sequences round and convert a copy with go_backwards=False"
            )
        return [layer]
    if layer.merge_mode != "concat":
        raise ConversionError(
            f"{layer.name}: expected merge_mode='concat', as ours joins them, got "
            f"{layer.merge_mode!r}; convert forward_layer and backward_layer apart"
        )
    return [layer.forward_layer, layer.backward_layer]


def cell_of(layer):
    """The cell of a recurrent Keras layer."""
    cell = getattr(layer, "cell", None)
    if cell is None or between.belongs_to(layer, "lstmbook") or kind_of(cell) is None:
        raise ConversionError(
            "expected keras.layers.SimpleRNN, LSTM or GRU, or Bidirectional around one, got "
            f"{type(layer).__name__} {getattr(layer, 'name', '')!r}; give only the recurrent "
            "layers of a model, such as model.layers[1:3]"
        )
    return cell


def kind_of(cell) -> str | None:
    """Our name of a Keras cell; None for others."""
    return NAMES.get(type(cell).__name__.removesuffix("Cell"))


def check_cell(cell) -> None:
    """Raise ConversionError for activations that ours does not have."""
    for role, wanted in (("activation", "tanh"), ("recurrent_activation", "sigmoid")):
        got = getattr(getattr(cell, role, None), "__name__", wanted)
        if got != wanted:
            raise ConversionError(
                f"{cell.name}: expected {role}={wanted!r}, the only one that our "
                f"{kind_of(cell)} has, got {got!r}; train it again with {wanted}"
            )
