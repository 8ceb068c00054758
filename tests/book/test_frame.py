"""What is put around the text of a page when the book is built."""

from __future__ import annotations

import re
import sys

import pytest

from tools.repository import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
pytest.importorskip("sphinx")
cells = pytest.importorskip("booksite.cells")
frame = pytest.importorskip("booksite.frame")
words = pytest.importorskip("booksite.words")
LINK = '<a class="reference internal" href="part1/lstm.html"><span>1.2 The LSTM</span></a>'


def section(name: str, text: str) -> str:
    return f'<section id="{name}">\n<h3>{name.title()}<a href="#{name}">#</a></h3>\n<p>{text}</p>'


def test_the_doors_are_the_covers_own_words():
    body = section("read", f"Begin with {LINK}, or with another.") + section(
        "run", "Every page is\na notebook: open it."
    )
    assert frame.doors(body) == ""
    html = frame.doors(body + section("build", "The package <code>lstmbook</code> has it all."))
    found = re.findall(r'<a href="([^"]+)"><strong>(\w+)</strong><span>(.*?)</span>', html)
    assert found == [
        ("part1/lstm.html", "Read", "Begin with 1.2 The LSTM"),
        ("#run", "Run", "Every page is a notebook"),
        ("#build", "Build", "The package lstmbook has it all"),
    ]


def test_scripts_that_figures_share_leave_the_page(tmp_path):
    from lstmbook import live

    first, second = live.GateExplorer(id="one"), live.GateExplorer(id="two")
    html = cells.share_scripts(first.to_html() + second.to_html(), tmp_path, "../")
    (file,) = tmp_path.glob("*.js")
    assert html.count(f'<script src="../_static/live/{file.name}"></script>') == 2
    assert '("one", {' in html and '("two", {' in html and "function figure(" not in html
    assert "function figure(" in file.read_text("utf-8")
    assert cells.share_scripts("<script>other()</script>", tmp_path, "") == (
        "<script>other()</script>"
    )


def test_every_term_of_the_glossary_has_a_sentence_and_a_place():
    terms = words.glossary()
    assert len(terms) > 80 and len({term.anchor for term in terms}) == len(terms)
    assert all(term.text and "](" not in term.text and "$" not in term.text for term in terms)


def test_a_term_is_marked_once_and_a_part_always():
    seen, used = set(), {}
    pieces = words.marked("the forget gate, the forget gate, gates", seen, used, "../")
    html = "".join(piece.astext() for piece in pieces)
    assert html.count('data-part="f"') == 2 and html.count('class="term"') == 1
    assert list(used) == ["term-forget-gate"] and html.endswith(", gates")
    assert words.marked("nothing to see", seen, used, "") is None


def test_works_are_read_from_the_references():
    found = words.works()["https://doi.org/10.1162/neco.1997.9.8.1735"]
    assert found.startswith("S. Hochreiter, J. Schmidhuber (1997). Long short-term memory.")
    assert "doi" not in found and "](" not in found
