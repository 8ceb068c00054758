"""The peephole LSTM (Gers & Schmidhuber 2000)."""

from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class PeepholeLSTMCell(GatedCell):
    variant = VARIANTS["PeepholeLSTM"]

    def rule(self, p, z, s):
        c_prev = s[1]
        i, f, g, o = blocks(z, 4)
        # i_t and f_t see c_{t-1}
        i = sigmoid(i + p["p_i"] * c_prev)
        f = sigmoid(f + p["p_f"] * c_prev)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c_prev + i * ops.tanh(g)
        # o_t sees c_t
        o = sigmoid(o + p["p_o"] * c)
        return o * ops.tanh(c), c


class PeepholeLSTM(Recurrent):
    """LSTM whose gates see the cell state. See `Recurrent` for the arguments."""

    Cell = PeepholeLSTMCell
