"""An ONNX graph while it is being written, with values that add and multiply as arrays do."""

import itertools
from typing import overload

import numpy as np

OPSET, IR_VERSION = 17, 8


class Graph:
    """Nodes, constants, inputs and outputs; or the body of a loop in another graph.

    A body reads constants and values of the graph around it. Names are given out once for both.

    Parameters
    ----------
    onnx : the package
    dtype : float type of the values
    outer : Graph around it, for a body
    """

    def __init__(self, onnx, dtype, outer: "Graph | None" = None):
        self.onnx, self.dtype = onnx, np.dtype(dtype)
        self.nodes, self.inputs, self.outputs = [], [], []
        self.constants = [] if outer is None else outer.constants
        self.numbers = itertools.count() if outer is None else outer.numbers

    @overload
    def op(self, operator: str, *inputs, out: list[str], **attributes) -> tuple["Value", ...]: ...

    @overload
    def op(self, operator: str, *inputs, out: str | None = None, **attributes) -> "Value": ...

    def op(self, operator: str, *inputs, out=None, **attributes):
        """Add a node; its output, or a tuple where `out` is a list of names.

        Inputs are values, arrays or numbers; None is one that is left out.
        """
        names = [self.as_value(one).name if one is not None else "" for one in inputs]
        many = isinstance(out, list)
        outs = out if many else [out or f"{operator.lower()}.{next(self.numbers)}"]
        self.nodes.append(
            self.onnx.helper.make_node(
                operator, names, outs, name=f"{operator} {outs[0]}", **attributes
            )
        )
        values = tuple(Value(self, name) for name in outs)
        return values if many else values[0]

    def as_value(self, one) -> "Value":
        """A value as it is; an array as a constant; a number as one of the graph's float type."""
        if isinstance(one, Value):
            return Value(self, one.name)
        if isinstance(one, int | float):
            one = np.array(one, self.dtype)
        return self.constant(one)

    def constant(self, array: np.ndarray, name: str | None = None) -> "Value":
        name = name or f"constant.{next(self.numbers)}"
        array = np.array(array, order="C")
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return Value(self, name)

    def ints(self, *numbers: int) -> "Value":
        """A constant of int64, for axes and shapes."""
        return self.constant(np.array(numbers, "int64"))

    def split(self, v, parts: int, axis: int = 1) -> tuple["Value", ...]:
        """A value in equal parts."""
        names = [f"part.{next(self.numbers)}" for _ in range(parts)]
        return self.op("Split", v, out=names, axis=axis) if parts > 1 else (v,)

    def concat(self, values, axis: int = 1, out=None) -> "Value":
        return self.op("Concat", *values, axis=axis, out=out)

    def reshape(self, v, *shape: int) -> "Value":
        """As in NumPy; 0 keeps an axis."""
        return self.op("Reshape", v, self.ints(*shape))

    def size(self, v, axis: int) -> "Value":
        """Length of one axis, shape (1,)."""
        return self.op("Shape", v, start=axis, end=axis + 1)

    def take_in(self, name: str, shape: tuple, dtype=None) -> "Value":
        """Declare an input of the graph."""
        self.inputs.append(self.info(name, shape, dtype))
        return Value(self, name)

    def give(self, value: "Value", shape: tuple) -> None:
        """Declare a value as an output of the graph."""
        self.outputs.append(self.info(value.name, shape))

    def info(self, name: str, shape: tuple, dtype=None):
        kind = self.onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype or self.dtype))
        return self.onnx.helper.make_tensor_value_info(name, kind, shape)

    def proto(self, name: str, constants=()):
        """The onnx.GraphProto."""
        return self.onnx.helper.make_graph(
            self.nodes, name, self.inputs, self.outputs, list(constants)
        )

    def model(self, name: str):
        """The onnx.ModelProto, checked."""
        helper = self.onnx.helper
        model = helper.make_model(
            self.proto(name, self.constants),
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="lstmbook",
        )
        self.onnx.checker.check_model(model, full_check=True)
        return model


class Value:
    """The name of a value in a graph; + - * / @ add nodes to the graph."""

    __array_ufunc__ = None  # an array before the sign leaves it to us

    def __init__(self, graph: Graph, name: str):
        self.graph, self.name = graph, name

    def __add__(self, other):
        return self.graph.op("Add", self, other)

    def __radd__(self, other):
        return self.graph.op("Add", other, self)

    def __sub__(self, other):
        return self.graph.op("Sub", self, other)

    def __rsub__(self, other):
        return self.graph.op("Sub", other, self)

    def __mul__(self, other):
        return self.graph.op("Mul", self, other)

    def __rmul__(self, other):
        return self.graph.op("Mul", other, self)

    def __truediv__(self, other):
        return self.graph.op("Div", self, other)

    def __matmul__(self, other):
        return self.graph.op("MatMul", self, other)
