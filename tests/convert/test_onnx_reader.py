"""Graphs by other hands: our layer computes what onnxruntime does, or the reader refuses.

The graphs are made here, node by node. All weights are random and differ, both biases too.
"""

from itertools import combinations

import numpy as np
import pytest

from lstmbook import convert
from lstmbook.errors import ConversionError, DataFileError
from tests.convert.test_onnx import run

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

RNG = np.random.default_rng(0)
T, B, D, H = 6, 3, 4, 5
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
X = RNG.normal(size=(T, B, D)).astype("float32")
STATE = {k: RNG.normal(size=(2, B, H)).astype("float32") for k in ("initial_h", "initial_c")}
LENGTHS = np.array([6, 2, 4], "int32")


class Made:
    """A graph in the making: `constant` and `add` give names, `model` the model."""

    def __init__(self):
        self.nodes, self.initializers, self.inputs = [], [], {}

    def constant(self, value, how="initializer"):
        name = f"v{len(self.nodes) + len(self.initializers)}"
        tensor = numpy_helper.from_array(np.array(value, order="C"), name)
        if how == "initializer":
            self.initializers.append(tensor)
            return name
        return self.add("Constant", [], value=tensor)

    def add(self, operator, inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes) + len(self.initializers)}.{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name=names[0], **attributes))
        return names[0] if outputs == 1 else names

    def weights(self, operator, directions=1, inputs=D, parts="WRB", dtype="float32"):
        rows = GATES[operator] * H
        sizes = {"W": (rows, inputs), "R": (rows, H), "B": (2 * rows,), "P": (3 * H,)}
        return [
            self.constant(RNG.normal(0, 0.5, (directions, *sizes[k])).astype(dtype))
            if k in parts
            else ""
            for k in "WRB"
        ]

    def model(self, output="Y", opset=17, size=D, **more):
        def info(name, kind, shape):
            return helper.make_tensor_value_info(name, kind, shape)

        inputs = [info("X", TensorProto.FLOAT, ["T", "B", size])]
        kinds = {"sequence_lens": TensorProto.INT32}
        inputs += [info(n, kinds.get(n, TensorProto.FLOAT), s) for n, s in self.inputs.items()]
        graph = helper.make_graph(
            self.nodes, "made", inputs, [info(output, TensorProto.FLOAT, None)], self.initializers
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, **more
        )


def same(model, state=None, lengths=None, x=X, to="numpy", node=None, **fed):
    """Outputs of our layer against onnxruntime's Y (T, directions, B, H) or (T, B, ...)."""
    ours = convert.from_onnx(model, node=node)
    y = run(model, X=x, **fed)
    y = next(iter(y.values()))
    y = y.transpose(2, 0, 1, 3).reshape(B, T, -1) if y.ndim == 4 else y.swapaxes(0, 1)
    given = None if state is None else ours.layout.state_as_given(state)
    got = ours(x.swapaxes(0, 1), given, lengths, training=False)[0]
    np.testing.assert_allclose(got, y, atol=1e-5)
    return ours


def plain(operator="LSTM", directions=1, parts="WRB", extra=(), more=None, **attributes):
    made = Made()
    weights = made.weights(operator, directions, parts=parts)
    if directions == 2:
        attributes["direction"] = "bidirectional"
    extra = [made.constant(v) if isinstance(v, np.ndarray) else v for v in extra]
    made.nodes.append(
        helper.make_node(
            operator, ["X", *weights, *extra], ["Y"], name="one", hidden_size=H, **attributes
        )
    )
    return made


