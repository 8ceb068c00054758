"""What the reader draws is what the figure shows and reads: not mirrored, not upside down."""

import numpy as np
import pytest

from lstmbook import live
from tests.live.test_figure import digit_weights

pytestmark = pytest.mark.browser

SHOWN = """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('.px')].map(
  (e) => [Number(e.getAttribute('y')), Number(e.getAttribute('x')), Number(e.style.fillOpacity)])"""


def drawn(page, points):
    """The 8 x 8 numbers that the figure shows after a stroke through the points."""
    box = page.locator("[data-k=sheet]").bounding_box()
    for at, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if at == 0:
            page.mouse.down()
    page.mouse.up()
    ink = np.zeros((8, 8))
    for row, column, value in page.evaluate(SHOWN):
        ink[int(row), int(column)] = value
    return ink


def test_an_l_is_an_l(open_page):
    page = open_page(live.DigitReader(digit_weights(hidden=24, seed=5))).page
    ink = drawn(page, [(0.3, 0.2), (0.3, 0.8), (0.7, 0.8)])
    left, right = ink[:, :4].sum(), ink[:, 4:].sum()
    assert left > 1.5 * right and ink[4:].sum() > 1.5 * ink[:4].sum()
    # the stem is left in every row above the foot, the foot reaches to the right below alone
    assert (ink[:5, :4].sum(1) > 0.5).all() and not ink[:5, 5:].any()
    assert ink[6:, 5:].sum() > 1
