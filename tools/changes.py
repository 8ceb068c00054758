"""Single changes of a Python module, each of which a good test must see (`tools.mutants`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

OTHER_OPERATOR = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
OTHER_NAMES = {
    "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "argmin": "argmax",
    "argmax": "argmin", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor",
    "sum": "mean", "mean": "sum max", "std": "var", "zeros": "ones", "cumsum": "cumprod",
    "union1d": "intersect1d", "abs": "negative", "sqrt": "square",
}  # fmt: skip

Change = tuple[ast.AST, str, object]  # in which node, which field, what comes there


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every single change of a module, in the order of its nodes."""
    for node in nodes(tree):
        yield from of_operators(node)
        yield from of_values(node)
        yield from of_calls(node)
        yield from of_statements(node)


def nodes(node: ast.AST, function: ast.FunctionDef | None = None) -> Iterator[ast.AST]:
    """The nodes that compute something: no messages, annotations, documentation."""
    skipped = {"annotation", "returns", "decorator_list", "type_params", "exc"}
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return
    if isinstance(node, ast.FunctionDef):
        function = node
    node.function = function
    yield node
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if field in skipped or text or not isinstance(child, ast.AST):
                continue
            if not isinstance(child, ast.JoinedStr):
                yield from nodes(child, function)


def of_operators(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in OTHER_OPERATOR:
        yield node, "op", OTHER_OPERATOR[type(node.op)]()
    if isinstance(node, ast.Compare):
        for k, op in enumerate(node.ops):
            if type(op) in OTHER_OPERATOR:
                other = OTHER_OPERATOR[type(op)]()
                yield node, "ops", [*node.ops[:k], other, *node.ops[k + 1 :]]
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.UAdd):
        yield node, "operand", ast.UnaryOp(node.op, node.operand)  # twice is not at all


def of_values(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, "value", not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield node, "value", 1 - node.value if node.value in (0, 1) else node.value + 1
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield node, "value", node.value * 2 if node.value else 1.0
    if isinstance(node, ast.Slice):
        for field, missing in (("lower", 0), ("upper", None)):
            end = getattr(node, field)
            if end is not None:
                yield node, field, ast.BinOp(end, ast.Add(), ast.Constant(1))
            elif missing is not None and node.upper is not None:
                yield node, field, ast.Constant(1)


def of_calls(node: ast.AST) -> Iterator[Change]:
    for kind, field in ((ast.Name, "id"), (ast.Attribute, "attr")):
        if isinstance(node, kind) and isinstance(node.ctx, ast.Load):
            for other in OTHER_NAMES.get(getattr(node, field), "").split():
                yield node, field, other
    if isinstance(node, ast.Call):
        for k in range(len(node.keywords)):
            yield node, "keywords", node.keywords[:k] + node.keywords[k + 1 :]


def of_statements(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node, "test", ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.Return) and node.value is not None:
        if isinstance(node.value, ast.Call) and node.value.args:
            yield node, "value", node.value.args[0]
        first = node.function.args.args[:1] if node.function else []
        if first and first[0].arg != "self" and ast.unparse(node.value) != first[0].arg:
            yield node, "value", ast.Name(first[0].arg, ast.Load())
    for field in ("body", "orelse"):
        block = getattr(node, field, None)
        for k, statement in enumerate(block if isinstance(block, list) else []):
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if called or isinstance(statement, ast.Raise | ast.AugAssign):
                yield node, field, [*block[:k], ast.Pass(), *block[k + 1 :]]


def mutants(source: str) -> list[tuple[str, str]]:
    """(where and what, the changed source) of every change."""
    tree, found = ast.parse(source), []
    plain = ast.unparse(tree)
    seen = {plain}
    for node, field, new in list(changes(tree)):
        old = getattr(node, field)
        setattr(node, field, new)
        changed = ast.unparse(ast.fix_missing_locations(tree))
        setattr(node, field, old)
        if changed not in seen:
            seen.add(changed)
            was, now = first_difference(plain.splitlines(), changed.splitlines())
            found.append((f"{getattr(node, 'lineno', 0)}: {was}  ->  {now}", changed))
    return found


def first_difference(before: list[str], after: list[str]) -> tuple[str, str]:
    k = next(k for k, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    return before[k].strip(), after[k].strip()
