"""Every exercise can be solved, and its check can tell right from wrong.

A notebook runs top to bottom in one kernel. After each `check-NAME` cell the answers of
`tests/book/answers/PAGE.py` take the place of the starter, then the solution from `solution-NAME`,
and the check runs on each: wrong answers are refused, right ones accepted, however written. On the
way the scripts of live figures are compared with the stored ones, which nbval leaves out.
"""

from __future__ import annotations

import copy
import re
import runpy
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


LEAST = {"wrong": 3, "right": 2}  # answers that every check is tried on


def answers_to(path: Path) -> dict[str, dict[str, list[str]]]:
    """Answers by exercise, each the source of its cell; none where the page has no file."""
    file = Path(__file__).parent / "answers" / f"{path.stem}.py"
    return runpy.run_path(str(file))["ANSWERS"] if file.exists() else {}


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


class Trial:
    """A notebook in its kernel: cells run as they are, or with another source."""

    def __init__(self, client: NotebookClient, cells: dict[str, nbformat.NotebookNode]):
        self.client, self.cells = client, cells

    def verdict(self, name: str, answer: str) -> str:
        """What the check of an exercise says to an answer."""
        try:
            run(self.client, self.cells[f"exercise-{name}"], answer)
            check = self.cells[f"check-{name}"]
            return text.verdict(run(self.client, check, check.source))
        except CellExecutionError as error:
            return f"{error.ename}: {error.evalue}"

    def faults(self, name: str, answers: dict[str, list[str]]) -> list[str]:
        """What is wrong with the check of an exercise: answers that it judges wrongly."""
        found = []
        for kind, wanted in (("wrong", "Not yet"), ("right", "Correct")):
            for number, answer in enumerate(answers.get(kind, []), start=1):
                verdict = self.verdict(name, answer)
                if not verdict.startswith(wanted):
                    found.append(f"cell check-{name}: {kind} answer {number} gets {verdict!r}")
        solution = text.solution(self.cells[f"solution-{name}"]) or ""
        verdict = self.verdict(name, solution)
        if not verdict.startswith("Correct"):
            found.append(f"cell solution-{name}: the solution gets {verdict!r}")
        return found


def solve_all(
    notebook: nbformat.NotebookNode, folder: Path, answers: dict | None = None
) -> list[str]:
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
            faults += Trial(client, cells).faults(name, (answers or {}).get(name, {}))
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
    faults = solve_all(nbformat.read(path, as_version=4), path.parent, answers_to(path))
    assert not faults, "\n".join(f"{path.name}: {fault}" for fault in faults)


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_check_is_tried_on_wrong_and_right_answers(path):
    cells = nbformat.read(path, as_version=4).cells
    checks = {c.id.removeprefix("check-") for c in cells if c.id.startswith("check-")}
    answers = answers_to(path)
    assert set(answers) == checks
    for name, given in answers.items():
        for kind, least in LEAST.items():
            assert len(set(given[kind])) >= least, f"{name}: expected {least} {kind} answers"


PLUS = "def both(a, b):\n    return a + b"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Six planted faults in one page, so that one kernel is enough."""
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
    answers = {"both": {"wrong": [PLUS, PLUS.replace("+", "-")], "right": ["both = max", PLUS]}}
    return solve_all(notebook, tmp_path_factory.mktemp("page"), answers)


@pytest.mark.parametrize(
    "fault",
    [
        "cell largest: the stored script is not the package's: refresh",
        "cell check-add: the starter gets 'Correct\\n'",
        "cell solution-plus: the solution gets 'Not yet: plus(1, 2) is 3\\n'",
        "cell check-both: wrong answer 1 gets 'Correct\\n'",
        "cell check-both: right answer 1 gets 'Not yet: both(1, 2) is 3\\n'",
        "cell solution-total: the solution gets \"NameError: name 'nothing' is not defined\"",
    ],
)
def test_a_planted_fault_is_named(fault, outcome):
    assert fault in outcome
    assert len(outcome) == 6