P = RNG.normal(0, 0.5, (2, 3 * H)).astype("float32")
ZERO = np.zeros((2, B, H), "float32")
LINEAR = {"activation_alpha": [1.0], "activation_beta": [0.0]}
# what an LSTM node may have: the change, and the word of a refusal (None: it must be read)
CHANGES = {
    "no bias": ({"parts": "WR"}, None),
    "peepholes": ({"P": P}, None),
    "zero start": ({"initial_h": ZERO, "initial_c": ZERO}, None),
    "other case": ({"activations": ["sigmoid", "TANH", "tanH"]}, None),
    "linear input": ({"activations": ["Sigmoid", "affine", "Tanh"], **LINEAR}, None),
    "linear output": ({"activations": ["sigmoid", "tanh", "Affine"], **LINEAR}, None),
    "alpha of no use": (
        {"activations": ["Sigmoid", "Tanh", "Tanh"], "activation_alpha": [0.5]},
        None,
    ),
    "coupled": ({"input_forget": 1}, None),
    "no clip": ({"clip": 3.4028234663852886e38}, None),
    "clip": ({"clip": 0.3}, "clip"),
    "scaled": (
        {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [0.5]},
        "activation_alpha",
    ),
    "shifted": (
        {"activations": ["Sigmoid", "Affine", "Tanh"], "activation_alpha": [1.0]}
        | {"activation_beta": [0.5]},
        "activation_beta",
    ),
    "relu": ({"activations": ["Sigmoid", "relu", "Tanh"]}, "activations"),
    "hard": ({"activations": ["HardSigmoid", "Tanh", "Tanh"]}, "activations"),
    "start h": ({"initial_h": STATE["initial_h"]}, "initial_h"),
    "start c": ({"initial_c": STATE["initial_c"]}, "initial_c"),
    "lengths": ({"sequence_lens": LENGTHS}, "sequence_lens"),
    "reverse": ({"direction": "reverse"}, "reverse"),
}
ORDER = ("sequence_lens", "initial_h", "initial_c", "P")


def changed(operator, directions, *changes):
    all_of = {}
    for change in changes:
        all_of |= CHANGES[change][0]
    arrays = {n: v[:directions] if v.ndim > 1 else v for n, v in all_of.items() if n in ORDER}
    rest = {n: v for n, v in all_of.items() if n not in ORDER}
    for name in ("activations", "activation_alpha", "activation_beta"):
        if name in rest:
            rest[name] = rest[name] * directions
    extra = [arrays.get(n, "") for n in ORDER] if arrays else []
    return plain(operator, directions, extra=extra, **rest)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize(
    "changes", [(c,) for c in CHANGES] + list(combinations(CHANGES, 2)), ids=str
)
def test_what_a_node_may_have(changes, directions):
    if "reverse" in changes and directions == 2:
        pytest.skip("one direction")
    if len(changes) == 2 and set(CHANGES[changes[0]][0]) & set(CHANGES[changes[1]][0]):
        pytest.skip("both change the same")
    model = changed("LSTM", directions, *changes).model()
    words = [CHANGES[c][1] for c in changes if CHANGES[c][1]]
    if "linear" in " ".join(changes) and "coupled" in changes and not words:
        words = ["input_forget=1 is none"]
    if words:
        with pytest.raises(ConversionError, match="|".join(words)):
            convert.from_onnx(model)
        return
    same(model)


