"""Every notebook keeps the rules; every rule sees the fault that it is there for."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from tests.book.pages import cell_of, code, good_notebook, markdown, stream
from tools.notebook_rules import RULES, check, check_book, read
from tools.repository import ROOT, notebooks


@pytest.mark.parametrize("path", notebooks(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_notebook_keeps_the_rules(path):
    faults = check(read(path))
    assert not faults, "\n".join(map(str, faults))


def test_numbers_of_equations_and_figures_are_unique_in_the_book():
    pages = [read(path) for path in notebooks()]
    faults = [f for f in check_book(pages) if f.rule.startswith("unique-")]
    assert not faults, "\n".join(map(str, faults))


def test_every_page_stands_in_the_contents_with_a_number_of_its_own():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8").split()
    names = [p.relative_to(ROOT).with_suffix("").as_posix() for p in notebooks()]
    assert [name for name in names if name not in contents] == [], "add them to _toc.yml"
    numbers = [n for n in (read(path).number() for path in notebooks()) if n]
    assert sorted(numbers) == sorted(set(numbers)), "two pages have the same number"


def source(name, text):
    """A fault: the cell's text becomes this."""

    def plant(notebook):
        cell_of(notebook, name).source = text

    return plant


def append(name, text):
    def plant(notebook):
        cell_of(notebook, name).source += text

    return plant


def output(name, *outputs):
    def plant(notebook):
        cell_of(notebook, name).outputs = list(outputs)

    return plant


def html(name, text):
    return output(name, new_output("display_data", {"text/html": text}))


def picture(mime, content):
    return output("picture", new_output("display_data", {mime: content}))


def metadata(name, value):
    def plant(notebook):
        cell_of(notebook, name).metadata = nbformat.from_dict(value)

    return plant


def rename(name, new):
    def plant(notebook):
        cell_of(notebook, name).id = new

    return plant


def remove(name):
    def plant(notebook):
        notebook.cells.remove(cell_of(notebook, name))

    return plant


def count(name, number):
    def plant(notebook):
        cell_of(notebook, name).execution_count = number

    return plant


ERROR = new_output("error", ename="ValueError", evalue="no", traceback=["no"])
FIGURE = {"image": {"alt": "A line that rises slowly."}, "figure": {"caption": "c", "name": "n"}}
LONG = "x = 1  # " + "y" * 100
MANY = "\n".join(f"x{k} = {k}" for k in range(26))
PLANTED = [
    ("stable-ids", "a1b2c3d4", rename("largest", "a1b2c3d4")),
    ("stable-ids", "Largest_1", rename("largest", "Largest_1")),
    ("stable-ids", "training", rename("largest", "training")),
    ("title-and-number", "title", source("title", "# A page without a number")),
    ("title-and-number", "title", source("title", "# 4.1 The number of another part")),
    ("title-and-number", "(first)", append("rule", "\n\n# A second title")),
    ("setup-cell-first", "largest", remove("setup")),
    ("setup-cell-first", "setup", source("setup", "import lstmbook")),
    ("setup-cell-first", "setup", metadata("setup", {})),
    ("setup-cell-first", "setup", output("setup", stream("installed\n"))),
    ("stored-outputs", "largest", count("largest", None)),
    ("stored-outputs", "training", count("training", 7)),
    ("stored-outputs", "largest", source("largest", "\n")),
    ("no-error", "largest", output("largest", ERROR)),
    ("no-stderr", "largest", output("largest", stream("a warning\n", "stderr"))),
    ("asserted-when-ignored", "training", source("training", "loss = 0.1")),
    ("asserted-when-ignored", "largest", metadata("largest", {"tags": ["nbval-skip"]})),
    ("asserted-when-ignored", "largest", append("largest", "  # NBVAL_IGNORE_OUTPUT")),
    ("no-machine-path", "largest", output("largest", stream("/home/anna/book/x.csv\n"))),
    ("no-machine-path", "largest", append("largest", '\nopen("C:\\\\data.csv")')),
    ("no-machine-path", "rule", append("rule", "\n\nSee /tmp/data.csv")),
    ("no-network", "largest", source("largest", "import urllib.request")),
    ("no-network", "largest", source("largest", 'load("https://example.org/a.csv")')),
    ("no-network", "largest", source("largest", "!wget a.csv")),
    ("no-network", "largest", source("largest", "spam = data.spam(full=True)")),
    ("no-network", "largest", html("largest", '<script src="https://cdn.example/x.js">')),
    ("no-network", "rule", append("rule", "\n\n![a plot](https://example.org/a.png)")),
    ("short-code", "largest", append("largest", "\n" + LONG)),
    ("short-code", "largest", append("largest", "\n" + MANY)),
    ("no-closing-semicolon", "largest", append("largest", "\nlargest;")),
    ("plain-markdown", "rule", append("rule", "\n\n```{note}\nText\n```")),
    ("plain-markdown", "rule", append("rule", "\n\n:::{tip}\nText\n:::")),
    ("plain-markdown", "rule", append("rule", "\n\nsee {ref}`the-rule`")),
    ("numbered-equations", "rule", append("rule", "\n\n$$x \\tag{3.2.1}$$")),
    ("printed-numbers", "rule", append("rule", "\n\nThe accuracy is 0.973.")),
    ("printed-numbers", "rule", append("rule", "\n\nThe accuracy is 97.3 %.")),
    ("printed-numbers", "rule", append("rule", "\n\nThe accuracy is 0.12.")),  # part of 0.125
    ("printed-numbers", "rule", append("rule", "\n\nThe accuracy is 10.125.")),
    ("alt-text", "picture", metadata("picture", {})),
    ("alt-text", "picture", metadata("picture", {"mystnb": {**FIGURE, "figure": {}}})),
    ("alt-text", "picture", metadata("picture", {"mystnb": {**FIGURE, "image": {"alt": "x"}}})),
    ("alt-text", "largest", html("largest", '<img src="data:image/png;base64,xx">')),
    ("alt-text", "rule", append("rule", "\n\n![](state.png)")),
    ("plots-as-small-svg", "picture", picture("image/png", "xx")),
    ("plots-as-small-svg", "picture", picture("image/svg+xml", "x" * 100_001)),
    ("promise", "promise", remove("promise")),
    ("promise", "promise", source("promise", "You will be able to. Time: 5 minutes.")),
    ("exercises", "(all)", remove("exercise-add")),
    ("exercises", "check-add", remove("exercise-add")),
    ("exercises", "exercise-add", remove("check-add")),
    ("exercises", "check-add", output("check-add", stream("Correct\n"))),
    ("exercises", "check-add", output("check-add")),
    ("exercises", "solution-add", source("solution-add", "def add(a, b): ...")),
]


