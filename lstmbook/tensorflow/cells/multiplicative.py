"""The multiplicative LSTM (Krause et al. 2016)."""

from keras import ops

from lstmbook.tensorflow.cells.base import Cell
from lstmbook.tensorflow.cells.lstm import lstm_rule
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class MultiplicativeLSTMCell(Cell):
    variant = VARIANTS["MultiplicativeLSTM"]
    matrices = ("W", "W_m")

    def step(self, p, a, s, dot):
        h, c_prev = s
        a, a_m = ops.split(a, [4 * c_prev.shape[1]], axis=1)
        # m_t = (x_t W_m) * (h_{t-1} U_m)
        m = a_m * dot("U_m", h)
        return lstm_rule(a + dot("U", m), c_prev)


class MultiplicativeLSTM(Recurrent):
    """LSTM whose recurrent matrix depends on the input. See `Recurrent` for the arguments."""

    Cell = MultiplicativeLSTMCell
