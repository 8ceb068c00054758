"""The depthwise LSTM (after Pfeuffer & Dietmayer 2019): one kernel a channel and gate.

A step of x is (C, B, width) or (C, B), which is a width of 1: there only the middle of a kernel
meets a number, and the recurrence is diagonal.
"""

import numpy as np

from lstmbook.numpy.cells.base import added, outer
from lstmbook.numpy.cells.convolutional import shifts
from lstmbook.numpy.cells.lstm import LSTMCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class DepthwiseLSTMCell(LSTMCell):
    variant = VARIANTS["DepthwiseLSTM"]

    def project(self, p, x):
        # a_t = x_t * W + b, channel by channel; with mixing (x_t * W) M + b
        a = np.stack([self.product(p["W"], x_t) for x_t in x])
        if self.options["mixing"]:
            a = np.stack([self.product(p["M"], a_t) for a_t in a])
        a += p["b"].reshape(-1, *[1] * (x.ndim - 2))
        return a

    def project_backward(self, p, x, da, grads):
        grads["b"] += da.sum(axis=(0, *range(2, da.ndim)))
        if self.options["mixing"]:
            a = np.stack([self.product(p["W"], x_t) for x_t in x])
            grads["M"] += self.product_grad(p["M"], a, da)
            da = np.stack([self.product_T(p["M"], da_t) for da_t in da])
        grads["W"] += self.product_grad(p["W"], x, da)
        return np.stack([self.product_T(p["W"], da_t) for da_t in da])

    def step(self, p, a, s, dot):
        # z_t = a_t + h_{t-1} * U; with mixing a_t + (h_{t-1} * U) N
        u = dot("U", s[0])
        return self.rule(p, a + (dot("N", u) if self.options["mixing"] else u), s)

    def step_backward(self, p, cache, ds, dot_T, grads):
        dz = np.empty((len(p["b"]), *ds[0].shape[1:]), ds[0].dtype)
        _, dc = self.rule_backward(p, cache, ds, dz, grads)
        return dz, (dot_T("U", dot_T("N", dz) if self.options["mixing"] else dz), dc)

    # A weight (k, 4F) is a kernel for each gate and channel; one of (4, F, H) mixes each gate's
    # channels.

    def product(self, weight, v):
        if weight.ndim == 3:
            return (weight.swapaxes(1, 2) @ by_gate(v)).reshape(-1, *v.shape[1:])
        if v.ndim == 2:
            return (middle(weight) * v).reshape(-1, v.shape[1])
        # out_g[c, w] = sum_j W[j, g, c] v[c, w + j - k // 2]
        taps = weight.reshape(len(weight), 4, -1, 1, 1)
        out = added(tap * moved for tap, moved in zip(taps, shifts(v, (len(taps),))))
        return out.reshape(-1, *v.shape[1:])

    def product_T(self, weight, dz):
        if weight.ndim == 3:
            return (weight @ by_gate(dz)).reshape(-1, *dz.shape[1:])
        d = dz.reshape(4, -1, *dz.shape[1:])
        if dz.ndim == 2:
            return (middle(weight) * d).sum(axis=0)
        # the kernel turned round, and the four gates of a channel added up
        taps = weight[::-1].reshape(len(weight), 4, -1, 1, 1)
        out = added((tap * moved).sum(axis=0) for tap, moved in zip(taps, shifts(d, (len(taps),))))
        return out.reshape(-1, *dz.shape[1:])

    def product_grad(self, weight, v, dz):
        steps = len(v)
        dz = dz.reshape(steps, 4, -1, *dz.shape[2:])
        if weight.ndim == 3:
            flat = (steps, 4, -1, np.prod(v.shape[2:]))
            pairs = zip(v.reshape(flat).swapaxes(0, 1), dz.reshape(flat).swapaxes(0, 1))
            return np.stack([outer(v_g, dz_g) for v_g, dz_g in pairs])
        if v.ndim == 3:
            grad = np.zeros_like(weight)
            middle(grad)[...] = np.einsum("tcb,tgcb->gc", v, dz)[..., None]
            return grad
        grads = [np.einsum("tcbw,tgcbw->gc", m, dz) for m in shifts(v, (len(weight),))]
        return np.reshape(grads, weight.shape)


def middle(weight: np.ndarray) -> np.ndarray:
    """The taps (4, F, 1) in the middle of the kernels (k, 4F), a view."""
    return weight[len(weight) // 2].reshape(4, -1, 1)


def by_gate(v: np.ndarray) -> np.ndarray:
    """v (4F, B, ...) as (4, F, B * width)."""
    return v.reshape(4, len(v) // 4, -1)


class DepthwiseLSTM(Recurrent):
    """Depthwise LSTM, x (B, T, C, width) or (B, T, C). See `Recurrent` for the other arguments.

    Options: `kernel_size`, odd; `mixing`, a 1x1 product of the channels after each kernel.
    """

    Cell = DepthwiseLSTMCell
