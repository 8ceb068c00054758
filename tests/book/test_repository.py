"""The repository's address stands in `_config.yml`; every setup cell repeats it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import nbformat
import pytest

from tests.book.pages import cell_of, good_notebook
from tools.repository import ROOT, notebooks, repository, setup_cell, update


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_setup_cell_names_the_repository_of_the_configuration(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.id == "setup"]
    for cell in cells:
        assert cell.source == setup_cell(), f"{path.name}: run `make repository`"


def test_one_command_rewrites_every_setup_cell(tmp_path):
    (tmp_path / "tools").mkdir()
    for name in ("__init__.py", "repository.py"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools" / name)
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    new = config.replace(repository()["url"], "https://github.com/anna/my-lstm-book")
    (tmp_path / "_config.yml").write_text(new, encoding="utf-8")
    path = tmp_path / "book" / "part3" / "page.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(good_notebook(), path)

    def call(*arguments):
        command = [sys.executable, "-m", "tools.repository", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    before = call("--check")
    assert before.returncode == 1
    assert "differs: book/part3/page.ipynb" in before.stdout
    assert call().returncode == 0
    assert call("--check").returncode == 0
    source = cell_of(nbformat.read(path, as_version=4), "setup").source
    assert "git+https://github.com/anna/my-lstm-book@main" in source
    assert repository()["url"] not in source


def test_update_leaves_the_other_cells_alone():
    notebook, untouched = good_notebook(), good_notebook()
    assert not update(notebook, setup_cell())
    assert update(notebook, "x = 1")
    assert cell_of(notebook, "setup").source == "x = 1"
    for cell, other in zip(notebook.cells, untouched.cells, strict=True):
        assert cell.id == "setup" or cell.source == other.source


def test_setup_cell_changes_nothing_where_the_package_is_there(tmp_path, capsys):
    """The cell runs as Python here; its one line for pip is not reached."""
    source = setup_cell().replace("%pip", "raise AssertionError #")
    before = list(sys.path)
    exec(compile(source, "setup", "exec"), {})
    assert [p for p in sys.path if p not in before] in ([], [str(ROOT.parent)])
    assert capsys.readouterr().out == ""


def test_setup_cell_finds_a_clone_that_is_not_installed(tmp_path):
    (tmp_path / "lstmbook").mkdir()
    (tmp_path / "lstmbook" / "__init__.py").write_text("there = True\n", encoding="utf-8")
    page = tmp_path / "book" / "part3"
    page.mkdir(parents=True)
    source = setup_cell().replace("%pip", "raise AssertionError #")
    program = source + "\nimport lstmbook\nprint(lstmbook.there)\n"
    # -E -S -s: without PYTHONPATH and site-packages, where this environment has lstmbook
    command = [sys.executable, "-E", "-S", "-s", "-c", program]
    done = subprocess.run(command, cwd=page, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")
