"""Full gate recurrence: gates see all gates of the step before (Greff et al. 2017)."""

from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import Cell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class FullGateLSTMCell(Cell):
    variant = VARIANTS["FullGateLSTM"]

    def step(self, p, a, s, dot):
        h, c_prev, k = s
        i, f, g, o = blocks(a + dot("U", h), 4)
        # k_{t-1} = [i, f, o]_{t-1}
        r_i, r_f, r_o = blocks(dot("R", k), 3)
        i, f, o = i + r_i, f + r_f, o + r_o
        peepholes = self.options["peepholes"]
        i = sigmoid(i + p["p_i"] * c_prev if peepholes else i)
        f = sigmoid(f + p["p_f"] * c_prev if peepholes else f)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c_prev + i * ops.tanh(g)
        o = sigmoid(o + p["p_o"] * c if peepholes else o)
        return o * ops.tanh(c), c, ops.concatenate([i, f, o], axis=1)


class FullGateLSTM(Recurrent):
    """Gates also see i, f and o of the step before, by R. See `Recurrent` for the arguments."""

    Cell = FullGateLSTMCell
