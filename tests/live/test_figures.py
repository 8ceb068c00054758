"""The other figures in Chromium, and what holds for all of them on a page."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.live import digit_reader, gradient_explorer
from lstmbook.live import figure as base
from lstmbook.live.draws import Random
from tests.live.test_cells import flat
from tests.live.test_figure import FIGURES, digit_weights
from tests.live.test_gate_explorer import number

pytestmark = pytest.mark.browser


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
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)
    page.locator("[name=init][value=constant]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-k=in-forget]").is_hidden()
    setting["init"] = "chrono"
    found = gradient_explorer.curves(setting)["c"][40]
    assert power(page.locator("[data-k=val-c]").inner_text()) == pytest.approx(found, rel=2e-3)
    page.locator("[data-k=draw]").click()
    found = gradient_explorer.curves(setting, seed=2)["c"][40]
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
    assert page.locator("[data-k=code]").is_hidden()
    page.locator("[data-k=in-H]").focus()
    page.keyboard.press("Home")
    assert page.locator("[data-k=number]").inner_text() == f"{3 * 12 + 2}"


# --- read my digit -------------------------------------------------------------------------
def beliefs(weights, pixels):
    """Probabilities after 0 ... 8 rows, by the package, from the int8 weights of the page."""
    from lstmbook import numpy as lb

    used = {
        name: digit_reader.restored(digit_reader.quantised(value)).reshape(value.shape)
        for name, value in weights.items()
    }
    model = lb.SequenceClassifier(lb.LSTM(8, len(used["layer.U"]), dtype="float64"), 10)
    lb.set_weights(model, used)
    y, _ = model.layer(np.reshape(pixels, (1, 8, 8)) / 16)
    h = np.concatenate([np.zeros((1, y.shape[2])), y[0]])
    e = np.exp(h @ used["head.W"] + used["head.b"])
    return e / e.sum(1, keepdims=True)


def test_digits_are_read_as_the_package_reads_them(open_page):
    weights = digit_weights(hidden=24, seed=5)
    figure = live.DigitReader(weights)
    page = open_page(figure).page
    ask = "(px) => document.querySelector('.lbf').lstmbook.believe(px)"
    for example in figure.data["examples"][:4]:
        found = page.evaluate(ask, example["pixels"])
        np.testing.assert_allclose(found, beliefs(weights, example["pixels"]), atol=1e-9)


def test_the_stored_model_reads_test_digits_in_javascript(open_page):
    pytest.importorskip("sklearn")
    from lstmbook.data import digits

    test = digits().test
    page = open_page(live.DigitReader()).page
    found = page.evaluate(
        """(all) => {
          const { believe } = document.querySelector('.lbf').lstmbook;
          return all.map((px) => { const p = believe(px)[8]; return p.indexOf(Math.max(...p)); });
        }""",
        np.rint(test.x * 16).astype(int).reshape(-1, 64).tolist(),
    )
    assert np.mean(np.array(found) == test.y) >= 0.97


def test_examples_keyboard_and_pen(open_page):
    weights = digit_weights(hidden=24, seed=5)
    page = open_page(live.DigitReader(weights)).page
    page.locator("[data-example='2']").click()
    pixels = digit_reader.default_examples()[2]["pixels"]
    belief = beliefs(weights, pixels)
    assert page.locator("[data-k=answer]").inner_text() == str(belief[8].argmax())
    assert f"{100 * belief[8].max():.1f} %" in page.locator("[data-k=why]").inner_text()
    page.locator("[data-k=in-row]").focus()
    page.keyboard.press("ArrowLeft")
    assert f"{100 * belief[7].max():.1f} %" in page.locator("[data-k=why]").inner_text()
    page.locator("[data-k=svg]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    changed = list(pixels)
    changed[4 * 8 + 3] = 0 if changed[4 * 8 + 3] >= 16 else changed[4 * 8 + 3] + 8
    belief = beliefs(weights, changed)
    assert f"{100 * belief[8].max():.1f} %" in page.locator("[data-k=why]").inner_text()
    page.keyboard.press("Tab")  # no trap
    assert page.evaluate("document.querySelector('.lbf').shadowRoot.activeElement.dataset.k") == (
        "in-row"
    )
    page.locator("[data-k=clear]").click()
    assert page.locator("[data-k=why]").inner_text() == "Nothing drawn yet."
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()
    ink = page.evaluate(
        """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('.px')]
          .map((e) => Number(e.style.fillOpacity))"""
    )
    columns = np.reshape(ink, (8, 8)).sum(0)
    assert (columns[[3, 4]] > 3).all() and columns[[0, 1, 6, 7]].sum() == 0
    assert np.reshape(ink, (8, 8))[[0, 7]].sum(1).min() > 0.5  # fitted to the full height


# --- random numbers --------------------------------------------------------------------------
def test_python_and_javascript_draw_the_same_numbers(javascript):
    body = "const r = core.random(9); return [r.uniform(), r.normal(), r.uniform(2, 5)];"
    rng = Random(9)
    assert javascript(body) == pytest.approx([rng.uniform(), rng.normal(), rng.uniform(2, 5)])
    assert flat({"a": np.zeros(2)}) == {"a": [0, 0]}
