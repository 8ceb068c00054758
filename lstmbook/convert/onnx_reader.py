"""Layers of ours from the operators RNN, LSTM and GRU of an ONNX model."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np

from lstmbook.convert import between
from lstmbook.convert.onnx_nodes import OPERATORS, Node
from lstmbook.convert.onnx_values import MOVES, SIZES, STANDARD_DOMAINS, Values
from lstmbook.errors import ConversionError, DataFileError, import_extra

OLDEST = 7  # the version of ONNX's operators from which on these three are as they are


def from_onnx(model, to: str = "numpy", node: str | None = None) -> Any:
    """Our layer with the weights of the recurrent nodes of an ONNX model.

    Parameters
    ----------
    model : onnx.ModelProto, or path of a file
        Nodes that follow each other become one stacked layer. What stands before and after them is
        not read.
    to : "numpy", "torch" or "tensorflow"
    node : name of the one node to read (or of its first output), in a model where several do not
        follow each other

    Returns
    -------
    layer
        LSTM, PeepholeLSTM, CoupledLSTM, NoInputActivationLSTM, NoOutputActivationLSTM, GRU or RNN.
        ONNX's two biases are added up where ours has one. Where the graph takes lengths or a start
        state as inputs, our layer takes them at the call.

    Raises
    ------
    DataFileError
        For a file that is missing or not ONNX.
    ConversionError
        For a model without such nodes, or with what ours cannot express: other activations, `clip`,
        `direction="reverse"`, a start state or lengths that the graph holds or computes.
    """
    onnx = import_extra("onnx", "onnx")
    lb = between.library(to)
    model, opset = read(onnx, model)
    graph = model.graph
    chosen = choose(graph, node)
    values = Values(onnx, graph, opset)
    nodes = [Node(onnx, one, values) for one in chosen]
    first = nodes[0]
    for before, after in itertools.pairwise(nodes):
        check_chain(onnx, graph, opset, before, after)
    for other in nodes[1:]:
        if other.signature() != first.signature() or other.dtype != first.dtype:
            raise ConversionError(
                f"nodes {first.name} and {other.name}: expected the same kind, size, directions, "
                f"lengths and type to stack, got {first.signature()} {first.dtype} and "
                f"{other.signature()} {other.dtype}; read them one by one with node="
            )
    signature = first.signature()
    layer = getattr(lb, signature["variant"])(
        first.w("W").shape[2],
        signature["hidden"],
        layers=len(nodes),
        bidirectional=signature["directions"] == 2,
        dtype=between.dtype_for(to, first.dtype),
        init="pytorch",
        **signature["options"],
    )
    weights = {}
    for unit in layer.layout.units:
        own = nodes[unit.layer].weights(int(unit.reverse), layer.layout.names)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.set_weights(lb, layer, weights, first.name)
    return layer


def read(onnx, model):
    """The ModelProto, from a file if need be, and the version of its operators."""
    if isinstance(model, str | Path):
        if not Path(model).is_file():
            raise DataFileError(f"ONNX: expected a file at {model}, found none")
        try:
            model = onnx.load(str(model))
        except Exception as error:  # protobuf and onnx have errors of their own
            raise DataFileError(
                f"ONNX: {model} is damaged, not an ONNX file, or the file with its weights is not "
                f"beside it ({type(error).__name__}); get it again"
            ) from error
    if not isinstance(model, onnx.ModelProto):
        raise ConversionError(f"expected an onnx.ModelProto or a path, got {type(model).__name__}")
    opset = next((o.version for o in model.opset_import if o.domain in STANDARD_DOMAINS), None)
    newest = onnx.defs.onnx_opset_version()
    if opset is None or not OLDEST <= opset <= newest:
        raise ConversionError(
            f"expected an ONNX model with opset {OLDEST} to {newest}, got {opset}; bring it to one "
            "of those with onnx.version_converter.convert_version"
        )
    if model.functions:
        from onnx import inliner

        model = inliner.inline_local_functions(model)
    return model, opset


def choose(graph, node: str | None) -> list:
    """The recurrent nodes of the graph, or the one of that name."""
    found = [o for o in graph.node if o.op_type in OPERATORS and o.domain in STANDARD_DOMAINS]
    nodes = found if node is None else [o for o in found if node in (o.name, o.output[0])]
    if nodes:
        return nodes
    names = [f"{one.name or '(no name)'} ({one.op_type})" for one in graph.node][:10]
    hidden = [f"{o.name or '(no name)'} ({o.op_type})" for o in inside(graph)]
    raise ConversionError(
        f"expected {f'a node {node!r} that is one' if node else 'one'} of the operators RNN, LSTM, "
        f"GRU in the graph; its first nodes are {', '.join(names) or '(none)'}"
        + (f"; those in the bodies of If, Loop and Scan are not read: {hidden}" if hidden else "")
    )


def inside(graph) -> list:
    """The recurrent nodes in the graphs that nodes of this graph hold."""
    found = []
    for one in graph.node:
        for attribute in one.attribute:
            for inner in (*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])):
                found += [o for o in inner.node if o.op_type in OPERATORS] + inside(inner)
    return found


def check_chain(onnx, graph, opset: int, before: Node, after: Node) -> None:
    """Raise ConversionError unless a node reads what the one before gave, axes apart.

    What stands between is computed on numbers that all differ, for some T and B: they must come
    out as (T, B, directions H).
    """
    source, target = before.node.output[0], after.node.input[0]
    for steps, batch in [(5, 3), *static_sizes(graph)]:
        shape = (steps, batch, before.directions, before.hidden)
        y = np.random.default_rng(0).normal(size=shape).astype("float32")
        wanted = y.reshape(steps, batch, -1)
        y = y.swapaxes(0, 1) if before.batch_first else y.swapaxes(1, 2)
        values = Values(onnx, graph, opset, {source: y} if source else {}, (*MOVES, *SIZES))
        got = values.get(target)
        wanted = wanted.swapaxes(0, 1) if after.batch_first else wanted
        if got is not None and np.array_equal(got, wanted):
            return
    maker = values.makers.get(target)
    between_ = "an input of the graph" if maker is None else f"{maker.op_type} {maker.name!r}"
    raise ConversionError(
        f"the node {after.name!r} does not read the output of {before.name!r} as it is, but "
        f"{between_}; read one of them with node={before.name!r} or node={after.name!r}"
    )


def static_sizes(graph) -> list[tuple[int, int]]:
    """T and B, both ways round, where the graph's first input has fixed ones."""
    for one in graph.input[:1]:
        sizes = [d.dim_value for d in one.type.tensor_type.shape.dim][:2]
        if len(sizes) == 2 and all(sizes):
            return [(sizes[0], sizes[1]), (sizes[1], sizes[0])]
    return []
