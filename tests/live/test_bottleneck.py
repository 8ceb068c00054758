"""Counts of the figure are those of the layers of the package."""

from __future__ import annotations

import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.live import bottleneck


def total(page, kind):
    return int(page.locator(f"[data-k=total-{kind}]").inner_text().replace(",", ""))


@pytest.mark.parametrize(("D", "H", "P"), [(32, 64, 16), (1, 2, 1), (7, 10, 8), (5, 10, 7)])
def test_counts_equal_layers_that_were_built(D, H, P, open_page):
    from lstmbook import numpy as lb

    page = open_page(live.Bottleneck()).page
    for key, value in (("D", D), ("H", H), ("P", P)):
        page.locator(f"[data-k=in-{key}]").fill(str(value))
    plain = sum(v.size for v in lb.LSTM(D, H).params.values())
    thin = sum(v.size for v in lb.ProjectedLSTM(D, H, proj_size=P).params.values())
    assert (total(page, "plain"), total(page, "thin")) == (plain, thin)
    said = page.locator("[data-k=say]").inner_text()
    assert ("saves " in said.split(".")[0]) == (thin < plain)
    assert ("adds " in said) == (thin > plain)
    if thin == plain:
        assert "as many weights as before" in said


def test_widest_output_that_saves(open_page):
    page = open_page(live.Bottleneck()).page
    for H in (2, 5, 9, 10, 64, 128):
        page.locator("[data-k=in-H]").fill(str(H))
        full = bottleneck.weights(32, H, None)
        right = max([P for P in range(1, H + 1) if bottleneck.weights(32, H, P) < full], default=0)
        assert page.locator("[data-k=say]").inner_text().endswith(f"up to P = {right}.")


def test_bars_are_as_long_as_the_numbers(open_page):
    page = open_page(live.Bottleneck()).page
    width = {
        kind: sum(
            page.locator(f"[data-k={kind}-{part}]").bounding_box()["width"] for part in "WUbP"
        )
        for kind in ("plain", "thin")
    }
    right = bottleneck.weights(32, 64, 16) / bottleneck.weights(32, 64, None)
    assert width["thin"] / width["plain"] == pytest.approx(right, abs=0.005)


def test_wrong_sizes_are_refused():
    with pytest.raises(UnknownNameError, match="dial"):
        live.Bottleneck(B=1)
    with pytest.raises(ValueRangeError, match="H: expected 2 to 128, got 1"):
        live.Bottleneck(H=1)
