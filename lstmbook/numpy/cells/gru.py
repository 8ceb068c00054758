"""The gated recurrent unit (Cho et al. 2014), with the reset after or before the product."""

import numpy as np

from lstmbook.numpy.activations import sigmoid_
from lstmbook.numpy.cells.base import Cell, blocks
from lstmbook.numpy.fast.gru import FastGRU
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class GRUCell(Cell):
    variant = VARIANTS["GRU"]
    fast = FastGRU

    def step(self, p, a, s, dot):
        (h_prev,) = s
        gates = 2 * len(h_prev)
        if self.options["reset_after"]:
            u = dot("U", h_prev)
            u += p["b_u"][:, None]
        else:
            u = dot("U.rz", h_prev)
        # r_t, z_t = sigmoid(x_t W + h_{t-1} U + b)
        r, z = blocks(sigmoid_(a[:gates] + u[:gates]), 2)
        if self.options["reset_after"]:
            # n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_u))
            u_n = u[gates:]
            n = np.tanh(a[gates:] + r * u_n)
        else:
            # n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)
            u_n = None
            n = np.tanh(a[gates:] + dot("U.n", r * h_prev))
        # h_t = z_t * h_{t-1} + (1 - z_t) * n_t
        h = n + z * (h_prev - n)
        return (h,), {"r": r, "z": z, "n": n, "u_n": u_n, "h_prev": h_prev}

    def step_backward(self, p, cache, ds, dot_T, grads):
        (dh,) = ds
        r, z, n, u_n, h_prev = (cache[name] for name in ("r", "z", "n", "u_n", "h_prev"))
        da = np.empty((3 * len(dh), *dh.shape[1:]), dh.dtype)
        da_r, da_z, da_n = blocks(da, 3)
        # h_t = z_t * h_{t-1} + (1 - z_t) * n_t
        np.multiply(dh * (h_prev - n), z * (1 - z), out=da_z)
        np.multiply(dh * (1 - z), 1 - n * n, out=da_n)
        dh_prev = dh * z
        if self.options["reset_after"]:
            # n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_u))
            np.multiply(da_n * u_n, r * (1 - r), out=da_r)
            du = da.copy()
            du[-len(dh) :] *= r
            grads["b_u"] += du.sum(axis=1)
            dh_prev += dot_T("U", du)
        else:
            # n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)
            dv = dot_T("U.n", da_n)
            np.multiply(dv * h_prev, r * (1 - r), out=da_r)
            dh_prev += dv * r
            dh_prev += dot_T("U.rz", da[: -len(dh)])
        return da, (dh_prev,)


class GRU(Recurrent):
    """Gated recurrent unit; blocks r, z, n. See `Recurrent` for the arguments.

    Option `reset_after`: True (default; as in PyTorch and Keras) resets h U_n + b_u, False resets
    h itself, as in the paper.
    """

    Cell = GRUCell
