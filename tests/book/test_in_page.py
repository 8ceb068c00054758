"""Exercises in the pages: enough of them, with reasons and hints, and with checks that can tell."""

from __future__ import annotations

import nbformat
import pytest

from lstmbook import live
from tests.book.in_page import faults, in_page_answers
from tests.live.conftest import javascript  # noqa: F401 - a fixture
from tools.exercises import LIST, WORKED, as_text, listing, pages, plain, questions, shown
from tools.notebook_rules import read
from tools.repository import ROOT

LEAST = 3  # exercises that can be worked in a page with a number
BOOK = {path.stem: path for path in pages()}
each_page = pytest.mark.parametrize("page", BOOK)


def notebook(page):
    return nbformat.read(BOOK[page], as_version=4)


@each_page
def test_checks_in_the_page_tell_right_from_wrong(page, javascript):  # noqa: F811
    found = faults(questions(notebook(page)), in_page_answers(page), javascript)
    assert not found, "\n".join(found)


def lacks_exercises(page):
    worked = [q for q in questions(notebook(page)) if q["kind"] in WORKED]
    return read(BOOK[page]).number() is not None and len(worked) < LEAST


def lacks_reasons(every):
    """The questions whose wrong answers are told nothing of their own."""
    return [
        q["id"]
        for q in every
        if (q["kind"] == "choice" and not all(q.get("reasons", [""])))
        or (q["kind"] != "choice" and not q["hint"])
    ]


@each_page
def test_every_page_has_exercises_that_need_no_kernel(page):
    assert not lacks_exercises(page), f"expected {LEAST} or more of {', '.join(WORKED)}"


@each_page
def test_every_answer_has_a_reason_and_every_number_a_hint(page):
    assert not lacks_reasons(questions(notebook(page)))


def test_the_list_of_exercises_is_that_of_the_pages():
    """Else: python -m tools.exercises, then python -m tools.refresh book/progress.ipynb"""
    assert LIST.read_text(encoding="utf-8") == as_text(listing())


def test_the_page_of_the_progress_shows_the_list():
    cells = nbformat.read(ROOT / "book" / "progress.ipynb", as_version=4).cells
    lists = [data["pages"] for cell in cells for data in shown(cell, "pages")]
    assert lists == [live.Progress().data["pages"]]


# --- the tests of these tests -------------------------------------------------------------------
CELL = live.Formula(
    "The memory.",
    {"f": "B H", "i": "B H", "g": "B H", "c": "B H"},
    "c_new = f * c + i * g",
    hint="Two products.",
    gates=("f", "i"),
    id="cell",
)
STEPS = live.Order("Steps.", ["a = 1", "b = a", "c = b"], wrong=["c = 0"], hint="a.", id="steps")
GOOD = {
    "cell": {
        "wrong": ["f * c", "f * c + g", "i * c + f * g"],
        "right": ["f * c + i * g", "c_new = g * i + c * f"],
    },
    "steps": {
        "wrong": [["b = a", "a = 1", "c = b"], [0, 1, 3], "a = 1\nb = a\nc = b\nc = 0"],
        "right": [[0, 1, 2]],
    },
}


def items(*exercises):
    return live.Quiz(exercises).data["questions"]


def test_good_answers_have_no_faults(javascript):  # noqa: F811
    assert faults(items(CELL, STEPS), GOOD, javascript) == []


@pytest.mark.parametrize(
    ("name", "kind", "change", "fault"),
    [
        ("cell", "wrong", ["f * c", "f * c + g"], "expected 3 wrong answers"),
        ("cell", "right", ["f * c + i * g"], "expected 2 right answers"),
        ("steps", "right", [], "expected 1 right answers"),
        ("cell", "wrong", ["i * g + f * c", "f", "g"], "wrong answer 1 is not refused but good"),
        ("cell", "right", ["f * c", "f * c + i * g"], "right answer 1 is refused"),
        ("cell", "wrong", ["f * * c", "f", "g"], "wrong answer 1 cannot be read"),
        ("steps", "wrong", [[0, 1, 2], [1], [2]], "wrong answer 1 is not refused but good"),
        ("steps", "right", [[1, 0, 2]], "right answer 1 is refused"),
    ],
)
def test_a_planted_fault_is_found(name, kind, change, fault, javascript):  # noqa: F811
    answers = {**GOOD, name: {**GOOD[name], kind: change}}
    assert any(fault in found for found in faults(items(CELL, STEPS), answers, javascript))


def test_what_gives_the_answer_away_is_found(javascript):  # noqa: F811
    [item] = items(CELL)
    loud = {**item, "hint": "It is <code>f*c + i * g</code>."}
    found = faults([loud], {"cell": GOOD["cell"]}, javascript)
    assert found == ["cell: the hint gives away 'f*c+i*g'"]
    telling = lambda run, data, code: [  # noqa: E731
        {"kind": "bad", "text": "It is f*c + i*g."}
        if d["answer"] in GOOD["cell"]["wrong"]
        else {"kind": "good", "text": ""}
        for d in data
    ]
    assert sum("told the answer" in f for f in faults([item], {"cell": GOOD["cell"]}, telling)) == 3
    assert "no such exercise" in faults([], {"old": {}}, javascript)[0]


def test_questions_without_reasons_are_found():
    every = items(
        live.Choice("a?", ["x", "y"], 0, "One for all.", id="one"),
        live.Choice("b?", ["x", "y"], 0, ["Yes.", ""], id="half"),
        live.Choice("c?", ["x", "y"], 0, ["Yes.", "No."], id="all"),
        live.Number("d?", 1, id="number"),
        live.Number("e?", 1, hint="Count.", id="hinted"),
    )
    assert lacks_reasons(every) == ["one", "half", "number"]


def test_lines_of_an_order_are_found_by_their_text(javascript):  # noqa: F811
    order = live.Order("?", ["Take *h_t*", "Take `W`", "Add <both>"], hint="h", code=False, id="o")
    answers = {
        "wrong": [[1, 0, 2], ["Take `W`", "Take *h_t*", "Add <both>"], "Add <both>"],
        "right": ["Take *h_t*\nTake `W`\nAdd <both>"],
    }
    assert faults(items(order), {"o": answers}, javascript) == []
    with pytest.raises(ValueError, match="not one of its lines"):
        faults(items(order), {"o": {**answers, "right": [["nothing"]]}}, javascript)


def test_a_question_is_cut_at_a_word():
    assert plain("The <i>c<sub>t</sub></i> &lt; 2") == "The c_t < 2"
    cut = plain("word " * 40)
    assert len(cut) <= 70 and cut.endswith("word …")
