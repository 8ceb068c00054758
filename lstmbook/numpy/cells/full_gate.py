"""Full gate recurrence (Greff et al. 2017): the gates see all gates of the step before."""

import numpy as np

from lstmbook.numpy.cells.base import blocks
from lstmbook.numpy.cells.parts import PartsCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class FullGateLSTMCell(PartsCell):
    variant = VARIANTS["FullGateLSTM"]

    def step(self, p, a, s, dot):
        h, c, k = s
        # z_t = x_t W + h_{t-1} U + b, and for the gates + k_{t-1} R
        z = a + dot("U", h)
        r_i, r_f, r_o = blocks(dot("R", k), 3)
        i, f, _, o = blocks(z, 4)
        i += r_i
        f += r_f
        o += r_o
        (h, c), cache = self.rule(p, z, (h, c))
        # k_t = [i_t, f_t, o_t], which stand in z now
        return (h, c, np.concatenate([i, f, o])), cache

    def step_backward(self, p, cache, ds, dot_T, grads):
        dh, dc, dk = ds
        dz = np.empty((4 * len(dh), *dh.shape[1:]), dh.dtype)
        later = dict(zip("ifo", blocks(dk, 3)))
        _, dc = self.rule_backward(p, cache, (dh, dc), dz, grads, later)
        di, df, _, do = blocks(dz, 4)
        dk = dot_T("R", np.concatenate([di, df, do]))
        return dz, (dot_T("U", dz), dc, dk)


class FullGateLSTM(Recurrent):
    """LSTM whose gates see i, f, o of t-1 through R; states h, c, k. Option `peepholes`.

    See `Recurrent` for the other arguments.
    """

    Cell = FullGateLSTMCell
