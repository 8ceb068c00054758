"""The gate explorer, used in Chromium: by keyboard, by mouse, twice on a page."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pytest

from lstmbook import live
from lstmbook import numpy as lb
from lstmbook.live.gate_explorer import CELL, PRESETS, run_cell
from tests.live.conftest import frames

pytestmark = pytest.mark.browser
PARTS = "figoch"


def number(text):
    return float(text.replace("\u2212", "-").replace("+", "").strip())


def values(page, figure):
    """The six numbers with four digits from the equations."""
    find = page.locator(f"#{figure.id}").locator
    return {part: number(find(f"[data-k=eq-{part}]").inner_text()) for part in PARTS}


def expected(weights, x, step, unit=0):
    return {part: run_cell(weights, x)[step - 1][part][unit] for part in PARTS}


def assert_shown(page, figure, weights, x, step, unit=0):
    shown, right = values(page, figure), expected(weights, x, step, unit)
    for part in PARTS:
        assert shown[part] == pytest.approx(right[part], abs=1e-4), part


def preset(name):
    _, bias, x, step, *_ = PRESETS[name]
    return {**CELL, "b": np.array(bias, float)}, np.array(x)[:, None], step


def test_the_reference_is_the_package():
    rng = np.random.default_rng(0)
    layer = lb.LSTM(3, 4, dtype="float64")
    x = rng.normal(size=(6, 3))
    y, (_h, c) = layer(x[None])
    steps = run_cell(lb.get_weights(layer), x)
    np.testing.assert_allclose([s["h"] for s in steps], y[0], atol=1e-12)
    np.testing.assert_allclose(steps[-1]["c"], c[0], atol=1e-12)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_show_right_numbers(name, open_page):
    figure = live.GateExplorer()
    page = open_page(figure).page
    page.locator(f"[data-preset={name}]").click()
    assert page.locator(f"[data-preset={name}]").get_attribute("aria-pressed") == "true"
    assert_shown(page, figure, *preset(name))


def test_presets_do_what_their_sentences_say():
    def trace(part, name, **bias):
        weights, x, _ = preset(name)
        for gate, value in bias.items():
            weights["b"]["ifgo".index(gate)] = value
        return [float(s[part][0]) for s in run_cell(weights, x)]

    memory, output = partial(trace, "c"), partial(trace, "h")

    assert memory("keep")[-1] > 0.8 and memory("keep", f=-2)[-1] < 0.01
    assert memory("erase")[6] > 0.85 and abs(memory("erase")[7]) < 0.05
    assert memory("erase")[-1] < 0.05
    write = memory("write")
    assert write[5] < 0.25 and write[6] - write[5] > 0.8
    assert memory("write", i=4)[3] > 0.8
    assert memory("read")[-1] > 0.85 and max(output("read")) < 0.05
    assert output("read", o=4)[-1] > 0.6
    count = memory("count")
    assert 4.5 < count[-1] <= 5 and max(output("count")) < 1


def test_sliders_by_keyboard_change_the_numbers(open_page):
    figure = live.GateExplorer()
    page = open_page(figure).page
    weights, x, step = preset("keep")
    slider = page.locator("[data-k=in-f]")
    slider.focus()
    for _ in range(13):
        page.keyboard.press("ArrowLeft")
    weights["b"][1] = 4 - 1.3
    assert page.locator("[data-k=out-f]").inner_text() == "+2.7"
    assert_shown(page, figure, weights, x, step)
    # what was touched lights up, and what follows from it a little
    assert page.locator(".eq.lit").get_attribute("data-part") == "f"
    assert {e.get_attribute("data-part") for e in page.locator(".eq.after").all()} == {"c", "h"}
    page.locator("[data-k=in-x]").focus()
    page.keyboard.press("End")
    x[step - 1] = 1
    assert_shown(page, figure, weights, x, step)
    assert page.locator(".eq.after").count() == 6
    page.wait_for_timeout(700)
    said = page.locator("[role=status]").inner_text()
    assert said.startswith(f"Step {step}: ") and "input gate" in said
    assert page.locator("[aria-live], output").count() == 1


def test_states_can_be_set_at_a_step(open_page):
    figure = live.GateExplorer()
    page = open_page(figure).page
    weights, x, step = preset("keep")
    slider = page.locator("[data-k=in-cp]")
    slider.focus()
    page.keyboard.press("Home")
    low = float(slider.get_attribute("min"))
    before = run_cell(weights, x)[step - 2]
    z = x[step - 1] @ weights["W"] + before["h"] @ weights["U"] + weights["b"]
    i, f, _, o = 1 / (1 + np.exp(-z))
    c = f * low + i * np.tanh(z[2])
    shown = values(page, figure)
    assert shown["c"] == pytest.approx(c, abs=1e-4)
    assert shown["h"] == pytest.approx(o * np.tanh(c), abs=1e-4)


def test_step_play_pause_reset(open_page):
    figure = live.GateExplorer()
    page = open_page(figure, motion="no-preference").page
    weights, x, step = preset("keep")
    count = page.locator("[data-k=count]")
    page.locator("[data-k=step]").click()
    assert count.inner_text() == f"step {step + 1} of 14"
    assert_shown(page, figure, weights, x, step + 1)
    page.locator("[data-k=play]").click()
    assert page.locator("[data-k=play]").inner_text() == "Pause"
    page.wait_for_function(
        "(s) => document.querySelector('.lbf').shadowRoot.querySelector('[data-k=count]')"
        ".textContent === s",
        arg=f"step {step + 3} of 14",
    )
    page.locator("[data-k=play]").click()
    stopped = count.inner_text()
    page.wait_for_timeout(1000)
    assert count.inner_text() == stopped
    page.locator("[data-k=in-f]").focus()
    page.keyboard.press("Home")
    page.locator("[data-k=reset]").click()
    assert count.inner_text() == f"step {step} of 14"
    assert page.locator("[data-k=out-f]").inner_text() == "+4.0"
    assert_shown(page, figure, weights, x, step)
    page.locator("[data-k=scrub]").focus()
    page.keyboard.press("End")
    assert count.inner_text() == "step 14 of 14"
    page.locator("[data-k=play]").click()  # from the end it starts again
    assert count.inner_text() == "step 1 of 14"


def test_a_layer_with_units_and_peepholes(open_page):
    rng = np.random.default_rng(3)
    weights = {"W": (3, 24), "U": (6, 24), "b": (24,), "p_i": (6,), "p_f": (6,), "p_o": (6,)}
    weights = {name: rng.normal(0, 0.7, size) for name, size in weights.items()}
    x = rng.normal(size=(12, 3))
    figure = live.GateExplorer(weights, x)
    page = open_page(figure).page
    page.locator("[data-k=unit]").select_option("4")
    page.locator("[data-k=scrub]").focus()
    page.keyboard.press("End")
    rounded = {k: np.vectorize(lambda v: float(f"{v:.6g}"))(v) for k, v in weights.items()}
    assert_shown(page, figure, rounded, x, 12, unit=4)
    layer = lb.PeepholeLSTM(3, 6, dtype="float64")
    lb.set_weights(layer, weights)
    _y, (h, c) = layer(x[None])
    assert values(page, figure)["h"] == pytest.approx(h[0, 4], abs=1e-4)
    assert values(page, figure)["c"] == pytest.approx(c[0, 4], abs=1e-4)
    page.locator("[data-k=feature]").select_option("2")
    assert number(page.locator("[data-k=out-x]").inner_text()) == pytest.approx(x[11, 2], abs=0.006)


@pytest.mark.parametrize("focus", ["forget", "input", "candidate", "cell", "output"])
def test_focus_opens_at_its_part_with_its_sliders(focus, open_page):
    part, knobs, _ = live.gate_explorer.FOCUS[focus]
    page = open_page(live.GateExplorer(focus=focus)).page
    assert page.locator(".eq.lit").get_attribute("data-part") == part
    shown = [k.get_attribute("data-knob") for k in page.locator("[data-knob]").all()]
    assert sorted(shown) == sorted(knobs)


def test_gates_of_the_diagram_take_focus_and_light_their_equation(open_page):
    page = open_page(live.GateExplorer()).page
    gate = page.locator("[data-k=gate-i]")
    gate.focus()
    assert page.locator(".eq.lit").get_attribute("data-part") == "i"
    assert gate.get_attribute("aria-label") == "input gate"
    assert re.match(r"\d\.\d\d at step 6", gate.get_attribute("aria-valuetext"))
    shown = page.locator("[data-k=sum]").inner_text()
    assert shown.startswith("input gate") and "0.01" in shown
    page.locator(".eq.o").hover()
    assert page.locator(".eq.lit").get_attribute("data-part") == "o"
    page.mouse.move(5, 5)
    page.locator("[data-k=play]").focus()
    assert page.locator(".eq.lit").count() == 0
    assert page.locator("[data-k=story]").inner_text().startswith("Step 6: the forget gate keeps")


def test_tab_passes_through_and_out(open_page):
    page = open_page(live.GateExplorer(id="one"), live.GateExplorer(id="two")).page
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.id")
        if not seen or seen[-1] != where:
            seen.append(where)
    assert seen[:2] == ["one", "two"] and len(seen) >= 3  # and then out of the page


def test_two_equal_figures_are_independent(open_page):
    figure = live.GateExplorer()
    page = open_page(figure, live.GateExplorer()).page
    hosts = page.locator("[data-lbf]")
    assert hosts.count() == 2
    assert hosts.nth(0).get_attribute("id") != hosts.nth(1).get_attribute("id")
    hosts.nth(1).locator("[data-k=step]").click()
    hosts.nth(1).locator("[data-k=in-f]").focus()
    page.keyboard.press("Home")
    assert hosts.nth(0).locator("[data-k=count]").inner_text() == "step 6 of 14"
    assert hosts.nth(1).locator("[data-k=count]").inner_text() == "step 7 of 14"
    assert_shown(page, figure, *preset("keep"))


def test_an_output_can_be_cleared_and_run_again(open_page):
    figure = live.GateExplorer()
    opened = open_page(figure)
    page = opened.page
    page.locator("[data-k=play]").click()
    # as JupyterLab does: the old output goes, the new one comes with its script made anew
    page.evaluate(
        """(text) => {
          document.body.innerHTML = '<div class="out"></div>';
          const out = document.querySelector('.out');
          out.innerHTML = text;
          for (const old of out.querySelectorAll('script')) {
            const fresh = document.createElement('script');
            fresh.textContent = old.textContent;
            old.replaceWith(fresh);
          }
        }""",
        figure.to_html(),
    )
    assert_shown(page, figure, *preset("keep"))
    page.locator("[data-k=step]").click()
    assert page.locator("[data-k=count]").inner_text() == "step 7 of 14"


def test_without_javascript_the_numbers_stand_there(open_page):
    page = open_page(live.GateExplorer(), script=False).page
    rows = page.locator("tbody tr").all()
    assert len(rows) == 14
    last = [number(cell) for cell in rows[-1].locator("td").all_inner_texts()]
    weights, x, _ = preset("keep")
    right = expected(weights, x, 14)
    assert last == pytest.approx([14, 0, *(right[p] for p in PARTS)], abs=6e-4)


def test_a_slider_moves_within_a_frame_at_64_units(open_page):
    rng = np.random.default_rng(0)
    weights = {"W": (16, 256), "U": (64, 256), "b": (256,)}
    weights = {name: rng.normal(0, 0.1, size) for name, size in weights.items()}
    page = open_page(live.GateExplorer(weights, rng.normal(size=(20, 16)))).page
    took = page.evaluate(
        """() => {
          const input = document.querySelector('.lbf').shadowRoot.querySelector('[data-k=in-f]');
          const times = [];
          for (let k = 0; k < 30; k++) {
            input.value = Number(input.value) + 0.1;
            const began = performance.now();
            input.dispatchEvent(new Event('input'));
            times.push(performance.now() - began);
          }
          return times.sort((a, b) => a - b)[5];
        }"""
    )
    assert took < frames(16)
