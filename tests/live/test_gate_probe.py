"""The gate probe: its network is the stored one, its probes read what the package's would."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live, models, trace
from lstmbook.errors import ValueRangeError
from lstmbook.live.gate_probe import measure, probe, run, sequences
from tests.live.conftest import frames
from tests.live.test_gate_explorer import number

NEVER = 119, 0


def test_never_shut_it_is_the_stored_network():
    layer, (x, y) = models.load("memory_keeper").layer, sequences()
    record = trace(layer, x)
    c, h, gate = run(*NEVER)
    np.testing.assert_allclose(c, record["c"].swapaxes(0, 1), atol=2e-3)
    np.testing.assert_allclose(h, record["h"].swapaxes(0, 1), atol=2e-3)
    np.testing.assert_allclose(gate, record["o"].mean((0, 2)), atol=1e-4)
    assert measure(*NEVER, 119)["answer"] == 1
    assert (np.bincount(y) >= 8).all()  # both halves have every symbol


def test_shut_gates_hide_what_the_memory_keeps():
    c, h, gate = run(20, 118)
    assert (h[20:119] == 0).all() and (gate[20:119] == 0).all() and gate[119] > 0.5
    never, *_ = run(*NEVER)
    # the shut gate of step 20 reaches the memory only at 21: h is read a step later
    assert (c[:21] == never[:21]).all() and (c[21] != never[21]).any()
    found = measure(20, 118, 118)
    assert found["c"] > 0.9 and found["h"] == 0.25 and found["answer"] < 0.4
    assert found["size"] < 0.2 < 2 < measure(*NEVER, 118)["size"]
    last = measure(119, 119, 119)
    assert last["c"] > 0.9 and last["h"] == 0.25 and last["answer"] < 0.4


def test_the_probe_is_tried_on_what_it_was_not_fitted_to():
    rng = np.random.default_rng(0)
    y = np.tile(np.repeat(np.arange(4), 2), 50)
    noise = rng.normal(size=(400, 24))
    assert abs(probe(noise, y) - 0.25) < 0.08
    assert probe(noise + 3 * np.eye(4, 24)[y], y) > 0.9


def test_steps_outside_are_refused():
    with pytest.raises(ValueRangeError, match="step: expected 0 to 119, got 120"):
        live.GateProbe(step=120)


def assert_equal(page, first, last, step):
    page.wait_for_function("document.querySelector('.lbf').lstmbook.found()")
    found = page.evaluate(
        """() => { const f = document.querySelector('.lbf').lstmbook.found();
        return { ...f, curves: f.curves.c.concat(f.curves.h) }; }"""
    )
    right = measure(first, last, step)
    for name, value in right.items():
        assert found[name] == pytest.approx(value, abs=1e-9), name
    for part in ("c", "h", "answer"):
        shown = number(page.locator(f"[data-k=val-{part}]").inner_text())
        assert shown == pytest.approx(right[part], abs=6e-3)
    c, h, _ = run(first, last)
    half = len(found["curves"]) // 2
    for k in (2, half - 12, half - 1):
        for values, (t, share) in ((c, found["curves"][k]), (h, found["curves"][half + k])):
            assert share == pytest.approx(probe(values[t], sequences()[1])), t


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 900])
def test_the_page_finds_what_the_package_finds(width, open_page):
    page = open_page(live.GateProbe(119, 119, 119), width=width).page
    assert_equal(page, 119, 119, 119)
    cases = {"long": (20, 118, 118), "never": (*NEVER, 119), "middle": (40, 70, 60)}
    for name, where in cases.items():
        page.locator(f"[data-preset={name}]").click()
        assert_equal(page, *where)
        assert page.locator("[aria-pressed=true]").get_attribute("data-preset") == name
    page.locator("[data-k=in-first]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(900)
    assert_equal(page, 30, 70, 60)
    assert page.locator("[aria-pressed=true]").count() == 0
    said = page.locator("[role=status]").inner_text()
    assert said == page.locator("[data-k=verdict]").inner_text() and "nobody sees it" in said
    picture = page.locator("[data-k=plot]").bounding_box()
    page.mouse.click(picture["x"] + picture["width"] - 10, picture["y"] + 80)
    assert_equal(page, 30, 70, 119)


@pytest.mark.browser
def test_the_sliders_follow_the_hand_while_it_computes(open_page):
    """No frame of a drag takes much longer than a piece of the work: the longest task is timed."""
    page = open_page(live.GateProbe(119, 119, 119)).page
    page.wait_for_function("document.querySelector('.lbf').lstmbook.found()")
    spent = page.evaluate(
        """() => new Promise((done) => {
          const root = document.querySelector('.lbf').shadowRoot;
          const slider = root.querySelector('[data-k=in-first]');
          const times = [];
          const move = () => {
            const started = performance.now();
            slider.value = 20 + times.length;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            times.push(performance.now() - started);
            if (times.length < 30) requestAnimationFrame(move);
            else done(times.sort((a, b) => a - b));
          };
          move();
        })"""
    )
    assert spent[len(spent) // 2] < frames(16)
    page.wait_for_function("document.querySelector('.lbf').lstmbook.found()")
    assert_equal(page, 49, 119, 119)
