r"""What the tasks share: random numbers by seed, one-hot symbols, padding."""

from collections.abc import Sequence

import numpy as np

from lstmbook.core.checks import check_int


def generator(n: object, seed: object) -> tuple[np.random.Generator, int]:
    r"""Return the random numbers of `seed` and the checked number of sequences."""
    return np.random.default_rng(check_int("seed", seed, least=0)), check_int("n", n, least=1)


def balanced(rng: np.random.Generator, n: int, classes: int) -> np.ndarray:
    r"""Return n class numbers in random order, each class equally often (up to one)."""
    return rng.permutation(np.arange(n) % classes)


def one_hot(symbols: np.ndarray, count: int) -> np.ndarray:
    r"""Return symbols (...) as one-hot vectors (..., count); a symbol of -1 gives zeros."""
    return (symbols[..., None] == np.arange(count)).astype(np.float32)


def pad(rows: Sequence[np.ndarray], fill: float) -> tuple[np.ndarray, np.ndarray]:
    r"""Stack rows of different length, filled on the right; return them and the lengths."""
    lengths = np.array([len(row) for row in rows])
    table = np.full((len(rows), lengths.max(), *rows[0].shape[1:]), fill, dtype=rows[0].dtype)
    for target, row in zip(table, rows, strict=True):
        target[: len(row)] = row
    return table, lengths
