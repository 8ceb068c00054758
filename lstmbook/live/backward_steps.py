r"""The backward pass of one LSTM step, stage by stage, each rule beside its number."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

BLOCKS = "ifgo"
# One cell, one input: all numbers differ, no gate is nearly open or shut.
WEIGHTS = {
    "W": [0.8, -0.4, 1.2, 0.5],
    "U": [0.6, 0.3, -0.9, 0.4],
    "b": [0.1, 1.0, 0.2, 0.3],
}
# x_t, h and c of the step before, and the gradients that arrive at h and c from later steps
NUMBERS = {"x": 0.9, "hp": 0.3, "cp": -0.6, "dh": 1.0, "dc": 0.2}
STAGES = 10
CAPTION = (
    "One step of a cell with one unit. Above or beside each letter its value, under it its "
    "gradient δ, once the rule of that stage has given it. *By nudging* moves the one number "
    "by 1/10,000 up and down and sees how the loss moves: both must agree."
)


def gradients(numbers: dict[str, float]) -> dict[str, float]:
    r"""Gates, states and gradients of that step, by `lstmbook.numpy.LSTM`.

    Returns
    -------
    dict: "f", "i", "g", "o", "c", "h"; "dx", "dhp", "dcp"; "dWi" ... "dWo", "dUi" ..., "dbi" ...

    Examples
    --------
    >>> round(gradients(NUMBERS)["h"], 3)
    0.108
    """
    from lstmbook import numpy as lb
    from lstmbook import trace  # both only here: they load the layers

    layer = lb.LSTM(1, 1, dtype="float64")
    lb.set_weights(
        layer,
        {k: np.array(v).reshape(-1, 4) for k, v in WEIGHTS.items() if k != "b"}
        | {"b": np.array(WEIGHTS["b"])},
    )
    x, h, c, dh, dc = (np.full((1, 1), numbers[k]) for k in ("x", "hp", "cp", "dh", "dc"))
    record = trace(layer, x[None], state=(h, c))
    found = {part: float(record[part].item()) for part in "figoch"}
    layer(x[None], (h, c))
    dx, (dhp, dcp) = layer.backward(np.zeros((1, 1, 1)), (dh, dc))
    found |= {"dx": dx.item(), "dhp": dhp.item(), "dcp": dcp.item()}
    for name, grad in layer.grads.items():
        found |= {f"d{name}{k}": float(g) for k, g in zip(BLOCKS, grad.ravel(), strict=True)}
    return found


class BackwardSteps(LiveFigure):
    r"""Forward through one step with real numbers, then back through it, one rule at a time.

    Parameters
    ----------
    stage : int
        The stage shown first: 0 (forward only) to 10 (all gradients found).
    caption : str, optional
    id : str, optional
    **numbers
        x, hp, cp (h and c of the step before), dh, dc (the gradients that arrive), each within
        -2 and 2.

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown number, or one out of range.

    Notes
    -----
    Rules: Gers, Schmidhuber and Cummins (2000), with the full gradient of Graves and Schmidhuber
    (2005), doi:10.1016/j.neunet.2005.06.042.

    Examples
    --------
    >>> BackwardSteps(id="backward")
    BackwardSteps(id='backward')
    """

    name = "backward-steps"

    def __init__(
        self, stage: int = 0, caption: str | None = None, id: str | None = None, **numbers: Any
    ) -> None:
        if not 0 <= stage <= STAGES:
            raise ValueRangeError(f"stage: expected 0 to {STAGES}, got {stage}")
        for name, value in numbers.items():
            if name not in NUMBERS:
                raise unknown_name("number", name, NUMBERS)
            if not -2 <= value <= 2:
                raise ValueRangeError(f"{name}: expected -2 to 2, got {value}")
        self.numbers = {**NUMBERS, **numbers}
        caption = CAPTION if caption is None else caption
        now = dict(self.numbers)
        for name, values in WEIGHTS.items():
            now |= {name + k: value for k, value in zip(BLOCKS, values, strict=True)}
        super().__init__({"now": now, "stage": stage, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """Two tables: the step forward, and the gradients of everything that a step hands on."""
        n, g = self.numbers, gradients(self.numbers)
        forward = table(
            ["x_t", "h_{t-1}", "c_{t-1}", "f_t", "i_t", "g_t", "o_t", "c_t", "h_t"],
            [[*(float(n[k]) for k in ("x", "hp", "cp")), *(g[k] for k in "figoch")]],
            "Forward through one step",
        )
        rows = [[f"δ{p}", *(g[f"d{p}{k}"] for k in "figo")] for p in "WUb"]
        weights = table(["", "f", "i", "g", "o"], rows, "Gradients of the weights")
        handed = table(
            ["δx_t", "δh_{t-1}", "δc_{t-1}"],
            [[g["dx"], g["dhp"], g["dcp"]]],
            f"What goes back, where {n['dh']} arrives at h and {n['dc']} at c",
        )
        return forward + weights + handed
