"""Our layers and models as ONNX graphs.

`onnx_layers` writes a layer into a graph; here are its inputs and outputs, and the parts of a
model around it.
"""

from typing import TYPE_CHECKING

import numpy as np

from lstmbook.convert import between
from lstmbook.convert.onnx_layers import Writer
from lstmbook.core.checks import check_bool
from lstmbook.errors import ConversionError, import_extra

if TYPE_CHECKING:
    import onnx


def to_onnx(layer, lengths: bool = False, state: bool = False) -> "onnx.ModelProto":
    """The layer or model as an ONNX model.

    Parameters
    ----------
    layer : any layer or model of any implementation, stacked and bidirectional
    lengths : give the graph an input `lengths` (B,) of int64
    state : give the graph an input for each state, `start.h`, `start.c` or `start.l0.h`, ...; a
        layer's alone, since a model starts from 0

    Returns
    -------
    onnx.ModelProto
        Of a layer: input `x` (B, T, D); outputs `outputs` (B, T, H) and the states by name: `h`,
        `c`, or `l0.h`, `l0.reverse.c`, ... Of a model: input `x`, or `ids` (B, T) of int64 with an
        embedding; output `outputs` (B, K), or (B, T, K) without pooling. B, T and space axes are
        free; a DepthwiseLSTM always has its width. Dropout, which acts in training only, is left
        out. For float32 and float64; onnxruntime runs RNN, LSTM, GRU and Conv in float32 alone.

    Raises
    ------
    ConversionError
        For `state=True` with a model, a model over space without pooling, or a variant whose step
        is not written for ONNX.
    ValueRangeError
        For lengths or state other than True and False.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = to_onnx(lb.LSTM(2, 3))
    >>> [output.name for output in model.graph.output]
    ['outputs', 'h', 'c']
    """
    onnx = import_extra("onnx", "onnx")
    lengths, state = check_bool("lengths", lengths), check_bool("state", state)
    source = between.library(between.implementation_of(layer))
    weights = source.get_weights(layer)
    weights = {k: np.asarray(v, between.narrowest(v)) for k, v in weights.items()}
    if hasattr(layer, "head"):
        return model_to_onnx(onnx, layer, weights, lengths, state)
    writer = Writer(onnx, layer.layout, weights)
    g, s, space = writer.g, writer.layout, writer.space
    x = g.take_in("x", ("B", "T", s.input_size, *space))
    y, ends = writer.write(x, lengths, state)
    g.give(g.op("Identity", y, out="outputs"), ("B", "T", s.output_size, *space))
    for name, end in ends.items():
        g.give(g.op("Identity", end, out=name), ("B", *s.states[name], *space))
    return g.model(s.variant.name)


def model_to_onnx(onnx, model, weights: dict, lengths: bool, state: bool):
    """A model: embedding, layer, pooling, head."""
    if model.reads_target:
        raise ConversionError(
            f"{type(model).__name__} is two layers and a search; write its parts alone, with "
            "convert.to_onnx(model.encoder) and convert.to_onnx(model.decoder, state=True)"
        )
    if state:
        raise ConversionError(
            f"{type(model).__name__}: state=True is for layers, a model starts from 0; use "
            "convert.to_onnx(model.layer, state=True) for its layer alone"
        )
    own = {k.removeprefix("layer."): v for k, v in weights.items() if k.startswith("layer.")}
    writer = Writer(onnx, model.layer.layout, own)
    g, s, space = writer.g, writer.layout, writer.space
    pooling = getattr(model.pooling, "pooling", model.pooling)
    flat = 0 in s.variant.space and (pooling is None or model.embedding is not None)
    if pooling is None and space and not flat:
        raise ConversionError(
            f"{type(model).__name__} with pooling=None on {s.variant.name}: its head has no place "
            "for space axes; use pooling 'last', 'mean' or 'max'"
        )
    if model.embedding is None:
        x = g.take_in("x", ("B", "T", s.input_size, *(() if flat else space)))
    else:
        table = weights["embedding.E"].astype(g.dtype)
        x = g.op("Gather", g.constant(table, "embedding.E"), g.take_in("ids", ("B", "T"), "int64"))
    x = g.op("Unsqueeze", x, g.ints(3)) if flat and space else x  # a width of 1
    y, ends = writer.write(x, lengths, False)
    if pooling == "last":  # what each direction of the last layer read last
        y = g.concat([ends[unit.prefix + "h"] for unit in s.units if unit.layer == s.layers - 1])
    elif pooling == "mean":  # y is 0 past the length
        count = g.op("Cast", writer.real_steps(x), to=g.info("n", ()).type.tensor_type.elem_type)
        count = g.op("Reshape", count, g.ints(-1, *[1] * (1 + len(space))))
        y = g.op("ReduceSum", y, g.ints(1), keepdims=0) / count
    elif pooling == "max":
        lowest = np.array(-np.inf, g.dtype)
        y = g.op("Where", writer.is_real(x), y, lowest) if lengths else y
        y = g.op("ReduceMax", y, axes=[1], keepdims=0)
    if space:  # its axes come last, after those of time, if any, and features
        first = 2 if pooling else 3
        y = g.op("ReduceMean", y, axes=list(range(first, first + len(space))), keepdims=0)
    head = {"W": weights.get("head.W"), "b": weights["head.b"]}
    head["W"] = weights["embedding.E"].T if head["W"] is None else head["W"]  # tied weights
    W, b = (g.constant(head[n].astype(g.dtype), f"head.{n}") for n in "Wb")
    free = ("B",) if pooling else ("B", "T")
    g.give(g.op("Add", y @ W, b, out="outputs"), (*free, int(weights["head.b"].size)))
    return g.model(type(model).__name__)
