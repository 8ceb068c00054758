"""A mask at work: sequences are moved to the start, and what comes out is moved back.

Arrays are feature-major: x (T, D, B), states (H, B); with space (T, D, B, width).
"""

import numpy as np

from lstmbook.core.masks import Padding


class Masked:
    """The `Padding` of one call, around the way through a layer and back."""

    def __init__(self, mask: np.ndarray, layout):
        self.padding, self.layout = Padding(mask), layout

    @property
    def lengths(self) -> np.ndarray:
        return self.padding.lengths

    def to_start(self, x: np.ndarray) -> np.ndarray:
        """x (T, D, B) with each sequence's real steps first."""
        return moved(x, self.padding.there)

    def to_place(self, y: np.ndarray) -> np.ndarray:
        """Back again; 0 where a sequence has no step."""
        return self.zeros(moved(y, self.padding.back))

    def zeros(self, y: np.ndarray) -> np.ndarray:
        """y (T, H, B) with 0 where a sequence has no step."""
        return y if self.padding.empty is None else np.where(self.over(y, 2), 0, y)

    def keep(self, new: dict, old: dict) -> dict:
        """States by name: the old one of a sequence without a step."""
        if self.padding.empty is None:
            return new
        at = {name: len(size) for name, size in self.layout.states.items()}
        return {n: np.where(self.over(v, at[n]), old[n], v) for n, v in new.items()}

    def over(self, array: np.ndarray, axis: int) -> np.ndarray:
        """`empty` with an axis for each that follows the batch's."""
        return np.asarray(self.padding.empty).reshape(-1, *[1] * (array.ndim - axis - 1))


def moved(x: np.ndarray, source: np.ndarray | None) -> np.ndarray:
    if source is None:
        return x
    index = source.T.reshape(len(x), 1, -1, *[1] * (x.ndim - 3))
    return np.take_along_axis(x, index, axis=0)
