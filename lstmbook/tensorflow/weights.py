"""Weights of a TensorFlow layer or model, see `lstmbook.core.weights`.

The whole model with its form goes to a file with Keras' own `model.save("model.keras")`.
"""

import keras
import numpy as np

from lstmbook.core.weights import Access, bind
from lstmbook.tensorflow.arrays import numpy_dtype, to_numpy


def write(variable: keras.Variable, value: np.ndarray) -> None:
    variable.assign(value)


get_weights, set_weights, save, load = bind(
    Access(
        "tensorflow",
        keras.Variable,
        read=to_numpy,
        write=write,
        dtype=lambda v: numpy_dtype(v.dtype),
    ),
    __name__,
)
