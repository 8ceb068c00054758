r"""Parity of bits: one bit of state that every input may flip."""

import numpy as np

from lstmbook.core.checks import check_bool, check_int
from lstmbook.data.dataset import Split
from lstmbook.data.tasks.common import generator


def parity(length: int = 20, n: int = 1000, seed: int = 0, *, every_step: bool = False) -> Split:
    r"""Tell whether the number of ones is odd.

    Parameters
    ----------
    length : int
        Bits T of each sequence.
    n, seed : int
        Number of sequences; the same seed gives the same ones.
    every_step : bool
        Ask at every step for the parity so far, not only at the end.

    Returns
    -------
    Split
        x (n, length, 1) float32 of 0 and 1; y int64 of 0 (even) and 1 (odd), (n,) or (n, length).

    Raises
    ------
    ValueRangeError
        If length < 1, n < 1, seed < 0 or every_step is not True or False.

    Notes
    -----
    Chance level: accuracy 1/2, and any method that leaves out a single bit stays there. Linear
    recurrences whose factors are all positive, such as minLSTM, cannot do it with finite precision:
    R. Grazzi et al. (2024), https://arxiv.org/abs/2411.12537.

    Examples
    --------
    >>> task = parity(length=4, n=2, seed=0, every_step=True)
    >>> task.x[0, :, 0].astype(int).tolist(), task.y[0].tolist()
    ([1, 1, 1, 0], [1, 0, 1, 1])
    """
    length = check_int("length", length, least=1)
    every_step = check_bool("every_step", every_step)
    rng, n = generator(n, seed)
    bits = rng.integers(2, size=(n, length))
    y = np.cumsum(bits, axis=1) % 2
    return Split(bits[..., None].astype(np.float32), y if every_step else y[:, -1].copy())
