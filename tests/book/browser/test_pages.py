"""Every built page in Chromium, with a server and as a file, wide and narrow, light and dark.

One visit checks many things: no request to another host, no error, no flash, no jump, axe without
exceptions, nothing wider than the screen, code that fits the column.
"""

from __future__ import annotations

import re

import pytest

from tests.book.browser.visits import PAGES, SITE, Visit, axe_violations, base_of, needs_site

pytestmark = needs_site
VISITS = {  # each way to read, each width and each mode, in four visits
    "http-1280-light": ("http", 1280, "light"),
    "http-360-dark": ("http", 360, "dark"),
    "file-1280-dark": ("file", 1280, "dark"),
    "file-360-light": ("file", 360, "light"),
}
WITHOUT_WORDS = """[...document.querySelectorAll('article img')]
  .filter(i => !i.alt.trim() || i.alt.includes('.png') || i.alt.includes('_images'))
  .map(i => i.src.slice(-60))"""
CUT_CODE = """[...document.querySelectorAll('article .cell_input pre')]
  .filter(p => p.checkVisibility() && p.scrollWidth > p.clientWidth + 1)
  .map(p => p.textContent.split('\\n').sort((a, b) => b.length - a.length)[0])"""


def test_there_are_pages():
    assert PAGES


@pytest.mark.parametrize("visit", VISITS)
@pytest.mark.parametrize("path", PAGES)
def test_page(path, visit, browser, server):
    way, width, mode = VISITS[visit]
    with Visit(browser, base_of(way, server), path, width, mode) as opened:
        page = opened.page
        assert opened.other_hosts == []
        assert opened.faults == []
        assert page.evaluate("document.documentElement.dataset.theme") == mode
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("article .problematic").count() == 0
        assert page.locator("h1").count() == 1
        assert page.evaluate(WITHOUT_WORDS) == []
        if width == 1280:
            assert page.evaluate(CUT_CODE) == []
        moved, what = opened.shift()
        assert moved < 0.05, what
        page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
        assert axe_violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_works_as_text_without_scripts(path):
    """What is written stands in the file: formulas, contents, captions; nothing comes by script."""
    html = (SITE / path).read_text(encoding="utf-8")
    assert "mathjax" not in html.lower()
    assert "\\(" not in re.sub(r"<(script|pre|code).*?</\1>", "", html, flags=re.DOTALL)
    assert html.count('aria-current="page"') == 1
    assert "<title>" in html and 'name="description"' in html


def test_a_planted_request_to_another_host_is_seen(browser, server):
    with Visit(browser, server, PAGES[0]) as opened:
        opened.page.evaluate("new Image().src = 'https://example.org/x.png'")
        opened.page.wait_for_timeout(200)
        assert opened.other_hosts == ["https://example.org/x.png"]


def test_a_planted_jump_is_seen(browser, server):
    with Visit(browser, server, PAGES[0]) as opened:
        opened.page.wait_for_timeout(300)
        opened.page.evaluate(
            "document.querySelector('article').prepend(Object.assign("
            "document.createElement('div'), {style: 'height: 400px'}))"
        )
        opened.page.wait_for_timeout(300)
        assert opened.shift()[0] > 0.05


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_gate_colours_are_readable_as_text(mode, browser, server):
    """Contrast of every text colour with the page and with boxes on it, at least 4.5."""
    script = """() => {
        const resolve = name => {
            const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = `var(${name})`;
            const rgb = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
            probe.remove();
            return rgb;
        };
        const grounds = ["page", "ground", "mark"].map(g => [g, resolve(`--${g}`)]);
        const texts = ["ink", "quiet", "link"].map(g => [g, resolve(`--${g}`)]);
        const gates = [..."figoch"].map(g => [g, resolve(`--gate-${g}-text`)]);
        return Object.fromEntries(grounds.concat(gates, texts));
    }"""
    with Visit(browser, server, PAGES[0], mode=mode) as opened:
        colours = opened.page.evaluate(script)
    for text in [*"figoch", "ink", "quiet", "link"]:
        for ground in ("page", "ground", "mark"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def contrast(first, second) -> float:
    """WCAG 2 contrast of two colours, each (red, green, blue) from 0 to 255."""

    def luminance(colour):
        parts = [v / 255 for v in colour]
        linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)
