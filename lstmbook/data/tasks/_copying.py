r"""Copy ten symbols after a long pause."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import generator, one_hot


def copying(
    lag: int = 50, symbols: int = 10, classes: int = 8, n: int = 1000, seed: int = 0
) -> Split:
    r"""Repeat a string after `lag` blanks.

    The input is a string of `symbols` symbols, lag - 1 blanks, a sign to start, and as many blanks
    as there were symbols. The target is blank until the sign has been shown, then the string.

    Parameters
    ----------
    lag : int
        T of the paper: steps from the end of the string to the sign, including the sign.
    symbols : int
        Length of the string.
    classes : int
        Different symbols, at least 2; blank is number `classes`, the sign classes + 1.
    n, seed : int
        Number of sequences; the same seed gives the same ones.

    Returns
    -------
    Split
        x (n, lag + 2 symbols, classes + 2) float32 one-hot, y (n, lag + 2 symbols) int64.

    Raises
    ------
    ValueRangeError
        If lag < 1, symbols < 1, classes < 2, n < 1 or seed < 0.

    Notes
    -----
    Chance level: blank until the sign, then a uniform guess, has a mean cross-entropy of
    symbols * ln(classes) / (lag + 2 symbols), here 10 ln 8 / 70 = 0.297.

    References
    ----------
    M. Arjovsky, A. Shah, Y. Bengio (2016), Unitary Evolution Recurrent Neural Networks, ICML,
    https://arxiv.org/abs/1511.06464; after experiments of Hochreiter and Schmidhuber (1997).

    Examples
    --------
    >>> task = copying(lag=2, symbols=3, classes=2, n=1, seed=2)
    >>> "".join("01_!"[k] for k in task.x[0].argmax(1)), "".join("01_!"[k] for k in task.y[0])
    ('100_!___', '_____100')
    """
    lag, symbols = check_int("lag", lag, least=1), check_int("symbols", symbols, least=1)
    classes = check_int("classes", classes, least=2)
    rng, n = generator(n, seed)
    text = rng.integers(classes, size=(n, symbols))
    x = np.full((n, lag + 2 * symbols), classes)
    x[:, :symbols] = text
    x[:, symbols + lag - 1] = classes + 1
    y = np.full(x.shape, classes)
    y[:, -symbols:] = text
    return Split(one_hot(x, classes + 2), y.astype(np.int64))
