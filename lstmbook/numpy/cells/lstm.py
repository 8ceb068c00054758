"""The LSTM with forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

import numpy as np

from lstmbook.numpy.activations import sigmoid_
from lstmbook.numpy.cells.base import GatedCell, blocks
from lstmbook.numpy.fast.lstm import FastLSTM
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class LSTMCell(GatedCell):
    variant = VARIANTS["LSTM"]
    fast = FastLSTM

    def rule(self, p, z, s):
        c_prev = s[1]
        i, f, g, o = blocks(z, 4)
        sigmoid_(z[: 2 * len(i)])  # i_t and f_t, neighbours in z
        np.tanh(g, out=g)
        sigmoid_(o)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c_prev
        c += i * g
        # h_t = o_t * tanh(c_t)
        tanh_c = np.tanh(c)
        h = o * tanh_c
        return (h, c), {"i": i, "f": f, "g": g, "o": o, "c_prev": c_prev, "tanh_c": tanh_c}

    def rule_backward(self, p, cache, ds, dz, grads):
        dh, dc = ds
        i, f, g, o = (cache[gate] for gate in "ifgo")
        c_prev, tanh_c = cache["c_prev"], cache["tanh_c"]
        di, df, dg, do = blocks(dz, 4)
        # h_t = o_t * tanh(c_t): c_t gets what comes from later and what comes through h_t
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        np.multiply(dh * tanh_c, o * (1 - o), out=do)
        # c_t = f_t * c_{t-1} + i_t * g_t
        np.multiply(dc * g, i * (1 - i), out=di)
        np.multiply(dc * c_prev, f * (1 - f), out=df)
        np.multiply(dc * i, 1 - g * g, out=dg)
        return 0.0, dc * f


class LSTM(Recurrent):
    """LSTM with forget gate; blocks i, f, g, o. See `Recurrent` for the arguments."""

    Cell = LSTMCell
