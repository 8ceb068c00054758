r"""The training playground: a network learns in the page, several starts side by side."""

from __future__ import annotations

from typing import Any

from lstmbook.errors import unknown_name
from lstmbook.live.figure import LiveFigure, inline, table
from lstmbook.variants import VARIANTS

START = {
    "task": "memory",
    "cell": "LSTM",
    "forget": 5,
    "input": -5,
    "lag": 100,
    "size": 16,
    "rate": "0.02",
    "seed": 0,
}
RUNS = ("one", "chrono", "own")
BATCH, CLIP = 16, 1.0
CAPTION = (
    "Real training: backpropagation through time and Adam, 16 sequences an update, gradients "
    "clipped to norm 1, computed in the page. All starts see the same batches. Right answers and "
    "loss are means over 20 updates; a task counts as solved at 99 % (adding: 95 %). Training ends "
    "after 64,000 sequences: what is not solved then is not solved within this budget, at this "
    "rate and with this seed. Keep a run to compare it with the next ones. "
    "Gradient: norm of the derivative of the loss with respect to the memory c at each step "
    "(the state h where there is no memory). Gates: means over the units; orange forget, green "
    "input, blue output (GRU: orange update, green reset). The address of the page holds the "
    "settings: copy it to share them."
)

CELLS = ("LSTM", "NoForgetGateLSTM", "PeepholeLSTM", "CoupledLSTM", "GRU", "RNN")


class Playground(LiveFigure):
    r"""Choose a task, a cell and how it starts; then watch it learn, or not.

    Parameters
    ----------
    runs : sequence of {"one", "chrono", "own"}
        Starts that are trained side by side: forget bias 1, chrono(lag), the two dials.
    caption : str, optional
    id : str, optional
    worker : bool
        Whether a worker computes, so that the page never waits; without one the page does.
    **start
        Settings to begin with: task ("memory", "order", "adding"), cell (a class name), lag, size,
        rate, seed, forget, input.

    Raises
    ------
    UnknownNameError
        For an unknown run or setting.

    Notes
    -----
    chrono: Tallec and Ollivier (2018), arXiv:1804.11188. Adam: Kingma and Ba (2015),
    arXiv:1412.6980. Tasks: Hochreiter and Schmidhuber (1997), doi:10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> Playground(id="playground")
    Playground(id='playground')
    """

    name = "playground"
    in_worker = (
        ("core", "cells.js"),
        ("", "training.js"),
        ("tasks", "tasks.js"),
        ("work", "playground-work.js"),
    )
    scripts = ("line-chart.js", "playground-parts.js")
    styles = ("line-chart.css",)

    def __init__(
        self,
        runs: tuple[str, ...] = ("one", "chrono"),
        caption: str | None = None,
        id: str | None = None,
        worker: bool = True,
        **start: Any,
    ) -> None:
        for run in runs:
            if run not in RUNS:
                raise unknown_name("run", run, RUNS)
        for key in start:
            if key not in START:
                raise unknown_name("setting", key, START)
        setting = {**START, **start, "rate": str(start.get("rate", START["rate"]))}
        caption = CAPTION if caption is None else caption
        data = {"start": setting, "runs": list(runs), "batch": BATCH, "clip": CLIP}
        data["worker"] = worker
        data["cells"] = {name: VARIANTS[name].title for name in CELLS}
        super().__init__({**data, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """What the first settings are, and what they gave when they were last run."""
        names = {"one": "forget bias 1", "chrono": "chrono(100)", "own": "forget 5, input −5"}
        rows = [[names[key], text] for key, text in FIRST.items()]
        title = "Memory task, lag 100, LSTM with 16 units, learning rate 0.02, seed 0"
        return table(["start of the biases", "sequences until solved"], rows, title)


# Measured in the page with seed 0; a test runs it again.
FIRST = {"one": "not in 8,000", "chrono": "3,952", "own": "2,688"}
