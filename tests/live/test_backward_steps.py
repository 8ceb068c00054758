"""Every number of the backward pass in the page equals the package's gradient."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.live import backward_steps
from tests.live.test_gate_explorer import number

OTHER = {"x": -1.1, "hp": 0.8, "cp": 1.4, "dh": -0.7, "dc": 0.65}


@pytest.mark.parametrize("numbers", [{}, OTHER])
def test_every_gradient_equals_the_package(numbers, open_page):
    figure = live.BackwardSteps(**numbers)
    right = backward_steps.gradients(figure.numbers)
    page = open_page(figure).page
    shown = {}
    for stage in range(1, backward_steps.STAGES + 1):
        page.locator("[data-k=back]").click()
        lit = page.locator(f"[data-stage='{stage}']")
        assert "lit" in lit.get_attribute("class")
        assert lit.locator("button").get_attribute("aria-current") == "step"
        for cell in lit.locator("[data-w]").all():
            shown["d" + cell.get_attribute("data-w")] = number(cell.inner_text())
    for name in ("x", "hp", "cp"):
        shown["d" + name] = number(page.locator(f"[data-k=d-{name}]").text_content()[2:])
    for name in "figoch":
        assert number(page.locator(f"[data-k=v-{name}]").text_content()) == pytest.approx(
            right[name], abs=0.0051
        )
    for name, value in shown.items():
        assert value == pytest.approx(right[name], abs=0.00051), name
    assert len(shown) == 12 + 3
    # the gradients of the gates themselves: those of the sums, through the slopes
    for gate in "figo":
        slope = 1 - right["g"] ** 2 if gate == "g" else right[gate] * (1 - right[gate])
        at_gate = number(page.locator(f"[data-k=d-{gate}]").text_content()[2:])
        assert at_gate * slope == pytest.approx(right["db" + gate], abs=0.0006)


def test_what_nudging_gives_stands_beside_the_rule_and_agrees(open_page):
    page = open_page(live.BackwardSteps(**OTHER)).page
    for stage in range(1, backward_steps.STAGES + 1):
        page.locator(f"[data-go='{stage}']").click()
        lit = page.locator(f"[data-stage='{stage}']")
        nudged = lit.locator(".check").inner_text().removeprefix("by nudging: ")
        found = lit.locator("button b").inner_text()
        if found:
            assert number(nudged) == number(found)
        elif stage == 8:
            assert number(nudged.split()[-1]) == number(lit.locator("[data-w=Wf]").inner_text())
        else:
            shown = [number(b.inner_text()) for b in lit.locator(".sum b").all()]
            assert [number(part.split()[-1]) for part in nudged.split(",")] == shown


def test_later_numbers_stay_hidden_until_their_stage(open_page):
    page = open_page(live.BackwardSteps()).page
    assert page.locator("[data-k=d-c]").text_content() == ""
    page.locator("[data-k=scrub]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.locator("[data-k=d-c]").text_content() != ""
    assert page.locator("[data-k=d-f]").text_content() == ""
    page.locator("[data-k=fore]").click()
    assert page.locator("[data-k=d-c]").text_content() == ""


def test_a_number_moved_by_the_reader_moves_the_gradients(open_page):
    page = open_page(live.BackwardSteps(stage=4)).page
    page.locator("summary").click()
    page.locator("[data-k=in-cp]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    right = backward_steps.gradients({**backward_steps.NUMBERS, "cp": -0.4})
    slope = right["f"] * (1 - right["f"])
    found = number(page.locator("[data-k=d-f]").text_content()[2:])
    assert found == pytest.approx(right["dbf"] / slope, abs=0.00051)


def test_the_part_of_the_cell_is_told_to_the_page_and_heard_from_it(open_page):
    page = open_page(live.BackwardSteps(id="told")).page
    page.evaluate(
        "() => { window.told = []; "
        "document.addEventListener('lbf:part', (e) => window.told.push(e.detail)); }"
    )
    page.locator("[data-go='4']").click()
    page.locator("[data-go='8']").click()
    assert page.evaluate("window.told") == [
        {"part": "f", "from": "told"},
        {"part": None, "from": "told"},
    ]
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('lbf:part', {detail: {part: 'o', from: 'text'}}))"
    )
    assert "heard" in page.locator(".node.o").get_attribute("class")
    assert "heard" not in page.locator(".node.f").get_attribute("class")


def test_the_button_stays_under_the_finger(open_page):
    page = open_page(live.BackwardSteps(), width=344).page
    back = page.locator("[data-k=back]")
    tops = []
    for _ in range(11):
        tops.append(back.bounding_box()["y"])
        back.click()
    assert max(tops) - min(tops) < 1, tops


def test_static_tables_hold_the_gradients_of_the_package():
    figure = live.BackwardSteps(**OTHER)
    found = backward_steps.gradients(figure.numbers)
    static = figure.fallback()
    for name in ("dWi", "dUg", "dbo", "dx", "dhp", "dcp", "h"):
        assert f"{found[name]:.3f}" in static
    assert np.isfinite(list(found.values())).all()


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueRangeError, match="stage: expected 0 to 10, got 11"):
        live.BackwardSteps(stage=11)
    with pytest.raises(UnknownNameError, match="number"):
        live.BackwardSteps(y=1.0)
    with pytest.raises(ValueRangeError, match="dh: expected -2 to 2, got 3"):
        live.BackwardSteps(dh=3.0)
