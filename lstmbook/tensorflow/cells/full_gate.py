"""Full gate recurrence (Greff et al. 2017): the gates see all gates of the step before."""

from keras import ops

from lstmbook.tensorflow.cells.base import blocks
from lstmbook.tensorflow.cells.parts import PartsCell
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class FullGateLSTMCell(PartsCell):
    variant = VARIANTS["FullGateLSTM"]

    def step(self, p, a, s, dot):
        h, c, k = s
        # z_t = x_t W + h_{t-1} U + b, and for the gates + k_{t-1} R
        i, f, g, o = blocks(a + dot("U", h), 4)
        r_i, r_f, r_o = blocks(dot("R", k), 3)
        z = ops.concatenate([i + r_i, f + r_f, g, o + r_o], axis=1)
        h, c, *gates = self.gated(p, z, (h, c))
        # k_t = [i_t, f_t, o_t]
        return h, c, ops.concatenate(gates, axis=1)


class FullGateLSTM(Recurrent):
    """LSTM whose gates see i, f, o of t-1 through R; states h, c, k. Option `peepholes`.

    See `Recurrent` for the other arguments.
    """

    Cell = FullGateLSTMCell
