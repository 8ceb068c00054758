r"""The variant builder: switch the parts of a cell and see what follows."""

from __future__ import annotations

from typing import Any

from lstmbook.errors import ValueRangeError, unknown
from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.variants import VARIANTS

START = {
    "f": True,
    "i": True,
    "o": True,
    "coupled": False,
    "peephole": False,
    "full": False,
    "gLinear": False,
    "hLinear": False,
    "gru": False,
    "after": True,
}

# Name: title, what differs from the standard cell; class, blocks, peepholes, gates that see gates.
PRESETS: dict[str, tuple[str, dict[str, bool], str, tuple[int, int, int]]] = {
    "1997": ("LSTM 1997", {"f": False}, "NoForgetGateLSTM", (3, 0, 0)),
    "lstm": ("LSTM", {}, "LSTM", (4, 0, 0)),
    "peephole": ("Peephole", {"peephole": True}, "PeepholeLSTM", (4, 3, 0)),
    "gru": ("GRU", {"gru": True}, "GRU", (3, 0, 0)),
    "coupled": ("Coupled", {"coupled": True}, "CoupledLSTM", (3, 0, 0)),
    "nig": ("No input gate", {"i": False}, "NoInputGateLSTM", (3, 0, 0)),
    "nog": ("No output gate", {"o": False}, "NoOutputGateLSTM", (3, 0, 0)),
    "niaf": ("Linear input", {"gLinear": True}, "NoInputActivationLSTM", (4, 0, 0)),
    "noaf": ("Linear output", {"hLinear": True}, "NoOutputActivationLSTM", (4, 0, 0)),
    "fgr": ("Full gates", {"full": True}, "FullGateLSTM", (4, 0, 3)),
}
CAPTION = (
    "Every switch changes one part of the cell; picture, equations and parameter count follow. "
    "Below, one unit with fixed weights reads the same input: 1 opens the input gate, −1 closes "
    "the forget gate, 0.25 should be ignored."
)
X = [0, 1, 0, 0, 0.25, 0.25, 0, 0, 1, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0]


class VariantBuilder(LiveFigure):
    r"""Switches for gates, coupling, peepholes and activations of an LSTM.

    Parameters
    ----------
    preset : str
        What is shown first: "1997", "lstm", "peephole", "gru", "coupled", "nig", "nog", "niaf",
        "noaf" or "fgr".
    input_size, hidden_size : int, 1 to 256
    caption : str, optional
    id : str, optional

    Raises
    ------
    NameNotKnown, ValueRangeError
        For an unknown preset, or a size out of range.

    Notes
    -----
    Greff et al. (2017), LSTM: A Search Space Odyssey, arXiv:1503.04069.

    Examples
    --------
    >>> VariantBuilder("gru", id="builder")
    VariantBuilder(id='builder')
    """

    name = "variant-builder"
    scripts = ("cells.js", "line-chart.js", "variant-parts.js")
    styles = ("line-chart.css",)

    def __init__(
        self,
        preset: str = "lstm",
        input_size: int = 10,
        hidden_size: int = 64,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        if preset not in PRESETS:
            raise unknown("preset", preset, PRESETS)
        for label, value in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not 1 <= value <= 256:
                raise ValueRangeError(f"{label}: expected 1 to 256, got {value}")
        caption = CAPTION if caption is None else caption
        data: dict[str, Any] = {
            "start": START,
            "preset": preset,
            "presets": {key: {"title": p[0], "set": p[1]} for key, p in PRESETS.items()},
            "sizes": {"D": input_size, "H": hidden_size},
            "x": X,
            "classes": sorted(VARIANTS),
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """The presets as a table: class, formula and number of parameters."""
        sizes = self.data["sizes"]
        d, h = sizes["D"], sizes["H"]
        rows = []
        for title, _, name, (blocks, peepholes, full) in PRESETS.values():
            own = 2 if name == "GRU" else 1  # a second bias, for the product with U
            formula = f"{blocks} H (D + H + {own})"
            formula += f" + {peepholes} H" if peepholes else ""
            formula += f" + {full**2} H²" if full else ""
            count = blocks * h * (d + h + own) + peepholes * h + full**2 * h * h
            rows.append([title, name, formula, f"{count:,}"])
        title = f"Parameters at D = {d}, H = {h}"
        return table(["variant", "class", "formula", "parameters"], rows, title)
