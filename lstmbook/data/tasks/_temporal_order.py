r"""In which order did two or three symbols come: experiments 6a and 6b of 1997."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import balanced, generator, one_hot, pad

SYMBOLS = ("E", "B", "a", "b", "c", "d", "X", "Y")
# First and last place of each relevant symbol, counted from 0, by their number.
PLACES = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}


def temporal_order(symbols: int = 2, n: int = 1000, seed: int = 0) -> Split:
    r"""Tell the order of two (6a) or three (6b) symbols X and Y among distractors.

    A sequence has 100 to 110 steps. It starts with E and ends with B. With two symbols, one stands
    at a random place from 10 to 20 and one from 50 to 60; with three, from 10 to 20, 33 to 43 and
    66 to 76 (places from 0). Each is X or Y. All other places hold a, b, c or d at random.

    Parameters
    ----------
    symbols : int
        2 (experiment 6a, 4 classes) or 3 (6b, 8 classes).
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T, 8) float32 one-hot in the order E B a b c d X Y; y (n,) int64: the symbols read
        as binary digits with X = 0, Y = 1, so XX 0, XY 1, YX 2, YY 3; lengths (n,).

    Raises
    ------
    ValueRangeError
        If symbols is not 2 or 3, n < 1 or seed < 0.

    Notes
    -----
    Chance level: accuracy 1/4 and 1/8. Classes occur equally often (up to one).

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 6, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = temporal_order(n=4, seed=0)
    >>> text = "".join(SYMBOLS[k] for k in task.x[0, : task.lengths[0]].argmax(1))
    >>> text[0], text[-1], "".join(s for s in text if s in "XY"), int(task.y[0])
    ('E', 'B', 'YX', 2)
    """
    places = PLACES[check_int("symbols", symbols, least=2, most=3)]
    rng, n = generator(n, seed)
    y = balanced(rng, n, 2 ** len(places))
    rows = []
    for label in y:
        row = rng.integers(2, 6, size=rng.integers(100, 111))
        row[0], row[-1] = 0, 1
        for bit, (first, last) in enumerate(reversed(places)):
            row[rng.integers(first, last + 1)] = 6 + (label >> bit & 1)
        rows.append(row)
    table, lengths = pad(rows, -1)
    return Split(one_hot(table, len(SYMBOLS)), y.astype(np.int64), lengths)
