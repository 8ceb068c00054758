"""One weight going down its loss: the page computes what the module does."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook import numpy as lb
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.live import descent


def test_loss_and_slope_are_those_of_the_package():
    for w in (-3.0, 0.4, 7.0):
        scores = np.stack([0 * descent.X, w * descent.X], axis=1)
        loss, d = lb.losses.cross_entropy(scores, descent.CLASS.astype(int))
        assert descent.loss(w) == pytest.approx(loss, rel=1e-9)
        assert descent.slope(w) == pytest.approx(float(d[:, 1] @ descent.X), rel=1e-9)


def test_adam_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    w = torch.tensor([descent.FIRST], dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([w], lr=0.3)
    for wanted in descent.path(0.3, "adam", 8)[1:]:
        w.grad = torch.tensor([descent.slope(float(w.detach()[0]))], dtype=torch.float64)
        adam.step()
        assert float(w.detach()[0]) == pytest.approx(wanted, rel=1e-6)


def test_small_rates_crawl_and_large_ones_do_not_arrive():
    lowest = min(descent.loss(w) for w in np.linspace(-2, 4, 601))
    after = {rate: descent.loss(descent.path(rate)[-1]) for rate in descent.RATES}
    assert after[2.0] - lowest < 1e-6
    assert after[0.1] > lowest + 0.3 and after[12.0] > lowest + 0.3
    tail = descent.path(8.0)[-6:]
    assert np.ptp(tail) > 0.2  # to and fro, and no nearer


def test_what_is_refused():
    with pytest.raises(ValueRangeError, match=r"rate: expected one of 0\.1, .*got 4"):
        live.Descent(4)
    with pytest.raises(UnknownNameError, match="unknown optimizer 'sgd'"):
        live.Descent(way="sgd")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_computes_the_same(width, open_page):
    page = open_page(live.Descent(), width=width).page
    for way in descent.WAYS:
        page.get_by_text(descent.WAYS[way], exact=True).click()
        for k in (0, 3, 7):
            page.locator("[data-k=in-rate]").fill(str(k))
            for many in (0, 5, 30):
                page.locator("[data-k=in-many]").fill(str(many))
                shown = float(page.locator("[data-k=loss]").inner_text())
                wanted = descent.loss(descent.path(descent.RATES[k], way, many)[-1])
                assert shown == pytest.approx(wanted, abs=0.0051)
    assert page.locator("[data-k=step]").is_disabled()


@pytest.mark.browser
def test_by_keys_and_told_once(open_page):
    page = open_page(live.Descent(2.0)).page
    page.locator("[data-k=step]").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    assert page.locator("[data-k=out-many]").inner_text() == "3"
    assert page.locator(".mark").count() == 4
    page.locator("[data-k=in-rate]").press("ArrowRight")
    assert page.locator("[data-k=out-rate]").inner_text() == "3"
    assert page.locator("[aria-live=polite]").count() == 1
    page.wait_for_function(
        "() => document.querySelector('.lbf').shadowRoot.querySelector('[aria-live=polite]')"
        ".textContent.startsWith('After 3 updates')"
    )
