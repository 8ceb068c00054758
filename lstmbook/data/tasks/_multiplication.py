r"""Multiply two marked numbers: experiment 5 of 1997."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks._adding import marked_pairs
from lstmbook.data.tasks.common import generator, pad


def multiplication(length: int = 100, n: int = 1000, seed: int = 0) -> Split:
    r"""Tell the product of two marked numbers.

    Markers as in `adding`; values from [0, 1]. If the first pair is marked, its value is set to 1.

    Parameters
    ----------
    length : int
        Least number of steps T, at least 22. Sequences have T to T + T/10 steps.
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T', 2) float32, y (n, 1) float32 = X1 X2, lengths (n,).

    Raises
    ------
    ValueRangeError
        If length < 22, n < 1 or seed < 0.

    Notes
    -----
    Chance level: always 0.25 gives a mean squared error of about 7/144 = 0.0486. It shows that the
    memory is not only good at sums, which the cell computes by itself.

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 5, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = multiplication(length=50, n=4, seed=0)
    >>> marked = task.x[0, :, 1] == 1
    >>> bool(abs(task.x[0, marked, 0].prod() - task.y[0, 0]) < 1e-6)
    True
    """
    length = check_int("length", length, least=22)
    rng, n = generator(n, seed)
    rows = [marked_pairs(rng, length, 0, first=1) for _ in range(n)]
    y = np.array([[row[row[:, 1] == 1, 0].prod()] for row in rows], dtype=np.float32)
    x, lengths = pad(rows, 0)
    return Split(x, y, lengths)
