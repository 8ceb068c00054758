r"""Two kinds of sequences told apart by their start: experiment 3 of 1997."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import balanced, generator, pad
from lstmbook.errors import unknown_name

FORMS = ("3a", "3b", "3c")


def two_sequence(
    form: str = "3a", length: int = 100, informative: int = 3, n: int = 1000, seed: int = 0
) -> Split:
    r"""Tell by the first N values which of two kinds a noisy sequence is.

    The first N values are 1 (class 1) or -1 (class 0). All later values are Gaussian with mean 0
    and variance 0.2. In form 3b such noise is added to the first N values too. In form 3c the
    sequences are those of 3a, and the target is noisy: 0.2 (start 1) or 0.8 (start -1) plus
    Gaussian noise of variance 0.1, so that the best answer is the expectation.

    Parameters
    ----------
    form : {"3a", "3b", "3c"}
        Which experiment.
    length : int
        Least number of steps T. Sequences have T to T + T/10 steps.
    informative : int
        N, the number of values that tell the class, at most `length`.
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, T', 1) float32, y (n,) int64 (3a, 3b) or (n, 1) float32 (3c), lengths (n,).

    Raises
    ------
    UnknownNameError
        If form is none of the three.
    ValueRangeError
        If length < 2, informative is not from 1 to length, n < 1 or seed < 0.

    Notes
    -----
    Chance level: accuracy 1/2; in 3c always 0.5 gives a mean squared error of about
    0.09 + 0.1 = 0.19, and the best possible is 0.1. The authors remark that guessing weights at
    random solves 3a faster than LSTM does.

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 3, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = two_sequence("3a", n=4, seed=0)
    >>> bool(((task.x[:, 0, 0] > 0) == task.y).all())
    True
    """
    if form not in FORMS:
        raise unknown_name("form", form, FORMS)
    length = check_int("length", length, least=2)
    informative = check_int("informative", informative, least=1, most=length)
    rng, n = generator(n, seed)
    label = balanced(rng, n, 2)
    rows = []
    for kind in label:
        row = rng.normal(0, np.sqrt(0.2), length + rng.integers(length // 10 + 1))
        row[:informative] = 2 * kind - 1 + (row[:informative] if form == "3b" else 0)
        rows.append(row[:, None].astype(np.float32))
    x, lengths = pad(rows, 0)
    if form != "3c":
        return Split(x, label.astype(np.int64), lengths)
    y = 0.8 - 0.6 * label + rng.normal(0, np.sqrt(0.1), n)
    return Split(x, y[:, None].astype(np.float32), lengths)
