"""The peephole LSTM (Gers & Schmidhuber 2000): the gates look at the cell state."""

from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class PeepholeLSTMCell(GatedCell):
    variant = VARIANTS["PeepholeLSTM"]

    def rule(self, p, z, s):
        c = s[1]
        i, f, g, o = blocks(z, 4)
        # i_t and f_t see c_{t-1}: z + p * c_{t-1}
        i = ops.sigmoid(i + p["p_i"] * c)
        f = ops.sigmoid(f + p["p_f"] * c)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * ops.tanh(g)
        # o_t sees c_t: z + p_o * c_t
        o = ops.sigmoid(o + p["p_o"] * c)
        # h_t = o_t * tanh(c_t)
        return o * ops.tanh(c), c


class PeepholeLSTM(Recurrent):
    """LSTM whose gates i and f see c_{t-1}, o sees c_t. See `Recurrent` for the arguments."""

    Cell = PeepholeLSTMCell
