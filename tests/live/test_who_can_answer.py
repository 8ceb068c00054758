"""What an answer needs and what a network has read are found again by changing the stream."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.experiments import two_questions
from lstmbook.live import who_can_answer
from lstmbook.live.who_can_answer import STEPS
from tests.live.test_gate_explorer import number

LAYERS = {"lstm": "LSTM", "late": "late answer", "both": "two ways"}


def classes(page, key):
    return [page.locator(f"[data-k={key}-{t}]").get_attribute("class") or "" for t in range(STEPS)]


def reach(name):
    """(input, output) of bool: which outputs move with a step of the input."""
    x, network = who_can_answer.stream()[None], two_questions.model(name, "", seed=0)
    still, moved = network(x), np.zeros((STEPS, STEPS), bool)
    for k in range(STEPS):
        changed = x.copy()
        changed[0, k] += 1
        moved[k] = np.abs(network(changed) - still).max(axis=(0, 2)) > 1e-9
    return moved


@pytest.mark.parametrize("ask", ["past", "future"])
def test_steps_needed_and_read_and_the_answer(ask, open_page):
    page = open_page(live.WhoCanAnswer()).page
    page.locator(f"[name=ask][value={ask}]").check(force=True)
    moved = {key: reach(name) for key, name in LAYERS.items()}
    for t in range(STEPS):
        page.locator(f"[data-t='{t}']").click()
        need = who_can_answer.needed(ask, t)
        assert [k for k, c in enumerate(classes(page, "need")) if c] == need
        for key in LAYERS:
            shown = classes(page, key)
            assert [bool(c) for c in shown] == moved[key][:, t].tolist()
            used = [k for k, c in enumerate(shown) if "used" in c]
            assert used == [k for k in need if moved[key][k, t]]
            words = "has all" if used == need else f"has {len(used)} of {len(need)}"
            assert page.locator(f"[data-k=has-{key}]").inner_text() == words
        x = who_can_answer.stream()[None]
        x[0, t, 3] = 1
        right = two_questions.wanted(x, ask)[0, t, 0]
        said = page.locator("[data-k=say]").inner_text()
        assert number(said.split("answer is ")[1].split(". ")[0]) == pytest.approx(right)


def test_a_step_is_asked_by_keys(open_page):
    page = open_page(live.WhoCanAnswer()).page
    page.locator("[data-t='4']").focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-t='4']").get_attribute("aria-pressed") == "true"
    assert page.locator("[data-k=say]").inner_text().startswith("Asked at step 5 for the future")


def test_wrong_questions_are_refused():
    with pytest.raises(UnknownNameError, match="question"):
        live.WhoCanAnswer("present")
    with pytest.raises(ValueRangeError, match="step: expected 1 to 12, got 0"):
        live.WhoCanAnswer(step=0)
