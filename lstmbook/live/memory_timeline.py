r"""The memory timeline: a text read by two cells, what each forgot and added at every sentence."""

from __future__ import annotations

import numpy as np

from lstmbook.errors import unknown_name
from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.live.weather import SENTENCES, WEIGHTS, run

TEXT = (
    "Yesterday the weather was awful.",
    "The tea was good.",
    "Today the weather is fine.",
    "And how is it now?",
)
CORNERS = {  # title, forget gate, input gate
    "own": ("computed", None, None),
    "keep": ("keep", 1, 0),
    "erase": ("erase", 0, 0),
    "add": ("add", 1, 1),
    "overwrite": ("overwrite", 0, 1),
}
CAPTION = (
    "Time goes down. The line is the memory, left of the middle negative. At each sentence a piece "
    "is forgotten, (1 − *f*) *c_{t-1}*, and a piece added, *i* *g*; what a cell does there stands "
    "beside it."
)


def deed(f: float, i: float) -> str:
    """What a cell does with such gates: the nearest corner.

    >>> deed(0.98, 0.02), deed(0.02, 0.98)
    ('keeps', 'overwrites')
    """
    return (("is erased", "overwrites"), ("keeps", "adds"))[int(f >= 0.5)][int(i >= 0.5)]


def story(text: tuple[str, ...] = TEXT, corner: str = "own") -> dict[str, np.ndarray]:
    r"""Gates and states of both cells over a text, with what was forgotten and added, each (T, 2).

    Parameters
    ----------
    text : names of sentences of `SENTENCES`
    corner : one of `CORNERS`
        Gates put in place of the computed ones at every step.
    """
    _, f, i = CORNERS[corner]
    x = np.array([SENTENCES[name] for name in text], float)
    full = {"f": f, "i": i}
    put = {k: np.full((len(x), 2), float(v)) for k, v in full.items() if v is not None}
    record = run(x, put)
    before = np.concatenate([np.zeros((1, 2)), record["c"][:-1]])
    changes = {"forgotten": (1 - record["f"]) * before, "added": record["i"] * record["g"]}
    return {**record, "before": before, **changes}


class MemoryTimeline(LiveFigure):
    r"""A text, sentence by sentence, and how it moves two memory cells.

    Parameters
    ----------
    text : sequence of str
        Sentences of `SENTENCES`; the reader can exchange each.
    caption : str, optional
    id : str, optional

    Raises
    ------
    UnknownNameError
        For a sentence that the cells have no numbers for.

    Examples
    --------
    >>> MemoryTimeline(id="timeline")
    MemoryTimeline(id='timeline')
    """

    name = "memory-timeline"
    scripts = ("weather.js", "parts.js")
    styles = ("weather.css",)

    def __init__(
        self,
        text: tuple[str, ...] | list[str] = TEXT,
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        for name in text:
            if name not in SENTENCES:
                raise unknown_name("sentence", name, SENTENCES)
        self.text = tuple(text)
        caption = CAPTION if caption is None else caption
        data = {
            "sentences": [[name, *x] for name, x in SENTENCES.items()],
            "text": [list(SENTENCES).index(name) for name in self.text],
            "corners": {k: [v[0], v[1], v[2]] for k, v in CORNERS.items()},
            "weights": {name: value.ravel() for name, value in WEIGHTS.items()},
            "cells": ["latest weather", "balance"],
        }
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """Both cells at every sentence, in numbers."""
        found = story(self.text)
        rows = []
        for t, name in enumerate(self.text):
            for k in (0, 1):
                numbers = (float(found[n][t, k]) for n in ("before", "forgotten", "added", "c"))
                done = deed(found["f"][t, k], found["i"][t, k])
                rows.append([t + 1, name, k, *numbers, done])
        header = ["step", "sentence", "cell", "memory before", "forgotten", "added"]
        return table([*header, "memory after", "the cell"], rows, "Two cells read a text")
