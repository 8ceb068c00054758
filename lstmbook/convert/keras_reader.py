"""From `keras.layers.SimpleRNN`, `LSTM` and `GRU`, alone, `Bidirectional`, or stacked.

Keras' matrices have our shapes. Its LSTM blocks stand in our order; its GRU blocks in the order
z, r, n, with a bias (2, 3H) when it resets after the product.
"""

from functools import partial
from typing import Any

import numpy as np

from lstmbook.convert import between, checks
from lstmbook.convert.keras_stack import MERGES, merge_of, split_dropout, stack_of
from lstmbook.errors import ConversionError, import_extra

NAMES = {"SimpleRNN": "RNN", "LSTM": "LSTM", "GRU": "GRU"}
RZN = [1, 0, 2]  # r, z, n in Keras' z, r, n, and back


def from_keras(layer, to: str = "numpy") -> Any:
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
        Of the same dtype (float32 in NumPy where Keras' is of 16 bits). It gives all outputs and
        the state, whatever `return_sequences` and `return_state` say. Left out is what acts in
        training only: dropout inside Keras' layers (ours acts on other places), regularizers,
        constraints, `trainable`.

    Raises
    ------
    ConversionError
        For other layers, other activations, `go_backwards`, `stateful`, a `merge_mode` of
        None, methods of its own; for layers that do not stack.
    """
    keras = import_extra("keras", "tensorflow")
    lb = between.library(to)
    rate, layers = split_dropout(keras, stack_of(keras, layer))
    units = [directions(keras, one) for one in layers]
    merge = merge_of(keras, layers)
    kind, options, dtype = check_stack(keras, units, merge)
    first = units[0][0].cell
    if to == "tensorflow":
        dtype = units[0][0].dtype_policy
    new = getattr(lb, kind)(
        int(first.kernel.shape[0]),
        first.units,
        layers=len(units),
        bidirectional=len(units[0]) == 2,
        merge=merge,
        dropout=rate,
        dtype=dtype if to == "tensorflow" else between.dtype_for(to, dtype),
        init="pytorch",
        **options,
    )
    weights = {}
    for unit in new.layout.units:
        own = from_cell(units[unit.layer][unit.reverse].cell, kind)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.set_weights(lb, new, weights, checks.full_name(layer))
    return new


def from_cell(cell, kind: str) -> dict[str, np.ndarray]:
    """Kernel, recurrent kernel and bias (if any) of one cell under our names."""
    kernel, recurrent = map(as_array, (cell.kernel, cell.recurrent_kernel))
    two = kind == "GRU" and cell.reset_after
    shape = (2, kernel.shape[1]) if two else kernel.shape[1:]
    bias = np.zeros(shape, kernel.dtype) if cell.bias is None else as_array(cell.bias)
    own = {"W": kernel, "U": recurrent, "b": bias}
    if two:
        own |= {"b": bias[0], "b_u": bias[1]}
    return {n: checks.reorder(v, RZN) for n, v in own.items()} if kind == "GRU" else own


def as_array(variable) -> np.ndarray:
    """A variable as an array; types of 16 bits, which NumPy may not know, as float32."""
    value = np.asarray(variable.numpy())
    return value if value.dtype == np.float64 else value.astype("float32")


def directions(keras, layer) -> list:
    """[forward] or [forward, backward] of one Keras layer."""
    if not isinstance(layer, keras.layers.Bidirectional):
        check_layer(keras, layer)
        if layer.go_backwards:
            raise ConversionError(
                f"{layer.name}: go_backwards=True has no place in a layer of ours; convert a copy "
                "with go_backwards=False and the same weights, and turn the sequences round"
            )
        return [layer]
    checks.check_own_methods(layer, type(layer).__mro__, (keras.layers.Bidirectional,), "call")
    both = [layer.forward_layer, layer.backward_layer]
    for one in both:
        check_layer(keras, one)
    if layer.merge_mode not in MERGES.values():
        raise ConversionError(
            f"{layer.name}: expected merge_mode 'concat', 'sum', 'ave' or 'mul', got "
            f"{layer.merge_mode!r}; build it once more with merge_mode='concat', set_weights(layer."
            "get_weights()) and convert that: its two halves are the outputs of the directions"
        )
    if layer.forward_layer.go_backwards or not layer.backward_layer.go_backwards:
        raise ConversionError(
            f"{layer.name}: go_backwards=True in forward_layer has no place in a layer of ours; "
            "build it with go_backwards=True in backward_layer alone and the two halves of its "
            "weights exchanged, and convert that: it gives the same states, in the sequence's own "
            "time"
        )
    return both


def check_layer(keras, layer) -> None:
    """Raise ConversionError unless it is a recurrent Keras layer that computes what ours does."""
    if between.belongs_to(layer, "lstmbook"):
        raise ConversionError(
            f"{type(layer).__name__} is ours already: use convert.to(layer, 'numpy')"
        )
    cell = getattr(layer, "cell", None)
    known = [getattr(keras.layers, name) for name in (*NAMES, "RNN")]
    cells = [getattr(keras.layers, name + "Cell") for name in NAMES]
    if not isinstance(layer, tuple(known)) or not isinstance(cell, tuple(cells)):
        inside = f" around {checks.full_name(cell)}" if cell is not None else ""
        raise ConversionError(
            "expected keras.layers.SimpleRNN, LSTM or GRU, or Bidirectional around one, got "
            f"{checks.full_name(layer)} {getattr(layer, 'name', '')!r}{inside}; give only the "
            "recurrent layers of a model, such as model.layers[1:3]"
        )
    checks.check_own_methods(layer, type(layer).__mro__, tuple(known), "call")
    checks.check_own_methods(cell, type(cell).__mro__, tuple(cells), "call")
    if layer.stateful:
        raise ConversionError(
            f"{layer.name}: stateful=True goes on where the batch before it ended, and ours starts "
            "from the state that it is given; convert a copy with stateful=False and the same "
            "weights, and pass the state that a call returns to the next"
        )
    if not (layer.built and getattr(cell, "built", False)):
        raise ConversionError(
            f"{layer.name} has no weights yet: call it on data, or layer.build((None, None, D)), "
            "first"
        )
    kind = kind_of(keras, cell)
    for role, known in (("activation", ("tanh", "relu")), ("recurrent_activation", ("sigmoid",))):
        known = known if kind == "RNN" else known[:1]
        got = getattr(cell, role, None)
        if hasattr(cell, role) and got not in [getattr(keras.activations, one) for one in known]:
            title = getattr(got, "__name__", type(got).__name__)
            title += f" of {getattr(got, '__module__', '?')}" if title in known else ""
            raise ConversionError(
                f"{layer.name}: expected {role}={' or '.join(map(repr, known))}, as our {kind} "
                f"has, got {title!r}; train it again with {known[0]}"
            )


def check_stack(keras, units: list, merge: str) -> tuple[str, dict, str]:
    """Kind, options and dtype of layers that can be one stacked layer of ours."""
    features = partial(features_of, keras)
    first = units[0][0]
    wanted: dict[str, Any] = features(first) | {"directions": len(units[0])}
    size = first.cell.units
    for depth, unit in enumerate(units):
        for one in unit:
            got = features(one) | {"directions": len(unit)}
            if got != wanted:
                raise ConversionError(
                    f"layer {depth} ({one.name}): expected the same as in the first layer and "
                    f"direction, {wanted}, got {got}; convert the layers one by one"
                )
            inputs = int(one.cell.kernel.shape[0])
            if depth and inputs != size * (len(unit) if merge == "concat" else 1):
                raise ConversionError(
                    f"layer {depth} ({one.name}) reads {inputs} features and the layer before it "
                    f"gives another number: they do not follow each other; convert the layers "
                    "one by one"
                )
        if int(unit[-1].cell.kernel.shape[0]) != int(unit[0].cell.kernel.shape[0]):
            raise ConversionError(
                f"layer {depth}: forward_layer and backward_layer read inputs of different size"
            )
        if depth + 1 < len(units) and not unit[0].return_sequences:
            raise ConversionError(f"{unit[0].name}: expected return_sequences=True below a layer")
    options = {n: wanted[n] for n in ("reset_after", "activation") if n in wanted}
    return wanted["kind"], options, wanted["dtype"]


def features_of(keras, layer) -> dict[str, Any]:
    """What all layers and directions of one layer of ours must share."""
    cell = layer.cell
    found = {"kind": kind_of(keras, cell), "units": cell.units, "dtype": str(cell.kernel.dtype)}
    if found["kind"] == "GRU":
        found["reset_after"] = bool(cell.reset_after)
    if found["kind"] == "RNN":
        found["activation"] = cell.activation.__name__
    return found


def kind_of(keras, cell) -> str:
    """Our name of a Keras cell."""
    return next(
        ours
        for name, ours in NAMES.items()
        if isinstance(cell, getattr(keras.layers, name + "Cell"))
    )
