"""Changes one thing in the package, runs the tests, and tells which changes no test sees.

    python -m tools.mutants lstmbook/metrics.py --tests tests/data/test_metrics.py
    python -m tools.mutants lstmbook/data --tests tests/data -k "not stored" --most 100 --seed 1

Everything happens in a temporary copy. A change that no test sees ("survived") is a test that is
missing or a change without effect: the list at the end has each with its place and both texts.
The exit status is the number of survivors, at most 100.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.repository import ROOT

COPIED = ("lstmbook", "tests", "tools", "conftest.py", "pyproject.toml")
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


def run_tests(folder: Path, tests: list[str], limit: float, learn: Path | None = None) -> str:
    """'survived', 'killed' or 'too slow'. With `learn`, the names of loaded modules go there.

    In a fork, so that what is loaded here need not be loaded again for every change.
    """
    fork = multiprocessing.get_context("fork")
    child = fork.Process(target=in_child, args=(folder, tests, learn))
    child.start()
    child.join(limit)
    if child.is_alive():
        child.kill()
        child.join()
        return "too slow"
    if child.exitcode > 2:
        raise SystemExit(f"pytest ended with {child.exitcode}: {' '.join(tests)}")
    return "killed" if child.exitcode else "survived"


def in_child(folder: Path, tests: list[str], learn: Path | None) -> None:
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    # a file that is changed twice within a second must not be read from its compiled form
    sys.dont_write_bytecode = learn is None
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    words = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    code = pytest.main([*words, *tests])
    if learn:
        learn.write_text("\n".join(sys.modules), encoding="utf-8")
    os._exit(code)


def load(names: str) -> None:
    """Load what the tests load, except what is changed and what tests it."""
    own = {"lstmbook", "tests", "tools", "conftest", "__main__"}
    for name in names.splitlines():
        if name.split(".")[0] not in own and name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def chosen(files: list[Path], most: int, seed: int) -> list[tuple[Path, str, str]]:
    every = [(file, *one) for file in files for one in mutants(file.read_text(encoding="utf-8"))]
    if len(every) > most:
        picked = random.Random(seed).sample(range(len(every)), most)
        every = [every[k] for k in sorted(picked)]
    return every


def check(
    files: list[Path], tests: list[str], most: int, seed: int, limit: float, tell: Callable
) -> list[tuple[Path, str, str]]:
    """(file, change, outcome) of every change that was tried."""
    outcomes = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(
                    ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(ROOT / name, folder / name)
        for file in files:  # as the changed ones will be: without comments
            text = ast.unparse(ast.parse(file.read_text(encoding="utf-8")))
            (folder / file.relative_to(ROOT)).write_text(text, encoding="utf-8")
        learned = folder / "modules.txt"
        if run_tests(folder, tests, 10 * limit, learned) != "survived":
            raise SystemExit("the tests fail before anything is changed")
        load(learned.read_text(encoding="utf-8"))
        for file in files:
            for compiled in (folder / file.relative_to(ROOT)).parent.glob("__pycache__/*"):
                compiled.unlink()
        for file, what, source in chosen(files, most, seed):
            place = folder / file.relative_to(ROOT)
            good = place.read_text(encoding="utf-8")
            place.write_text(source, encoding="utf-8")
            outcome = run_tests(folder, tests, limit)
            place.write_text(good, encoding="utf-8")
            outcomes.append((file.relative_to(ROOT), what, outcome))
            tell(f"{outcome:9} {file.relative_to(ROOT)}:{what}")
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, help="modules or folders to change")
    parser.add_argument("--tests", nargs="+", required=True, help="what pytest is given")
    parser.add_argument("-k", help="passed on to pytest")
    parser.add_argument("--most", type=int, default=150, help="changes to try, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=120, help="seconds for one run of the tests")
    given = parser.parse_args()
    files = [
        path
        for file in given.files
        for path in ([file] if file.suffix == ".py" else sorted(file.rglob("*.py")))
    ]
    files = [file.resolve() for file in files if file.name != "__init__.py"]
    tests = given.tests + (["-k", given.k] if given.k else [])

    def tell(line):
        print(line, flush=True)

    outcomes = check(files, tests, given.most, given.seed, given.limit, tell)
    counts = Counter((file, outcome == "survived") for file, _, outcome in outcomes)
    print(f"\n{'module':48} killed survived")
    for file in sorted({file for file, _, _ in outcomes}):
        print(f"{str(file):48} {counts[file, False]:6} {counts[file, True]:8}")
    survivors = [(file, what) for file, what, outcome in outcomes if outcome == "survived"]
    for file, what in survivors:
        print(f"survived {file}:{what}")
    return min(100, len(survivors))


if __name__ == "__main__":
    sys.exit(main())
