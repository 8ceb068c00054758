"""The other figures in Chromium, and what holds for all of them on a page."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.live import figure as base
from lstmbook.live import gradient_explorer
from lstmbook.live.draws import Random
from tests.live.conftest import frames
from tests.live.test_cells import flat
from tests.live.test_figure import FIGURES
from tests.live.test_gate_explorer import number

pytestmark = pytest.mark.browser


def settled(page):
    """The curves that belong to the dials are there."""
    page.locator("[data-k=plot]:not([data-busy])").wait_for()


def power(text):
    """'2.836 × 10⁻³' as a number."""
    value, _, exponent = text.partition(" × 10")
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    return number(value) * 10.0 ** int(exponent.translate(digits) or 0)


# --- all figures ---------------------------------------------------------------------------
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_all_figures_together_on_one_page(width, theme, open_page):
    """No request, no error (both asserted by the fixture), no horizontal scroll, accessible."""
    made = [make() for make in FIGURES.values()]
    page = open_page(*made, width=width, theme=theme).page
    page.wait_for_function(
        "(n) => document.querySelectorAll('[data-ready]').length === n", arg=len(made)
    )
    page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", theme)
    page.evaluate("document.body.style.background = 'var(--x, transparent)'")
    if theme == "dark":
        page.evaluate("document.body.style.background = '#14181e'")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.lbf')].flatMap((host) =>
          [...(host.shadowRoot || host).querySelectorAll('*')]
            .filter((e) => !e.closest('pre, svg, .sr, .scroll')
              && e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => host.id + ' ' + e.className))"""
    )
    assert wide == []
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    ours = [
        v for v in found if v["id"] not in ("region", "landmark-one-main", "page-has-heading-one")
    ]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in ours] == []


def test_text_is_light_on_dark_pages_and_dark_on_light_ones(open_page):
    figure = live.GateExplorer()
    ask = "getComputedStyle(document.querySelector('.lbf').shadowRoot.querySelector('.fig')).color"
    for preferred, theme, bright in (
        ("dark", None, True),
        ("light", None, False),
        ("dark", "light", False),
        ("light", "dark", True),
    ):
        page = open_page(figure, theme=preferred).page
        if theme:
            page.evaluate("(t) => { document.documentElement.dataset.theme = t; }", theme)
        red = int(page.evaluate(ask).split("(")[1].split(",")[0])
        assert (red > 128) is bright, (preferred, theme)
    assert "background: transparent" in base.asset("host.css")


# --- gradient explorer ---------------------------------------------------------------------
@pytest.mark.parametrize("preset", gradient_explorer.PRESETS)
def test_gradients_equal_numpy(preset, open_page):
    figure = live.GradientExplorer(preset)
    page = open_page(figure).page
    found = gradient_explorer.curves(figure.setting)
    lag = figure.setting["lag"]
    for name in ("rnn", "c", "h"):
        shown = power(page.locator(f"[data-k=val-{name}]").inner_text())
        assert shown == pytest.approx(found[name][lag], rel=2e-3), name
        dead = [k for k, v in enumerate(found[name]) if v < 1e-3]
        burst = [k for k, v in enumerate(found[name]) if v > 1e3]
        fate = page.locator(f"[data-k=fate-{name}]").inner_text()
        if dead and not (burst and burst[0] < dead[0]):
            assert fate == f"dies at lag {dead[0]}"
        elif burst:
            assert fate == f"explodes at lag {burst[0]}"
        else:
            assert fate.startswith("alive")


def test_gradient_dials_by_keyboard(open_page):
    page = open_page(live.GradientExplorer()).page
    setting = {**gradient_explorer.START, "rho": 0.9}
    page.locator("[data-k=in-forget]").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    setting["forget"] = 4
    page.locator("[data-k=in-lag]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    found = gradient_explorer.curves(setting)["c"][40]
    settled(page)
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)
    page.locator("[name=init][value=constant]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-k=in-forget]").is_hidden()
    setting["init"] = "chrono"
    found = gradient_explorer.curves(setting)["c"][40]
    settled(page)
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)
    page.locator("[data-k=draw]").click()
    found = gradient_explorer.curves(setting, seed=2)["c"][40]
    settled(page)
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)


def test_presets_of_the_gradient_explorer_do_what_they_say():
    def fate(preset):
        setting = {**gradient_explorer.START, **gradient_explorer.PRESETS[preset][1]}
        return gradient_explorer.curves(setting)

    vanish = fate("vanish")
    first = {k: int(np.argmax(vanish[k] < 1e-3)) for k in ("rnn", "c")}
    assert 0 < first["rnn"] < first["c"]
    explode = fate("explode")["rnn"]
    np.testing.assert_allclose(explode, 1.5 ** np.arange(len(explode)), rtol=1e-9)
    carousel = fate("carousel")["c"]
    assert carousel[-1] > 0.4 * carousel[1]
    assert fate("chrono")["c"][-1] > 0.05


# --- variant builder -----------------------------------------------------------------------
def test_presets_of_the_builder_have_the_counts_of_the_package(open_page):
    from lstmbook.live.variants_in_page import presets
    from lstmbook.variants import VARIANTS

    page = open_page(live.VariantBuilder()).page
    rows = page.locator(".lbf-static tbody tr").all()
    for (key, preset), row in zip(presets().items(), rows, strict=True):
        name = preset["class"]
        page.locator(f"[data-preset='{key}']").click()
        right = VARIANTS[name].parameter_count(10, 64)
        assert page.locator("[data-k=number]").inner_text() == f"{right:,}"
        assert row.locator("td").last.text_content() == f"{right:,}"
        assert page.locator("[data-k=code]").inner_text() == f"lb.{name}(10, 64)"


