"""minLSTM and minGRU (Feng et al. 2024): gates do not see h, so all steps can be had at once."""

import math

from keras import ops

from lstmbook.tensorflow.activations import log_sigmoid, sigmoid
from lstmbook.tensorflow.cells.base import Cell, at_step
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def candidate(u):
    """g(u) = u + 1/2 for u >= 0, else sigmoid(u)."""
    return ops.where(u >= 0, u + 0.5, sigmoid(u))


def scan(keep, new, h0):
    """h_t = keep_t * h_{t-1} + new_t for all t; keep, new (B, T, H), h0 (B, H) -> h (B, T, H).

    The steps stand in about sqrt(T) rows of as many. All rows go through their steps together, each
    from 0; then the ends of the rows are joined, one after another; then every step gets what the
    rows before its own left it. About 2 sqrt(T) operations in place of T.
    """
    steps, size = keep.shape[1:]
    width = math.isqrt(steps - 1) + 1
    rows = -(-steps // width)
    fill = [[0, 0], [0, rows * width - steps], [0, 0]]
    keep, new = (ops.reshape(ops.pad(v, fill), (-1, rows, width, size)) for v in (keep, new))
    h, kept = [], []
    for k, n in zip(ops.split(keep, width, axis=2), ops.split(new, width, axis=2), strict=True):
        # first (k, n), then (k', n'), is (k k', k' n + n')
        h.append(k * h[-1] + n if h else n)
        kept.append(k * kept[-1] if kept else k)
    now, before = h0[:, None, None], []
    ends = (ops.split(v[-1], rows, axis=1) for v in (kept, h))
    for k, n in zip(*ends, strict=True):
        before.append(now)
        now = k * now + n
    before = ops.concatenate(before, axis=1)
    h = ops.concatenate(h, axis=2) + ops.concatenate(kept, axis=2) * before
    return ops.reshape(h, (-1, rows * width, size))[:, :steps]


class MinimalCell(Cell):
    def gates(self, a):
        """a (..., K) -> keep, new (..., H) of h_t = keep * h_{t-1} + new."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        keep, new = self.gates(a)
        return (keep * s[0] + new,)

    def parallel(self, p, a, s, last):
        """All steps at once: a (B, T, K), states -> h (B, T, H), the state after step last (B,)."""
        h = scan(*self.gates(a), s[0])
        return h, (at_step(h, last),)


class MinGRUCell(MinimalCell):
    variant = VARIANTS["MinGRU"]

    def gates(self, a):
        z, n = ops.split(a, 2, axis=-1)
        z = sigmoid(z)
        # h_t = (1 - z_t) * h_{t-1} + z_t * n_t
        return 1 - z, z * candidate(n)


class MinLSTMCell(MinimalCell):
    variant = VARIANTS["MinLSTM"]

    def gates(self, a):
        i, f, g = ops.split(a, 3, axis=-1)
        # f / (f + i) = sigmoid(log f - log i), also where both gates are shut: no 0 / 0
        f = sigmoid(log_sigmoid(f) - log_sigmoid(i))
        # h_t = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * g_t
        return f, (1 - f) * candidate(g)


class MinGRU(Recurrent):
    """Minimal GRU; blocks z, n. All steps at once; `layer.parallel = False`: one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinGRUCell


class MinLSTM(Recurrent):
    """Minimal LSTM; blocks i, f, g. All steps at once; `layer.parallel = False`: one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinLSTMCell
