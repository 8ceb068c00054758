r"""Weights of a projected LSTM against an LSTM: where does the bottleneck save?"""

from __future__ import annotations

from typing import Any

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.variants import VARIANTS

START = {"D": 32, "H": 64, "P": 16}
MOST = 128
CAPTION = (
    "Inputs, cells and what leaves them, as columns. A bar is made of the weights that read x, "
    "those that read h, the biases, and the matrix behind the cells."
)


def weights(D: int, H: int, P: int | None) -> int:
    r"""Weights of a projected LSTM, or of an LSTM where P is None.

    Examples
    --------
    >>> weights(32, 64, None), weights(32, 64, 16)
    (24832, 13568)
    """
    if P is None:
        return VARIANTS["LSTM"].parameter_count(D, H)
    return VARIANTS["ProjectedLSTM"].parameter_count(D, H, proj_size=P)


class Bottleneck(LiveFigure):
    r"""Sliders for inputs, cells and output of a projected LSTM; bars for its weights.

    Parameters
    ----------
    caption : str, optional
    id : str, optional
    **start
        D, H, P at the start, 1 to 128 each (H from 2 on).

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown dial, or a size out of range.

    Notes
    -----
    Sak, Senior and Beaufays (2014), arXiv:1402.1128.

    Examples
    --------
    >>> Bottleneck(P=8, id="bottleneck")
    Bottleneck(id='bottleneck')
    """

    name = "bottleneck"

    def __init__(self, caption: str | None = None, id: str | None = None, **start: Any) -> None:
        for key, value in start.items():
            if key not in START:
                raise unknown_name("dial", key, START)
            if not (1 + (key == "H")) <= value <= MOST:
                raise ValueRangeError(f"{key}: expected {1 + (key == 'H')} to {MOST}, got {value}")
        self.now = {**START, **start}
        caption = CAPTION if caption is None else caption
        super().__init__({"now": self.now, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """Weights for some sizes of the output."""
        D, H = self.now["D"], self.now["H"]
        rows = [["LSTM", H, f"{weights(D, H, None):,}"]]
        sizes = sorted({max(1, H * k // 8) for k in (1, 2, 4, 6, 7, 8)} | {self.now["P"]})
        rows += [["projected", P, f"{weights(D, H, P):,}"] for P in sizes]
        return table(["", "output", "weights"], rows, f"{D} inputs, {H} cells")
