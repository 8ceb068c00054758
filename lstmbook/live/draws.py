r"""The random numbers of the scripts, again in Python: same seed, same numbers.

So the static picture of a figure shows the numbers that its script computes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MASK = 0xFFFFFFFF


class Random:
    r"""mulberry32, as `core.random(seed)`.

    Examples
    --------
    >>> round(Random(1).uniform(), 6)
    0.627074
    """

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        self.state = (self.state + 0x6D2B79F5) & MASK
        t = ((self.state ^ (self.state >> 15)) * (1 | self.state)) & MASK
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & MASK)) ^ t) & MASK
        return low + (high - low) * (t ^ (t >> 14)) / 4294967296

    def normal(self) -> float:
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def orthogonal(self, size: int) -> np.ndarray:
        """Gram-Schmidt on normal numbers, row by row."""
        q = np.zeros((size, size))
        for r in range(size):
            q[r] = [self.normal() for _ in range(size)]
            for s in range(r):
                q[r] -= (q[r] @ q[s]) * q[s]
            q[r] /= math.sqrt(q[r] @ q[r])
        return q


def start(blocks: str, inputs: int, hidden: int, seed: int, **bias: Any) -> dict[str, np.ndarray]:
    r"""Weights of `core.start`: glorot W, orthogonal U a block, biases as asked.

    Parameters
    ----------
    blocks : "n" (RNN) or "ifgo" (LSTM)
    bias : forget=, input=, or chrono=
    """
    rng = Random(seed)
    width = len(blocks) * hidden
    limit = math.sqrt(6 / (inputs + width))
    w = [[rng.uniform(-limit, limit) for _ in range(width)] for _ in range(inputs)]
    u = np.concatenate([rng.orthogonal(hidden) for _ in blocks], axis=1)
    b = np.zeros((len(blocks), hidden))
    for k in range(hidden):
        scale = bias.get("chrono")
        log = math.log(rng.uniform(1, scale - 1)) if scale else 0.0
        if "f" in blocks:
            b[blocks.index("f"), k] = log if scale else bias.get("forget", 0.0)
        if "i" in blocks:
            b[blocks.index("i"), k] = -log if scale else bias.get("input", 0.0)
    return {"W": np.array(w), "U": u, "b": b.ravel()}
