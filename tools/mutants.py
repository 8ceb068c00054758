"""Changes one thing in the package, runs the tests, and tells which changes no test sees.

    python -m tools.mutants lstmbook/metrics --tests tests/data/test_metrics.py
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
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.changes import mutants
from tools.repository import ROOT

COPIED = ("lstmbook", "tests", "tools", "conftest.py", "pyproject.toml")


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
        print(f"{file!s:48} {counts[file, False]:6} {counts[file, True]:8}")
    survivors = [(file, what) for file, what, outcome in outcomes if outcome == "survived"]
    for file, what in survivors:
        print(f"survived {file}:{what}")
    return min(100, len(survivors))


if __name__ == "__main__":
    sys.exit(main())
