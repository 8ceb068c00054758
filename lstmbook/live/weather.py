r"""The two cells of part 4, which read about the weather: their weights are set by hand.

A sentence is three numbers: tone (1 good, -1 bad), about the weather, a question. Cell 0 holds the
latest weather and shows it when asked; cell 1 holds the balance of all weather so far.
"""

from __future__ import annotations

import numpy as np

WEIGHTS = {  # blocks i, f, g, o of two cells each
    "W": np.array(
        [
            [0, 0, 0, 0, 2, 2, 0, 0],
            [8, 8, -8, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 8, 0],
        ],
        float,
    ),
    "U": np.array([[0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0]], float),
    "b": np.array([-4, -4, 4, 4, 0, 0, -4, 4], float),
}
SENTENCES = {
    "Yesterday the weather was awful.": (-1, 1, 0),
    "The tea was good.": (1, 0, 0),
    "The bus came late.": (-1, 0, 0),
    "Today the weather is fine.": (1, 1, 0),
    "My shoes hurt.": (-1, 0, 0),
    "The evening will be sunny.": (1, 1, 0),
    "The film was dull.": (-1, 0, 0),
    "And how is it now?": (0, 0, 1),
}


def weather_cells():
    r"""The LSTM with those weights, a layer of `lstmbook.numpy` in double precision.

    Examples
    --------
    >>> _, (_, c) = weather_cells()(np.array([[[-1.0, 1, 0], [1, 1, 0]]]))  # awful, then fine
    >>> c.round(2)
    array([[0.93, 0.03]])
    """
    from lstmbook import numpy as lb  # only here: it loads the layers

    layer = lb.LSTM(3, 2, dtype="float64")
    lb.set_weights(layer, WEIGHTS)
    return layer


def run(x, gates: dict[str, np.ndarray] | None = None) -> dict[str, np.ndarray]:
    r"""Gates and states of the two cells over x (T, 3), with gates put in by hand.

    Parameters
    ----------
    x : array (T, 3)
    gates : {"f" or "i": array (T, 2)}, optional
        Stand for the computed ones where they are not NaN.

    Returns
    -------
    dict of "f", "i", "g", "o", "c", "h", each (T, 2)
    """
    h = c = np.zeros(2)
    steps = []
    for t, x_t in enumerate(np.asarray(x, float)):
        z = x_t @ WEIGHTS["W"] + h @ WEIGHTS["U"] + WEIGHTS["b"]
        i, f, g, o = z.reshape(4, 2)
        step = {"i": 1 / (1 + np.exp(-i)), "f": 1 / (1 + np.exp(-f)), "g": np.tanh(g)}
        for name, values in (gates or {}).items():
            step[name] = np.where(np.isnan(values[t]), step[name], values[t])
        step["o"] = 1 / (1 + np.exp(-o))
        step["c"] = c = step["f"] * c + step["i"] * step["g"]
        step["h"] = h = step["o"] * np.tanh(c)
        steps.append(step)
    return {name: np.array([s[name] for s in steps]) for name in "figoch"}
