r"""The sentence gate: which sentences of a text get into the memory, and what of them is left."""

from __future__ import annotations

import numpy as np

from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.live.weather import SENTENCES, WEIGHTS, run

CELL = 1  # the balance of all weather
TEXT = [name for name in SENTENCES if not name.endswith("?")]
CAPTION = (
    "The second of the two hand-set cells of this page reads seven sentences. To the left of each "
    "gate comes the candidate, to its right what is written; the last column is what is left of "
    "that after the later forget gates. The last column adds up to the memory."
)


def shares(gates: np.ndarray | None = None, bias: float | None = None) -> dict[str, np.ndarray]:
    r"""Gate, candidate, what is written and what of it is left at the end, each (T,).

    Parameters
    ----------
    gates : array (T,), optional
        Input gates put in by hand, NaN where the computed one stays.
    bias : float, optional
        Input bias instead of -4.
    """
    x = np.array([SENTENCES[name] for name in TEXT], float)
    own = 1 / (1 + np.exp(-(8 * x[:, 1] + (WEIGHTS["b"][CELL] if bias is None else bias))))
    put = own if gates is None else np.where(np.isnan(gates), own, gates)
    record = {k: v[:, CELL] for k, v in run(x, {"i": np.stack([put, put], axis=1)}).items()}
    later = np.append(record["f"][:0:-1].cumprod()[::-1], 1.0)
    written = record["i"] * record["g"]
    values = {"gate": record["i"], "candidate": record["g"], "written": written}
    return {**values, "left": written * later, "memory": record["c"]}


class SentenceGate(LiveFigure):
    r"""Seven sentences, a gate before the memory for each, and what of them reaches the end.

    Parameters
    ----------
    caption : str, optional
    id : str, optional

    Examples
    --------
    >>> SentenceGate(id="sentences")
    SentenceGate(id='sentences')
    """

    name = "sentence-gate"
    scripts = ("weather.js", "parts.js")
    styles = ("weather.css",)

    def __init__(self, caption: str | None = None, id: str | None = None) -> None:
        caption = CAPTION if caption is None else caption
        text = [[name, *SENTENCES[name]] for name in TEXT]
        weights = {name: value.ravel() for name, value in WEIGHTS.items()}
        data = {"text": text, "weights": weights, "cell": CELL, "bias": WEIGHTS["b"][CELL]}
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """The gates of the cell and what they let in."""
        found = shares()
        names = ("gate", "candidate", "written", "left")
        rows = [[k + 1, name, *(float(found[n][k]) for n in names)] for k, name in enumerate(TEXT)]
        header = ["step", "sentence", "gate *i*", "candidate *g*", "written", "left at the end"]
        title = f"The last column adds up to the memory, {found['memory'][-1]:.3f}"
        return table(header, rows, title)
