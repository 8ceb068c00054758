"""The drawing of the gate explorer: valves that are dragged, pipes, dots, words, sizes."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.live.gate_explorer import PRESETS, run_cell
from tests.live.conftest import frames
from tests.live.test_gate_explorer import CELL, assert_shown, number, preset, values

pytestmark = pytest.mark.browser
PIPES = ("before", "kept", "after", "made", "written", "seen", "squashed", "shown")
WIDTHS = [360, 1280]


def thickness(page):
    found = page.evaluate(
        """(names) => names.map((n) => Number(document.querySelector('.lbf').shadowRoot
          .querySelector(`[data-k=wall-${n}]`).getAttribute('stroke-width')))""",
        PIPES,
    )
    return dict(zip(PIPES, found, strict=True))


def centre(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, locator, right, down):
    x, y = centre(locator)
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.25, 0.5, 0.75, 1):
        page.mouse.move(x + part * right, y + part * down)
    page.mouse.up()


def bias_of(page, part):
    return number(page.locator(f"[data-k=out-{part}]").inner_text())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_valve_is_dragged_with_the_mouse(width, theme, open_page):
    figure = live.GateExplorer()
    page = open_page(figure, width=width, theme=theme).page
    page.locator("[data-k=all]").evaluate("(node) => { node.open = true; }")
    weights, x, step = preset("keep")
    drag(page, page.locator("[data-k=ring-f]"), 0, 37)
    weights["b"][1] = bias_of(page, "f")
    assert -1.5 < weights["b"][1] < 0.5
    assert_shown(page, figure, weights, x, step)
    # half the way from open to shut
    assert values(page, figure)["f"] == pytest.approx(0.99 - 0.5, abs=0.12)
    drag(page, page.locator("[data-k=ring-f]"), 0, 200)
    assert values(page, figure)["f"] < 0.01
    drag(page, page.locator("[data-k=ring-f]"), 300, 0)
    assert values(page, figure)["f"] > 0.99


@pytest.mark.parametrize("width", WIDTHS)
def test_a_valve_is_dragged_by_touch_and_by_keys(width, open_page):
    figure = live.GateExplorer()
    page = open_page(figure, width=width).page
    page.locator("[data-k=all]").evaluate("(node) => { node.open = true; }")
    weights, x, step = preset("keep")
    a, b = centre(page.locator("[data-k=ring-i]"))
    touch = page.context.new_cdp_session(page)
    for kind, up in (("touchStart", 0), ("touchMove", 20), ("touchMove", 60), ("touchEnd", 60)):
        points = [] if kind == "touchEnd" else [{"x": a, "y": b - up}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(50)
    weights["b"][0] = bias_of(page, "i")
    assert_shown(page, figure, weights, x, step)
    assert values(page, figure)["i"] == pytest.approx(60 / 74, abs=0.08)
    assert page.locator("[data-k=sum]").inner_text().startswith("input gate")  # stays after a tap
    gate = page.locator("[data-k=gate-g]")
    gate.focus()
    for key, value in (("ArrowUp", 0.5), ("PageUp", 3.0), ("ArrowLeft", 2.5), ("Home", -8)):
        page.keyboard.press(key)
        weights["b"][2] = value
        assert bias_of(page, "g") == value
        assert_shown(page, figure, weights, x, step)
    assert float(gate.get_attribute("aria-valuenow")) == -1


@pytest.mark.parametrize("name", PRESETS)
def test_pipes_are_as_thick_as_what_they_carry(name, open_page):
    page = open_page(live.GateExplorer()).page
    page.locator(f"[data-preset={name}]").click()
    weights, x, step = preset(name)
    steps = run_cell(weights, x)
    now, before = (
        {k: float(v[0]) for k, v in s.items()} for s in (steps[step - 1], steps[step - 2])
    )
    scale = max(1, *(abs(float(s["c"][0])) for s in steps))
    carried = {
        "before": before["c"],
        "kept": now["f"] * before["c"],
        "after": now["c"],
        "made": now["g"],
        "written": now["i"] * now["g"],
        "seen": now["c"],
        "squashed": np.tanh(now["c"]),
        "shown": now["h"],
    }
    for pipe, wide in thickness(page).items():
        assert wide == pytest.approx(1.5 + 10.5 * abs(carried[pipe]) / scale, abs=0.02), pipe
    if name == "count":  # tanh acts before the gate: a thick pipe enters it, a thin one leaves
        assert thickness(page)["seen"] > 2.5 * thickness(page)["squashed"]


def test_dots_run_as_fast_as_their_number_is_large(open_page):
    page = open_page(live.GateExplorer(), motion="no-preference").page
    ask = """(name) => {
      const root = document.querySelector('.lbf').shadowRoot;
      const dots = root.querySelector(`[data-k=dots-${name}]`);
      const [move] = dots.getAnimations();
      const at = getComputedStyle(dots).strokeDashoffset;
      return { rate: move.playbackRate, on: move.playState, at };
    }"""
    page.locator("[data-preset=count]").click()
    page.wait_for_timeout(200)
    fast, slow = page.evaluate(ask, "seen"), page.evaluate(ask, "squashed")
    assert fast["on"] == "running" and fast["rate"] > 2.5 * slow["rate"] > 0
    page.wait_for_timeout(100)
    assert page.evaluate(ask, "seen")["at"] != fast["at"]
    flow = page.locator("[data-k=flow]")
    assert flow.get_attribute("aria-pressed") == "true"
    flow.click()
    assert page.evaluate(ask, "seen")["on"] == "paused"
    still = open_page(live.GateExplorer()).page  # asked for less motion
    assert still.evaluate(ask, "seen")["on"] == "paused"
    assert still.locator("[data-k=flow]").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("width", WIDTHS)
def test_height_stays_whatever_is_shown(width, open_page):
    page = open_page(live.GateExplorer(), width=width).page
    height = "document.querySelector('.lbf').getBoundingClientRect().height"
    first = page.evaluate(height)
    for name in PRESETS:
        page.locator(f"[data-preset={name}]").click()
        assert page.evaluate(height) == first
        for part in "fiog":
            page.locator(f"[data-k=gate-{part}]").focus()
            assert page.evaluate(height) == first
            for key in ("Home", "End"):
                page.keyboard.press(key)
                assert page.evaluate(height) == first, (name, part)


def test_drawing_and_knobs_are_on_one_screen_of_a_small_phone(open_page):
    page = open_page(live.GateExplorer(), width=360).page
    top = page.locator("[data-k=svg]").bounding_box()["y"]
    low = max(
        k.bounding_box()["y"] + k.bounding_box()["height"] for k in page.locator(".knob").all()
    )
    assert low - top <= 600
    small = page.evaluate(
        """() => {
          const svg = document.querySelector('.lbf').shadowRoot.querySelector('[data-k=svg]');
          const scale = svg.getBoundingClientRect().width / 352;
          return [...svg.querySelectorAll('text, .sub')]
            .map((t) => scale * parseFloat(getComputedStyle(t).fontSize));
        }"""
    )
    assert min(small) >= 11 - 0.05


def test_a_slider_shows_the_number_that_is(open_page):
    """A memory beyond the range of its slider widens it, and the first touch does not throw it."""
    figure = live.GateExplorer()
    page = open_page(figure).page
    for part in "gif":
        page.locator(f"[data-k=in-{part}]").focus()
        page.keyboard.press("End")
    page.locator("[data-k=scrub]").focus()
    page.keyboard.press("End")
    weights, x, _ = preset("keep")
    weights = {**CELL, "b": np.array([8, 8, 8, 2.0])}
    memory = float(run_cell(weights, x)[12]["c"][0])
    assert memory > 10
    slider = page.locator("[data-k=in-cp]")
    assert number(page.locator("[data-k=out-cp]").inner_text()) == pytest.approx(memory, abs=0.006)
    assert float(slider.input_value()) == pytest.approx(memory, abs=0.006)
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert float(slider.input_value()) == pytest.approx(memory - 0.01, abs=0.01)


def test_what_was_changed_is_said_marked_and_taken_back(open_page):
    figure = live.GateExplorer()
    page = open_page(figure).page
    button, say = page.locator("[data-preset=keep]"), page.locator(".say")
    assert "stays open" in say.inner_text()
    page.locator("[data-k=in-f]").focus()
    page.keyboard.press("Home")
    assert button.get_attribute("aria-pressed") == "mixed"
    said = say.inner_text()
    assert "stays open" not in said
    assert "forget bias (+4.0 \u2192 \u22128.0)" in said
    assert "0.00, was 0.85" in said
    page.locator("[data-k=in-cp]").focus()
    page.keyboard.press("End")
    assert "and 1 more thing" in say.inner_text()
    assert page.locator("[data-k=count]").get_attribute("class") == "count edited"
    assert page.locator("[data-k=edits]").get_attribute("d").startswith("M")
    assert "Changed by hand at step 6" in page.locator("[data-k=strip]").get_attribute("aria-label")
    page.locator("[data-k=reset]").click()
    assert button.get_attribute("aria-pressed") == "true" and "stays open" in say.inner_text()
    assert page.locator("[data-k=edits]").get_attribute("d") == ""


def test_negative_writing_and_ticks(open_page):
    page = open_page(live.GateExplorer()).page
    page.locator("[data-k=in-x]").focus()
    for part in "ig":
        page.locator(f"[data-k=in-{part}]").focus()
        page.keyboard.press("End" if part == "i" else "Home")
    story = page.locator("[data-k=story]")
    page.locator("[data-k=play]").focus()
    assert "takes away 1.00" in story.inner_text()
    assert page.locator("[data-k=val-wrote]").text_content() == "\u2212 1.00"
    assert number(page.locator("[data-k=low]").text_content()) < -5
    ticks = page.evaluate(
        """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('.strip .tick')]
          .filter((t) => t.textContent && t.style.display !== 'none')
          .map((t) => t.getBoundingClientRect()).map((b) => [b.x, b.y, b.right, b.bottom])"""
    )
    for k, a in enumerate(ticks):
        for b in ticks[:k]:
            assert a[0] > b[2] or b[0] > a[2] or a[1] > b[3] - 4 or b[1] > a[3] - 4


def test_words_of_the_page_and_the_figure_light_each_other(open_page):
    figure = live.GateExplorer()
    page = open_page(figure).page
    page.evaluate(
        """() => { window.heard = [];
          const note = ({ detail }) => heard.push([detail.part, detail.from]);
          document.addEventListener('lbf:part', note); }"""
    )
    page.locator("[data-k=ring-o]").hover(force=True)
    page.mouse.move(2, 2)
    assert page.evaluate("heard") == [["o", figure.id], [None, figure.id]]
    tell = """(part) => document.dispatchEvent(
      new CustomEvent('lbf:part', { detail: { part, from: 'page' } }))"""
    page.evaluate(tell, "c")
    assert page.locator(".eq.lit").get_attribute("data-part") == "c"
    page.evaluate(tell, None)
    assert page.locator(".eq.lit").count() == 0
    assert len(page.evaluate("heard")) == 4  # what it hears it does not say again


def test_a_closed_gate_is_not_the_loudest_mark(open_page):
    """The caps of a shut valve are paler than its ring when it is open."""
    page = open_page(live.GateExplorer()).page
    wide = "(n) => Number(n.getAttribute('stroke-width'))"
    shut, open_ = (page.locator(f"[data-k=ring-{p}]").evaluate(wide) for p in "if")
    assert shut < 1.6 and open_ > 3
    fill = page.locator("[data-k=up-i]").evaluate("(n) => getComputedStyle(n).fill")
    assert fill.startswith("color(srgb") and min(map(float, fill[10:-1].split()[1:3])) > 0.7


@pytest.mark.parametrize("slow", [1, 4])
def test_a_drag_costs_less_than_a_frame(slow, open_page):
    """60 pictures a second, 30 where the machine is four times slower, with a margin."""
    page = open_page(live.GateExplorer(), motion="no-preference").page
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    took = page.evaluate(
        """async () => {
          const root = document.querySelector('.lbf').shadowRoot;
          const input = root.querySelector('[data-k=in-f]'), times = [];
          for (let k = 0; k < 40; k++) {
            input.value = 4 - 0.2 * k;
            const began = performance.now();
            input.dispatchEvent(new Event('input', { bubbles: true }));
            root.querySelector('.fig').getBoundingClientRect();
            times.push(performance.now() - began);
            await new Promise(requestAnimationFrame);
          }
          return times.sort((a, b) => a - b);
        }"""
    )
    assert took[10] < frames(8 if slow == 1 else 28), took[10]


def test_pressed_and_filled_show_in_forced_colours(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(live.GateExplorer().to_page(), encoding="utf-8")
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(path.as_uri())
    ground = "(n) => getComputedStyle(n).backgroundColor"
    pressed = page.locator("[data-preset=keep]").evaluate(ground)
    assert pressed != page.locator("[data-preset=erase]").evaluate(ground)
    track = page.locator("[data-k=in-f]").evaluate(
        "(n) => getComputedStyle(n).forcedColorAdjust + getComputedStyle(n).getPropertyValue('--k')"
    )
    assert track == "noneCanvasText"
    context.close()
