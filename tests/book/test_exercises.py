"""Every exercise can be solved, and its check can tell: the starter fails, the solution passes.

A notebook runs top to bottom in one kernel. After each `check-NAME` cell the solution from
`solution-NAME` takes the place of the starter, and the check runs again. On the way the scripts of
live figures are compared with the stored ones, which nbval leaves out.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.book.pages import cell_of, good_notebook
from tools import notebook_text as text
from tools.refresh import new_client
from tools.repository import ROOT, notebooks

# a computed number: its last digits may differ from one processor to the next
COMPUTED = re.compile(r"-?\d+\.\d{4,}(?:e[+-]?\d+)?|-?\d+(?:\.\d+)?e[+-]?\d+")


def scripts(cell: nbformat.NotebookNode) -> list[str]:
    found = re.findall(r"(?s)<script.*?</script>", text.html_of(cell))
    return [COMPUTED.sub("#", script) for script in found]


def run(client: NotebookClient, cell: nbformat.NotebookNode, source: str) -> nbformat.NotebookNode:
    """Run `source` as if it stood in `cell`; the cell itself stays as it is."""
    trial = copy.deepcopy(cell)
    trial.source = source
    index = next(k for k, other in enumerate(client.nb.cells) if other.id == cell.id)
    client.execute_cell(trial, index)
    return trial


def solve_all(notebook: nbformat.NotebookNode, folder: Path) -> list[str]:
    """What is wrong with the exercises and live figures of a notebook."""
    faults, cells = [], {cell.id: cell for cell in notebook.cells}
    client = new_client(notebook, folder)
    with client.setup_kernel():
        for cell in [c for c in notebook.cells if c.cell_type == "code"]:
            try:
                fresh = run(client, cell, cell.source)
            except CellExecutionError as error:
                return [*faults, f"cell {cell.id} raises {error.ename}: {error.evalue}"]
            if scripts(fresh) != scripts(cell):
                faults.append(f"cell {cell.id}: the stored script is not the package's: refresh")
            name = cell.id.removeprefix("check-")
            if name == cell.id:
                continue
            if not text.verdict(fresh).startswith("Not yet"):
                faults.append(f"cell {cell.id}: the starter gets {text.verdict(fresh)!r}")
            solution = text.solution(cells[f"solution-{name}"]) or ""
            try:
                run(client, cells[f"exercise-{name}"], solution)
                verdict = text.verdict(run(client, cell, cell.source))
            except CellExecutionError as error:
                verdict = f"{error.ename}: {error.evalue}"
            if not verdict.startswith("Correct"):
                faults.append(f"cell solution-{name}: the solution gets {verdict!r}")
    return faults


def has_something_to_run(path: Path) -> bool:
    source = path.read_text(encoding="utf-8")
    return '"exercise-' in source or "<script" in source


@pytest.mark.parametrize(
    "path",
    [path for path in notebooks() if has_something_to_run(path)],
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_starters_fail_and_solutions_pass(path):
    faults = solve_all(nbformat.read(path, as_version=4), path.parent)
    assert not faults, "\n".join(f"{path.name}: {fault}" for fault in faults)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Four planted faults in one page, so that one kernel is enough."""
    notebook = good_notebook()
    notebook.cells.remove(cell_of(notebook, "picture"))
    cell_of(
        notebook, "largest"
    ).source = "from IPython.display import HTML\nHTML('<script>new(0.123456)</script>')"
    cell_of(notebook, "exercise-add").source = "def add(a, b):\n    return a + b"
    wrong = cell_of(notebook, "solution-plus")
    wrong.source = wrong.source.replace("a + b", "a - b")
    broken = cell_of(notebook, "solution-total")
    broken.source = broken.source.replace("a + b", "nothing")
    return solve_all(notebook, tmp_path_factory.mktemp("page"))


@pytest.mark.parametrize(
    "fault",
    [
        "cell largest: the stored script is not the package's: refresh",
        "cell check-add: the starter gets 'Correct\\n'",
        "cell solution-plus: the solution gets 'Not yet: plus(1, 2) is 3\\n'",
        "cell solution-total: the solution gets \"NameError: name 'nothing' is not defined\"",
    ],
)
def test_a_planted_fault_is_named(fault, outcome):
    assert fault in outcome
    assert len(outcome) == 4