def faults_of(notebook, folder: Path):
    path = folder / "book" / "part3" / "page.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return check(read(path, root=folder)._replace(setup=cell_of(good_notebook(), "setup").source))


@pytest.fixture
def folder(tmp_path):
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
    return tmp_path


def test_the_good_page_has_no_fault(folder):
    assert faults_of(good_notebook(), folder) == []


@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
@pytest.mark.parametrize(("rule", "cell", "plant"), PLANTED)
def test_a_planted_fault_is_named(rule, cell, plant, folder, monkeypatch):
    notebook = good_notebook()
    plant(notebook)
    monkeypatch.setattr(nbformat, "validate", lambda *a, **k: None)
    found = [f for f in faults_of(notebook, folder) if f.rule == rule and f.cell == cell]
    assert found, f"{rule} did not see the fault in {cell}"
    assert str(found[0]).startswith(f"book/part3/page.ipynb: cell {cell}: {rule}: ")


def test_every_rule_has_a_planted_fault():
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_an_equation_number_used_twice_is_named(folder):
    faults_of(good_notebook(), folder)
    page = read(folder / "book/part3/page.ipynb", root=folder)
    other = page._replace(path="book/part3/other.ipynb")
    found = [f for f in check_book([page, other]) if f.rule.startswith("unique-")]
    assert [f.rule for f in found] == ["unique-equation", "unique-figure"]
    assert "(3.1.1)" in f"({found[0].message.split()[0]})"
    assert "book/part3/page.ipynb, cell rule" in str(found[0])


@pytest.mark.parametrize(
    "text",
    [
        "see `{note}` in the code",
        "```python\nd = {'a'}\n```",
        r"$\mathbf{x}$ `code`",
        "[the paper](https://doi.org/10.1162/neco.1997.9.8.1735)",
        "pages 3.1 and 6.4, equation (3.1.1), 1997",
    ],
)
def test_what_is_allowed_is_not_a_fault(text, folder):
    notebook = good_notebook()
    notebook.cells.append(markdown("allowed", text))
    assert faults_of(notebook, folder) == []


def test_a_comment_may_cite_an_address(folder):
    notebook = good_notebook()
    comment = code("cited", "x = 1  # from https://arxiv.org/abs/1503.04069")
    comment.execution_count = len([c for c in notebook.cells if c.cell_type == "code"]) + 1
    notebook.cells.append(comment)
    assert faults_of(notebook, folder) == []
