"""The plain recurrent network (Elman 1990)."""

import keras
from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell
from lstmbook.tensorflow.native import Native
from lstmbook.variants import VARIANTS


class RNNCell(GatedCell):
    variant = VARIANTS["RNN"]

    def rule(self, p, z, s):
        # h_t = tanh(x_t W + h_{t-1} U + b)
        return (ops.tanh(z),)


class RNN(Native):
    """Elman's network, h_t = tanh(x_t W + h_{t-1} U + b). See `Recurrent` for the arguments."""

    Cell, KerasLayer = RNNCell, keras.layers.SimpleRNN
