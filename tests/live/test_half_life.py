"""The half-life figure: what it says is what a cell of the package does, by mouse and by keys."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook import numpy as lb
from lstmbook.errors import ValueRangeError
from lstmbook.live.half_life import numbers
from tests.live.test_figures import power


def measured(bias, lag):
    """The same numbers from a cell that holds c = 1 and reads zeros, by its backward pass."""
    cell = lb.LSTM(1, 1, dtype="float64")
    start = {"W": np.zeros((1, 4)), "U": np.zeros((1, 4)), "b": np.array([0, bias, 0, 0.0])}
    lb.set_weights(cell, start)
    c_alone = np.zeros((1, 1)), np.ones((1, 1))
    _, (_, c) = cell(np.zeros((1, lag, 1)), state=c_alone)
    cell.backward(np.zeros((1, lag, 1)), dstate=c_alone)
    return c.item(), cell.grads["b"][1]


@pytest.mark.parametrize(("bias", "lag"), [(1.0, 100), (4.6, 100), (-0.5, 7), (7.9, 1000)])
def test_numbers_are_those_of_a_cell(bias, lag):
    found = numbers(bias, lag)
    # beside f^T the gradient has what comes through h: nothing here, for all of U is 0
    np.testing.assert_allclose([found["left"], found["gradient"]], measured(bias, lag), rtol=1e-9)
    assert found["gate"] ** found["half_life"] == pytest.approx(0.5, rel=1e-12)


def test_the_gradient_is_largest_at_the_logarithm_of_the_lag():
    for lag in (3, 100, 1000):
        tried = np.linspace(-1, 8, 9001)
        best = tried[np.argmax([numbers(b, lag)["gradient"] for b in tried])]
        assert best == pytest.approx(np.log(lag), abs=2e-3)


def test_bias_and_lag_outside_are_refused():
    with pytest.raises(ValueRangeError, match="bias: expected -1 to 8, got 9"):
        live.HalfLife(bias=9)
    with pytest.raises(ValueRangeError, match="lag: expected 1 to 1000, got 0"):
        live.HalfLife(lag=0)


def assert_shown(page, bias, lag):
    found = numbers(bias, lag)
    shown = {
        key: power(page.locator(f"[data-k=val-{key}]").inner_text())
        for key in ("gate", "half", "left", "gradient")
    }
    assert shown["gate"] == pytest.approx(found["gate"], abs=6e-5)
    assert shown["half"] == pytest.approx(found["half_life"], rel=0.05)
    for key in ("left", "gradient"):
        assert shown[key] == pytest.approx(found[key], rel=6e-3, abs=1e-4 * (found[key] > 1e-2))


@pytest.mark.browser
def test_sliders_and_starts_show_the_numbers(open_page):
    page = open_page(live.HalfLife(bias=1, lag=100)).page
    assert_shown(page, 1, 100)
    assert "not told to keep" in page.locator("[data-k=verdict]").inner_text()
    page.locator("[data-k=in-bias]").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert_shown(page, 2, 100)
    assert "small gradient" in page.locator("[data-k=verdict]").inner_text()
    page.locator("[data-preset=steep]").click()
    assert_shown(page, np.log(100), 100)
    assert page.locator("[data-preset=steep]").get_attribute("aria-pressed") == "true"
    page.locator("[data-k=in-lag]").focus()
    page.keyboard.press("Home")
    assert page.locator("[data-preset=steep]").get_attribute("aria-pressed") == "false"
    assert_shown(page, np.log(100), 1)
    page.keyboard.press("End")
    page.locator("[data-preset=half]").click()
    assert power(page.locator("[data-k=val-left]").inner_text()) == pytest.approx(0.5, abs=5e-3)
    page.wait_for_timeout(700)
    said = page.locator("[role=status]").inner_text()
    assert said == page.locator("[data-k=verdict]").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 900])
def test_dot_and_line_are_pulled_in_the_picture(width, open_page):
    page = open_page(live.HalfLife(bias=1, lag=100), width=width).page
    picture = page.locator("[data-k=plot]")
    box = picture.bounding_box()
    low, high = np.log10(0.4), np.log10(3000)

    def at(steps):
        part = (np.log10(steps) - low) / (high - low)
        return box["x"] + 46 + part * (box["width"] - 56), box["y"] + box["height"] / 2

    for start, end in ((numbers(1, 1)["half_life"], 30), (100, 10)):
        page.mouse.move(*at(start))
        page.mouse.down()
        page.mouse.move(*at(end), steps=4)
        page.mouse.up()
    assert power(page.locator("[data-k=val-half]").inner_text()) == pytest.approx(30, rel=0.05)
    assert int(page.locator("[data-k=out-lag]").inner_text()) == pytest.approx(10, abs=1)


@pytest.mark.browser
def test_words_of_the_page_light_their_part(open_page):
    page = open_page(live.HalfLife(id="half")).page
    page.evaluate(
        """() => { window.heard = [];
        document.addEventListener("lbf:part", (e) => window.heard.push(e.detail));
        document.dispatchEvent(
          new CustomEvent("lbf:part", { detail: { part: "c", from: "text" } })); }"""
    )
    lit = page.locator(".lit")
    assert {e.get_attribute("data-part") for e in lit.all()} == {"c"} and lit.count() == 2
    page.locator("tr[data-part=f]").first.hover()
    assert page.evaluate("window.heard.at(-1)") == {"part": "f", "from": "half"}
