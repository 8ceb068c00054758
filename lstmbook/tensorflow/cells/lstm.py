"""The LSTM with forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

import keras
from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.native import Native
from lstmbook.variants import VARIANTS


class LSTMCell(GatedCell):
    variant = VARIANTS["LSTM"]

    def rule(self, p, z, s):
        c = s[1]
        i, f, g, o = blocks(z, 4)
        i, f, g, o = ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * g
        # h_t = o_t * tanh(c_t)
        return o * ops.tanh(c), c


class LSTM(Native):
    """LSTM with forget gate; blocks i, f, g, o. See `Recurrent` for the arguments."""

    Cell, KerasLayer = LSTMCell, keras.layers.LSTM
