"""The command of `make notebooks` sees a changed output, and forgives what it should forgive."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_notebook, new_output

from tests.book.pages import code, stream
from tools.repository import ROOT

SHOW = "from IPython.display import HTML\nHTML('<p>one</p><script>draw(0.123456)</script>')"


def shown(html: str) -> nbformat.NotebookNode:
    data = {"text/html": html, "text/plain": "<IPython.core.display.HTML object>"}
    return new_output("execute_result", data, execution_count=1)


SVG = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg><path d="M 0 {}"/></svg>\n'
PLOT = "from IPython.display import display\n"
PLOT += f"display({{'image/svg+xml': {SVG.format(2)!r}}}, raw=True)"


def plotted(svg: str) -> nbformat.NotebookNode:
    return new_output("display_data", {"image/svg+xml": svg})


CELLS = {
    "plot": (PLOT, plotted(SVG.format(1)), "passed"),
    "no-plot": (PLOT, plotted("something else"), "failed"),
    "equal": ("print(1 / 8)", stream("0.125\n"), "passed"),
    "number": ("print(1 / 8)", stream("0.124\n"), "failed"),
    "text": (SHOW, shown("<p>two</p><script>draw(0.123456)</script>"), "failed"),
    "script": (SHOW, shown("<p>one</p><script>draw(0.123457)</script>"), "passed"),
    "ignored": ("print(1 / 8)", stream("0.124\n"), "passed"),
    "raises": ("assert 1 / 8 > 1", stream("0.124\n"), "failed"),
}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared")
    cells = [code(name, source, [output]) for name, (source, output, _) in CELLS.items()]
    for number, cell in enumerate(cells, start=1):
        cell.execution_count = number
    for cell in cells[-2:]:
        cell.metadata["tags"] = ["nbval-ignore-output"]
    nbformat.write(new_notebook(cells=cells), folder / "page.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-v"]
    command += ["--nbval-sanitize-with", str(ROOT / "tests/book/sanitize.cfg")]
    command += ["-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", CELLS)
def test_a_cell(name, report):
    number = list(CELLS).index(name)
    assert f"Cell {number} {CELLS[name][2].upper()}" in report, report[-2000:]
