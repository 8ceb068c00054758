"""What the figure lights is what the package's gradients reach; its counts are the package's."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.live import who_hears
from lstmbook.live.who_hears import CHANNELS, STEPS, WIDTH


def lit(page):
    """(STEPS, CHANNELS, WIDTH) of bool; the output itself counts as seen where its tap is open."""
    found = page.evaluate(
        """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('[data-panel]')]
          .map((svg) => [...svg.children].map((c) => c.getAttribute('class')))"""
    )
    return np.array(found).reshape(STEPS, CHANNELS, WIDTH)


@pytest.mark.parametrize("product", who_hears.PRODUCTS)
@pytest.mark.parametrize(("kernel", "cut"), [(1, ()), (3, ()), (3, (2,)), (5, (0, 3)), (3, (1,))])
def test_inputs_seen_are_those_with_a_gradient(product, kernel, cut, open_page):
    page = open_page(live.WhoHears(product)).page
    page.locator(f"[name=kernel][value='{kernel}']").check(force=True)
    for tap in cut:
        page.locator(f"[data-tap='{tap}']").click()
    for channel, place in ((2, 4), (5, 0)):
        for key, value in (("channel", channel), ("place", place)):
            page.locator(f"[data-k=in-{key}]").fill(str(value + 1))
        right = who_hears.sees(who_hears.layer_of(product, kernel, cut), channel, place)
        found = lit(page)
        assert found[-1, channel, place] == "here"
        found[-1, channel, place] = "seen" if right[-1, channel, place] else ""
        np.testing.assert_array_equal(found == "seen", right)


def test_counts_are_those_of_the_package(open_page):
    page = open_page(live.WhoHears()).page
    for kernel in (1, 3, 5):
        page.locator(f"[name=kernel][value='{kernel}']").check(force=True)
        for product in who_hears.PRODUCTS:
            for key, channels in (("small", CHANNELS), ("large", 32)):
                layer = who_hears.layer_of(product, kernel, channels=channels)
                right = sum(v.size for v in layer.params.values())
                assert page.locator(f"[data-k={key}-{product}]").inner_text() == f"{right:,}"


def test_an_output_is_chosen_by_mouse_and_by_keys(open_page):
    page = open_page(live.WhoHears()).page
    box = page.locator("[data-panel='5'] [data-cell='0']").bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + 3)
    assert lit(page)[-1, 0, 0] == "here"
    page.locator("[data-k=in-place]").focus()
    page.keyboard.press("ArrowRight")
    assert lit(page)[-1, 0, 1] == "here"
    assert "channel 1, place 2" in page.locator("[data-k=say]").inner_text()


def test_wrong_products_and_kernels_are_refused():
    with pytest.raises(UnknownNameError, match="product"):
        live.WhoHears("sparse")
    with pytest.raises(ValueRangeError, match="kernel: expected 1, 3 or 5, got 2"):
        live.WhoHears(kernel=2)
