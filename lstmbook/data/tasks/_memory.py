r"""Remember one symbol: the smallest task that needs a memory."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import balanced, generator, one_hot


def memory(
    lag: int = 80, classes: int = 4, n: int = 3000, seed: int = 0, *, window: int = 20
) -> Split:
    r"""Tell at the end which symbol was flagged at the start.

    Every step shows one of `classes` symbols, drawn at random. The last feature is 1 at one of the
    first `window` steps and 0 elsewhere: it flags the symbol that counts. All others look the same
    and mean nothing, so a network must let one symbol in, keep it, and keep the others out.

    Parameters
    ----------
    lag : int
        Least number of steps between the flagged symbol and the end, where the answer is due.
        The sequence has T = window + lag steps.
    classes : int
        Number of symbols K.
    n : int
        Number of sequences.
    seed : int
        The same seed gives the same sequences.
    window : int
        Among how many first steps the flag is drawn; with 1 it is always the first.

    Returns
    -------
    Split
        x (n, window + lag, classes + 1) float32, y (n,) int64, the flagged symbol. Every class
        occurs equally often (up to one).

    Raises
    ------
    ValueRangeError
        If lag < 1, classes < 2, window < 1, n < 1 or seed < 0.

    Notes
    -----
    Chance level: accuracy 1 / classes. The task is a form of experiment 2 of Hochreiter and
    Schmidhuber (1997), Neural Computation 9(8):1735-1780, https://doi.org/10.1162/neco.1997.9.8.1735,
    in which the distractors come from the same alphabet as the symbol.

    Examples
    --------
    >>> task = memory(lag=3, classes=4, n=8, seed=0, window=2)
    >>> task.x.shape, task.y.shape
    ((8, 5, 5), (8,))
    >>> when = int(task.x[0, :, 4].argmax())
    >>> bool(task.x[0, when, :4].argmax() == task.y[0])
    True
    """
    lag, classes = check_int("lag", lag, least=1), check_int("classes", classes, least=2)
    window = check_int("window", window, least=1)
    rng, n = generator(n, seed)
    y = balanced(rng, n, classes)
    symbols = rng.integers(classes, size=(n, window + lag))
    row, when = np.arange(n), rng.integers(window, size=n)
    symbols[row, when] = y
    flag = np.zeros((n, window + lag, 1), dtype=np.float32)
    flag[row, when] = 1
    return Split(np.concatenate([one_hot(symbols, classes), flag], axis=2), y.astype(np.int64))
