r"""Count: the languages a^n b^n and a^n b^n c^n."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import generator, one_hot, pad


def counting(
    smallest: int = 1, largest: int = 10, letters: int = 2, n: int = 1000, seed: int = 0
) -> Split:
    r"""Predict the next symbol of strings S a^m b^m E, or S a^m b^m c^m E.

    While the a's run, nobody knows how many come. From the first b on, every symbol follows from
    the count. Train on small m and test on larger ones: a network that counts goes on.

    Parameters
    ----------
    smallest, largest : int
        m is drawn from smallest to largest.
    letters : int
        2 (a, b) or 3 (a, b, c).
    n, seed : int
        Number of strings; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T, letters + 2) float32 one-hot in the order S a b (c) E, y (n, T) int64, the next
        symbol; lengths (n,): letters * m + 1 steps. Steps past the length have y = 0.

    Raises
    ------
    ValueRangeError
        If smallest < 1, largest < smallest, letters is not 2 or 3, n < 1 or seed < 0.

    Notes
    -----
    A string is right if E, and each letter after the first b, is predicted. Always telling the
    symbol that was just seen is right inside a run and wrong at its end.

    References
    ----------
    F. A. Gers, J. Schmidhuber (2001), LSTM Recurrent Networks Learn Simple Context Free and Context
    Sensitive Languages, IEEE Transactions on Neural Networks 12(6):1333-1340,
    https://doi.org/10.1109/72.963769.

    Examples
    --------
    >>> task = counting(smallest=2, largest=2, n=1, seed=0)
    >>> "".join("SabE"[k] for k in task.x[0].argmax(1)), "".join("SabE"[k] for k in task.y[0])
    ('Saabb', 'aabbE')
    """
    smallest = check_int("smallest", smallest, least=1)
    largest = check_int("largest", largest, least=smallest)
    letters = check_int("letters", letters, least=2, most=3)
    rng, n = generator(n, seed)
    rows = []
    for m in rng.integers(smallest, largest + 1, size=n):
        runs = np.repeat(np.arange(1, letters + 1), m)
        rows.append(np.concatenate([[0], runs, [letters + 1]]))
    table, lengths = pad([row[:-1] for row in rows], -1)
    y, _ = pad([row[1:] for row in rows], 0)
    return Split(one_hot(table, letters + 2), y.astype(np.int64), lengths)
