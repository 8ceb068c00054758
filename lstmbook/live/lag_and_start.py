r"""Lag against start and budget: how many of eight trained networks know the first symbol."""

from __future__ import annotations

import math
from typing import Any

from lstmbook import results
from lstmbook.errors import unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

RESULT = "lag_and_start"
SOLVED = 0.9
# What the names of the stored result stand for, in words of the page.
NAMES = {
    "forget 0": "all biases 0",
    "forget 1": "b_f = 1, the usual start",
    "forget 5": "b_f = 5",
    "forget 1, input -5": "b_f = 1, b_i = −5",
    "forget 5, input -5": "b_f = 5, b_i = −5",
    "chrono": "chrono",
    "chrono, b_f alone": "chrono, b_f alone",
    "f = 1": "no forget gate",
    "f = 1, input -5": "no forget gate, b_i = −5",
    "RNN": "plain RNN",
}
CAPTION = (
    "Stored trainings, ten starts, two lags, eight seeds. Four symbols, the first one is asked for "
    "at the end; guessing is right in 0.25. A disc is one network: empty at guessing, full and "
    "ringed from 0.9 on. Each start has a learning rate of its own, chosen on two other seeds."
)


def left(start: str, lag: int) -> tuple[str, str]:
    r"""What the gates of an untrained cell keep over the lag, and let in at a step, in words.

    Examples
    --------
    >>> left("forget 1", 100)
    ('2 × 10^{−14}', '0.5')
    >>> left("chrono", 100)
    ('at most 0.37', '0.01 to 0.5')
    """
    if start.startswith("chrono"):
        opens = f"{1 / lag:.2g} to 0.5" if start == "chrono" else "0.5"
        return f"at most {(1 - 1 / lag) ** lag:.2f}", opens
    opens = "0.007" if start.endswith("input -5") else "0.5"
    if start.startswith("f = 1"):
        return "all", opens
    bias = float(start.split(",")[0].removeprefix("forget "))
    share = (1 / (1 + math.exp(-bias))) ** lag
    if share >= 0.01:
        return f"{share:.2f}", opens
    digits, power = f"{share:.0e}".split("e")
    return f"{digits} × 10^{{{power.replace('-0', '-').replace('-', '−')}}}", opens


class LagAndStart(LiveFigure):
    r"""Choose lag, start and budget: which of the stored networks have learned the task.

    Parameters
    ----------
    lag : {"30", "100"}
        What is shown first.
    start : str
        The start whose eight curves are drawn first, by its name in the stored result
        `lag_and_start`, such as "forget 1" or "chrono".
    caption : str, optional
    id : str, optional

    Raises
    ------
    UnknownNameError
        For another lag or start.

    Notes
    -----
    Chrono: Tallec and Ollivier (2018), arXiv:1804.11188.

    Examples
    --------
    >>> LagAndStart(id="starts")
    LagAndStart(id='starts')
    """

    name = "lag-and-start"
    scripts = ("line-chart.js",)
    styles = ("line-chart.css",)

    def __init__(
        self,
        lag: str = "100",
        start: str = "forget 1",
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        stored = results.load(RESULT)
        if lag not in stored["conditions"]:
            raise unknown_name("lag", lag, stored["conditions"])
        if start not in NAMES:
            raise unknown_name("start", start, NAMES)
        caption = CAPTION if caption is None else caption
        starts = [self._start(stored, name) for name in stored["contenders"]]
        self.first = lag
        data: dict[str, Any] = {
            "lags": stored["conditions"],
            "lag": lag,
            "passes": [stored["epochs"] * budget for budget in stored["budgets"]],
            "solved": SOLVED,
            "guessing": stored["guessing"],
            "chosen": list(NAMES).index(start),
            "starts": starts,
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    @staticmethod
    def _start(stored: dict[str, Any], name: str) -> dict[str, Any]:
        r"""One row of the figure: its scores by lag and budget, and what its gates begin with."""
        at = {}
        for lag in stored["conditions"]:
            scores = stored["scores"][name][lag]
            row = {"scores": [scores[str(budget)] for budget in stored["budgets"]]}
            row["rate"] = stored["rates"][name][lag]
            if name != "RNN":
                kept, opens = left(name, int(lag))
                row |= {"kept": inline(kept), "opens": opens}
            at[lag] = row
        return {"name": inline(NAMES[name]), "weights": stored["weights"][name], "at": at}

    def fallback(self) -> str:
        """How many of the eight are right in nine of ten, at both lags and every budget."""
        passes, rows = self.data["passes"], []
        for name, start in zip(NAMES, self.data["starts"], strict=True):
            counts = [
                sum(score >= SOLVED for score in scores)
                for lag in self.data["lags"]
                for scores in start["at"][lag]["scores"]
            ]
            rows.append([NAMES[name].replace("b_f", "bias f").replace("b_i", "bias i"), *counts])
        header = ["start", *(f"lag {lag}, {n}" for lag in self.data["lags"] for n in passes)]
        return table(header, rows, "How many of eight know the first symbol")
