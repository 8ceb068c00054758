r"""The gate explorer: an LSTM cell with knobs, step by step through a sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError, unknown_name
from lstmbook.live.figure import COLOURS, LiveFigure, inline, table
from lstmbook.live.weights import lstm_weights

# A scalar cell whose numbers can be read: x = 1 opens the input gate, x = -1 closes the forget
# gate, and the candidate is 0 where x is 0, so that a closed input gate is not needed to hold c.
CELL = {
    "W": np.array([[8.0, 8.0, 2.0, 0.0]]),
    "U": np.array([[-1.0, 1.0, 0.0, 1.0]]),
    "b": np.array([-4.0, 4.0, 0.0, 2.0]),
}


def pulses(**at: float) -> list[float]:
    """14 inputs, zero but for those named: pulses(s2=1) is 1 at step 2."""
    return [float(at.get(f"s{step}", 0.0)) for step in range(1, 15)]


def tinted(text: str) -> str:
    """`[f|forget gate]` to a word in the colour of that gate."""
    for part in "figoch":
        text = text.replace(f"[{part}|", f'<b class="{part}">')
    return text.replace("]", "</b>")


# Name: title, biases i, f, g, o, inputs, step shown first, knob to try, what to see.
PRESETS = {
    "keep": (
        "Keep",
        [-4, 4, 0, 2],
        pulses(s2=1),
        6,
        "f",
        "One input at step 2, then silence. The [f|forget gate] stays open, so the [c|memory] "
        "stays. Drag its valve shut, downwards: the memory drains away.",
    ),
    "erase": (
        "Erase",
        [-4, 4, 0, 2],
        pulses(s2=1, s8=-1),
        8,
        "f",
        "The input −1 at step 8 shuts the [f|forget gate] for one step. "
        "The [c|memory] is gone, and stays gone.",
    ),
    "write": (
        "Write",
        [-4, 4, 0, 2],
        pulses(s2=0.25, s4=0.25, s7=1, s10=0.25, s12=0.25),
        7,
        "i",
        "The [i|input gate] opens for 1 at step 7 and hardly for 0.25. "
        "Only the strong input is written. Drag its valve open, upwards: now everything gets in.",
    ),
    "read": (
        "Read",
        [-4, 5, 0, -4],
        pulses(s2=1),
        6,
        "o",
        "The [c|memory] is full, yet the cell says nothing: the [o|output gate] is shut. "
        "Drag its valve open, upwards, and read it.",
    ),
    "count": (
        "Count",
        [-4, 6, 0, 2],
        pulses(s2=1, s4=1, s5=1, s8=1, s11=1),
        11,
        "f",
        "Every input of 1 adds nearly 1 to the [c|memory]: it counts to five. "
        "The [h|output] cannot follow, because tanh stops at 1.",
    ),
}

# What a focus shows: the part that lights up, its sliders, its presets.
FOCUS = {
    "forget": ("f", ["f", "x", "hp", "cp"], ["keep", "erase"]),
    "input": ("i", ["i", "x", "hp"], ["write", "count"]),
    "candidate": ("g", ["g", "i", "x"], ["write", "count"]),
    "cell": ("c", ["f", "i", "g", "cp"], ["keep", "erase", "count"]),
    "output": ("o", ["o", "hp", "cp"], ["read", "count"]),
}
KNOBS = ["f", "i", "g", "o", "x", "hp", "cp"]
CAPTION = (
    "An LSTM cell that runs in this page. A gate is a valve: drag it up to open it, down to shut "
    "it (or tab to it and use the arrow keys). Pipes are as thick as the numbers that they carry, "
    "and the dots run faster where those are large. tanh lets at most 1 of the memory through to "
    "the output gate. Point at a part to see its equation."
)


def run_cell(weights: dict[str, np.ndarray], x: np.ndarray) -> list[dict[str, np.ndarray]]:
    """Gates and states of an LSTM over x (T, D), from zero states, for the static picture."""
    from lstmbook import (
        numpy as lb,
    )
    from lstmbook import (
        trace,  # both only here: they load the layers
    )

    cell = lb.PeepholeLSTM if "p_i" in weights else lb.LSTM
    layer = cell(len(weights["W"]), len(weights["U"]), dtype="float64")
    lb.set_weights(layer, weights)
    record = trace(layer, x[None])
    parts = {part: record[part][0] for part in "figoch"}
    return [
        {"x": x_t, **{part: values[t] for part, values in parts.items()}} for t, x_t in enumerate(x)
    ]


class GateExplorer(LiveFigure):
    r"""A cell drawn as valves on lines; knobs open and close its gates.

    Parameters
    ----------
    layer : optional
        Weights dict ``{"W": (D, 4H), "U": (H, 4H), "b": (4H,)}`` (peepholes ``p_i, p_f, p_o``
        if there are any) or one of our LSTM layers. Default: a cell with one unit and presets.
    x : array (T, D), optional
        The sequence. Default: one pulse, then zeros.
    focus : {"forget", "input", "candidate", "cell", "output"}, optional
        Opens the figure at that part, with only the sliders that concern it.
    unit : int
        The unit shown first, where the layer has several.
    caption : str, optional
    id : str, optional
        Name of the container in the page.

    Raises
    ------
    UnknownNameError
        For an unknown focus, or weights that are not those of one LSTM layer.
    ShapeError, ValueRangeError
        For an x or weights of the wrong size; for values that are not finite.

    Notes
    -----
    Hochreiter and Schmidhuber (1997); forget gate: Gers, Schmidhuber and Cummins (2000).

    Examples
    --------
    >>> GateExplorer(focus="forget", id="forget-gate")
    GateExplorer(id='forget-gate')
    """

    name = "gate-explorer"
    scripts = (
        "cells.js",
        "gate-parts.js",
        "cell-diagram.js",
        "valves.js",
        "gate-numbers.js",
        "gate-markup.js",
    )

    def __init__(
        self,
        layer: Any = None,
        x: Any = None,
        focus: str | None = None,
        unit: int = 0,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        if focus is not None and focus not in FOCUS:
            raise unknown_name("focus", focus, FOCUS)
        part, knobs, names = FOCUS[focus] if focus else (None, KNOBS, list(PRESETS))
        own = layer is None and x is None
        weights, inputs, hidden = lstm_weights(CELL if layer is None else layer)
        if not 0 <= unit < hidden:
            raise ValueRangeError(f"unit: expected 0 to {hidden - 1}, got {unit}")
        self.x = sequence(x, inputs) if not own else np.array(PRESETS[names[0]][2])[:, None]
        self.weights = {**weights, "b": np.array(PRESETS[names[0]][1], float)} if own else weights
        self.unit = unit
        self.steps = run_cell(self.weights, self.x)
        caption = CAPTION if caption is None else caption
        # the slider of c must reach what the presets reach
        memory = 5.0 if own else max(abs(float(step["c"][unit])) for step in self.steps)
        data = {
            "variant": "PeepholeLSTM" if "p_i" in weights else "LSTM",
            "D": inputs,
            "H": hidden,
            "T": len(self.x),
            "params": {name: value.ravel() for name, value in self.weights.items()},
            "x": self.x.ravel(),
            "unit": unit,
            "focus": part,
            "knobs": knobs,
            "span": {
                "b": max(8, int(np.ceil(np.abs(weights["b"]).max()))),
                "x": max(1, int(np.ceil(np.abs(self.x).max()))),
                "hp": 1,
                "cp": max(2, int(np.ceil(memory))),
            },
            "presets": self.presets(names) if own else None,
            "preset": names[0] if own else None,
            "say": "Drag a valve or move a slider: the whole sequence is computed again, here.",
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    @staticmethod
    def presets(names: list[str]) -> dict[str, dict[str, Any]]:
        """The presets of these names as the script reads them."""
        fields = {name: PRESETS[name] for name in names}
        return {
            name: {"title": title, "b": bias, "x": x, "at": step, "try": knob, "say": tinted(text)}
            for name, (title, bias, x, step, knob, text) in fields.items()
        }

    def fallback(self) -> str:
        """Memory and output over the steps as a line drawing, and all numbers as a table."""
        steps = [
            {name: float(v[self.unit]) for name, v in s.items() if name != "x"} for s in self.steps
        ]
        values = [s[name] for s in steps for name in "ch"]
        high, low = max(1.0, *values), min(0.0, *values)
        width = 600 / max(1, len(steps) - 1)

        def line(name: str) -> str:
            points = (
                f"{20 + k * width:.1f},{110 - 100 * (s[name] - low) / (high - low):.1f}"
                for k, s in enumerate(steps)
            )
            return (
                f'<polyline points="{" ".join(points)}" fill="none" '
                f'stroke="{COLOURS[name]}" stroke-width="3"/>'
            )

        picture = (
            '<svg viewBox="0 0 640 120" width="640" role="img" aria-label="Memory c and output h '
            f'over {len(steps)} steps">{line("h")}{line("c")}</svg>'
        )
        header = ["step", *(["x_t"] if self.x.shape[1] == 1 else [])]
        header += ["forget f_t", "input i_t", "candidate g_t"]
        header += ["output o_t", "memory c_t", "output h_t"]
        rows = []
        for k, s in enumerate(steps):
            first = [float(self.x[k, 0])] if self.x.shape[1] == 1 else []
            rows.append([k + 1, *first, *(s[name] for name in "figoch")])
        title = "Gates and states at every step (pink: memory, light blue: output)"
        return picture + table(header, rows, title)


def sequence(x: Any, inputs: int) -> np.ndarray:
    """x as (T, D); one pulse at step 2 where none is given."""
    if x is None:
        x = np.zeros((14, inputs))
        x[1, 0] = 1.0
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or x.shape[1] != inputs or len(x) < 1:
        raise ShapeError(f"x: expected (T, {inputs}) with T >= 1, got {x.shape}")
    return x
