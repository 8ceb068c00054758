r"""The formulas of `Formula`, read and computed in Python: the reference of ``js/expressions.js``.

A formula is an expression or a few assignments over named arrays: ``+ - * / @ **``, brackets,
slices, ``.T``, and the functions of `FUNCTIONS`. It is walked as a syntax tree; nothing else of
Python is reachable from it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError, unknown_name


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The logistic function, without overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Shares along an axis that sum to 1."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


FUNCTIONS: dict[str, Callable] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sum": np.sum,
    "mean": np.mean,
    "max": np.max,
    "min": np.min,
    "prod": np.prod,
    "var": np.var,
    "std": np.std,
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "softmax": softmax,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
OPERATORS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
    ast.MatMult: np.matmul,
}
SIGNS = {ast.USub: np.negative, ast.UAdd: np.positive}
OPTIONS = {"axis", "keepdims"}


def lines_of(text: str) -> list[tuple[str | None, ast.expr]]:
    r"""The lines of a formula as (name or None, tree).

    Raises
    ------
    ValueRangeError
        For text that is no formula: another statement, or a syntax error.

    Examples
    --------
    >>> [name for name, tree in lines_of("z = x @ W\ntanh(z)")]
    ['z', None]
    """
    try:
        body = ast.parse(text.strip()).body
    except SyntaxError as error:
        raise ValueRangeError(f"formula {text!r}: {error.msg} in line {error.lineno}") from None
    found: list[tuple[str | None, ast.expr]] = []
    for line in body:
        if isinstance(line, ast.Expr):
            found.append((None, line.value))
        elif (
            isinstance(line, ast.Assign)
            and len(line.targets) == 1
            and isinstance(line.targets[0], ast.Name)
        ):
            found.append((line.targets[0].id, line.value))
        else:
            raise ValueRangeError(
                f"formula {text!r}: expected expressions and assignments to one name, "
                f"got {ast.unparse(line)!r}"
            )
    if not found:
        raise ValueRangeError("expected a formula, got an empty text")
    return found


class Evaluator:
    """Values of syntax trees over `names`."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = {name: np.asarray(value, float) for name, value in names.items()}

    def value(self, tree: ast.expr) -> np.ndarray:
        """The array that an expression gives."""
        if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
            return np.asarray(tree.value, float)
        if isinstance(tree, ast.Name):
            if tree.id not in self.names:
                raise unknown_name("name", tree.id, self.names)
            return self.names[tree.id]
        if isinstance(tree, ast.UnaryOp) and type(tree.op) in SIGNS:
            return SIGNS[type(tree.op)](self.value(tree.operand))
        if isinstance(tree, ast.BinOp) and type(tree.op) in OPERATORS:
            return self.binary(tree)
        if isinstance(tree, ast.Attribute) and tree.attr == "T":
            return self.value(tree.value).T
        if isinstance(tree, ast.Attribute) and tree.attr == "shape":
            return np.asarray(self.value(tree.value).shape, float)
        if isinstance(tree, ast.Subscript):
            return self.indexed(tree)
        if isinstance(tree, ast.Call):
            return self.call(tree)
        raise ValueRangeError(f"{ast.unparse(tree)!r} has no place in a formula")

    def binary(self, tree: ast.BinOp) -> np.ndarray:
        left, right = self.value(tree.left), self.value(tree.right)
        try:
            return OPERATORS[type(tree.op)](left, right)
        except ValueError:
            raise ShapeError(
                f"{ast.unparse(tree)!r}: shapes {left.shape} and {right.shape} do not fit"
            ) from None

    def indexed(self, tree: ast.Subscript) -> np.ndarray:
        array, parts = self.value(tree.value), tree.slice
        items = parts.elts if isinstance(parts, ast.Tuple) else [parts]
        try:
            return np.asarray(array[tuple(self.item(part) for part in items)])
        except IndexError as error:
            raise ShapeError(f"{ast.unparse(tree)!r}: {error}") from None

    def item(self, tree: ast.expr) -> Any:
        if isinstance(tree, ast.Constant) and tree.value in (None, ...):
            return tree.value
        if isinstance(tree, ast.Slice):
            ends = (tree.lower, tree.upper, tree.step)
            return slice(*(None if end is None else self.whole(end) for end in ends))
        return self.whole(tree)

    def whole(self, tree: ast.expr) -> int:
        value = self.value(tree)
        if value.shape or value != np.round(value):
            raise ValueRangeError(f"expected a whole number, got {ast.unparse(tree)!r}")
        return int(value)

    def option(self, tree: ast.expr) -> Any:
        if isinstance(tree, ast.Constant) and (tree.value is None or isinstance(tree.value, bool)):
            return tree.value
        if isinstance(tree, ast.Tuple):
            return tuple(self.whole(part) for part in tree.elts)
        return self.whole(tree)

    def length(self, tree: ast.Call) -> np.ndarray:
        shape = self.value(tree.args[0]).shape
        if not shape:
            raise ShapeError(f"{ast.unparse(tree)!r}: a single number has no length")
        return np.asarray(float(shape[0]))

    def call(self, tree: ast.Call) -> np.ndarray:
        method = tree.func if isinstance(tree.func, ast.Attribute) else None
        name = method.attr if method else ast.unparse(tree.func)
        if name == "len" and not method and len(tree.args) == 1 and not tree.keywords:
            return self.length(tree)
        if name not in FUNCTIONS:
            raise unknown_name("function", name, FUNCTIONS)
        args = [method.value, *tree.args] if method else tree.args
        two = name in ("maximum", "minimum")
        if len(args) < 1 + two:
            raise ValueRangeError(f"{ast.unparse(tree)!r}: expected {1 + two} arrays")
        values = [self.value(part) for part in args[: 2 if two else 1]]
        options = [self.option(part) for part in args[len(values) :]]
        named = {str(part.arg): self.option(part.value) for part in tree.keywords}
        if set(named) - OPTIONS or len(options) > 1:
            raise ValueRangeError(f"{ast.unparse(tree)!r}: expected an array, axis= and keepdims=")
        try:
            return np.asarray(FUNCTIONS[name](*values, *options, **named))
        except (ValueError, TypeError) as error:
            raise ShapeError(f"{ast.unparse(tree)!r}: {error}") from None


def evaluate(text: str, names: Mapping[str, Any]) -> dict[str, np.ndarray]:
    r"""Compute a formula.

    Parameters
    ----------
    text : str
        An expression, or assignments, one a line.
    names : dict of name to array
        What the formula may use.

    Returns
    -------
    dict
        The arrays by assigned name; the last value also under ``""``.

    Raises
    ------
    ValueRangeError, UnknownNameError, ShapeError
        For text that is no formula, a name that is not given, shapes that do not fit.

    Examples
    --------
    >>> found = evaluate("z = x @ W\nh = z ** 2", {"x": [[1.0, 2.0]], "W": [[1.0], [1.0]]})
    >>> found["h"]
    array([[9.]])
    """
    evaluator, found = Evaluator(names), {}
    with np.errstate(all="ignore"):
        for name, tree in lines_of(text):
            found[""] = evaluator.value(tree)
            if name is not None:
                found[name] = evaluator.names[name] = found[""]
    return found
