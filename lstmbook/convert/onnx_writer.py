"""Our layers as an ONNX graph of its operators RNN, LSTM and GRU, one node a layer.

ONNX wants time-major arrays, blocks in the order i, o, f, c (LSTM) and z, r, h (GRU), and two
biases a gate. `FORMS` says which variants its operators can express; `lstmbook.convert.onnx_reader`
reads the same table backwards.
"""

from dataclasses import dataclass, field

import numpy as np

from lstmbook.convert import between
from lstmbook.core.layout import Layout
from lstmbook.errors import ConversionError, import_extra

OPSET, IR_VERSION = 17, 8
LINEAR = "Affine"  # alpha x + beta, with alpha = 1 and beta = 0 the identity
STANDARD = ("Sigmoid", "Tanh", "Tanh")


@dataclass(frozen=True)
class Form:
    """How an operator expresses a variant.

    `blocks` are our letters in ONNX's order; a letter that the variant does not have is a block of
    zeros. `activations` are those of gates, candidate and output.
    """

    operator: str
    blocks: str
    activations: tuple[str, ...] = STANDARD
    attributes: dict = field(default_factory=dict)


FORMS = {
    "RNN": Form("RNN", "n", ("Tanh",)),
    "LSTM": Form("LSTM", "iofg"),
    "PeepholeLSTM": Form("LSTM", "iofg"),
    "CoupledLSTM": Form("LSTM", "iofg", attributes={"input_forget": 1}),
    "NoInputActivationLSTM": Form("LSTM", "iofg", ("Sigmoid", LINEAR, "Tanh")),
    "NoOutputActivationLSTM": Form("LSTM", "iofg", ("Sigmoid", "Tanh", LINEAR)),
    "GRU": Form("GRU", "zrn", ("Sigmoid", "Tanh")),
}


def to_onnx(layer, lengths: bool = False, state: bool = False):
    """The layer as an ONNX model.

    Parameters
    ----------
    layer : of any implementation: RNN, LSTM, PeepholeLSTM, CoupledLSTM, NoInputActivationLSTM,
        NoOutputActivationLSTM (these with and without peepholes) or GRU, stacked and bidirectional
    lengths : give the graph an input `lengths` (B,) of int64
    state : give the graph an input for each state, `start.h`, `start.c` or `start.l0.h`, ...

    Returns
    -------
    onnx.ModelProto
        Input `x` (B, T, D); outputs `outputs` (B, T, H) and the states by name: `h`, `c`, or
        `l0.h`, `l0.reverse.c`, ... B and T are free. Dropout, which acts in training only, is left
        out. For float32 and float64; onnxruntime runs float32.

    Raises
    ------
    ConversionError
        For a variant that no operator of ONNX expresses.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = to_onnx(lb.LSTM(2, 3))
    >>> [output.name for output in model.graph.output]
    ['outputs', 'h', 'c']
    """
    onnx = import_extra("onnx", "onnx")
    source = between.library(between.implementation_of(layer))
    layout, weights = layer.layout, source.get_weights(layer)
    if layout.variant.name not in FORMS:
        raise ConversionError(
            f"{layout.variant.name}: ONNX has the operators RNN, LSTM and GRU, which express "
            f"{', '.join(FORMS)}; for other variants use torch.onnx.export on "
            "convert.to(layer, 'torch')"
        )
    between.check_zoneout(layout, "ONNX", "torch.onnx.export on convert.to(layer, 'torch')")
    graph = Graph(onnx, layout, weights)
    graph.write(lengths, state)
    return graph.model()


