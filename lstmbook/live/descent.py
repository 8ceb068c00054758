r"""Down the slope of a loss of one weight: what a learning rate does."""

from __future__ import annotations

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

# Six examples of two classes with one feature; the last one is mislabelled, so that no weight
# answers all of them and the loss has a lowest point.
X = np.array([1.0, 2.0, -1.0, 0.5, -1.5, 1.5])
CLASS = np.array([1.0, 1.0, 0.0, 1.0, 0.0, 0.0])
FIRST, MOST = -3.0, 30  # the weight at the start, the largest number of updates
RATES = (0.1, 0.3, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0)
WAYS = {"descent": "gradient descent", "adam": "Adam"}
CAPTION = (
    "The cross-entropy of six examples, one of them mislabelled, over the one weight *w* of a "
    "linear model. Each dot is the weight after an update: a step against the slope, as long as "
    "the rate says. The dotted line is the loss of guessing."
)


def loss(w: float) -> float:
    r"""Cross-entropy of the six examples, a mean.

    Examples
    --------
    >>> round(loss(0.0), 4), round(loss(1.0234), 4)
    (0.6931, 0.5217)
    """
    return float(np.log1p(np.exp(-(2 * CLASS - 1) * w * X)).mean())


def slope(w: float) -> float:
    r"""Its derivative: the mean of (p - y) x.

    Examples
    --------
    >>> abs(slope(0.3) - (loss(0.3 + 1e-6) - loss(0.3 - 1e-6)) / 2e-6) < 1e-8
    True
    """
    p = 1 / (1 + np.exp(-w * X))
    return float(((p - CLASS) * X).mean())


def path(rate: float, way: str = "descent", updates: int = MOST) -> list[float]:
    r"""The weight before and after each update.

    Parameters
    ----------
    rate : float
    way : {"descent", "adam"}
    updates : int

    Returns
    -------
    list of float, updates + 1 of them

    Examples
    --------
    >>> [round(w, 2) for w in path(2.0, updates=3)]
    [-3.0, -1.07, 0.46, 0.82]
    >>> [round(w, 2) for w in path(1.0, "adam", updates=2)]
    [-3.0, -2.0, -1.0]
    """
    w, m, v, found = FIRST, 0.0, 0.0, [FIRST]
    for t in range(1, updates + 1):
        g = slope(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        if way == "adam":
            w -= rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        else:
            w -= rate * g
        found.append(float(w))
    return found


class Descent(LiveFigure):
    r"""Choose a learning rate, make updates, and see where the weight goes.

    Parameters
    ----------
    rate : float
        The rate at the start, one of those of the slider.
    way : {"descent", "adam"}
    caption : str, optional
    id : str, optional

    Raises
    ------
    ValueRangeError, UnknownNameError
        For a rate that the slider has not, or an unknown optimizer.

    Examples
    --------
    >>> Descent(id="valley")
    Descent(id='valley')
    """

    name = "descent"
    scripts = ("line-chart.js",)
    styles = ("line-chart.css",)

    def __init__(
        self,
        rate: float = 0.1,
        way: str = "descent",
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        if rate not in RATES:
            raise ValueRangeError(f"rate: expected one of {', '.join(map(str, RATES))}, got {rate}")
        if way not in WAYS:
            raise unknown_name("optimizer", way, WAYS)
        caption = CAPTION if caption is None else caption
        data = {
            "x": X,
            "y": CLASS,
            "first": FIRST,
            "most": MOST,
            "rates": RATES,
            "rate": RATES.index(rate),
            "ways": WAYS,
            "way": way,
            "guess": float(np.log(2)),
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """The loss after some updates, for each rate."""
        rows = [
            [f"{rate:g}", *(f"{loss(path(rate, way, n)[-1]):.2f}" for way in WAYS for n in (5, 30))]
            for rate in RATES
        ]
        header = ["rate", *(f"{name}, {n} updates" for name in WAYS.values() for n in (5, 30))]
        return table(header, rows, f"Loss of six examples; at the start it is {loss(FIRST):.2f}")
