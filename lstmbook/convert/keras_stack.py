"""Keras layers that follow each other: what all of them must share to be one layer of ours."""

import itertools

from lstmbook.convert import checks
from lstmbook.errors import ConversionError

MERGES = {"concat": "concat", "sum": "sum", "mean": "ave", "product": "mul"}  # ours: Keras'


def stack_of(keras, layer) -> list:
    """The layers in a list or Sequential; one layer as a list."""
    if isinstance(layer, keras.Model) and type(layer) is not keras.Sequential:
        raise ConversionError(
            f"{checks.full_name(layer)} {layer.name!r}: expected a layer, a list of layers or a "
            "keras.Sequential: how the layers of another model follow each other is not read; give "
            "its recurrent layers as a list, such as model.layers[1:3]"
        )
    layers = list(layer) if isinstance(layer, list | tuple) else getattr(layer, "layers", [layer])
    if not layers:
        raise ConversionError("expected at least one layer, got none")
    return list(layers)


def split_dropout(keras, layers: list) -> tuple[float, list]:
    """The rate of the Dropout layers between the others, and the others."""
    others = [k for k, one in enumerate(layers) if type(one) is not keras.layers.Dropout]
    rates = set()
    for before, after in itertools.pairwise(others):
        between_ = [float(one.rate) for one in layers[before + 1 : after]]
        rates.add(between_[0] if len(between_) == 1 else None if between_ else 0.0)
    rate = rates.pop() if rates else 0.0
    if rates or rate is None or rate >= 1:
        raise ConversionError(
            "expected one Dropout layer of one rate below 1 between all layers, or none anywhere; "
            "our dropout has one rate"
        )
    return rate, [layers[k] for k in others]


def merge_of(keras, layers: list) -> str:
    """How all the layers merge their directions, in our words."""
    modes = {one.merge_mode for one in layers if isinstance(one, keras.layers.Bidirectional)}
    if len(modes) > 1:
        raise ConversionError(
            f"expected one merge_mode in all layers, got {sorted(modes)}; convert them one by one"
        )
    mode = modes.pop() if modes else "concat"
    return next(ours for ours, theirs in MERGES.items() if theirs == mode)
