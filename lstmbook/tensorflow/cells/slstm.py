"""The sLSTM of xLSTM (Beck et al. 2024): exponential gates, a normaliser n, a stabiliser m."""

from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.cells.parts import stabilise
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class SLSTMCell(GatedCell):
    variant = VARIANTS["SLSTM"]

    def product(self, weight, v):
        heads, size, _ = weight.shape
        # head k reads its own units: (B, heads, d) x (heads, d, 4 d) -> (B, heads, 4 d)
        z = ops.einsum("bkd,kde->bke", ops.reshape(v, (-1, heads, size)), weight)
        # the four blocks of each head -> the heads of each block, (B, 4H)
        z = ops.transpose(ops.reshape(z, (-1, heads, 4, size)), (0, 2, 1, 3))
        return ops.reshape(z, (-1, 4 * heads * size))

    def rule(self, p, z, s):
        _, c, n, m = s
        i, f, g, o = blocks(z, 4)
        i, f, m = stabilise(i, ops.log_sigmoid(f), m, n == 0)
        # c_t = f_t * c_{t-1} + i_t * g_t, n_t = f_t * n_{t-1} + i_t
        c, n = f * c + i * ops.tanh(g), f * n + i
        # h_t = o_t * c_t / n_t
        return ops.sigmoid(o) * (c / n), c, n, m


class SLSTM(Recurrent):
    """sLSTM; blocks i, f, g, o, states h, c, n, m. Option `heads`. See `Recurrent`."""

    Cell = SLSTMCell