class Graph:
    """The ONNX graph of one layer while it is being written."""

    def __init__(self, onnx, layout: Layout, weights: dict):
        self.onnx, self.layout, self.weights = onnx, layout, weights
        self.form = FORMS[layout.variant.name]
        self.dtype = next(iter(weights.values())).dtype
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []

    def write(self, lengths: bool, state: bool) -> None:
        s = self.layout
        self.inputs.append(self.value("x", ("B", "T", s.input_size)))
        self.outputs.append(self.value("outputs", ("B", "T", s.output_size)))
        shown = ""
        if lengths:
            self.inputs.append(self.value("lengths", ("B",), "int64"))
            shown = self.add("Cast", ["lengths"], "lengths32", to=self.onnx.TensorProto.INT32)
        # (B, T, D) -> (T, B, D)
        x = self.add("Transpose", ["x"], "l0.x", perm=[1, 0, 2])
        joined = self.constant("joined", np.array([0, 0, -1]))
        for depth in range(s.layers):
            units = [unit for unit in s.units if unit.layer == depth]
            starts = [self.start(units, name) if state else "" for name in s.variant.states]
            y = self.recurrent(depth, units, x, shown, starts)
            # (T, directions, B, H) -> (T, B, directions, H), for the end (B, T, directions, H)
            last = depth + 1 == s.layers
            y = self.add(
                "Transpose", [y], f"l{depth}.y", perm=[2, 0, 1, 3] if last else [0, 2, 1, 3]
            )
            x = self.add("Reshape", [y, joined], "outputs" if last else f"l{depth + 1}.x")

    def recurrent(self, depth, units, x, lengths, starts) -> str:
        """The node of one layer; returns the name of its Y."""
        form, s, states = self.form, self.layout, list(self.layout.variant.states)
        own = [{k: self.weights[u.prefix + k] for k in s.names} for u in units]
        arrays = [to_arrays(form, s.variant.blocks, one) for one in own]
        inputs = {
            name: self.constant(f"l{depth}.{name}", np.stack([one[name] for one in arrays]))
            for name in arrays[0]
        }
        attributes = dict(form.attributes)
        if form.activations not in (STANDARD, ("Tanh",), ("Sigmoid", "Tanh")):
            names = list(form.activations) * len(units)
            attributes["activations"] = names
            # one number for each activation that takes one, in their order
            attributes["activation_alpha"] = [1.0] * names.count(LINEAR)
            attributes["activation_beta"] = [0.0] * names.count(LINEAR)
        if form.operator == "GRU":
            attributes["linear_before_reset"] = int(s.options["reset_after"])
        names = [inputs["W"], inputs["R"], inputs["B"]]
        names = [x, *names, lengths, *starts, inputs.get("P", "")]
        ends = [f"l{depth}.Y_{name}" for name in states]
        self.nodes.append(
            self.onnx.helper.make_node(
                form.operator,
                names[: max(k for k, name in enumerate(names) if name) + 1],
                [f"l{depth}.Y", *ends],
                name=f"l{depth}",
                hidden_size=s.hidden_size,
                direction="bidirectional" if len(units) == 2 else "forward",
                **attributes,
            )
        )
        for end, name in zip(ends, states, strict=True):
            for k, unit in enumerate(units):  # (directions, B, H) -> (B, H) of each
                out = unit.prefix + name
                self.add(
                    "Gather", [end, self.constant(f"{out}.direction", np.array(k))], out, axis=0
                )
                self.outputs.append(self.value(out, ("B", s.hidden_size)))
        return f"l{depth}.Y"

    def start(self, units, state: str) -> str:
        """The initial state (directions, B, H) of one layer from the graph's inputs."""
        rows, axis = [], self.constant(f"{units[0].prefix}{state}.axis", np.array([0]))
        for unit in units:
            name = f"start.{unit.prefix}{state}"
            self.inputs.append(self.value(name, ("B", self.layout.hidden_size)))
            rows.append(self.add("Unsqueeze", [name, axis], f"{name}.row"))
        return self.add("Concat", rows, f"{rows[0]}s", axis=0)

    def add(self, operator: str, inputs: list, output: str, **attributes) -> str:
        node = self.onnx.helper.make_node(
            operator, inputs, [output], name=f"make {output}", **attributes
        )
        self.nodes.append(node)
        return output

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(self.onnx.numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def value(self, name: str, shape: tuple, dtype=None):
        kind = self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype or self.dtype))
        return self.onnx.helper.make_tensor_value_info(name, kind, shape)

    def model(self):
        helper = self.onnx.helper
        graph = helper.make_graph(
            self.nodes, self.layout.variant.name, self.inputs, self.outputs, self.constants
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(
            graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="lstmbook"
        )
        self.onnx.checker.check_model(model, full_check=True)
        return model


def to_arrays(form: Form, letters: tuple[str, ...], own: dict) -> dict[str, np.ndarray]:
    """Our weights of one layer and direction as ONNX's W, R, B and P (without directions)."""

    def rows(value: np.ndarray) -> np.ndarray:  # blocks of columns -> ONNX's blocks of rows
        parts = dict(zip(letters, np.split(value, len(letters), axis=-1), strict=True))
        zeros = np.zeros_like(next(iter(parts.values())))
        return np.concatenate([parts.get(c, zeros) for c in form.blocks], axis=-1).T

    b_u = own.get("b_u", np.zeros_like(own["b"]))
    arrays = {"W": rows(own["W"]), "R": rows(own["U"])}
    arrays["B"] = np.concatenate([rows(own["b"]), rows(b_u)])
    if "p_o" in own:
        zeros = np.zeros_like(own["p_o"])
        arrays["P"] = np.concatenate([own.get(f"p_{c}", zeros) for c in "iof"])
    return arrays
