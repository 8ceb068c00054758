r"""Which inputs one output of a depthwise or dense convolutional LSTM can see, and the price."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

CHANNELS, WIDTH, STEPS = 6, 9, 6
PRODUCTS = ("depthwise", "mixing", "dense")
CAPTION = (
    "Six channels (rows) of nine places (columns), six steps in time. The light blue cell is one "
    "output of this step; strong are the inputs that can reach it, through the kernel of the "
    "step and through those of the steps between. Tap a cell, or drag, to choose another output."
)


def layer_of(product: str, kernel: int, cut: tuple[int, ...] = (), channels: int = CHANNELS) -> Any:
    r"""A layer of `lstmbook.numpy` with that product; the taps named in `cut` are 0.

    Examples
    --------
    >>> sum(v.size for v in layer_of("depthwise", 3).params.values())
    168
    """
    from lstmbook import numpy as lb  # only here: it loads the layers

    sizes, more = (channels, channels), {"kernel_size": kernel, "dtype": "float64"}
    if product == "dense":
        layer = lb.ConvLSTM1D(*sizes, **more)
    else:
        layer = lb.DepthwiseLSTM(*sizes, mixing=product == "mixing", **more)
    for name in "WU":
        layer.params[name][list(cut)] = 0
    return layer


def sees(layer: Any, channel: int, place: int) -> np.ndarray:
    r"""Which inputs move that output of the last step, (STEPS, CHANNELS, WIDTH) of bool."""
    x = np.random.default_rng(0).normal(size=(1, STEPS, CHANNELS, WIDTH))
    y, _ = layer(x)
    dy = np.zeros_like(y)
    dy[0, -1, channel, place] = 1
    return layer.backward(dy)[0][0] != 0


class WhoHears(LiveFigure):
    r"""Inputs that can reach one output, step by step back, for three kinds of product.

    Parameters
    ----------
    product : {"depthwise", "mixing", "dense"}
    kernel : {1, 3, 5}
    caption : str, optional
    id : str, optional

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown product or kernel size.

    Notes
    -----
    Pfeuffer and Dietmayer (2019), arXiv:1907.06876.

    Examples
    --------
    >>> WhoHears(id="who")
    WhoHears(id='who')
    """

    name = "who-hears"
    scripts = ("panels.js",)
    styles = ("panels.css",)

    def __init__(
        self,
        product: str = "depthwise",
        kernel: int = 3,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        if product not in PRODUCTS:
            raise unknown_name("product", product, PRODUCTS)
        if kernel not in (1, 3, 5):
            raise ValueRangeError(f"kernel: expected 1, 3 or 5, got {kernel}")
        self.product, self.kernel = product, kernel
        caption = CAPTION if caption is None else caption
        now = {"product": product, "K": kernel, "channel": 2, "place": 4}
        data = {"C": CHANNELS, "W": WIDTH, "steps": STEPS, "now": now, "caption": inline(caption)}
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """How many inputs an output sees, this step and five back, and the weights."""
        rows = []
        for product in PRODUCTS:
            layer = layer_of(product, self.kernel)
            seen = sees(layer, 2, 4)
            size = sum(v.size for v in layer_of(product, self.kernel, channels=32).params.values())
            rows.append([product, int(seen[-1].sum()), int(seen[0].sum()), f"{size:,}"])
        header = ["product", "sees of this step", f"{STEPS - 1} steps back", "weights, 32 channels"]
        total = CHANNELS * WIDTH
        return table(
            header, rows, f"Kernel of {self.kernel}: inputs, of {total}, that one output sees"
        )
