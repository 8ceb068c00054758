"""Lag against start and budget: the figure shows what is stored, by mouse, touch and keys."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lstmbook import live, results
from lstmbook import numpy as lb
from lstmbook.errors import UnknownNameError
from lstmbook.live import lag_and_start

STORED = results.load("lag_and_start")
BUDGETS = [str(b) for b in STORED["budgets"]]


def count(start, lag, budget):
    return sum(score >= 0.9 for score in STORED["scores"][start][lag][budget])


def test_every_contender_has_words():
    assert list(lag_and_start.NAMES) == STORED["contenders"]
    with pytest.raises(UnknownNameError, match="unknown lag '50'; expected one of: 30, 100"):
        live.LagAndStart("50")
    with pytest.raises(UnknownNameError, match="unknown start 'LSTM'"):
        live.LagAndStart(start="LSTM")


def test_what_the_gates_begin_with_is_what_the_layers_have():
    """Computed again from the biases of built layers."""

    def gates(init, **bias):
        layer = lb.LSTM(5, 400, init=init, seed=1)
        i, f = (1 / (1 + np.exp(-layer.params["b"][k * 400 : (k + 1) * 400])) for k in (0, 1))
        return f, i

    for lag in (30, 100):
        f, i = gates(f"chrono({lag})")
        said, opens = lag_and_start.left("chrono", lag)
        assert float(said.split()[-1]) >= (f**lag).max() - 0.005
        assert (f**lag).max() == pytest.approx(float(said.split()[-1]), abs=0.02)
        low, high = map(float, opens.split(" to "))
        assert low * 0.9 < i.min() < i.max() < high + 0.001
        for bias in (0, 1, 5):
            said, opens = lag_and_start.left(f"forget {bias}", lag)
            value = re.sub(r"\^\{−(\d+)\}", r"^-\1", said).replace(" × 10^", "e")
            f, i = gates(f"forget_bias({bias})")
            assert float(value) == pytest.approx((f**lag).max(), rel=0.35)
            assert float(opens) == pytest.approx(i.mean(), abs=0.01)
    assert lag_and_start.left("f = 1, input -5", 30) == ("all", "0.007")
    assert 1 / (1 + np.exp(5)) == pytest.approx(0.007, abs=0.0005)


def test_without_javascript_every_count_is_in_the_table():
    rows = re.findall(r"<tr>(.*?)</tr>", live.LagAndStart().fallback())[1:]
    for start, row in zip(STORED["contenders"], rows, strict=True):
        cells = re.findall(r"<td>(.*?)</td>", row)[1:]
        assert cells == [str(count(start, lag, b)) for lag in ("30", "100") for b in BUDGETS]


def shown(page):
    return [page.locator(f"[data-k=count-{k}]").inner_text() for k in range(10)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_counts_are_those_stored(width, open_page):
    page = open_page(live.LagAndStart(), width=width).page
    page.locator("[data-k=in-budget]").focus()
    for lag in ("100", "30"):
        page.get_by_text(f"lag {lag}", exact=True).click()
        page.locator("[data-k=in-budget]").press("Home")
        for budget in BUDGETS:
            wanted = [f"{count(start, lag, budget)} of 8" for start in STORED["contenders"]]
            assert shown(page) == wanted, (lag, budget)
            full = page.locator(".starts circle.known").count()
            assert full == sum(count(start, lag, budget) for start in STORED["contenders"])
            page.locator("[data-k=in-budget]").press("ArrowRight")


@pytest.mark.browser
def test_a_row_is_chosen_by_keys_and_told_once(open_page):
    page = open_page(live.LagAndStart(start="forget 1")).page
    page.locator("[name=start]").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.locator("[data-k=in-budget]").press("End")
    say = page.locator("[data-k=say]").inner_text()
    assert "After 60 passes 8 of 8 know the first symbol 100 steps later." in say
    assert page.locator("[data-k=plot] .curve").count() == 8
    page.wait_for_function(
        "() => document.querySelector('.lbf').shadowRoot.querySelector('[aria-live=polite]')"
        ".textContent.includes('8 of 8')"
    )
    assert page.locator("[aria-live=polite]").count() == 1
    facts = page.locator("[data-k=facts]").inner_text()
    assert "2980, 0.002" in facts and "0.51" in facts
    page.locator("[name=start]").nth(9).check(force=True)
    assert "input gate" not in page.locator("[data-k=facts]").inner_text()  # it has none


@pytest.mark.browser
def test_letters_on_a_phone(open_page):
    page = open_page(live.LagAndStart(), width=360).page
    sizes = page.evaluate(
        """() => [...document.querySelector('.lbf').shadowRoot
          .querySelectorAll('text, span, p, dt, dd, output')]
          .filter((e) => e.textContent.trim() && !e.closest('.sr'))
          .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert len(sizes) > 40 and min(sizes) >= 11
    rows = page.evaluate(
        """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('.starts label')]
          .map((e) => e.getBoundingClientRect().height)"""
    )
    assert min(rows) >= 32
