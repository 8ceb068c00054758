r"""Long lags without noise in the values: experiments 2a, 2b and 2c of 1997."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import balanced, generator, one_hot, pad
from lstmbook.errors import ValueRangeError, unknown_name

FORMS = ("2a", "2b", "2c")


def noise_free_lag(
    form: str = "2b",
    lag: int = 100,
    n: int = 1000,
    seed: int = 0,
    *,
    distractors: int | None = None,
) -> Split:
    r"""Predict symbols, of which the last repeats one that was shown `lag` symbols before it.

    2a: two sequences, (y, a1, ..., a_{p-1}, y) and (x, a1, ..., a_{p-1}, x), with p = lag.
    2b: the same, but the middle symbols are drawn from a1 ... a_{p-1} at random.
    2c: (b, x, distractors, e, x) and (b, y, distractors, e, y), with q + k distractors drawn from
    a1 ... a_p. Here q = lag, and after q distractors each further step is e with probability 1/10,
    so k is 9 on average. Only the symbol after e is asked for.

    Parameters
    ----------
    form : {"2a", "2b", "2c"}
        Which experiment.
    lag : int
        p in 2a and 2b, at least 2; q in 2c.
    n, seed : int
        Number of sequences; the same seed gives the same ones.
    distractors : int, optional
        p in 2c, by default `lag`. Not for 2a and 2b, where p is the lag.

    Returns
    -------
    Split
        2a, 2b: x (n, p, p + 1) float32 one-hot (a1 ... a_{p-1}, x, y), y (n, p) int64, the next
        symbol at every step. 2c: x (n, T, p + 4) one-hot (a1 ... a_p, e, b, x, y), y (n,) int64
        with x = 0, y = 1, lengths (n,), each at least q + 3.

    Raises
    ------
    UnknownNameError
        If form is none of the three.
    ValueRangeError
        If lag < 2, n < 1 or seed < 0, or `distractors` comes with 2a or 2b.

    Notes
    -----
    Chance level for the last symbol: accuracy 1/2. In 2b nothing else can be predicted better than
    with probability 1 / (p - 1). Both last symbols occur equally often (up to one).

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long Short-Term Memory, Neural Computation
    9(8):1735-1780, experiment 2, https://doi.org/10.1162/neco.1997.9.8.1735.

    Examples
    --------
    >>> task = noise_free_lag("2b", lag=5, n=4, seed=0)
    >>> task.x.shape, bool((task.x[:, 0].argmax(1) == task.y[:, -1]).all())
    ((4, 5, 6), True)
    """
    if form not in FORMS:
        raise unknown_name("form", form, FORMS)
    lag = check_int("lag", lag, least=2)
    rng, n = generator(n, seed)
    kind = balanced(rng, n, 2)
    if form == "2c":
        p = lag if distractors is None else check_int("distractors", distractors, least=1)
        e, b, x = p, p + 1, p + 2
        extra = rng.geometric(0.1, size=n) - 1
        rows = [
            np.concatenate([[b, x + k], rng.integers(p, size=lag + more), [e]])
            for k, more in zip(kind, extra, strict=True)
        ]
        table, lengths = pad(rows, -1)
        return Split(one_hot(table, p + 4), kind.astype(np.int64), lengths)
    if distractors is not None:
        raise ValueRangeError(
            f"distractors: expected None, as form {form} has lag - 1 of them (2c takes a number), "
            f"got {distractors!r}"
        )
    middle = np.tile(np.arange(lag - 1), (n, 1))
    if form == "2b":
        middle = rng.integers(lag - 1, size=(n, lag - 1))
    ends = (lag - 1 + kind)[:, None]
    symbols = np.concatenate([ends, middle, ends], axis=1)
    return Split(one_hot(symbols[:, :-1], lag + 1), symbols[:, 1:].astype(np.int64))
