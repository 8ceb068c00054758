"""On a phone: something to touch on the first screen, folds side by side, names that stay whole."""

from __future__ import annotations

import pytest

from tests.book.browser.visits import NOTEBOOKS, SITE, Visit, needs_site

pytestmark = needs_site
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WITH_FIGURE = [  # pages that begin with a figure
    page
    for page in NOTEBOOKS
    if "data-lbf=" in (SITE / page).read_text(encoding="utf-8").partition("<h2")[0]
]
# where the first thing to press, pull or write in begins, inside figures
FIRST = """() => {
  const all = [...document.querySelectorAll('article [data-lbf]')].flatMap((host) =>
    [...(host.shadowRoot || host).querySelectorAll(
      'button, label, input, select, a, summary, [tabindex="0"]')]);
  const boxes = all.filter((n) => n.checkVisibility()).map((n) => n.getBoundingClientRect());
  return Math.min(...boxes.filter((b) => b.height > 15).map((b) => b.bottom));
}"""
FOLDS = """() => [...document.querySelectorAll('article div.cell > details > summary')].slice(0, 2)
  .map((n) => n.getBoundingClientRect().top)"""
TORN = """() => [...document.querySelectorAll('article :is(td, th) code')]
  .filter((n) => n.checkVisibility() && n.getClientRects().length > 1)
  .filter((n) => /^\\w+$/.test(n.textContent))
  .map((n) => n.textContent)"""


def test_most_pages_begin_with_a_figure():
    assert len(WITH_FIGURE) > 15


@pytest.mark.parametrize("path", WITH_FIGURE)
def test_the_first_screen_holds_something_to_touch(path, browser, server):
    with Visit(browser, server, path, **PHONE) as opened:
        page = opened.page
        page.wait_for_selector("[data-lbf][data-ready]")
        assert page.evaluate(FIRST) <= 740
        first, second = page.evaluate(FOLDS)
        assert first == second  # the set-up and the code of the figure stand in one row
        assert page.evaluate(TORN) == []
        page.locator("article div.cell > details > summary").first.click()
        first, second = page.evaluate(FOLDS)
        assert first < second  # one that is open has the column for itself
