r"""A question about the past or the future of a stream, and which network can have the answer."""

from __future__ import annotations

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

STEPS, SEED = 12, 10
CAPTION = (
    "The stream of this page. What an answer needs lies between two wipes. Below: what a network "
    "has read by the time it answers, strong where the answer needs it."
)


def stream() -> np.ndarray:
    """Value, write, wipe and show of every step, x (12, 4)."""
    from lstmbook.experiments.two_questions import streams  # only here: it loads the layers

    return streams(1, SEED, steps=STEPS).x[0]


def needed(ask: str, step: int) -> list[int]:
    r"""Steps, from 0, that can move the answer at `step`: tried by changing each of them.

    Examples
    --------
    >>> needed("future", 2)
    [3, 4, 5, 6, 7, 8, 9, 10]
    """
    from lstmbook.experiments.two_questions import wanted  # only here: it loads the layers

    rng, x = np.random.default_rng(0), stream()
    x[step, 3] = 1  # it is asked
    moved = set()
    for k in range(len(x)):
        for _ in range(20):
            changed = x.copy()
            changed[k, :3] = rng.normal(), *rng.integers(2, size=2)
            both = wanted(np.stack([x, changed]), ask)[:, step, 0]
            if abs(both[0] - both[1]) > 1e-9:
                moved.add(k)
    return sorted(moved)


class WhoCanAnswer(LiveFigure):
    r"""A stream, a question at one of its steps, and what three kinds of network have read.

    Parameters
    ----------
    ask : {"past", "future"}
    step : int
        Where it is asked at first, 1 to 12.
    caption : str, optional
    id : str, optional

    Raises
    ------
    UnknownNameError, ValueRangeError
        For another question, or a step that the stream has not.

    Notes
    -----
    Two directions: Schuster and Paliwal (1997), doi:10.1109/78.650093.

    Examples
    --------
    >>> WhoCanAnswer("past", id="who")
    WhoCanAnswer(id='who')
    """

    name = "who-can-answer"
    scripts = ()

    def __init__(
        self, ask: str = "future", step: int = 3, caption: str | None = None, id: str | None = None
    ) -> None:
        if ask not in ("past", "future"):
            raise unknown_name("question", ask, ("past", "future"))
        if not 1 <= step <= STEPS:
            raise ValueRangeError(f"step: expected 1 to {STEPS}, got {step}")
        caption = CAPTION if caption is None else caption
        data = {"x": stream().ravel(), "T": STEPS, "ask": ask, "t": step - 1}
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """For every step: on which steps its two answers hang."""
        rows = []
        for step in range(STEPS):
            spans = [needed(ask, step) for ask in ("past", "future")]
            rows.append([step + 1, *(f"{s[0] + 1} to {s[-1] + 1}" if s else "none" for s in spans)])
        return table(["asked at step", "past: needs", "future: needs"], rows, "Twelve steps")
