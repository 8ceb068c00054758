"""MinLSTM and MinGRU (Feng et al. 2024): no gate sees h, so all steps can be taken at once.

Both are h_t = keep_t * h_{t-1} + write_t, with keep and write from x_t alone.
"""

import math

from keras import ops

from lstmbook.tensorflow.cells.base import Cell, at_step
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def candidate(u):
    """g(u) = u + 1/2 for u >= 0, else sigmoid(u): always above 0, no jump at 0."""
    return ops.where(u >= 0, u + 0.5, ops.sigmoid(u))


class MinimalCell(Cell):
    """What both share. `gates` works on one step or on all of them."""

    def gates(self, a):
        """From a_t: keep, write."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        keep, write = self.gates(a)
        # h_t = keep_t * h_{t-1} + write_t
        return (keep * s[0] + write,)

    def parallel(self, p, a, s, last):
        """All steps: a (B, T, K) -> h (B, T, H), the states after step last (B,)."""
        keep, write = self.gates(a)
        first = (keep[:, 0] * s[0] + write[:, 0])[:, None]
        h = scan(keep, ops.concatenate([first, write[:, 1:]], axis=1))
        return h, (at_step(h, last),)


def scan(keep, write):
    """h_t = keep_t * h_{t-1} + write_t for all t, h_{-1} = 0; all (B, T, H).

    The steps stand in about sqrt(T) rows of as many. All rows go through their steps together, each
    from 0; then the ends of the rows are joined, one after another; then every step gets what the
    rows before its own left it. About 2 sqrt(T) operations in place of T.
    """
    steps, size = keep.shape[1:]
    width = math.isqrt(steps - 1) + 1
    rows = -(-steps // width)
    fill = [[0, 0], [0, rows * width - steps], [0, 0]]
    keep, write = (ops.reshape(ops.pad(v, fill), (-1, rows, width, size)) for v in (keep, write))
    h, kept = [], []
    for k, w in zip(ops.split(keep, width, axis=2), ops.split(write, width, axis=2), strict=True):
        # first (k, w), then (k', w'), is (k k', k' w + w')
        h.append(k * h[-1] + w if h else w)
        kept.append(k * kept[-1] if kept else k)
    now, before = ops.zeros_like(h[0][:, :1]), []
    ends = (ops.split(v[-1], rows, axis=1) for v in (kept, h))
    for k, w in zip(*ends, strict=True):
        before.append(now)
        now = k * now + w
    before = ops.concatenate(before, axis=1)
    h = ops.concatenate(h, axis=2) + ops.concatenate(kept, axis=2) * before
    return ops.reshape(h, (-1, rows * width, size))[:, :steps]


class MinGRUCell(MinimalCell):
    variant = VARIANTS["MinGRU"]

    def gates(self, a):
        z, n = ops.split(a, 2, axis=-1)
        # z_t = sigmoid(x_t W_z + b_z), n_t = g(x_t W_n + b_n)
        z, n = ops.sigmoid(z), candidate(n)
        # h_t = (1 - z_t) * h_{t-1} + z_t * n_t
        return 1 - z, z * n


class MinLSTMCell(MinimalCell):
    variant = VARIANTS["MinLSTM"]

    def gates(self, a):
        i, f, g = ops.split(a, 3, axis=-1)
        # f_t / (f_t + i_t) = sigmoid(log f_t - log i_t), which stands when both are 0 in floats
        keep = ops.sigmoid(ops.log_sigmoid(f) - ops.log_sigmoid(i))
        # h_t = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * g_t
        return keep, (1 - keep) * candidate(g)


class MinGRU(Recurrent):
    """Minimal GRU; blocks z, n. All steps at once; with `form="steps"` one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinGRUCell


class MinLSTM(Recurrent):
    """Minimal LSTM; blocks i, f, g. All steps at once; with `form="steps"` one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinLSTMCell
