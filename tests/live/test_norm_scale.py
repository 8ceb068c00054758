"""Stuck gates and slopes in the page equal those of the package's layers."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import ValueRangeError
from lstmbook.live import norm_scale
from tests.live.test_gate_explorer import number


def shown(page, kind):
    share = page.locator(f"[data-k=stuck-{kind}]").inner_text().removesuffix(" %")
    return number(share) / 100, number(page.locator(f"[data-k=slope-{kind}]").inner_text())


@pytest.mark.parametrize("scale", norm_scale.SCALES)
def test_stuck_gates_equal_the_package(scale, open_page):
    page = open_page(live.NormScale(scale)).page
    for kind, layer in zip(("plain", "norm"), norm_scale.layers().values(), strict=True):
        share, slope = norm_scale.stuck(layer, scale * norm_scale.inputs())
        assert shown(page, kind) == pytest.approx((share, slope), abs=0.0055)


def test_every_gate_of_the_last_step_equals_the_package(javascript):
    """Both cells over whole sequences, through h and c, to six digits."""
    from lstmbook import trace
    from lstmbook.live.figure import asset

    figure = live.NormScale(3)
    body = """
    const list = (r) => [r.stuck, r.slope, ...r.dots];
    return [false, true].map((norm) => list(run(data, norm, data.scale)));
    """
    found = javascript(body, figure.data, more=asset("norm-scale.js"))
    x = 3 * norm_scale.inputs()
    for layer, (share, slope, *z) in zip(norm_scale.layers().values(), found, strict=True):
        record, hidden = trace(layer, x), norm_scale.H
        right = norm_scale.stuck(layer, x)
        assert (share, slope) == pytest.approx(right, abs=2e-4)
        blocks = np.reshape(z, (4, hidden))
        for part, block in zip("ifgo", blocks, strict=True):
            gate = np.tanh(block) if part == "g" else 1 / (1 + np.exp(-block))
            np.testing.assert_allclose(gate, record[part][0, -1], atol=2e-4, err_msg=part)


def test_division_takes_the_scale_away(open_page):
    page = open_page(live.NormScale(100)).page
    assert shown(page, "plain")[0] > 0.9
    page.locator("[data-k=divide]").check()
    x = norm_scale.inputs()
    share, slope = norm_scale.stuck(norm_scale.layers()["LSTM"], x / x.std())
    assert shown(page, "plain") == pytest.approx((share, slope), abs=0.0055)
    page.locator("[data-k=in-scale]").focus()
    page.keyboard.press("Home")
    assert shown(page, "plain") == pytest.approx((share, slope), abs=0.0055)
    page.locator("[data-k=divide]").uncheck()
    assert page.locator("[data-k=out-scale]").inner_text() == "0.01"


def test_a_scale_out_of_range_is_refused():
    with pytest.raises(ValueRangeError, match=r"scale: expected 0.01 to 1000, got 0"):
        live.NormScale(0)
