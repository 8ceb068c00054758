"""MinLSTM and MinGRU (Feng et al. 2024): no gate sees h, so all steps can be taken at once.

Both are h_t = keep_t * h_{t-1} + write_t, with keep and write from x_t alone.
"""

import numpy as np

from lstmbook.numpy.activations import log_sigmoid, sigmoid
from lstmbook.numpy.cells.base import Cell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def candidate(u: np.ndarray) -> np.ndarray:
    """g(u) = u + 1/2 for u >= 0, else sigmoid(u): always above 0, no jump at 0."""
    return np.where(u >= 0, u + 0.5, sigmoid(u))


def candidate_backward(d: np.ndarray, u: np.ndarray, g: np.ndarray) -> np.ndarray:
    return d * np.where(u >= 0, 1, g * (1 - g))


class MinimalCell(Cell):
    """What both share. `gates` and `gates_backward` work on one step or on all of them."""

    def gates(self, a):
        """From a_t: keep, write, and what the way back needs."""
        raise NotImplementedError

    def gates_backward(self, cache, dkeep, dwrite):
        """Gradients of keep and write -> da."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        (h_prev,) = s
        keep, write, cache = self.gates(a)
        # h_t = keep_t * h_{t-1} + write_t
        return (keep * h_prev + write,), {**cache, "keep": keep, "h_prev": h_prev}

    def step_backward(self, p, cache, ds, dot_T, grads):
        (dh,) = ds
        # h_t = keep_t * h_{t-1} + write_t
        da = self.gates_backward(cache, dh * cache["h_prev"], dh)
        return da, (dh * cache["keep"],)

    def parallel(self, p, a, s, last):
        """All steps: a (T, K, B) -> h (T, H, B), the state after step last (B,), cache."""
        (h0,) = s
        keep, write, cache = self.gates(a)
        write[0] += keep[0] * h0
        h = scan(keep, write)
        end = h[last, :, np.arange(len(last))].T
        return h, (end,), {**cache, "keep": keep, "h0": h0, "h": h, "last": last}

    def parallel_backward(self, p, cache, dy, ds, grads):
        keep, h, last = cache["keep"], cache["h"], cache["last"]
        dh = dy.copy()
        dh[last, :, np.arange(len(last))] += ds[0].T
        # dh_t = dy_t + keep_{t+1} * dh_{t+1}: the same recurrence from the end
        after = np.concatenate([keep[1:], np.zeros_like(keep[:1])])
        dh = scan(after[::-1], dh[::-1])[::-1]
        h_prev = np.concatenate([cache["h0"][None], h[:-1]])
        return self.gates_backward(cache, dh * h_prev, dh), (keep[0] * dh[0],)


def scan(keep: np.ndarray, write: np.ndarray) -> np.ndarray:
    """h_t = keep_t * h_{t-1} + write_t for all t, h_{-1} = 0, in log2(T) rounds.

    Two steps in a row are one step of the same form: first (a, b), then (a', b'), is
    (a a', a' b + b'). Each round joins every step with the one `reach` before it.

    >>> scan(np.array([1.0, 0.5, 1.0]), np.array([4.0, 1.0, 2.0])).tolist()
    [4.0, 3.0, 5.0]
    """
    keep, write = keep.copy(), write.copy()
    reach = 1
    while reach < len(keep):
        write[reach:] += keep[reach:] * write[:-reach]
        keep[reach:] = keep[reach:] * keep[:-reach]
        reach *= 2
    return write


class MinGRUCell(MinimalCell):
    variant = VARIANTS["MinGRU"]

    def gates(self, a):
        a_z, a_n = np.split(a, 2, axis=-2)
        # z_t = sigmoid(x_t W_z + b_z), n_t = g(x_t W_n + b_n)
        z, n = sigmoid(a_z), candidate(a_n)
        # h_t = (1 - z_t) * h_{t-1} + z_t * n_t
        return 1 - z, z * n, {"z": z, "n": n, "a_n": a_n}

    def gates_backward(self, cache, dkeep, dwrite):
        z, n = cache["z"], cache["n"]
        da_z = (dwrite * n - dkeep) * z * (1 - z)
        da_n = candidate_backward(dwrite * z, cache["a_n"], n)
        return np.concatenate([da_z, da_n], axis=-2)


class MinLSTMCell(MinimalCell):
    variant = VARIANTS["MinLSTM"]

    def gates(self, a):
        a_i, a_f, a_g = np.split(a, 3, axis=-2)
        # i_t = sigmoid(x_t W_i + b_i), f_t alike, g_t = g(x_t W_g + b_g)
        i, f, g = sigmoid(a_i), sigmoid(a_f), candidate(a_g)
        # f_t / (f_t + i_t) = sigmoid(log f_t - log i_t), which stands when both are 0 in floats
        keep = sigmoid(log_sigmoid(a_f) - log_sigmoid(a_i))
        # h_t = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * g_t
        return keep, (1 - keep) * g, {"i": i, "f": f, "g": g, "a_g": a_g, "share": 1 - keep}

    def gates_backward(self, cache, dkeep, dwrite):
        i, f, g, share = (cache[name] for name in ("i", "f", "g", "share"))
        # keep = sigmoid(log f - log i), share = 1 - keep, d log f = (1 - f) da_f
        d = (dkeep - dwrite * g) * share * (1 - share)
        da_g = candidate_backward(dwrite * share, cache["a_g"], g)
        return np.concatenate([-d * (1 - i), d * (1 - f), da_g], axis=-2)


class MinGRU(Recurrent):
    """Minimal GRU; blocks z, n. `form="steps"` goes step by step. See `Recurrent`."""

    Cell = MinGRUCell


class MinLSTM(Recurrent):
    """Minimal LSTM; blocks i, f, g. `form="steps"` goes step by step. See `Recurrent`."""

    Cell = MinLSTMCell
