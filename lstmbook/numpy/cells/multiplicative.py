"""The multiplicative LSTM (Krause et al. 2016): each input has its own recurrent matrix."""

import numpy as np

from lstmbook.numpy.cells.lstm import LSTMCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class MultiplicativeLSTMCell(LSTMCell):
    variant = VARIANTS["MultiplicativeLSTM"]
    matrices = ("W", "W_m")

    def step(self, p, a, s, dot):
        a_z, a_m = np.split(a, [len(p["b"])])
        # m_t = (x_t W_m) * (h_{t-1} U_m)
        u_m = dot("U_m", s[0])
        m = a_m * u_m
        # z_t = x_t W + m_t U + b
        s, cache = self.rule(p, a_z + dot("U", m), s)
        return s, {**cache, "m": m, "a_m": a_m, "u_m": u_m}

    def step_backward(self, p, cache, ds, dot_T, grads):
        a_m, u_m = cache["a_m"], cache["u_m"]
        da = np.empty((len(p["b"]) + len(u_m), *u_m.shape[1:]), u_m.dtype)
        dz, da_m = np.split(da, [len(p["b"])])
        _, dc = self.rule_backward(p, cache, ds, dz, grads)
        # z_t = x_t W + m_t U + b
        dm = dot_T("U", dz)
        # m_t = (x_t W_m) * (h_{t-1} U_m)
        np.multiply(dm, u_m, out=da_m)
        return da, (dot_T("U_m", dm * a_m), dc)


class MultiplicativeLSTM(Recurrent):
    """LSTM that reads m_t = (x_t W_m) * (h_{t-1} U_m) in place of h_{t-1}. See `Recurrent`."""

    Cell = MultiplicativeLSTMCell
