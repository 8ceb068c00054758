r"""Is a difference more than chance? Intervals over seeds and examples, and the test of McNemar."""

import math
from typing import NamedTuple

import numpy as np

from lstmbook.errors import ShapeError

# 97.5 % points of Student's t for 1, 2, ... 30 degrees of freedom
T_975 = (
    [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281]
    + [2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860]
    + [2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423]
)


class Difference(NamedTuple):
    r"""A mean difference and its 95 % interval."""

    mean: float
    low: float
    high: float


class McNemar(NamedTuple):
    r"""How many examples only one of two models has right, and how likely so uneven a count is."""

    only_a: int
    only_b: int
    p: float


def t_interval(values: np.ndarray) -> Difference:
    r"""Return the mean of some numbers with its 95 % interval after Student (1908)."""
    n = len(values)
    if n < 2:
        raise ShapeError(f"interval: expected at least 2 seeds, got {n}")
    mean = float(np.mean(values))
    half = t_975(n - 1) * float(np.std(values, ddof=1)) / math.sqrt(n)
    return Difference(mean, mean - half, mean + half)


def t_975(freedom: int) -> float:
    r"""Return the 97.5 % point of Student's t; beyond 30 by its expansion about the normal."""
    if freedom <= len(T_975):
        return T_975[freedom - 1]
    z = 1.959964
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def mcnemar(right_a, right_b) -> McNemar:
    r"""Compare two models on one test set: the exact test of McNemar (1947).

    Parameters
    ----------
    right_a, right_b : array_like of bool, shape (N,)
        Which examples each model has right, in one order.

    Returns
    -------
    McNemar
        only_a, only_b: examples that only one has right; p: how likely a split at least as uneven
        is if each of these fell to either model like a fair coin (two sides).

    Raises
    ------
    ShapeError
        If these are not two rows of equal length.

    Examples
    --------
    >>> mcnemar([1, 1, 1, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0])
    McNemar(only_a=6, only_b=0, p=0.03125)
    """
    a, b = pair("right_a", np.asarray(right_a, bool), "right_b", np.asarray(right_b, bool))
    only_a, only_b = int((a & ~b).sum()), int((~a & b).sum())
    n, fewer = only_a + only_b, min(only_a, only_b)
    tail = sum(math.comb(n, k) for k in range(fewer + 1))  # whole numbers: exact however many
    return McNemar(only_a, only_b, min(1.0, 2 * tail / 2**n))


def bootstrap(a, b, repeats: int = 10_000, seed: int = 0) -> Difference:
    r"""Return the mean of a - b with its 95 % interval, by drawing examples again, in pairs.

    Parameters
    ----------
    a, b : array_like, shape (N,)
        A score for each example (right or wrong, an error) of two models on one test set.

    Raises
    ------
    ShapeError
        If these are not two rows of equal length.
    """
    a, b = pair("a", np.asarray(a, float), "b", np.asarray(b, float))
    apart, rng = a - b, np.random.default_rng(seed)
    means = [apart[rng.integers(len(apart), size=len(apart))].mean() for _ in range(repeats)]
    return Difference(float(apart.mean()), *map(float, np.percentile(means, [2.5, 97.5])))


def pair(name_a: str, a: np.ndarray, name_b: str, b: np.ndarray) -> tuple:
    if a.ndim != 1 or a.shape != b.shape or len(a) == 0:
        raise ShapeError(
            f"{name_a}, {name_b}: expected two rows of equal length, got {a.shape} and {b.shape}"
        )
    return a, b
