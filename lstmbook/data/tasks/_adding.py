r"""Add two marked numbers: experiment 4 of 1997."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import generator, pad


def marked_pairs(rng: np.random.Generator, length: int, low: float, first: float) -> np.ndarray:
    r"""Return one sequence (T, 2) of values and markers, two of which are 1.

    `low` is the lower end of the values, `first` what the first value becomes when it is marked.
    """
    steps = length + rng.integers(length // 10 + 1)
    x = np.zeros((steps, 2), dtype=np.float32)
    x[:, 0] = rng.uniform(low, 1, steps)
    x[[0, -1], 1] = -1
    one = rng.integers(10)
    two = rng.integers(length // 2 - 1)
    two += two >= one  # the place among those still unmarked
    x[[one, two], 1] = 1
    if x[0, 1] == 1:
        x[0, 0] = first
    return x


def adding(length: int = 100, n: int = 1000, seed: int = 0) -> Split:
    r"""Tell the sum of two marked numbers, scaled to 0..1.

    Every step shows a pair: a value from [-1, 1] and a marker. Exactly two markers are 1: one
    among the first ten pairs, and one among the first length/2 - 1 pairs that are still unmarked.
    The first and last marker are -1 where they are not 1, all others 0. If the first pair is
    marked, its value is set to 0.

    Parameters
    ----------
    length : int
        Least number of steps T, at least 22. Sequences have T to T + T/10 steps.
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T', 2) float32, y (n, 1) float32 = 0.5 + (X1 + X2) / 4, lengths (n,).

    Raises
    ------
    ValueRangeError
        If length < 22, n < 1 or seed < 0.

    Notes
    -----
    Chance level: always 0.5 gives a mean squared error of about 1/24 = 0.0417. The paper counts a
    sequence as right if the error is below 0.04.

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 4, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = adding(length=50, n=4, seed=0)
    >>> marked = task.x[0, :, 1] == 1
    >>> int(marked.sum()), bool(abs(task.x[0, marked, 0].sum() / 4 + 0.5 - task.y[0, 0]) < 1e-6)
    (2, True)
    """
    length = check_int("length", length, least=22)
    rng, n = generator(n, seed)
    rows = [marked_pairs(rng, length, -1, first=0) for _ in range(n)]
    y = np.array([[0.5 + row[row[:, 1] == 1, 0].sum() / 4] for row in rows], dtype=np.float32)
    x, lengths = pad(rows, 0)
    return Split(x, y, lengths)
