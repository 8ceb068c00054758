"""The LSTM with forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

import keras
from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.native import Native
from lstmbook.variants import VARIANTS


def lstm_rule(z, c_prev):
    """z (B, 4H) and c_{t-1} -> h_t, c_t: what many variants have in common."""
    i, f, g, o = blocks(z, 4)
    # c_t = f_t * c_{t-1} + i_t * g_t
    c = sigmoid(f) * c_prev + sigmoid(i) * ops.tanh(g)
    # h_t = o_t * tanh(c_t)
    return sigmoid(o) * ops.tanh(c), c


class LSTMCell(GatedCell):
    variant = VARIANTS["LSTM"]

    def rule(self, p, z, s):
        return lstm_rule(z, s[1])


class LSTM(Native):
    """LSTM with forget gate; blocks i, f, g, o. See `Recurrent` for the arguments.

    Computed by `keras.layers.LSTM` (cuDNN on a GPU); with `readable = True`, and with recurrent
    dropout or zoneout, step by step from the cell's rule.
    """

    Cell = LSTMCell
    Peer = keras.layers.LSTM
