"""The multiplicative LSTM (Krause et al. 2016): each input has its own recurrent matrix."""

from keras import ops

from lstmbook.tensorflow.cells.lstm import LSTMCell
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class MultiplicativeLSTMCell(LSTMCell):
    variant = VARIANTS["MultiplicativeLSTM"]
    matrices = ("W", "W_m")

    def step(self, p, a, s, dot):
        a_z, a_m = ops.split(a, [4 * s[1].shape[1]], axis=1)
        # m_t = (x_t W_m) * (h_{t-1} U_m)
        m = a_m * dot("U_m", s[0])
        # z_t = x_t W + m_t U + b
        return self.rule(p, a_z + dot("U", m), s)


class MultiplicativeLSTM(Recurrent):
    """LSTM that reads m_t = (x_t W_m) * (h_{t-1} U_m) in place of h_{t-1}. See `Recurrent`."""

    Cell = MultiplicativeLSTMCell
