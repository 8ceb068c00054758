"""The memory timeline: its pieces add up, its cells are those of the page, texts are exchanged."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live, trace
from lstmbook.errors import UnknownNameError
from lstmbook.live.memory_timeline import CORNERS, TEXT, deed, story
from lstmbook.live.weather import SENTENCES, weather_cells


def test_the_story_is_that_of_the_cells():
    x = np.array([[SENTENCES[name] for name in TEXT]], float)
    record, found = trace(weather_cells(), x), story()
    for part in "figoch":
        np.testing.assert_allclose(found[part], record[part][0], atol=1e-14, err_msg=part)
    np.testing.assert_allclose(
        found["before"] - found["forgotten"] + found["added"], found["c"], atol=1e-14
    )
    done = [[deed(found["f"][t, k], found["i"][t, k]) for t in range(4)] for k in (0, 1)]
    assert done[0] == ["overwrites", "keeps", "overwrites", "keeps"]
    assert done[1] == ["adds", "keeps", "adds", "keeps"]


def test_the_corners_do_what_they_are_called():
    g = story()["g"]
    assert (story(corner="keep")["c"] == 0).all() and (story(corner="erase")["c"] == 0).all()
    np.testing.assert_allclose(story(corner="add")["c"], g.cumsum(axis=0), atol=1e-14)
    np.testing.assert_allclose(story(corner="overwrite")["c"], g, atol=1e-14)
    names = {"keep": "keeps", "erase": "is erased", "add": "adds", "overwrite": "overwrites"}
    assert {key: deed(f, i) for key, (_, f, i) in CORNERS.items() if key != "own"} == names


def test_a_sentence_without_numbers_is_refused():
    with pytest.raises(UnknownNameError, match="The tea was good"):
        live.MemoryTimeline(["The tea was cold."])


def assert_equal(page, text, corner="own"):
    steps = page.evaluate("document.querySelector('.lbf').lstmbook.measure()")
    right = story(text, corner)
    for part in ("f", "i", "g", "c", "forgotten", "added", "before"):
        found = np.array([step[part] for step in steps])
        np.testing.assert_allclose(found, right[part], atol=1e-12, err_msg=part)
    for t in range(len(text)):
        for k in (0, 1):
            label = page.locator(f"[data-k=cell-{t}-{k}]").get_attribute("aria-label")
            memory = float(label.rsplit(" ", 1)[1].replace("\u2212", "-"))
            assert memory == pytest.approx(right["c"][t, k], abs=6e-3)
            assert label.startswith(f"Cell {k} {deed(right['f'][t, k], right['i'][t, k])}:")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 900])
def test_sentences_are_exchanged_and_gates_forced(width, open_page):
    page = open_page(live.MemoryTimeline(), width=width).page
    assert_equal(page, TEXT)
    assert "Cell 0 overwrites: 0.018" in page.locator("[data-k=verdict]").inner_text()
    page.locator("[data-k=pick-0]").select_option(label="The evening will be sunny.")
    page.locator("[data-k=pick-3]").select_option(label="The bus came late.")
    changed = ("The evening will be sunny.", *TEXT[1:3], "The bus came late.")
    assert_equal(page, changed)
    page.locator("[name=corner]").first.focus()
    for corner in ("keep", "erase", "add", "overwrite"):
        page.keyboard.press("ArrowRight")
        assert_equal(page, changed, corner)
    page.locator("[data-k=pick-0]").focus()
    text = page.locator("[data-k=verdict]").inner_text()
    assert text.startswith("Sentence 1. Cell 0 overwrites: 0.000")
    assert page.locator("[data-row].here").get_attribute("data-row") == "0"
