"""The LSTM with recurrent projection (Sak et al. 2014): h is smaller than c."""

import numpy as np

from lstmbook.numpy.cells.lstm import LSTMCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class ProjectedLSTMCell(LSTMCell):
    variant = VARIANTS["ProjectedLSTM"]

    def step(self, p, a, s, dot):
        (full, c), cache = self.rule(p, a + dot("U", s[0]), s)
        # h_t = (o_t * tanh(c_t)) P
        return (dot("P", full), c), cache

    def step_backward(self, p, cache, ds, dot_T, grads):
        dh, dc = ds
        dz = np.empty((4 * len(dc), *dc.shape[1:]), dc.dtype)
        # h_t = (o_t * tanh(c_t)) P
        _, dc = self.rule_backward(p, cache, (dot_T("P", dh), dc), dz, grads)
        return dz, (dot_T("U", dz), dc)


class ProjectedLSTM(Recurrent):
    """LSTM whose h has `proj_size` numbers (default H / 2). See `Recurrent`."""

    Cell = ProjectedLSTMCell
