"""The peephole LSTM (Gers & Schmidhuber 2000): the gates look at the cell state."""

import numpy as np

from lstmbook.numpy.activations import sigmoid_
from lstmbook.numpy.cells.base import GatedCell, blocks
from lstmbook.numpy.fast.peephole import FastPeepholeLSTM
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class PeepholeLSTMCell(GatedCell):
    variant = VARIANTS["PeepholeLSTM"]
    fast = FastPeepholeLSTM

    def rule(self, p, z, s):
        c_prev = s[1]
        i, f, g, o = blocks(z, 4)
        # i_t and f_t see c_{t-1}: z + p * c_{t-1}
        i += p["p_i"][:, None] * c_prev
        f += p["p_f"][:, None] * c_prev
        sigmoid_(z[: 2 * len(i)])
        np.tanh(g, out=g)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c_prev
        c += i * g
        # o_t sees c_t: z + p_o * c_t
        o += p["p_o"][:, None] * c
        sigmoid_(o)
        # h_t = o_t * tanh(c_t)
        tanh_c = np.tanh(c)
        h = o * tanh_c
        cache = {"i": i, "f": f, "g": g, "o": o, "c_prev": c_prev, "c": c, "tanh_c": tanh_c}
        return (h, c), cache

    def rule_backward(self, p, cache, ds, dz, grads):
        dh, dc = ds
        i, f, g, o, c = (cache[name] for name in "ifgoc")
        c_prev, tanh_c = cache["c_prev"], cache["tanh_c"]
        di, df, dg, do = blocks(dz, 4)
        # h_t = o_t * tanh(c_t), and o_t sees c_t
        np.multiply(dh * tanh_c, o * (1 - o), out=do)
        dc = dc + dh * o * (1 - tanh_c * tanh_c) + p["p_o"][:, None] * do
        # c_t = f_t * c_{t-1} + i_t * g_t
        np.multiply(dc * g, i * (1 - i), out=di)
        np.multiply(dc * c_prev, f * (1 - f), out=df)
        np.multiply(dc * i, 1 - g * g, out=dg)
        # p sees one cell at every step and in every sequence
        grads["p_i"] += (di * c_prev).sum(axis=1)
        grads["p_f"] += (df * c_prev).sum(axis=1)
        grads["p_o"] += (do * c).sum(axis=1)
        return 0.0, dc * f + p["p_i"][:, None] * di + p["p_f"][:, None] * df


class PeepholeLSTM(Recurrent):
    """LSTM whose gates i and f see c_{t-1}, o sees c_t. See `Recurrent` for the arguments."""

    Cell = PeepholeLSTMCell
