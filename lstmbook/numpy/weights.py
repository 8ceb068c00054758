"""Weights of a NumPy layer or model, see `lstmbook.core.weights`."""

import numpy as np

from lstmbook.core.weights import Access, bind


def write(array: np.ndarray, value: np.ndarray) -> None:
    array[...] = value


get_weights, set_weights, save, load = bind(
    Access("numpy", np.ndarray, read=np.asarray, write=write, dtype=lambda array: array.dtype),
    __name__,
)
