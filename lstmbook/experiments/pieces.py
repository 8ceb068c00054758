r"""Finished runs on disk: one JSON file each, named by everything that its numbers depend on."""

import ast
import hashlib
import inspect
import json
import os
import sys
from pathlib import Path

import numpy as np

from lstmbook import __version__
from lstmbook.experiments.plan import Experiment, Run

FOLDER = Path("build") / "pieces"
# Arguments of Experiment(...) that touch no number of a single run, or stand in the run's own key.
FREE = (
    "name about pages title task network contenders conditions rates epochs budgets better perfect "
    "tuning_budget tuning_seeds seeds"
).split()


def identity(experiment: Experiment) -> str:
    r"""Return a hash of the recipe: its code without comments and docstrings, and the versions.

    Texts, grids, seeds and budgets inside `Experiment(...)` do not count, so that a rate or a seed
    can be added without losing what has been run. Everything else in the file counts, and so do
    files beside it that it uses.
    """
    sources = [reduced(Path(m.__file__).read_text("utf-8")) for m in modules(experiment)]
    said = [__version__, np.__version__, *sources]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def modules(experiment: Experiment) -> list:
    r"""Return the modules of the recipe's functions, and those of its folder that they use."""
    functions = [
        experiment.parts,
        experiment.model,
        experiment.scores,
        experiment.extra,
        *experiment.rules.values(),
    ]
    wanted = [f.__module__ for f in functions if hasattr(f, "__module__")]
    found: dict = {}
    while wanted:
        name = wanted.pop()
        module = sys.modules.get(name)
        if name in found or module is None or not beside(experiment, module):
            continue
        found[name] = module
        for value in vars(module).values():
            wanted.append(value.__name__ if inspect.ismodule(value) else owner(value))
    return [found[name] for name in sorted(found)]


def owner(value: object) -> str:
    name = getattr(value, "__module__", None)
    return name if isinstance(name, str) else ""


def beside(experiment: Experiment, module) -> bool:
    r"""Tell whether a module is a recipe or a help of recipes: in the recipe's own folder."""
    home = Path(inspect.getfile(experiment.model)).parent
    file = Path(getattr(module, "__file__", None) or "?")
    ours = file.parent == Path(__file__).parent and file.stem in MACHINERY
    return file.parent == home and not ours


# files of this folder that are no recipes
MACHINERY = (
    "__init__ __main__ book collect compare estimate one_run pace parts pieces plan runner show"
).split()


def reduced(source: str) -> str:
    r"""Return code without what changes no number.

    >>> reduced('"A title."; x = 1  # new\ny = Experiment(title="a", batch_size=2, seeds=(1, 2))')
    'x = 1\ny = Experiment(batch_size=2)'
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [part for part in body if not is_text(part)]
            kept = kept or ([] if isinstance(node, ast.Module) else [ast.Pass()])
            setattr(node, "body", kept)  # noqa: B010 - of any kind of node that has one
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Experiment":
            node.keywords = [word for word in node.keywords if word.arg not in FREE]
    return ast.unparse(tree)


def is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def path_of(folder: Path, name: str, recipe: str, run: Run) -> Path:
    r"""Return where the piece of a run is kept; `recipe` is the recipe's identity."""
    said = json.dumps([recipe, *run], sort_keys=True)
    return Path(folder) / name / f"{hashlib.sha256(said.encode()).hexdigest()[:24]}.json"


def read(path: Path) -> dict | None:
    r"""Return a piece, or None if there is none that is whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write(path: Path, piece: dict) -> None:
    r"""Write a piece; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.stem}.{os.getpid()}.part")
    part.write_text(json.dumps(piece, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
