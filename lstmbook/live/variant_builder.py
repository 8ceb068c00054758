r"""The variant builder: switch the parts of a cell and see what follows."""

from __future__ import annotations

from typing import Any

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.live.variants_in_page import START, presets
from lstmbook.variants import VARIANTS, Variant

CAPTION = (
    "Every switch changes one part of the cell; picture, equations and parameter count follow. "
    "Below, one unit with fixed weights reads the same input. In cells that have these gates 1 "
    "opens the input gate and −1 closes the forget gate; the GRU writes at 1, and −1 changes next "
    "to nothing there. 0.25 should be ignored."
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
    UnknownNameError, ValueRangeError
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
        known = presets()
        if preset not in known:
            raise unknown_name("preset", preset, known)
        for label, value in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not 1 <= value <= 256:
                raise ValueRangeError(f"{label}: expected 1 to 256, got {value}")
        caption = CAPTION if caption is None else caption
        data: dict[str, Any] = {
            "start": START,
            "preset": preset,
            "presets": {key: {"title": p["title"], "set": p["set"]} for key, p in known.items()},
            "sizes": {"D": input_size, "H": hidden_size},
            "x": X,
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """The presets as a table: class, formula and number of parameters."""
        sizes = self.data["sizes"]
        d, h = sizes["D"], sizes["H"]
        rows = []
        for preset in presets().values():
            variant = VARIANTS[preset["class"]]
            count = variant.parameter_count(d, h)
            rows.append([preset["title"], variant.name, formula(variant), f"{count:,}"])
        title = f"Parameters at D = {d}, H = {h}"
        return table(["variant", "class", "formula", "parameters"], rows, title)


def formula(variant: Variant) -> str:
    """The number of parameters by default, in words of D and H: `4 H (D + H + 1) + 3 H`.

    >>> formula(VARIANTS["PeepholeLSTM"])
    '4 H (D + H + 1) + 3 H'
    """
    default = {name for name, param in variant.params.items() if param.when == "True"}
    if "b_u" in variant.params and variant.options["reset_after"]:
        default.add("b_u")
    text = f"{len(variant.blocks)} H (D + H + {1 + ('b_u' in default)})"
    peepholes = sum(name.startswith("p_") for name in default)
    text += f" + {peepholes} H" if peepholes else ""
    return text + (" + 9 H²" if "R" in default else "")
