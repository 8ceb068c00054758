r"""Training, validation and test sequences of a task, drawn apart: what is new is new by value."""

from collections.abc import Callable, Sequence

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.dataset import Split
from lstmbook.errors import ValueRangeError

IN_VAIN = 20  # draws in a row without a sequence that is new


def apart(
    task: Callable[..., Split], sizes: Sequence[int], seed: int = 0, **options
) -> list[Split]:
    r"""Draw parts of a task such that no sequence stands twice, within a part or in two.

    Two calls of a task with two seeds draw from the same sequences: where there are few, a "new"
    one is an old one. Here the sequences are compared by value, inputs and length.

    Parameters
    ----------
    task : function
        A task of this package, such as `memory`.
    sizes : sequence of int
        Number of sequences of each part, such as (2000, 300, 500).
    seed : int
        The same seed gives the same parts.
    **options
        What the task takes, without `n` and `seed`.

    Returns
    -------
    list of Split
        One for each size. Where y is one class number a sequence, every class occurs equally
        often in each part (up to one).

    Raises
    ------
    ValueRangeError
        If the task does not have that many different sequences (the message says how many there
        were), a size is no whole number of at least 1, or seed < 0.

    Examples
    --------
    >>> from lstmbook.data.tasks import memory, parity
    >>> [len(part.x) for part in apart(memory, (20, 5), lag=4, classes=4)]
    [20, 5]
    >>> apart(parity, (6, 4), length=3)
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: sizes: ... got 10 in all, found 8: use longer sequences ...
    """
    if isinstance(sizes, str) or not isinstance(sizes, Sequence | np.ndarray) or not len(sizes):
        raise ValueRangeError(f"sizes: expected a number for each part, got {sizes!r}")
    if "n" in options:
        raise ValueRangeError(
            f"n: expected sizes alone, which tell how many, got n={options['n']!r}"
        )
    sizes = [check_int("sizes", size, least=1) for size in sizes]
    total, draws = sum(sizes), np.random.default_rng(check_int("seed", seed, least=0))
    seen: set = set()
    rows: list[tuple] = []
    in_vain = 0
    order = None
    while order is None:
        if in_vain == IN_VAIN:
            raise ValueRangeError(
                "sizes: expected at most as many as there are different sequences, got "
                f"{total} in all, found {len(rows)}: use longer sequences or smaller parts"
            )
        before = len(rows)
        part = task(n=max(total, 100), seed=int(draws.integers(2**31)), **options)
        for row in sequences(part):
            key = row[0].tobytes()
            if key not in seen:
                seen.add(key)
                rows.append(row)
        in_vain = 0 if len(rows) > before else in_vain + 1
        order = in_turn(rows, total)
    ends = np.cumsum(sizes)
    return [
        stack([rows[k] for k in draws.permutation(order[end - size : end])], part.lengths is None)
        for end, size in zip(ends, sizes, strict=True)
    ]


def sequences(part: Split):
    r"""Yield (x, y) of each sequence, without padding."""
    for k, x in enumerate(part.x):
        steps = len(x) if part.lengths is None else part.lengths[k]
        y = part.y[k]
        yield x[:steps], y[:steps] if np.ndim(y) and len(y) == len(x) else y


def in_turn(rows: list[tuple], total: int) -> np.ndarray | None:
    r"""Return `total` places such that every stretch has all classes equally often, if it can."""
    if len(rows) < total:
        return None
    y = np.array([row[1] for row in rows]) if np.ndim(rows[0][1]) == 0 else None
    if y is None or y.dtype.kind not in "iu":
        return np.arange(total)
    members = [np.flatnonzero(y == label) for label in np.unique(y)]
    if len(members) * min(map(len, members)) < total:
        return None
    rank = np.empty(len(y))
    for places in members:
        rank[places] = np.arange(len(places))
    return np.argsort(rank, kind="stable")[:total]


def stack(rows: list[tuple], all_equal: bool) -> Split:
    r"""Make a Split of sequences, padded with zeros on the right."""
    lengths = np.array([len(x) for x, _ in rows])
    x = np.zeros((len(rows), lengths.max(), *rows[0][0].shape[1:]), rows[0][0].dtype)
    for place, (row, _) in zip(x, rows, strict=True):
        place[: len(row)] = row
    first = rows[0][1]
    if np.ndim(first) and len(first) == len(rows[0][0]):
        y = np.zeros((len(rows), lengths.max(), *first.shape[1:]), first.dtype)
        for place, (_, row) in zip(y, rows, strict=True):
            place[: len(row)] = row
    else:
        y = np.array([row[1] for row in rows])
    return Split(x, y, None if all_equal else lengths)
