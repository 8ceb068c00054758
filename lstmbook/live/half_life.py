r"""The half-life figure: which forget bias keeps a memory over which lag."""

from __future__ import annotations

import numpy as np

from lstmbook.errors import ValueRangeError
from lstmbook.live.figure import COLOURS, LiveFigure, inline, table

BIAS, LAG = (-1.0, 8.0), (1, 1000)
CAPTION = (
    "One memory cell into which something is written once, and then nothing more: "
    "*c_n* = *f^n* *c_0*. The axis of steps is logarithmic: one more unit of bias "
    "moves the curve to the right by a factor that tends to *e*. Drag the dot or the line."
)


def numbers(bias: float, lag: int) -> dict[str, float]:
    r"""What the figure shows for a bias and a lag: gate, half-life, rest, gradient of the bias.

    Examples
    --------
    >>> {name: round(value, 3) for name, value in numbers(1.0, 10).items()}
    {'gate': 0.731, 'half_life': 2.213, 'left': 0.044, 'gradient': 0.117}
    """
    gate = 1 / (1 + np.exp(-bias))
    left = gate**lag
    half_life = np.log(0.5) / np.log(gate)
    values = {"gate": gate, "half_life": half_life, "left": left}
    return {k: float(v) for k, v in {**values, "gradient": lag * left * (1 - gate)}.items()}


class HalfLife(LiveFigure):
    r"""A forget bias set against a lag: half-life, what is left, the gradient that comes back.

    Parameters
    ----------
    bias : float from -1 to 8
        Forget bias shown first.
    lag : int from 1 to 1000
        Steps that the memory has to last.
    caption : str, optional
    id : str, optional

    Raises
    ------
    ValueRangeError
        If the bias or the lag lies outside.

    Examples
    --------
    >>> HalfLife(bias=1, lag=100, id="half-life")
    HalfLife(id='half-life')
    """

    name = "half-life"
    scripts = ("line-chart.js", "parts.js")
    styles = ("line-chart.css",)

    def __init__(
        self,
        bias: float = 1.0,
        lag: int = 100,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        for name, value, (low, high) in (("bias", bias, BIAS), ("lag", lag, LAG)):
            if not low <= value <= high:
                raise ValueRangeError(f"{name}: expected {low:g} to {high:g}, got {value}")
        self.bias, self.lag = float(bias), int(lag)
        caption = CAPTION if caption is None else caption
        data = {"bias": self.bias, "lag": self.lag, "biasRange": BIAS, "lagRange": LAG}
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """The curve of what is left, and the numbers for some biases."""
        steps = np.geomspace(0.4, 3000, 100)
        left = numbers(self.bias, 1)["gate"] ** steps
        x = 20 + 600 * np.log(steps / 0.4) / np.log(3000 / 0.4)
        points = " ".join(f"{a:.1f},{110 - 100 * b:.1f}" for a, b in zip(x, left, strict=True))
        picture = (
            '<svg viewBox="0 0 640 120" width="640" role="img" aria-label="What is left of a '
            f'memory, over 0.4 to 3000 steps, for a forget bias of {self.bias:g}"><polyline '
            f'points="{points}" fill="none" stroke="{COLOURS["c"]}" stroke-width="3"/></svg>'
        )
        header = ["forget bias", "gate *f*", "half-life, steps", f"left after {self.lag} steps"]
        rows = []
        for bias in dict.fromkeys([self.bias, 0.0, 1.0, 3.0, 5.0, 7.0]):
            found = numbers(bias, self.lag)
            cells = [found["gate"], f"{found['half_life']:.1f}", f"{found['left']:.2g}"]
            rows.append([f"{bias:g}", *cells, f"{found['gradient']:.2g}"])
        return picture + table([*header, "gradient of the bias"], rows, "What a forget bias keeps")
