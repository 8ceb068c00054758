"""What can be known about a value of an ONNX graph without running the graph on data."""

import numpy as np

from lstmbook.errors import ConversionError

STANDARD_DOMAINS = ("", "ai.onnx")
RANDOM = ("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform")
# what moves numbers about and changes none; the first input holds them, of Concat all
MOVES = (
    *("Cast", "Concat", "Dropout", "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice"),
    *("Split", "Squeeze", "Tile", "Transpose", "Unsqueeze"),
)
SIZES = ("Add", "Constant", "ConstantOfShape", "Div", "Mul", "Range", "Shape", "Size", "Sub")
ORIGIN = ("Cast", "Identity")


class Values:
    """Values of a graph by name: initializers, constants, and what is computed from those.

    Parameters
    ----------
    onnx : the package
    graph : onnx.GraphProto
    opset : int
    given : arrays that stand for the values of those names
    only : with `given`, the operators that may work on them
    """

    def __init__(self, onnx, graph, opset: int, given: dict | None = None, only=None):
        self.onnx, self.graph, self.opset, self.only = onnx, graph, opset, only
        self.initializers = {one.name: one for one in graph.initializer}
        self.makers = {name: one for one in graph.node for name in one.output if name}
        self.known: dict[str, np.ndarray | None] = dict(given or {})

    def get(self, name: str) -> np.ndarray | None:
        """The array of a value; None if it is not known before the graph runs.

        Raises
        ------
        ConversionError
            For an initializer whose numbers are missing, such as those in an external file.
        """
        if name not in self.known:
            self.known[name] = None  # a circle in a damaged graph ends here
            self.known[name] = self.find(name)
        return self.known[name]

    def find(self, name: str) -> np.ndarray | None:
        if name in self.initializers:
            return self.array(name)
        node = self.makers.get(name)
        if node is None or not self.can_compute(node):
            return None
        arguments = {key: self.get(key) for key in node.input if key}
        if any(value is None for value in arguments.values()):
            return None
        found = self.compute(node, arguments)
        return found.get(name)

    def array(self, name: str) -> np.ndarray:
        try:
            return self.onnx.numpy_helper.to_array(self.initializers[name])
        except Exception as error:  # onnx and protobuf have errors of their own
            raise ConversionError(
                f"the initializer {name!r} cannot be read ({type(error).__name__}); where its "
                "numbers lie in an external file, give the path of the model, or load it with "
                "onnx.load(path)"
            ) from error

    def can_compute(self, node) -> bool:
        inner = any(a.HasField("g") or a.graphs for a in node.attribute)
        allowed = self.only is None or node.op_type in self.only
        standard = node.domain in STANDARD_DOMAINS
        return standard and allowed and not inner and node.op_type not in RANDOM

    def compute(self, node, arguments: dict) -> dict[str, np.ndarray]:
        """The outputs of one node by name; none where the operator cannot be computed here."""
        from onnx.reference import ReferenceEvaluator

        outputs = [name for name in node.output if name]
        helper = self.onnx.helper
        function = helper.make_function(
            "here", "one", list(arguments), outputs, [node], [helper.make_opsetid("", self.opset)]
        )
        try:
            found = ReferenceEvaluator(function).run(None, arguments, attributes={})
        except Exception:  # whatever it is: then the value is not known
            return {}
        return {n: v for n, v in zip(outputs, found, strict=True) if isinstance(v, np.ndarray)}

    def is_zero(self, name: str) -> bool:
        """Whether every number of it is 0, whatever its shape will be."""
        value = self.get(name)
        if value is not None:
            return not np.any(value)
        node = self.makers.get(name)
        if node is None or node.domain not in STANDARD_DOMAINS:
            return False
        if node.op_type == "ConstantOfShape":
            filled = [self.onnx.numpy_helper.to_array(a.t) for a in node.attribute]
            return not np.any(filled)
        return node.op_type in MOVES and all(map(self.is_zero, sources(node)))

    def is_given(self, name: str) -> bool:
        """Whether its numbers are those of inputs of the graph (or 0), moved about at most."""
        if name in self.initializers:
            return self.is_zero(name)
        node = self.makers.get(name)
        if node is None:
            return name in {one.name for one in self.graph.input}
        moves = node.op_type in MOVES and node.domain in STANDARD_DOMAINS
        return self.is_zero(name) or (moves and all(map(self.is_given, sources(node))))

    def origin(self, name: str) -> str | None:
        """The input of the graph that this value is, in another type at most; None for others."""
        node = self.makers.get(name)
        if node is not None and node.op_type in ORIGIN and node.domain in STANDARD_DOMAINS:
            return self.origin(node.input[0])
        inputs = {one.name for one in self.graph.input} - set(self.initializers)
        return name if node is None and name in inputs else None


def sources(node) -> list[str]:
    """The inputs of a node of `MOVES` that hold the numbers."""
    return list(node.input) if node.op_type == "Concat" else [node.input[0]]