def test_switches_change_picture_equations_and_count(open_page):
    page = open_page(live.VariantBuilder()).page
    before = page.locator("[data-k=picture]").inner_html()
    page.locator("[data-k=sw-peephole]").focus()
    page.keyboard.press("Space")
    assert page.locator("[data-k=title]").inner_text() == "Peephole LSTM"
    assert page.locator("[data-preset=peephole]").get_attribute("aria-pressed") == "true"
    assert page.locator("[data-k=picture]").inner_html() != before
    assert page.locator("[data-k=number]").inner_text() == "19,392"
    assert "⊙" in page.locator(".eq.f .eq-sym").inner_text()
    page.locator("[data-k=sw-f]").uncheck()
    assert page.locator(".eq.f").count() == 0
    assert page.locator("[data-k=sw-coupled]").is_disabled()
    assert page.locator("[data-k=number]").inner_text() == f"{3 * 64 * 75 + 2 * 64:,}"
    page.locator("[data-k=sw-hLinear]").check()
    assert page.locator("[data-k=title]").inner_text() == "A cell without a name"
    assert page.locator("[data-k=code]").inner_text() == "No class of the package."
    page.locator("[data-k=in-H]").focus()
    page.keyboard.press("Home")
    assert page.locator("[data-k=number]").inner_text() == f"{3 * 12 + 2}"


def test_the_gru_says_whose_form_it_is(open_page):
    page = open_page(live.VariantBuilder("gru")).page
    say = page.locator(".say .on")
    assert say.inner_text().split("\n") == [
        "Gated recurrent unit, reset after the product",
        "Cho et al. 2014, 1406.1078, version 1; cuDNN",
    ]
    page.locator("[data-k=sw-after]").uncheck()
    assert say.inner_text().split("\n") == [
        "Gated recurrent unit, reset before the product",
        "Cho et al. 2014, 1406.1078, version 3",
    ]
    assert page.locator("[data-k=code]").inner_text() == "lb.GRU(10, 64, reset_after=False)"


def test_a_cell_without_gates_has_no_wires_to_them(open_page):
    page = open_page(live.VariantBuilder()).page
    for key in ("peephole", "full"):
        page.locator(f"[data-k=sw-{key}]").check()
    assert page.locator(".peep").count() > 0 and page.locator(".wire.full").count() == 1
    for key in "fio":
        page.locator(f"[data-k=sw-{key}]").uncheck()
    for key in ("peephole", "full"):
        switch = page.locator(f"[data-k=sw-{key}]")
        assert switch.is_disabled() and not switch.is_checked()
    assert page.locator(".peep, .wire.full, .peepjoint").count() == 0
    assert page.locator("[data-k=picture] text").filter(has_text="t\u22121").count() == 2
    assert page.locator("[data-k=number]").inner_text() == f"{64 * 75:,}"


@pytest.mark.parametrize("width", [360, 1280])
def test_presets_of_the_builder_have_one_height(width, open_page):
    from lstmbook.live.variants_in_page import presets

    page = open_page(live.VariantBuilder(), width=width).page
    height = "document.querySelector('.lbf').getBoundingClientRect().height"
    heights = set()
    for key in presets():
        page.locator(f"[data-preset='{key}']").click()
        heights.add(page.evaluate(height))
    assert len(heights) == 1, heights


def test_every_figure_has_one_live_region(open_page):
    for make in (live.GradientExplorer, live.VariantBuilder, live.Playground, live.DigitReader):
        page = open_page(make()).page
        assert page.locator("output, [aria-live], [role=status], [role=alert]").count() == 1


@pytest.mark.parametrize("slow", [1, 4])
def test_two_hundred_steps_of_gradients_keep_the_pictures_coming(slow, open_page):
    """No input makes the page wait for the whole computation, and curves are drawn meanwhile."""
    page = open_page(live.GradientExplorer(length=200)).page
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
    took, drawn = page.evaluate(
        """async () => {
          const root = document.querySelector('.lbf').shadowRoot, times = [], seen = new Set();
          const input = root.querySelector('[data-k=in-forget]');
          for (let k = 0; k < 80; k++) {
            input.value = -2 + 0.5 * (k % 20);
            const began = performance.now();
            input.dispatchEvent(new Event('input', { bubbles: true }));
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - began);
            seen.add(root.querySelector('[data-k=val-c]').textContent);
          }
          return [times.sort((a, b) => a - b), seen.size];
        }"""
    )
    assert took[4] < frames(17 if slow == 1 else 40), took[4]  # with the wait for the picture
    assert drawn > 5
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    settled(page)
    setting = {**gradient_explorer.START, "rho": 0.9, "length": 200, "forget": 7.5}
    found = gradient_explorer.curves(setting)["c"][50]
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)


# --- random numbers --------------------------------------------------------------------------
def test_python_and_javascript_draw_the_same_numbers(javascript):
    body = "const r = core.random(9); return [r.uniform(), r.normal(), r.uniform(2, 5)];"
    rng = Random(9)
    assert javascript(body) == pytest.approx([rng.uniform(), rng.normal(), rng.uniform(2, 5)])
    assert flat({"a": np.zeros(2)}) == {"a": [0, 0]}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_in_its_place_from_the_first_paint(name, browser, tmp_path):
    """Nothing is painted in the order of another width and then moved."""
    path = tmp_path / "page.html"
    path.write_text(FIGURES[name]().to_page(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 900}, reduced_motion="reduce")
    page.goto(path.as_uri())
    page.wait_for_timeout(150)
    moved = page.evaluate(
        """() => new Promise((tell) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => tell(sum), 60);
        })"""
    )
    page.close()
    assert moved < 0.05
