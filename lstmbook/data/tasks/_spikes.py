r"""Measure the time between two spikes: the task for which peepholes were made."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import balanced, generator, pad


def spikes(
    interval: int = 49, delays: int = 2, count: int = 2, n: int = 1000, seed: int = 0
) -> Split:
    r"""Tell how much later than `interval` steps the last spike is after the one before.

    The input is 0, and 1 at spikes. Each spike comes interval + I steps after the one before (the
    first: after the start), I drawn from 0 ... delays - 1. The sequence ends at the last spike,
    where its I must be told. With the default, 49 steps must be told from 50.

    Parameters
    ----------
    interval : int
        Least number of steps F between two spikes.
    delays : int
        Number of different delays, at least 2.
    count : int
        Number of spikes. With 1, the time since the start must be measured.
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T, 1) float32, y (n,) int64 from 0 to delays - 1, lengths (n,). Every delay occurs
        equally often (up to one).

    Raises
    ------
    ValueRangeError
        If interval < 1, delays < 2, count < 1, n < 1 or seed < 0.

    Notes
    -----
    Chance level: accuracy 1 / delays. In the paper's task the answer is asked at every spike; here
    at the last one. Its network distinguishes spikes spaced 49 and 50 steps apart.

    References
    ----------
    F. A. Gers, N. N. Schraudolph, J. Schmidhuber (2002), Learning Precise Timing with LSTM
    Recurrent Networks, JMLR 3:115-143, https://www.jmlr.org/papers/v3/gers02a.html.

    Examples
    --------
    >>> task = spikes(interval=3, delays=2, count=2, n=2, seed=0)
    >>> [row[:length, 0].astype(int).tolist() for row, length in zip(task.x, task.lengths)]
    [[0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0, 1]]
    >>> task.y.tolist()
    [1, 0]
    """
    interval = check_int("interval", interval, least=1)
    delays = check_int("delays", delays, least=2)
    count = check_int("count", count, least=1)
    rng, n = generator(n, seed)
    late = rng.integers(delays, size=(n, count))
    late[:, -1] = balanced(rng, n, delays)
    places = np.cumsum(interval + late, axis=1) - 1
    rows = []
    for place in places:
        row = np.zeros((place[-1] + 1, 1), dtype=np.float32)
        row[place] = 1
        rows.append(row)
    x, lengths = pad(rows, 0)
    return Split(x, late[:, -1].astype(np.int64), lengths)