@pytest.mark.parametrize("operator", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("parts", ["WRB", "WR"])
@pytest.mark.parametrize("opset", [7, 11, 13, 14, 17, 21])
def test_both_biases_and_directions(operator, directions, parts, opset):
    options = [{}]
    if operator == "GRU":
        options = [{"linear_before_reset": 0}, {"linear_before_reset": 1}]
    for more in options:
        model = plain(operator, directions, parts, **more).model(opset=opset)
        same(model)
        for to in ("torch", "tensorflow"):
            pytest.importorskip(to)
            if opset == 17 and parts == "WRB":
                again = convert.to(convert.from_onnx(model, to))
                np.testing.assert_array_equal(
                    again(X.swapaxes(0, 1))[0], convert.from_onnx(model)(X.swapaxes(0, 1))[0]
                )


@pytest.mark.parametrize("operator", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("how", ["reverse", "layout", "clip", "other", "unknown", "direction"])
def test_attributes_of_every_operator(operator, how):
    attributes = {
        "reverse": {"direction": "reverse"},
        "layout": {"layout": 1},
        "clip": {"clip": 0.5},
        "other": {"activations": ["Elu"] * {"RNN": 1, "LSTM": 3, "GRU": 2}[operator]},
        "unknown": {"output_sequence": 1},
        "direction": {"direction": "backwards"},
    }[how]
    model = plain(operator, **attributes).model()
    if how == "layout":  # onnxruntime has it not; it moves axes of X, Y and the states alone
        plainly = plain(operator).model()
        for a, b in zip(model.graph.initializer, plainly.graph.initializer, strict=True):
            b.CopyFrom(a)
        got = convert.from_onnx(model)(X.swapaxes(0, 1))[0]
        wanted = convert.from_onnx(plainly)(X.swapaxes(0, 1))[0]
        np.testing.assert_array_equal(got, wanted)
        return
    word = {"other": "activations Elu", "unknown": "output_sequence"}.get(how, how)
    with pytest.raises(ConversionError, match=word):
        convert.from_onnx(model)


def start_of(made: Made, how: str, value: np.ndarray) -> str:
    """The same start state by several ways through a graph."""
    shape = np.array(value.shape, "int64")
    axis = made.constant(np.array([0], "int64"))
    if how == "initializer":
        return made.constant(value)
    if how == "Constant":
        return made.constant(value, "node")
    if how == "Identity":
        return made.add("Identity", [made.add("Identity", [made.constant(value)])])
    if how == "ConstantOfShape":
        fill = numpy_helper.from_array(np.array([value.flat[0]], "float32"))
        return made.add("ConstantOfShape", [made.constant(shape)], value=fill)
    if how == "shape of X":  # as PyTorch writes a start of zeros for any batch
        batch = made.add(
            "Gather", [made.add("Shape", ["X"]), made.constant(np.array([1], "int64"))]
        )
        ends = [made.constant(np.array([n], "int64")) for n in (len(value), H)]
        whole = made.add("Concat", [ends[0], batch, ends[1]], axis=0)
        fill = numpy_helper.from_array(np.array([value.flat[0]], "float32"))
        return made.add("ConstantOfShape", [whole], value=fill)
    if how == "Expand":
        return made.add(
            "Expand", [made.constant(value.flat[:1].reshape(1, 1, 1)), made.constant(shape)]
        )
    if how == "Unsqueeze":
        rows = [made.add("Unsqueeze", [made.constant(row), axis]) for row in value]
        return made.add("Concat", rows, axis=0)
    if how == "Mul":
        return made.add("Mul", [made.constant(value), made.constant(np.ones(1, "float32"))])
    if how == "Transpose":
        return made.add("Transpose", [made.constant(value.T)], perm=[2, 1, 0])
    made.inputs[how] = list(value.shape)
    return made.add("Identity", [how])


WAYS = ("initializer", "Constant", "Identity", "ConstantOfShape", "shape of X", "Expand")
WAYS += ("Unsqueeze", "Mul", "Transpose")


@pytest.mark.parametrize("operator", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("state", ["initial_h", "initial_c"])
@pytest.mark.parametrize("fill", [0.0, 0.7])
def test_start_states_by_every_way(operator, how, state, fill):
    if operator != "LSTM" and state == "initial_c":
        pytest.skip("a state of the LSTM")
    made = Made()
    weights = made.weights(operator)
    start = start_of(made, how, np.full((1, B, H), fill, "float32"))
    inputs = ["X", *weights, "", *([start] if state == "initial_h" else ["", start])]
    made.nodes.append(helper.make_node(operator, inputs, ["Y"], name="one", hidden_size=H))
    model = made.model()
    if fill:
        with pytest.raises(ConversionError, match=f"one: {state} is"):
            convert.from_onnx(model)
    else:
        same(model)


def test_start_states_and_lengths_that_come_in_are_given_at_the_call():
    made = Made()
    weights = made.weights("LSTM", 2)
    lengths = made.add("Cast", ["sequence_lens"], to=TensorProto.INT32)
    starts = [start_of(made, n, STATE[n]) for n in STATE]
    made.inputs["sequence_lens"] = ["B"]
    made.nodes.append(
        helper.make_node(
            "LSTM",
            ["X", *weights, lengths, *starts],
            ["Y"],
            name="one",
            hidden_size=H,
            direction="bidirectional",
        )
    )
    state = {
        f"l0.{end}{letter}": STATE[f"initial_{letter}"][k]
        for letter in "hc"
        for k, end in enumerate(("", "reverse."))
    }
    same(made.model(), state, LENGTHS, sequence_lens=LENGTHS, **STATE)


def test_a_start_state_from_another_layer_is_refused():
    made = Made()
    encoder = made.add("LSTM", ["X", *made.weights("LSTM")], 3, hidden_size=H)
    made.nodes.append(
        helper.make_node(
            "LSTM",
            ["X", *made.weights("LSTM"), "", *encoder[1:]],
            ["Y"],
            name="decoder",
            hidden_size=H,
        )
    )
    with pytest.raises(ConversionError, match="decoder: initial_h is computed"):
        convert.from_onnx(made.model(), node="decoder")
    with pytest.raises(ConversionError):
        convert.from_onnx(made.model())


def weight_of(made: Made, how: str, value: np.ndarray, name: str) -> str:
    """A weight by several ways; the value onnxruntime computes with may be rounded."""
    if how == "quantized":
        scale = np.array(0.01, "float32")
        codes = np.clip(np.round(value / scale), -127, 127).astype("int8")
        arrays = (codes, scale, np.array(0, "int8"))
        return made.add("DequantizeLinear", [made.constant(v) for v in arrays])
    if how == "half":
        return made.add("Cast", [made.constant(value.astype("float16"))], to=TensorProto.FLOAT)
    if how == "negated":
        return made.add("Neg", [made.constant(-value)])
    if how == "Split":
        other = RNG.normal(size=value.shape).astype("float32")
        both = made.constant(np.concatenate([other, value]))
        return made.add("Split", [both], 2, axis=0)[1]
    return start_of(made, how, value)


@pytest.mark.parametrize("how", [*WAYS[:3], *WAYS[6:], "quantized", "half", "negated", "Split"])
@pytest.mark.parametrize("operator", ["RNN", "LSTM", "GRU"])
def test_weights_by_every_way(operator, how):
    made, rows = Made(), GATES[operator] * H
    values = {"W": (1, rows, D), "R": (1, rows, H), "B": (1, 2 * rows)}
    values = {n: RNG.normal(0, 0.3, s).astype("float32") for n, s in values.items()}
    names = [
        start_of(made, "initializer", v) if n == "B" else weight_of(made, how, v, n)
        for n, v in values.items()
    ]
    made.nodes.append(helper.make_node(operator, ["X", *names], ["Y"], name="one", hidden_size=H))
    same(made.model(opset=21 if how == "quantized" else 17))  # onnx computes it from 19 on


def test_weights_that_come_in_are_refused():
    made = Made()
    W, _, B_ = made.weights("LSTM")
    made.inputs["R"] = [1, 4 * H, H]
    made.nodes.append(helper.make_node("LSTM", ["X", W, "R", B_], ["Y"], name="a", hidden_size=H))
    with pytest.raises(ConversionError, match="a: expected its input R to be a constant"):
        convert.from_onnx(made.model())
    made = Made()
    W, _R, B_ = made.weights("LSTM")
    noise = made.add("RandomNormal", [], shape=[1, 4 * H, H])
    made.nodes.append(helper.make_node("LSTM", ["X", W, noise], ["Y"], name="a", hidden_size=H))
    with pytest.raises(ConversionError, match="a: expected its input R to be a constant"):
        convert.from_onnx(made.model())


def stacked(operator="LSTM", layers=3, directions=2, link="right", shared=False):
    """Layers that follow each other by the way `link`."""
    made, x, weights, before = Made(), "X", None, ""
    more = {"direction": "bidirectional"} if directions == 2 else {}
    for depth in range(layers):
        size = D if depth == 0 else directions * H
        if weights is None or not shared or depth < 2:
            weights = made.weights(operator, directions, size)
        y = made.add(operator, [x, *weights], hidden_size=H, **more)
        if link == "Squeeze":
            x = made.add("Squeeze", [y, made.constant(np.array([1], "int64"))])
            continue
        perm = [0, 1, 2, 3] if link == "scrambled" else [0, 2, 1, 3]
        y = made.add("Transpose", [y], perm=perm)
        if link == "by its shape":
            ends = made.constant(np.array([directions * H], "int64"))
            sizes = made.add(
                "Slice",
                [made.add("Shape", [y]), *(made.constant(np.array([k], "int64")) for k in (0, 2))],
            )
            x = made.add("Reshape", [y, made.add("Concat", [sizes, ends], axis=0)])
        elif link == "scrambled":
            x = made.add("Reshape", [y, made.constant(np.array([T, B, directions * H]))])
        else:
            x = made.add("Reshape", [y, made.constant(np.array([0, 0, -1]))])
        if depth + 1 < layers:
            if link == "Dropout":
                x = made.add("Dropout", [x])
            if link == "Relu":
                x = made.add("Relu", [x])
            if link == "doubled":
                x = made.add("Add", [x, x])
            if link == "turned":  # the batch turned round
                x = made.add(
                    "Slice",
                    [x, *(made.constant(np.array([k], "int64")) for k in (-1, -99, 1, -1))],
                )
            if link == "residual" and depth:
                x = made.add("Add", [x, before])
            before = x
    made.nodes.append(helper.make_node("Identity", [x], ["Y"]))
    return made


@pytest.mark.parametrize("operator", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("link", ["right", "by its shape", "Dropout", "Squeeze"])
def test_layers_that_follow_each_other(operator, directions, link):
    if link == "Squeeze" and directions == 2:
        pytest.skip("of one direction")
    ours = same(stacked(operator, directions=directions, link=link).model())
    assert ours.layout.layers == 3
    shared = same(stacked(operator, directions=directions, link="right", shared=True).model())
    prefix = "reverse." * (directions - 1)
    np.testing.assert_array_equal(shared.params[f"l1.{prefix}U"], shared.params[f"l2.{prefix}U"])


@pytest.mark.parametrize("link", ["scrambled", "Relu", "doubled", "turned", "residual"])
def test_layers_that_do_not_follow_each_other(link):
    with pytest.raises(ConversionError, match="does not read the output of"):
        convert.from_onnx(stacked(link=link).model())


def test_one_of_several_nodes():
    made = Made()
    for name in ("first", "second", ""):
        weights = made.weights("LSTM" if name != "second" else "GRU")
        made.nodes.append(
            helper.make_node(
                "LSTM" if name != "second" else "GRU",
                ["X", *weights],
                [f"{name}.Y"],
                name=name,
                hidden_size=H,
            )
        )
    model = made.model(output="second.Y")
    with pytest.raises(ConversionError, match="'second' does not read the output of 'first'"):
        convert.from_onnx(model)
    same(model, node="second")
    assert convert.from_onnx(model, node=".Y").variant.name == "LSTM"
    with pytest.raises(ConversionError, match="expected a node 'third'"):
        convert.from_onnx(model, node="third")


def test_lengths_of_one_layer_alone_are_refused():
    made = Made()
    made.inputs["sequence_lens"] = ["B"]
    y = made.add("LSTM", ["X", *made.weights("LSTM"), "sequence_lens"], hidden_size=H)
    y = made.add("Squeeze", [y, made.constant(np.array([1]))])
    made.nodes.append(
        helper.make_node("LSTM", [y, *made.weights("LSTM", inputs=H)], ["Y"], hidden_size=H)
    )
    with pytest.raises(ConversionError, match="the same kind, size, directions, lengths"):
        convert.from_onnx(made.model())


def test_nodes_in_bodies_functions_and_other_domains():
    branch = plain().model().graph
    made = Made()
    made.inputs["choice"] = []
    made.nodes.append(
        helper.make_node("If", ["choice"], ["Y"], then_branch=branch, else_branch=branch)
    )
    with pytest.raises(ConversionError, match="bodies of If, Loop and Scan are not read.*one"):
        convert.from_onnx(made.model())
    made = plain()
    made.nodes[-1].domain = "com.mine"
    with pytest.raises(ConversionError, match="expected one of the operators"):
        convert.from_onnx(made.model())
    # a function of the model's own, of which the graph has one node
    inner = plain()
    function = helper.make_function(
        "mine",
        "Layer",
        ["X", "W", "R", "B"],
        ["Y"],
        [inner.nodes[-1]],
        [helper.make_opsetid("", 17)],
    )
    names = list(inner.nodes[-1].input)
    function.node[0].input[:] = ["X", "W", "R", "B"]
    inner.nodes[-1] = helper.make_node("Layer", ["X", *names[1:]], ["Y"], domain="mine")
    model = inner.model(functions=[function])
    model.opset_import.append(helper.make_opsetid("mine", 1))
    same(model)


@pytest.mark.parametrize("opset", [1, 6, 999])
def test_opsets(opset):
    with pytest.raises(ConversionError, match=f"got {opset}; bring it to one"):
        convert.from_onnx(plain().model(opset=opset))


@pytest.mark.parametrize("dtype", ["float16", "float64", "bfloat16"])
def test_types(dtype):
    made = plain()
    half = made.model()
    for one in half.graph.initializer:
        value = numpy_helper.to_array(one).astype("float32")
        kind = {"float16": TensorProto.FLOAT16, "bfloat16": TensorProto.BFLOAT16}
        wide = helper.make_tensor(
            one.name, kind.get(dtype, TensorProto.DOUBLE), value.shape, value.ravel()
        )
        one.CopyFrom(wide)
    ours = convert.from_onnx(half)
    assert ours.dtype == ("float64" if dtype == "float64" else "float32")
    wanted = convert.from_onnx(made.model())(X.swapaxes(0, 1))[0]
    # weights of 16 bits are rounded
    atol = {"float64": 1e-6, "float16": 5e-3, "bfloat16": 5e-2}[dtype]
    np.testing.assert_allclose(ours(X.swapaxes(0, 1))[0], wanted, atol=atol)


@pytest.mark.parametrize("which", ["W", "R", "B", "hidden_size", "activations", "mixed", "NaN"])
def test_nodes_that_are_not_as_onnx_describes_them(which):
    made = plain()
    node = made.nodes[-1]
    values = [numpy_helper.to_array(one).copy() for one in made.initializers]
    index = "WRB".find(which) if which in "WRB" else -1
    if index >= 0:
        values[index] = values[index][:, :-1]
    if which == "mixed":
        values[1] = values[1].astype("float64")
    if which == "NaN":
        values[2][0, 3] = np.nan
    made.initializers = [numpy_helper.from_array(v, f"v{k}") for k, v in enumerate(values)]
    if which == "hidden_size":
        node.attribute[0].i = H + 1
    if which == "activations":
        node.attribute.append(helper.make_attribute("activations", ["Sigmoid", "Tanh"]))
    with pytest.raises(ConversionError):
        convert.from_onnx(made.model())


def test_external_data(tmp_path):
    model = plain().model()
    plainly = convert.from_onnx(model)
    path = tmp_path / "layer.onnx"
    onnx.save(model, path, save_as_external_data=True, location="w.bin", size_threshold=0)
    y = convert.from_onnx(path)(X.swapaxes(0, 1))[0]
    np.testing.assert_array_equal(y, plainly(X.swapaxes(0, 1))[0])
    alone = onnx.load(path, load_external_data=False)
    with pytest.raises(ConversionError, match="external file"):
        convert.from_onnx(alone)
    (tmp_path / "w.bin").unlink()
    with pytest.raises(DataFileError, match="is not beside it"):
        convert.from_onnx(path)
