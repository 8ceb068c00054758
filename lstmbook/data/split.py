r"""Drawing a data set apart so that no part knows another."""

from collections.abc import Sequence
from numbers import Real

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.errors import ShapeError, ValueRangeError


def stratified(y: np.ndarray, sizes: Sequence[int], seed: int = 0) -> list[np.ndarray]:
    r"""Draw disjoint index sets of the given sizes, each with the class shares of `y`.

    Parameters
    ----------
    y : ndarray of int, shape (N,)
        Class of every example.
    sizes : sequence of int
        Size of each part; together exactly N.
    seed : int
        The same seed gives the same parts, on every machine and NumPy version.

    Returns
    -------
    list of ndarray of int
        Sorted indices of each part.

    Raises
    ------
    ShapeError
        If y is not (N,).
    ValueRangeError
        If the sizes are no whole numbers of at least 1 that add up to N, or seed < 0.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> [int(y[part].sum()) for part in stratified(y, [4, 2, 2])]
    [2, 1, 1]
    """
    y = np.asarray(y)
    if y.ndim != 1 or len(y) == 0 or y.dtype.kind not in "iubU":
        raise ShapeError(f"y: expected classes (N,), got {y.dtype} of shape {y.shape}")
    sizes = [check_int("sizes", size, least=1) for size in _listed("sizes", sizes)]
    if sum(sizes) != len(y):
        raise ValueRangeError(
            f"sizes: expected positive whole numbers that add up to {len(y)}, got {sizes}"
        )
    rng = np.random.default_rng(check_int("seed", seed, least=0))
    # A random order, in which every class is then spread evenly from 0 to 1: cutting that order
    # at any place leaves each class its share, up to one example.
    place = np.empty(len(y))
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        place[members] = (np.arange(len(members)) + rng.random()) / len(members)
    order = np.argsort(place, kind="stable")
    return [np.sort(part) for part in np.split(order, np.cumsum(sizes)[:-1])]


def _listed(name: str, given) -> list:
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray):
        raise ValueRangeError(f"{name}: expected one number for each part, got {given!r}")
    return list(given)


def by_group(groups: np.ndarray, shares: Sequence[float], seed: int = 0) -> list[np.ndarray]:
    r"""Draw index sets such that examples of one group (a speaker, a text) stay together.

    Parameters
    ----------
    groups : ndarray, shape (N,)
        The group of every example.
    shares : sequence of float
        Share of the examples for each part; together 1.
    seed : int
        The same seed gives the same parts.

    Returns
    -------
    list of ndarray of int
        Sorted indices of each part, each with one group or more. Shares are met up to the size of
        one group, where there are enough groups.

    Raises
    ------
    ShapeError
        If groups is not (N,), with one or more.
    ValueRangeError
        If the shares do not add up to 1, there are fewer groups than parts, or seed < 0.

    Examples
    --------
    >>> import numpy as np
    >>> speaker = np.array(["a", "a", "b", "b", "c", "c", "d", "d"])
    >>> [sorted({str(s) for s in speaker[part]}) for part in by_group(speaker, [0.5, 0.5])]
    [['a', 'c'], ['b', 'd']]
    """
    groups = np.asarray(groups)
    if groups.ndim != 1 or len(groups) == 0:
        raise ShapeError(f"groups: expected one group for each example, got shape {groups.shape}")
    shares = _listed("shares", shares)
    real = all(isinstance(share, Real) and float(share) > 0 for share in shares)
    if not shares or not real or not abs(sum(shares) - 1) < 1e-9:
        raise ValueRangeError(f"shares: expected numbers above 0 with sum 1, got {shares}")
    names, member = np.unique(groups, return_inverse=True)
    if len(names) < len(shares):
        raise ValueRangeError(
            f"groups: expected at least {len(shares)} different groups, got {len(names)}"
        )
    order = np.random.default_rng(check_int("seed", seed, least=0)).permutation(len(names))
    counts = np.bincount(member)[order]
    # Groups go to the part in whose stretch of 0..1 their middle lies, but no part stays empty.
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    cuts = [0]
    for k, edge in enumerate(np.cumsum(shares)[:-1], start=1):
        cut = int(np.searchsorted(middle, edge))
        cuts.append(min(max(cut, cuts[-1] + 1), len(names) - len(shares) + k))
    parts = np.split(order, cuts[1:])
    return [np.flatnonzero(np.isin(member, part)) for part in parts]
