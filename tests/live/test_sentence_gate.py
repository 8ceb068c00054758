"""The sentence gate: its numbers are those of the cells of part 4, its gates open by hand."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest

from lstmbook import live, trace
from lstmbook import numpy as lb
from lstmbook.live.sentence_gate import CELL, TEXT, shares
from lstmbook.live.weather import SENTENCES, WEIGHTS, run, weather_cells
from tests.live.test_gate_explorer import number
from tools.repository import ROOT

X = np.array([SENTENCES[name] for name in TEXT], float)
ABOUT = X[:, 1] == 1


def test_the_cells_are_those_of_the_package():
    x = np.array(list(SENTENCES.values()), float)
    record, found = trace(weather_cells(), x[None]), run(x)
    for part in "figoch":
        np.testing.assert_allclose(found[part], record[part][0], atol=1e-14, err_msg=part)
    put = np.full((len(x), 2), np.nan)
    put[3] = 0.25
    other = run(x, {"f": put})
    assert other["f"][3].tolist() == [0.25, 0.25] and (other["f"][2] == found["f"][2]).all()
    np.testing.assert_allclose(
        other["c"][3], 0.25 * other["c"][2] + other["i"][3] * other["g"][3], atol=1e-15
    )


def test_the_weights_are_those_that_the_page_shows():
    page = nbformat.read(ROOT / "book/part4/forget-gate.ipynb", as_version=4)
    shown = next(c.source for c in page.cells if c.id == "weather-weights")
    names = {"np": np, "lb": lb}
    exec(shown, names)
    for name, value in lb.get_weights(names["weather"]).items():
        np.testing.assert_array_equal(value, WEIGHTS[name])


def test_what_is_left_of_each_sentence_adds_up_to_the_memory():
    rng = np.random.default_rng(0)
    for gates in (None, rng.uniform(size=len(TEXT))):
        found = shares(gates)
        assert found["left"].sum() == pytest.approx(found["memory"][-1], abs=1e-14)


def test_the_figure_does_what_its_sentences_say():
    assert ((shares()["gate"] > 0.5) == ABOUT).all()
    assert shares()["memory"][-1] > 0.3 > -0.3 > shares(np.ones(len(TEXT)))["memory"][-1]
    assert shares(np.zeros(len(TEXT)))["memory"][-1] == 0


def shown(page):
    return page.evaluate(
        """() => { const { lines, memory } = document.querySelector('.lbf').lstmbook.measure();
        return { ...Object.fromEntries(['gate', 'candidate', 'written', 'left'].map(
          (k) => [k, lines.map((l) => l[k])])), memory }; }"""
    )


def assert_equal(page, right):
    found = shown(page)
    for name in ("gate", "candidate", "written", "left"):
        np.testing.assert_allclose(found[name], right[name], atol=1e-12, err_msg=name)
    assert found["memory"] == pytest.approx(right["memory"][-1], abs=1e-12)
    total = page.locator("[data-k=total]").get_attribute("aria-label")
    assert number(total.split(":")[1]) == pytest.approx(right["memory"][-1], abs=6e-3)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 900])
def test_gates_are_opened_and_shut_by_hand(width, open_page):
    page = open_page(live.SentenceGate(), width=width).page
    assert_equal(page, shares())
    put = np.full(len(TEXT), np.nan)
    valves = page.locator("[data-valve]")
    valves.nth(1).click()
    put[1] = 1
    assert_equal(page, shares(put))
    assert "Not only the weather" in page.locator("[data-k=verdict]").inner_text()
    valves.nth(0).focus()
    page.keyboard.press("Enter")
    put[0] = 0
    assert_equal(page, shares(put))
    assert valves.nth(0).get_attribute("aria-pressed") == "true"
    valves.nth(0).click()  # a second time: as computed
    put[0] = np.nan
    assert_equal(page, shares(put))
    page.locator("[name=all][value=open]").check()
    assert_equal(page, shares(np.ones(len(TEXT))))
    page.locator("[name=all][value=shut]").check()
    assert "Nothing is let in" in page.locator("[data-k=verdict]").inner_text()


@pytest.mark.browser
def test_the_bias_opens_all_gates(open_page):
    page = open_page(live.SentenceGate()).page
    page.locator("[data-k=in-bias]").focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    assert_equal(page, shares(bias=2.0))
    assert WEIGHTS["b"][CELL] == -4
    page.wait_for_timeout(700)
    said = page.locator("[role=status]").inner_text()
    assert said == page.locator("[data-k=verdict]").inner_text() and "Let in: 1, 2, 3" in said
