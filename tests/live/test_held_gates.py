"""The cell with held parts says what the package's cell with the same weights says."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError
from lstmbook.experiments.two_questions import wanted
from lstmbook.live import held_gates
from tests.live.test_gate_explorer import number

HELD = [{}, *({part: way} for part, ways in held_gates.WAYS.items() for way in ways)]
HELD += [{"f": "open", "i": "open"}, {"g": "fixed", "o": "open"}]


def read(page, name):
    return [number(page.locator(f"[data-k={name}-{t}]").inner_text()) for t in range(12)]


@pytest.mark.parametrize("hold", HELD, ids=str)
def test_what_the_cell_says_equals_the_package(hold, open_page):
    from lstmbook import trace

    page = open_page(live.HeldGates()).page
    for part, way in hold.items():
        page.locator(f"[name=hold-{part}][value={way}]").check(force=True)
    x = held_gates.stream()[None]
    layer = held_gates.cell(**hold)
    said, memory = 10 * layer(x)[0][0, :, 0], 10 * trace(layer, x)["c"][0, :, 0]
    np.testing.assert_allclose(read(page, "shown"), said, atol=0.0501)
    np.testing.assert_allclose(read(page, "memory"), memory, atol=0.0501)
    right = wanted(x)[0, :, 0]
    np.testing.assert_allclose(read(page, "wanted"), right, atol=1e-9)
    wrong = [t for t in range(12) if abs(said[t] - right[t]) > 0.05]
    marked = [
        t
        for t in range(12)
        if "wrong" in (page.locator(f"[data-k=shown-{t}]").get_attribute("class") or "")
    ]
    assert marked == wrong
    verdict = page.locator("[data-k=verdict]").inner_text()
    assert (", ".join(str(t + 1) for t in wrong) in verdict) and bool(wrong) is bool(hold)


def test_each_held_part_leaves_its_own_trace():
    """The sentences of the figure, checked on many random streams."""
    from lstmbook import trace
    from lstmbook.experiments.two_questions import streams

    x = streams(50, seed=3).x
    memory = {}
    for hold in HELD:
        record = trace(held_gates.cell(**hold), x)
        memory[str(hold)] = 10 * record["c"][..., 0], 10 * record["h"][..., 0]
    free, _ = memory["{}"]
    c, _ = memory[str({"f": "open"})]
    np.testing.assert_allclose(c, np.cumsum(x[..., 1] * x[..., 0], axis=1), atol=0.02)
    c, _ = memory[str({"f": "shut"})]
    np.testing.assert_allclose(c, x[..., 1] * x[..., 0], atol=0.02)
    assert abs(memory[str({"i": "shut"})][0]).max() < 1e-9
    c, _ = memory[str({"g": "fixed"})]
    jump = (c[:, 1:] - (1 - x[:, 1:, 2]) * c[:, :-1])[x[:, 1:, 1] == 1]
    np.testing.assert_allclose(jump, 0.5, atol=0.02)
    for way in ("open", "shut"):
        np.testing.assert_allclose(memory[str({"o": way})][0], free, atol=1e-12)
    assert abs(memory[str({"o": "shut"})][1]).max() < 1e-9


def test_flags_by_mouse_and_keys_change_the_sequence(open_page):
    page = open_page(live.HeldGates(f="open")).page
    assert "nobody would notice" not in page.locator("[data-k=verdict]").inner_text()
    page.get_by_role("button", name="wipe, step 6", exact=True).click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")  # from wipe 6 to write 7
    page.keyboard.press("Space")
    x = held_gates.stream()[None]
    x[0, 5, 2] = x[0, 6, 1] = 0
    np.testing.assert_allclose(read(page, "wanted"), wanted(x)[0, :, 0], atol=1e-9)
    # nothing is wiped any more, so an open forget gate costs nothing
    assert "nobody would notice" in page.locator("[data-k=verdict]").inner_text()
    assert page.locator(".flag[tabindex='0']").count() == 1
    page.locator("[data-k=reset]").click()
    assert "All parts free" in page.locator("[data-k=verdict]").inner_text()


def test_no_number_is_torn_on_a_phone(open_page):
    page = open_page(live.HeldGates(), width=330).page
    cells = page.locator("[role=cell]:not(:has(*))")
    tall = cells.evaluate_all(
        "all => all.filter(n => n.textContent && n.scrollHeight > 24 || n.scrollWidth > 30)"
        ".map(n => n.textContent)"
    )
    assert cells.count() >= 36
    assert tall == []


def test_unknown_parts_and_ways_are_refused():
    with pytest.raises(UnknownNameError, match="part of the cell"):
        live.HeldGates(z="open")
    with pytest.raises(UnknownNameError, match="way to hold g"):
        live.HeldGates(g="open")
