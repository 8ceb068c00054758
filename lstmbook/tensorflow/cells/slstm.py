"""sLSTM: exponential gates, a stabiliser, and recurrence within heads (Beck et al. 2024)."""

from keras import ops

from lstmbook.tensorflow.activations import log_sigmoid, sigmoid
from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS

MOST = 50.0  # exponents above it are cut: they only ever multiply a state that is still 0


def stabilise(i, f, m, fresh):
    """i~, log f, m_{t-1} -> i_t, f_t, m_t: both gates divided by exp(m_t), so neither overflows.

    `fresh` is where nothing was stored yet: there the past has no say in m.
    """
    # m_t = max(log f + m_{t-1}, i~)
    past = f + m
    m = ops.where(fresh, i, ops.maximum(i, past))
    # i_t = exp(i~ - m_t), f_t = exp(log f + m_{t-1} - m_t)
    return ops.exp(i - m), ops.exp(ops.minimum(past - m, MOST)), m


class SLSTMCell(GatedCell):
    variant = VARIANTS["SLSTM"]

    def product(self, weight, v):
        heads, size, _ = weight.shape
        v = ops.reshape(v, (-1, heads, size))
        # (B, heads, 4 d): the blocks of each head -> (B, 4, heads, d): the heads of each block
        z = ops.reshape(ops.einsum("bkd,kde->bke", v, weight), (-1, heads, 4, size))
        return ops.reshape(ops.transpose(z, (0, 2, 1, 3)), (-1, 4 * heads * size))

    def rule(self, p, z, s):
        _, c, n, m = s
        i, f, g, o = blocks(z, 4)
        i, f, m = stabilise(i, log_sigmoid(f), m, n == 0)
        # c_t = f_t * c_{t-1} + i_t * g_t;  n_t = f_t * n_{t-1} + i_t
        c, n = f * c + i * ops.tanh(g), f * n + i
        # h_t = o_t * c_t / n_t
        return sigmoid(o) * c / n, c, n, m


class SLSTM(Recurrent):
    """sLSTM with `heads`; states h, c, n, m. See `Recurrent` for the arguments."""

    Cell = SLSTMCell
