"""Layers of ours from the operators RNN, LSTM and GRU of an ONNX model."""

from pathlib import Path

import numpy as np

from lstmbook.convert import between
from lstmbook.convert.onnx_writer import FORMS, LINEAR, STANDARD
from lstmbook.errors import ConversionError, DataFileError, import_extra
from lstmbook.variants import VARIANTS

OPERATORS = ("RNN", "LSTM", "GRU")
# what may stand between two stacked layers: it changes the order of the axes alone
LAYOUT = ("Transpose", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Dropout")


def from_onnx(model, to: str = "numpy", node: str | None = None):
    """Our layer with the weights of the recurrent nodes of an ONNX model.

    Parameters
    ----------
    model : onnx.ModelProto, or path of a file
        Nodes that follow each other become one stacked layer. What stands before and after them is
        not read.
    to : "numpy", "torch" or "tensorflow"
    node : name of the one node to read, in a model where several do not follow each other

    Returns
    -------
    layer
        LSTM, PeepholeLSTM, CoupledLSTM, NoInputActivationLSTM, NoOutputActivationLSTM, GRU or RNN.
        ONNX's two biases are added up where ours has one.

    Raises
    ------
    DataFileError
        For a file that is missing or not ONNX.
    ConversionError
        For a model without such nodes, or with what ours cannot express: other activations, `clip`,
        `direction="reverse"`, an initial state among the weights.
    """
    onnx = import_extra("onnx", "onnx")
    graph = read(onnx, model).graph
    arrays = {one.name: one for one in graph.initializer}
    for one in graph.node:
        if one.op_type == "Constant":
            for attribute in one.attribute:
                if attribute.name == "value":
                    arrays[one.output[0]] = attribute.t
    nodes = [one for one in graph.node if one.op_type in OPERATORS]
    if node is not None:
        nodes = [one for one in nodes if one.name == node]
    if not nodes:
        names = [f"{one.name or '(no name)'} ({one.op_type})" for one in graph.node][:10]
        which = f"a node {node!r} that is one of" if node else "one of the operators"
        raise ConversionError(
            f"expected {which} RNN, LSTM, GRU in the graph; its first nodes are {', '.join(names)}"
        )
    check_chain(graph, nodes)
    read_nodes = [Node(onnx, one, arrays) for one in nodes]
    first = read_nodes[0]
    for other in read_nodes[1:]:
        if other.signature() != first.signature():
            raise ConversionError(
                f"nodes {first.name} and {other.name}: expected the same kind, size and directions "
                f"to stack, got {first.signature()} and {other.signature()}; read them one by one "
                "with node="
            )
    variant, hidden, directions, options = first.signature()
    layer = getattr(between.library(to), variant)(
        first.w("W").shape[2],
        hidden,
        layers=len(read_nodes),
        bidirectional=directions == 2,
        dtype=first.w("W").dtype.name,
        init="pytorch",
        **dict(options),
    )
    weights = {}
    for unit in layer.layout.units:
        own = read_nodes[unit.layer].weights(int(unit.reverse), layer.layout.names)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.library(to).set_weights(layer, weights)
    return layer


class Node:
    """One RNN, LSTM or GRU node: its attributes checked, its arrays by ONNX's names."""

    INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")

    def __init__(self, onnx, node, arrays: dict):
        self.onnx, self.operator = onnx, node.op_type
        self.name = node.name or node.output[0]
        self.inputs = {k: v for k, v in zip(self.INPUTS, node.input, strict=False) if v}
        self.arrays = arrays
        self.attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        self.hidden = self.w("R").shape[-1]
        self.directions = len(self.w("W"))
        self.check()

    def w(self, name: str) -> np.ndarray | None:
        """A constant input as an array; None where the node does not have it."""
        if name not in self.inputs:
            return None
        if self.inputs[name] not in self.arrays:
            raise ConversionError(
                f"{self.name}: expected its input {name} to be a constant of the graph, but it is "
                "computed; run onnx's constant folding (onnxsim, or onnxruntime's optimizer) first"
            )
        return self.onnx.numpy_helper.to_array(self.arrays[self.inputs[name]])

    def text(self, name: str, default: str) -> str:
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def check(self) -> None:
        if self.text("direction", "forward") == "reverse":
            raise ConversionError(
                f"{self.name}: direction='reverse' alone has no place in a layer of ours; turn "
                "the sequences round and set the node's direction to 'forward'"
            )
        if self.attributes.get("clip", 0.0):
            raise ConversionError(
                f"{self.name}: clip={self.attributes['clip']:g}: our cells do not clip; remove the "
                "attribute if no value reaches it"
            )
        for state in ("initial_h", "initial_c"):
            if self.inputs.get(state) in self.arrays and np.any(self.w(state)):
                raise ConversionError(
                    f"{self.name}: {state} is a constant other than 0, which our layer does not "
                    "keep; take it out of the node and give it as state= at the call"
                )

    def activations(self) -> tuple[str, ...]:
        """Those of one direction; the identity as `Affine`."""
        default = {"RNN": ("Tanh",), "LSTM": STANDARD, "GRU": ("Sigmoid", "Tanh")}[self.operator]
        got = [a.decode() for a in self.attributes.get("activations", [])]
        got = got or list(default) * self.directions
        parts = {tuple(p) for p in np.split(np.array(got), self.directions)}
        for key, identity in (("activation_alpha", 1.0), ("activation_beta", 0.0)):
            numbers = self.attributes.get(key, [])
            if LINEAR in got and any(number != identity for number in numbers):
                raise ConversionError(
                    f"{self.name}: Affine with {key}={list(numbers)}: ours has the identity alone, "
                    "alpha 1 and beta 0"
                )
        if LINEAR in got and len(self.attributes.get("activation_alpha", [])) == 0:
            raise ConversionError(f"{self.name}: Affine without activation_alpha; expected 1")
        if len(parts) > 1:
            raise ConversionError(f"{self.name}: two directions with other activations: {got}")
        return tuple(str(a) for a in parts.pop())

    def signature(self) -> tuple:
        """Variant, H, directions and options: what stacked layers must share."""
        activations, coupled = self.activations(), self.attributes.get("input_forget", 0)
        peepholes = "P" in self.inputs and self.operator == "LSTM"
        fits = [
            name
            for name, form in FORMS.items()
            if form.operator == self.operator
            and form.activations == activations
            and form.attributes.get("input_forget", 0) == coupled
        ]
        if not fits:
            raise ConversionError(
                f"{self.name}: {self.operator} with the activations {', '.join(activations)}"
                f"{' and input_forget=1' if coupled else ''} is none of our variants; those of "
                f"ONNX's that are: {', '.join(FORMS)}"
            )
        variant = "PeepholeLSTM" if peepholes and fits[0] == "LSTM" else fits[0]
        options: dict = {}
        if variant == "GRU":
            options = {"reset_after": bool(self.attributes.get("linear_before_reset", 0))}
        elif variant not in ("RNN", "LSTM", "PeepholeLSTM"):
            options = {"peepholes": peepholes}
        return variant, self.hidden, self.directions, tuple(options.items())

    def weights(self, direction: int, names) -> dict[str, np.ndarray]:
        """Our weights of one direction."""
        variant = self.signature()[0]
        form, letters = FORMS[variant], VARIANTS[variant].blocks
        bias = self.w("B")
        if bias is None:
            bias = np.zeros(
                (self.directions, 2 * len(form.blocks) * self.hidden), self.w("W").dtype
            )
        b, b_u = np.split(bias[direction], 2)

        def columns(value: np.ndarray) -> np.ndarray:  # ONNX's blocks of rows -> ours of columns
            parts = dict(zip(form.blocks, np.split(value, len(form.blocks)), strict=True))
            return np.concatenate([parts[c] for c in letters]).T

        own = {"W": columns(self.w("W")[direction]), "U": columns(self.w("R")[direction])}
        if "b_u" in names:
            own |= {"b": columns(b), "b_u": columns(b_u)}
        else:
            own["b"] = columns(b + b_u)
        if "P" in self.inputs and self.operator == "LSTM":
            parts = dict(zip("iof", np.split(self.w("P")[direction], 3), strict=True))
            own |= {f"p_{c}": parts[c] for c in "ifo" if f"p_{c}" in names}
        return own


def read(onnx, model):
    """The ModelProto, from a file if need be."""
    if isinstance(model, onnx.ModelProto):
        return model
    if not isinstance(model, str | Path):
        raise ConversionError(f"expected an onnx.ModelProto or a path, got {type(model).__name__}")
    if not Path(model).is_file():
        raise DataFileError(f"ONNX: expected a file at {model}, found none")
    try:
        loaded = onnx.load(str(model))
        onnx.checker.check_model(loaded)
    except Exception as error:  # protobuf and onnx have errors of their own
        raise DataFileError(
            f"ONNX: {model} is damaged or not an ONNX file ({type(error).__name__}); get it again"
        ) from error
    return loaded


def check_chain(graph, nodes: list) -> None:
    """Raise ConversionError unless each node reads what the one before gave, axes apart."""
    makers = {name: one for one in graph.node for name in one.output}
    for before, after in zip(nodes, nodes[1:], strict=False):
        maker = makers.get(after.input[0])
        while maker is not None and maker.op_type in LAYOUT:
            maker = makers.get(maker.input[0])
        if maker is not before:
            between = "nothing" if maker is None else f"{maker.op_type} {maker.name!r}"
            names = ", ".join(repr(one.name) for one in nodes)
            raise ConversionError(
                f"the node {after.name!r} does not read the output of {before.name!r} (found "
                f"{between}); read one of them with node=, of {names}"
            )
