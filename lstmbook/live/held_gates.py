r"""A cell set by hand with switches that hold its parts: what can it no longer do?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

# rows: value, write, wipe, show; columns: i, f, g, o. A flag overrules the habit of its gate.
W = np.zeros((4, 4))
W[0, 2], W[1, 0], W[2, 1], W[3, 3] = 0.1, 20.0, -20.0, 20.0
B = np.array([-10.0, 10.0, 0.0, -10.0])
# the biases of a part that is held; a fixed candidate is 0.05, which ten times c shows as 0.5
BIAS = {"open": 30.0, "shut": -30.0, "fixed": float(np.arctanh(0.05))}
WAYS = {"f": ("open", "shut"), "i": ("open", "shut"), "g": ("fixed",), "o": ("open", "shut")}
VALUES = [0.2, 0.8, -0.5, 0.3, 0.6, -0.4, 0.4, -0.7, 0.5, -0.3, 0.1, 0.9]
RAISED = {1: [2, 7], 2: [6], 3: [4, 9, 12]}
CAPTION = (
    "Twelve steps. *Write* adds the value to the store, *wipe* empties the store first, *show* "
    "asks for what is in it; a value without its write flag means nothing. A full bar is an open "
    "gate. Memory and output are shown ten times as large as they are."
)


def stream() -> np.ndarray:
    """The sequence that is shown first, x (12, 4)."""
    x = np.zeros((len(VALUES), 4))
    x[:, 0] = VALUES
    for column, steps in RAISED.items():
        x[np.array(steps) - 1, column] = 1.0
    return x


def cell(**hold: str):
    r"""The cell of the figure as a layer of `lstmbook.numpy`; cell(f="open") holds a gate open.

    Examples
    --------
    >>> y, _ = cell()(stream()[None])
    >>> (10 * y[0, [3, 8], 0]).round(1)
    array([0.8, 0.4])
    """
    from lstmbook import numpy as lb  # only here: it loads the layers

    weights, biases = W.copy(), B.copy()
    for part, way in hold.items():
        if way != "free":
            weights[:, "ifgo".index(part)] = 0.0
            biases["ifgo".index(part)] = BIAS[way]
    layer = lb.LSTM(4, 1, dtype="float64")
    lb.set_weights(layer, {"W": weights, "U": np.zeros((1, 4)), "b": biases})
    return layer


class HeldGates(LiveFigure):
    r"""A cell that keeps, wipes and shows a number; hold a part still and see what is lost.

    Parameters
    ----------
    caption : str, optional
    id : str, optional
    **hold
        Parts held from the start: f, i, o "open" or "shut"; g "fixed".

    Raises
    ------
    UnknownNameError
        For a part or a way to hold it that does not exist.

    Notes
    -----
    Forget gate: Gers, Schmidhuber and Cummins (2000), doi:10.1162/089976600300015015.

    Examples
    --------
    >>> HeldGates(f="open", id="held")
    HeldGates(id='held')
    """

    name = "held-gates"

    def __init__(self, caption: str | None = None, id: str | None = None, **hold: Any) -> None:
        for part, way in hold.items():
            if part not in WAYS:
                raise unknown_name("part of the cell", part, WAYS)
            if way not in ("free", *WAYS[part]):
                raise unknown_name(f"way to hold {part}", way, ("free", *WAYS[part]))
        self.hold = {**dict.fromkeys("figo", "free"), **hold}
        caption = CAPTION if caption is None else caption
        data = {
            "params": {"W": W.ravel(), "U": np.zeros(4), "b": B},
            "bias": BIAS,
            "x": stream().ravel(),
            "T": len(VALUES),
            "D": 4,
            "hold": self.hold,
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """What the cell says at every step, with all parts free and with each one held."""
        x = stream()
        rows: list[list[Any]] = [
            [name, *(f"{v:.1f}" for v in x[:, k])]
            for k, name in enumerate(("value", "write", "wipe", "show"))
        ]
        held = [("all parts free", {})]
        names = {"f": "forget gate", "i": "input gate", "g": "candidate", "o": "output gate"}
        held += [(f"{names[p]} {way}", {p: way}) for p, ways in WAYS.items() for way in ways]
        for name, hold in held:
            said = 10 * cell(**hold)(x[None])[0][0, :, 0]
            rows.append([name, *(f"{v + 0.0:.1f}" for v in said.round(1) + 0.0)])
        header = ["step", *(str(k + 1) for k in range(len(x)))]
        return table(header, rows, "Twelve steps: the inputs, and what the cell says")
