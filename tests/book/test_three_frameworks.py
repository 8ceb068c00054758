"""Page 6.4 runs unchanged in all three implementations: only its one import line is replaced."""

from __future__ import annotations

import nbformat
import pytest

from tools.refresh import new_client
from tools.repository import ROOT

PAGE = ROOT / "book/part6/images.ipynb"
LINE = "from lstmbook import numpy as lb"


def test_the_line_stands_once():
    cells = nbformat.read(PAGE, as_version=4).cells
    assert sum(cell.source.count(LINE) for cell in cells) == 1


@pytest.mark.parametrize("implementation", ["torch", "tensorflow"])  # NumPy: the notebook itself
def test_the_page_runs(implementation):
    pytest.importorskip(implementation)
    notebook = nbformat.read(PAGE, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(LINE, f"from lstmbook import {implementation} as lb")
    new_client(notebook, PAGE.parent).execute()  # its cells assert an accuracy of 0.97
    printed = {c.id: c.outputs for c in notebook.cells if c.cell_type == "code"}
    assert "LSTM" in printed["train"][0].text
