"""Keys, names, forced colours, paper."""

from __future__ import annotations

import pytest

from tests.book.browser.visits import Visit, axe_violations, needs_site

pytestmark = needs_site
# every place that the Tab key reaches, and whether it shows that it has the focus
RINGS = """() => {
  const ring = (node) => {
    const style = getComputedStyle(node);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const all = 'a[href], button, input, summary, [tabindex="0"]';
  return [...document.querySelectorAll(all)].filter((node) => {
    if (!node.checkVisibility() || node.closest('[data-lbf]')) return false;
    node.focus({ focusVisible: true });
    return document.activeElement === node && !ring(node) && !(node.form && ring(node.form));
  }).map((node) => node.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("page", ["book/part1/lstm.html", "search.html?q=LSTM"])
def test_whatever_has_the_focus_shows_it(page, browser, server):
    with Visit(browser, server, page) as opened:
        assert opened.page.evaluate(RINGS) == []


def test_the_keyboard_reaches_text_search_and_contents(browser, server):
    with Visit(browser, server, "book/part1/lstm.html", 360) as opened:
        page = opened.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Contents"
        page.keyboard.press("Enter")
        page.locator("#contents a.current").wait_for(state="visible")
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        assert page.locator("#contents").is_hidden()


def test_the_theme_is_chosen_by_a_button_that_says_so_and_stays(browser, server):
    with Visit(browser, server, "book/part1/lstm.html") as opened:
        page = opened.page
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.get_by_role("button", name="Light").count() == 1
        page.goto(f"{server}/book/glossary.html")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_forced_colours_keep_the_marks(browser, server):
    with Visit(browser, server, "book/part1/lstm.html", forced_colors="active") as opened:
        page = opened.page
        page.locator("p .part[data-part=f]").first.hover()
        outline = page.locator(".part.lit").first.evaluate("n => getComputedStyle(n).outlineStyle")
        assert outline == "solid"
        border = page.locator("#contents a.current").evaluate(
            "n => getComputedStyle(n).borderLeftWidth"
        )
        assert border == "3px"
        assert page.evaluate(RINGS) == []


def test_code_is_copied_and_outputs_have_no_button(browser, server):
    with Visit(browser, server, "book/part1/lstm.html") as opened:
        opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = opened.page
        assert page.locator(".cell_output .copy").count() == 0
        first = page.locator(".cell_input:visible .copy").first
        first.focus()
        first.press("Enter")
        page.wait_for_function("document.activeElement.textContent === 'Copied'")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.strip() and "Copy" not in text


@pytest.mark.parametrize("page", ["book/part1/lstm.html", "book/welcome.html"])
def test_paper_is_light_and_unfolded_for_a_dark_reader(page, browser, server):
    script = """() => {
      const shown = s => [...document.querySelectorAll(s)].filter(n => n.checkVisibility()).length;
      const style = getComputedStyle(document.documentElement);
      const lum = c => c.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
      return {
        theme: document.documentElement.dataset.theme,
        ground: lum(style.backgroundColor), ink: lum(style.color),
        folded: document.querySelectorAll('article details:not([open])').length,
        around: shown('.top, #contents, .launch, .turn, .copy, .needs-python'),
      };
    }"""
    with Visit(browser, server, page, mode="dark") as opened:
        page = opened.page
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        found = page.evaluate(script)
        assert found["theme"] == "light" and found["ground"] > 240 and found["ink"] < 80
        assert found["folded"] == 0 and found["around"] == 0
        page.emulate_media(media="screen", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.locator("article details:not([open])").count() > 0


def test_paper_names_the_folds_and_cuts_no_code(browser, server):
    with Visit(browser, server, "book/part3/standard-lstm.html", 664) as opened:
        page = opened.page
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        words = page.locator("article div.cell > details > summary").all_inner_texts()
        assert "Set-up" in words and not any("Hide" in word for word in words)
        cut = page.locator("article pre").evaluate_all(
            "all => all.filter(n => n.checkVisibility() && n.scrollWidth > n.clientWidth + 1"
            " && getComputedStyle(n).overflowX !== 'visible').length"
        )
        assert cut == 0
