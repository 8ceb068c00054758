"""Plots of the notebooks in the built pages: all of them inline, to be read at any width."""

from __future__ import annotations

import nbformat
import pytest

from tests.book.browser.visits import NOTEBOOKS, SITE, Visit, needs_site
from tools.repository import ROOT

pytestmark = needs_site

SMALLEST = """() => [...document.querySelectorAll("svg.plot")].flatMap((plot) => {
  const scale = plot.getBoundingClientRect().width / plot.viewBox.baseVal.width;
  return [...plot.querySelectorAll("text")].map((text) =>
    parseFloat(getComputedStyle(text.querySelector("tspan") || text).fontSize) * scale);
})"""


def plots(page):
    """Plots that the notebook of a page stores."""
    cells = nbformat.read((ROOT / page).with_suffix(".ipynb"), as_version=4).cells
    data = [o.get("data", {}) for cell in cells for o in cell.get("outputs", [])]
    return sum("image/svg+xml" in d for d in data)


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_every_plot_is_drawn_by_the_page(page):
    html = (SITE / page).read_text(encoding="utf-8")
    assert html.count('<svg class="plot"') == plots(page)
    assert "_images/" not in html, "a picture beside the page: it keeps its white plate"


@pytest.mark.parametrize("page", [page for page in NOTEBOOKS if plots(page)])
def test_letters_are_9_pixels_or_more_on_a_phone(page, browser, server):
    with Visit(browser, server, page, width=360) as visit:
        for fold in visit.page.locator("details:has(svg.plot)").all():
            fold.evaluate("(node) => { node.open = true; }")
        sizes = visit.page.evaluate(SMALLEST)
    assert sizes and min(sizes) >= 9
