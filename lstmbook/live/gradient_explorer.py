r"""The gradient and lag explorer: what reaches back through time, and what dies on the way."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.draws import Random, start
from lstmbook.live.figure import COLOURS, LiveFigure, inline, table
from lstmbook.live.gate_explorer import tinted

D, H, SEED = 4, 16, 1
START = {
    "rho": 1.0,
    "init": "constant",
    "forget": 1,
    "input": 0,
    "tmax": 100,
    "length": 100,
    "noise": 1.0,
    "lag": 50,
}

# Name: title, settings, what to see.
PRESETS = {
    "vanish": (
        "Vanish",
        {"rho": 0.9},
        "A straight line down means: every step back multiplies the gradient by the same number "
        "below 1. The plain RNN loses it first. The LSTM falls more slowly, "
        "but with a [f|forget bias] of 1 it falls too.",
    ),
    "explode": (
        "Explode",
        {"rho": 1.5, "noise": 0, "length": 60, "lag": 30},
        "No input, and weights that stretch by 1.5: every step back multiplies the gradient of the "
        "plain RNN by 1.5. Give it inputs: tanh saturates and the growth stops.",
    ),
    "carousel": (
        "Carousel",
        {"forget": 5, "input": -5},
        "With the [f|forget gate] at 0.993 and the [i|input gate] nearly shut, the "
        "[c|memory path] stays almost level: the constant error carousel of 1997.",
    ),
    "chrono": (
        "Chrono",
        {"init": "chrono"},
        "Every unit gets a [f|forget bias] of its own, for time scales from 2 steps to *T_{max}*. "
        "Together they reach as far as the task asks.",
    ),
}
CAPTION = (
    "Size of the derivative of the last output with respect to a state k steps earlier, for a "
    "plain RNN and an LSTM with 16 units and random weights, computed in the page by "
    "backpropagation through time. The vertical axis is logarithmic: a straight line is "
    "a constant factor a step. Size means the root mean square of the singular values; it dies "
    "below 1/1000 and explodes above 1000."
)


def state_curves(layer, x: np.ndarray) -> list[np.ndarray]:
    r"""|d h_T / d s_{T-k}| for k = 0 ... T and every state s of a layer, over x (T, D).

    One copy of the sequence for each unit of the last h, which alone sends a gradient back.
    """
    from lstmbook import trace  # only here: it loads the layers

    steps, hidden, names = len(x), layer.layout.hidden_size, list(layer.layout.states)
    record, copies = trace(layer, x[None]), np.repeat(x[None], layer.layout.hidden_size, axis=0)
    curves = [[1.0 if name == "h" else np.nan] for name in names]
    for first in reversed(range(steps)):
        before = (record[name][0, first - 1] * bool(first) for name in names)
        y, _ = layer(copies[:, first:], tuple(np.tile(s, (hidden, 1)) for s in before))
        dy = np.zeros_like(y)
        dy[:, -1] = np.eye(hidden)
        _, dstate = layer.backward(dy)
        for curve, jacobian in zip(curves, dstate, strict=True):
            curve.append(size(jacobian))
    return [np.array(curve) for curve in curves]


def layer_of(kind: str, weights: dict[str, np.ndarray]):
    """A layer of the package with those weights."""
    from lstmbook import numpy as lb  # only here: it loads the layers

    layer = getattr(lb, kind)(len(weights["W"]), len(weights["U"]), dtype="float64")
    lb.set_weights(layer, weights)
    return layer


def size(jacobian: np.ndarray) -> float:
    return float(np.sqrt((jacobian**2).sum() / len(jacobian)))


def curves(setting: dict[str, Any], seed: int = SEED) -> dict[str, np.ndarray]:
    """The three curves of the figure for one setting of its dials."""
    rng = Random(seed + 1000)
    noise = [rng.normal() for _ in range(setting["length"] * D)]
    x = setting["noise"] * np.array(noise).reshape(-1, D)
    rnn = start("n", D, H, seed)
    rnn["U"] = rnn["U"] * setting["rho"]
    chrono = setting["init"] == "chrono"
    bias = {"chrono": setting["tmax"]} if chrono else {k: setting[k] for k in ("forget", "input")}
    lstm = layer_of("LSTM", start("ifgo", D, H, seed, **bias))
    through_h, through_c = state_curves(lstm, x)
    return {"rnn": state_curves(layer_of("RNN", rnn), x)[0], "c": through_c, "h": through_h}


class GradientExplorer(LiveFigure):
    r"""Gradient against lag, plain RNN beside LSTM, with dials for what decides it.

    Parameters
    ----------
    preset : {"vanish", "explode", "carousel", "chrono"}
        What is shown first.
    caption : str, optional
    id : str, optional
    **start
        Dials set otherwise at the start: rho, forget, input, tmax, length (20 to 200), noise,
        lag, init ("constant" or "chrono").

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown preset or dial, or a length that is too small or too large.

    Notes
    -----
    Hochreiter (1991); Bengio, Simard and Frasconi (1994), doi:10.1109/72.279181;
    chrono: Tallec and Ollivier (2018), arXiv:1804.11188.

    Examples
    --------
    >>> GradientExplorer("carousel", id="carousel")
    GradientExplorer(id='carousel')
    """

    name = "gradient-explorer"
    scripts = ("cells.js", "training.js", "line-chart.js")
    styles = ("line-chart.css",)

    def __init__(
        self,
        preset: str = "vanish",
        caption: str | None = None,
        id: str | None = None,
        **start: Any,
    ) -> None:
        if preset not in PRESETS:
            raise unknown_name("preset", preset, PRESETS)
        for key in start:
            if key not in START:
                raise unknown_name("dial", key, START)
        self.setting = {**START, **PRESETS[preset][1], **start}
        if not 20 <= self.setting["length"] <= 200:
            raise ValueRangeError(f"length: expected 20 to 200, got {self.setting['length']}")
        presets = {
            name: {"title": title, "set": dials, "say": tinted(inline(text))}
            for name, (title, dials, text) in PRESETS.items()
        }
        presets[preset]["set"] = {**presets[preset]["set"], **start}
        caption = CAPTION if caption is None else caption
        data = {"D": D, "H": H, "seed": SEED, "start": START, "preset": preset}
        super().__init__({**data, "presets": presets, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """The first picture: three curves, and their values at some lags."""
        found = curves(self.setting)
        length = self.setting["length"]
        colours = {"rnn": "#6b7680", "c": COLOURS["c"], "h": COLOURS["h"]}

        def line(name: str) -> str:
            points = []
            for lag, value in enumerate(found[name]):
                if np.isfinite(value) and 1e-10 <= value <= 1e4:
                    y = 10 + 200 * (4 - np.log10(value)) / 14
                    points.append(f"{20 + 600 * lag / length:.1f},{y:.1f}")
            return (
                f'<polyline points="{" ".join(points)}" fill="none" '
                f'stroke="{colours[name]}" stroke-width="3"/>'
            )

        picture = (
            '<svg viewBox="0 0 640 220" width="640" role="img" aria-label="Gradient against lag, '
            f'logarithmic">{"".join(line(name) for name in found)}</svg>'
        )
        lags = [k for k in (1, 5, 10, 20, 50, 100, 200) if k <= length]
        rows = [[k, *(f"{found[name][k]:.3g}" for name in found)] for k in lags]
        header = ["lag *k*", "RNN (grey)", "LSTM, memory (pink)", "LSTM, output (light blue)"]
        return picture + table(header, rows, "Size of the gradient of the last output")
