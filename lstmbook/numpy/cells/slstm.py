"""The sLSTM of xLSTM (Beck et al. 2024): exponential gates, a normaliser n, a stabiliser m."""

import numpy as np

from lstmbook.numpy.activations import sigmoid
from lstmbook.numpy.cells.base import GatedCell, blocks, outer
from lstmbook.numpy.cells.parts import stabilise, stabilise_backward
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class SLSTMCell(GatedCell):
    variant = VARIANTS["SLSTM"]

    def rule(self, p, z, s):
        _, c_prev, n_prev, m_prev = s
        i_raw, f_raw, g, o = blocks(z, 4)
        i, f, m, cache = stabilise(i_raw, f_raw, m_prev, n_prev == 0)
        g, o = np.tanh(g), sigmoid(o)
        # c_t = f_t * c_{t-1} + i_t * g_t, n_t = f_t * n_{t-1} + i_t
        c = f * c_prev + i * g
        n = f * n_prev + i
        # h_t = o_t * c_t / n_t
        mean = c / n
        h = o * mean
        more = {"g": g, "o": o, "c_prev": c_prev, "n_prev": n_prev, "mean": mean, "n": n}
        return (h, c, n, m), {**cache, **more}

    def rule_backward(self, p, cache, ds, dz, grads):
        dh, dc, dn, dm = ds
        names = ("i", "f", "g", "o", "c_prev", "n_prev", "mean", "n")
        i, f, g, o, c_prev, n_prev, mean, n = (cache[name] for name in names)
        di_raw, df_raw, dg, do = blocks(dz, 4)
        # h_t = o_t * c_t / n_t
        np.multiply(dh * mean, o * (1 - o), out=do)
        dmean = dh * o / n
        dc = dc + dmean
        dn = dn - dmean * mean
        # c_t = f_t * c_{t-1} + i_t * g_t, n_t = f_t * n_{t-1} + i_t
        np.multiply(dc * i, 1 - g * g, out=dg)
        di, df = dc * g + dn, dc * c_prev + dn * n_prev
        di_raw[...], df_raw[...], dm_prev = stabilise_backward(cache, di, df, dm)
        return 0.0, dc * f, dn * f, dm_prev

    # U is (heads, H / heads, 4 H / heads): each head has its own four blocks.

    def product(self, weight, v):
        heads, size, _ = weight.shape
        z = weight.swapaxes(1, 2) @ v.reshape(heads, size, -1)
        # (heads, 4 size, B) -> (4, heads, size, B) -> (4H, B)
        return z.reshape(heads, 4, size, -1).swapaxes(0, 1).reshape(-1, v.shape[1])

    def product_T(self, weight, dz):
        dz = by_head(dz, len(weight))
        return (weight @ dz).reshape(-1, dz.shape[-1])

    def product_grad(self, weight, v, dz):
        steps, heads, batch = len(v), len(weight), v.shape[2]
        v = v.reshape(steps, heads, -1, batch)
        dz = dz.reshape(steps, 4, heads, -1, batch)
        pairs = [(v[:, k], dz[:, :, k].reshape(steps, -1, batch)) for k in range(heads)]
        return np.stack([outer(v_k, dz_k) for v_k, dz_k in pairs])


def by_head(dz: np.ndarray, heads: int) -> np.ndarray:
    """(4H, B), blocks of all heads -> (heads, 4 H / heads, B), all blocks of each head."""
    return dz.reshape(4, heads, -1, dz.shape[1]).swapaxes(0, 1).reshape(heads, -1, dz.shape[1])


class SLSTM(Recurrent):
    """sLSTM; blocks i, f, g, o, states h, c, n, m. Option `heads`. See `Recurrent`."""

    Cell = SLSTMCell
