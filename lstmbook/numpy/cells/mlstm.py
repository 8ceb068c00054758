"""The mLSTM of xLSTM (Beck et al. 2024): a matrix memory C that no gate reads.

Step by step it keeps one C, (d, d) a head and sequence, for every step. In chunks it keeps one C a
chunk: inside a chunk h_t is a sum over the steps s <= t, as in attention, and C is never written.
"""

import numpy as np

from lstmbook.core.limits import CUT, MOST
from lstmbook.numpy.activations import log_sigmoid, sigmoid
from lstmbook.numpy.cells.base import Cell
from lstmbook.numpy.cells.parts import stabilise, stabilise_backward
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS

CHUNK = 64  # steps


class MLSTMCell(Cell):
    variant = VARIANTS["MLSTM"]
    matrices = ("W", "W_i", "W_f")
    biases = ("b", "b_i", "b_f")

    def step(self, p, a, s, dot):
        _, C_prev, n_prev, m_prev = s
        q, k, v, o, i_raw, f_raw = self.split(a)
        i, f, m, gates = stabilise(i_raw, f_raw, m_prev, ~n_prev.any(axis=1))
        # C_t = f_t C_{t-1} + i_t v_t k_t^T, n_t = f_t n_{t-1} + i_t k_t
        C = f[:, None, None] * C_prev
        C += (i[:, None] * v)[:, :, None] * k[:, None]
        n = f[:, None] * n_prev + i[:, None] * k
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        nq = (n * q).sum(axis=1)
        mean = np.einsum("nvkb,nkb->nvb", C, q) / denominator(nq, m)[:, None]
        h = o * mean.reshape(o.shape)
        cache = {**gates, "q": q, "k": k, "v": v, "o": o, "C": C, "C_prev": C_prev, "n": n}
        return (h, C, n, m), {**cache, "n_prev": n_prev, "m": m, "nq": nq, "mean": mean}

    def step_backward(self, p, cache, ds, dot_T, grads):
        dh, dC, dn, dm = ds
        q, k, v, o, C, n, i, f, m = (cache[name] for name in "qkvoCnifm")
        nq, mean = cache["nq"], cache["mean"]
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        da_o = dh * mean.reshape(o.shape) * o * (1 - o)
        dnum = (dh * o).reshape(mean.shape) / denominator(nq, m)[:, None]
        dnq, dm_here = denominator_backward(-(dnum * mean).sum(axis=1), nq, m)
        dC = dC + dnum[:, :, None] * q[:, None]
        dn = dn + dnq[:, None] * q
        dq = np.einsum("nvkb,nvb->nkb", C, dnum) + dnq[:, None] * n
        # C_t = f_t C_{t-1} + i_t v_t k_t^T, n_t = f_t n_{t-1} + i_t k_t
        dv = i[:, None] * np.einsum("nvkb,nkb->nvb", dC, k)
        dik = np.einsum("nvkb,nvb->nkb", dC, v) + dn
        dk, di = i[:, None] * dik, (k * dik).sum(axis=1)
        df = np.einsum("nvkb,nvkb->nb", dC, cache["C_prev"]) + (dn * cache["n_prev"]).sum(axis=1)
        di_raw, df_raw, dm_prev = stabilise_backward(cache, di, df, dm + dm_here)
        da = self.split_backward(dq, dk, dv, da_o, di_raw, df_raw)
        return da, (np.zeros_like(dh), f[:, None, None] * dC, f[:, None] * dn, dm_prev)

    def split(self, a):
        """a (..., 4H + 2 heads, B) -> q, k, v (..., heads, d, B), o (..., H, B), i~, f~."""
        heads = self.options["heads"]
        H = (a.shape[-2] - 2 * heads) // 4
        q, k, v, o, i, f = np.split(a, [H, 2 * H, 3 * H, 4 * H, 4 * H + heads], axis=-2)
        q, k, v = (u.reshape(*u.shape[:-2], heads, -1, u.shape[-1]) for u in (q, k, v))
        # k_t / sqrt(d)
        return q, k * root(k), v, sigmoid(o), i, f

    def split_backward(self, dq, dk, dv, da_o, di_raw, df_raw):
        joined = [u.reshape(da_o.shape) for u in (dq, dk * root(dk), dv)]
        return np.concatenate([*joined, da_o, di_raw, df_raw], axis=-2)

    # In chunks. Here arrays are (heads, B, L, ...) with L the steps of the chunk, so that sums over
    # features and over steps are matrix products. n is one more row of C: it stores k with v = 1.

    def parallel(self, p, a, s, last):
        """All steps: a (T, K, B) -> h (T, H, B), the states after step last (B,), cache."""
        _, C, n, m = s
        memory = np.moveaxis(np.concatenate([C, n[:, None]], axis=1), -1, 1), m
        h, caches = np.empty((len(a), *s[0].shape), a.dtype), []
        for start in range(0, len(a), CHUNK):
            part = slice(start, start + CHUNK)
            h[part], memory, cache = self.chunk(a[part], *memory, last - start)
            caches.append((part, cache))
        C, m = np.moveaxis(memory[0], 1, -1), memory[1]
        return h, (h[last, :, np.arange(len(last))].T, C[:, :-1], C[:, -1], m), (last, caches)

    def parallel_backward(self, p, cache, dy, ds, grads):
        (last, caches), (dh, dC, dn, dm) = cache, ds
        dmemory = np.moveaxis(np.concatenate([dC, dn[:, None]], axis=1), -1, 1), dm
        dy = dy.copy()
        dy[last, :, np.arange(len(last))] += dh.T
        da = []
        for part, cache in reversed(caches):
            da_part, *dmemory = self.chunk_backward(cache, dy[part], *dmemory)
            da.append(da_part)
        dC, dm = np.moveaxis(dmemory[0], 1, -1), dmemory[1]
        return np.concatenate(da[::-1]), (np.zeros_like(dh), dC[:, :-1], dC[:, -1], dm)

    def chunk(self, a, C, m_before, last):
        q, k, v, o, i_raw, f_raw = self.split(a)
        q, k, v = (u.transpose(1, 3, 0, 2) for u in (q, k, v))
        q, k, v = q.copy(), k.copy(), np.concatenate([v, np.ones_like(v[..., :1])], axis=-1)
        i_raw, f_raw = (u.transpose(1, 2, 0).astype("float64") for u in (i_raw, f_raw))
        stored = np.concatenate([C[..., -1:, :].any(axis=-1), k.any(axis=-1)], axis=-1)
        weights, m, best = source_weights(i_raw, f_raw, m_before, stored)
        weights, m = weights.astype(a.dtype), m.astype(a.dtype)
        # C_t q_t = kept_t C_0 q_t + sum_s P_ts (k_s . q_t) v_s
        kept, P = weights[..., :1], weights[..., 1:]
        Cq, kq = q @ C.swapaxes(-1, -2), q @ k.swapaxes(-1, -2)
        num = kept * Cq + (kq * P) @ v
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        nq = num[..., -1].copy()
        mean = num[..., :-1] / denominator(nq, m)[..., None]
        h = o * mean.transpose(2, 0, 3, 1).reshape(o.shape)
        # C after the last real step of each sequence: row `end` of the weights
        end = (slice(None), np.arange(len(last)), np.clip(last, 0, len(a) - 1))
        live = (last >= 0)[:, None, None]  # sequences with a real step in this chunk
        kept, w = np.split(weights[end][..., None], [1], axis=-2)
        C_end = kept * C + (w * v).swapaxes(-1, -2) @ k
        memory = np.where(live, C_end, C), np.where(live[:, 0, 0], m[end], m_before)
        cache = {"q": q, "k": k, "v": v, "o": o, "f_raw": f_raw, "C": C, "Cq": Cq, "kq": kq}
        cache |= {"weights": weights, "best": best, "m": m, "nq": nq, "mean": mean}
        return h, memory, {**cache, "end": end, "live": live}

    def chunk_backward(self, cache, dh, dC_end, dm_end):
        q, k, v, o, C, m = (cache[name] for name in "qkvoCm")
        f_raw, Cq, kq, nq, mean = (cache[name] for name in ("f_raw", "Cq", "kq", "nq", "mean"))
        weights, best, end, live = (cache[name] for name in ("weights", "best", "end", "live"))
        kept, P, heads = weights[..., :1], weights[..., 1:], len(q)
        dweights, dm = np.zeros_like(weights), np.zeros_like(m)
        # C after the last real step of each sequence
        dC = np.where(live, 0, dC_end)
        dm_before = np.where(live[:, 0, 0], 0, dm_end)
        dm[end] += dm_end - dm_before
        dC_end = dC_end - dC
        kept_end, w = np.split(weights[end][..., None], [1], axis=-2)
        dC += kept_end * dC_end
        dwv = k @ dC_end.swapaxes(-1, -2)
        dk, dv = (w * v) @ dC_end, w * dwv
        dkept = (dC_end * C).sum(axis=(-1, -2))[..., None]
        dweights[end] += np.concatenate([dkept, (dwv * v).sum(axis=-1)], axis=-1)
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        da_o = dh * mean.transpose(2, 0, 3, 1).reshape(o.shape) * o * (1 - o)
        dmean = (dh * o).reshape(len(dh), heads, -1, dh.shape[-1]).transpose(1, 3, 0, 2)
        dnum = dmean / denominator(nq, m)[..., None]
        dnq, dm_here = denominator_backward(-(dnum * mean).sum(axis=-1), nq, m)
        dnum = np.concatenate([dnum, dnq[..., None]], axis=-1)
        # C_t q_t = kept_t C_0 q_t + sum_s P_ts (k_s . q_t) v_s
        dA = dnum @ v.swapaxes(-1, -2)
        dv += (kq * P).swapaxes(-1, -2) @ dnum
        dCq, dkq = kept * dnum, dA * P
        dC += dCq.swapaxes(-1, -2) @ q
        dq = dCq @ C + dkq @ k
        dk += dkq.swapaxes(-1, -2) @ q
        dweights[..., 0] += (dnum * Cq).sum(axis=-1)
        dweights[..., 1:] += dA * kq
        dE = dweights * weights
        di_raw, df_raw, dm_first = source_weights_backward(dE, dm + dm_here, best, f_raw)
        dq, dk, dv = (u.transpose(2, 0, 3, 1) for u in (dq, dk, dv[..., :-1]))
        di_raw, df_raw = (u.transpose(2, 0, 1).astype(dh.dtype) for u in (di_raw, df_raw))
        da = self.split_backward(dq, dk, dv, da_o, di_raw, df_raw)
        return da, dC, (dm_before + dm_first).astype(dh.dtype)


def root(k: np.ndarray) -> np.floating:
    """1 / sqrt(d), for k (..., d, B)."""
    return 1 / np.sqrt(k.dtype.type(k.shape[-2]))


def denominator(nq: np.ndarray, m: np.ndarray) -> np.ndarray:
    """max(|n^T q|, exp(-m)), with m cut to CUT.

    Below, exp(-m) would leave the floats; above, the gradient would where q is 0.
    """
    return np.maximum(np.abs(nq), np.exp(-np.clip(m, *CUT)))


def denominator_backward(d, nq, m):
    """-> d of n^T q, of m."""
    floor = np.exp(-np.clip(m, *CUT))
    from_nq = np.abs(nq) >= floor
    from_m = ~from_nq & (CUT[0] < m) & (m < CUT[1])
    return np.where(from_nq, d * np.sign(nq), 0), np.where(from_m, -d * floor, 0)


def source_weights(i_raw, f_raw, m_before, stored):
    """How much every earlier step s counts at step t: (heads, B, L, 1 + L), and m, (heads, B, L).

    Source 0 is the memory before the chunk. `stored` (heads, B, 1 + L) is where a source wrote.
    """
    steps = i_raw.shape[-1]
    # log of i_s f_{s+1} ... f_t is a difference of two sums
    b = np.cumsum(log_sigmoid(f_raw), axis=-1)
    E = np.concatenate([m_before[..., None], i_raw - b], axis=-1)[..., None, :] + b[..., None]
    E[..., np.triu(np.ones((steps, 1 + steps), bool), 2)] = -np.inf
    # m_t is the largest; sources before anything was stored have no say, but for step t itself
    own = np.eye(steps, 1 + steps, 1, dtype=bool)
    say = np.logical_or.accumulate(stored, axis=-1)[..., None, :] | own
    best = np.where(say, E, -np.inf).argmax(axis=-1)[..., None]
    m = np.take_along_axis(E, best, axis=-1)
    return np.exp(np.minimum(E - m, MOST)), m[..., 0], best


def source_weights_backward(dE, dm, best, f_raw):
    """d of the logarithms of the weights, of m -> d of i~, of f~, of m before the chunk."""
    dE = dE.astype("float64")
    dm = (dm - dE.sum(axis=-1))[..., None]
    np.put_along_axis(dE, best, np.take_along_axis(dE, best, axis=-1) + dm, axis=-1)
    di_raw = dE[..., 1:].sum(axis=-2)
    # b_t is in all of row t and, with a minus, in all of column t; b is the sum of log f
    db = dE.sum(axis=-1) - di_raw
    dlog_f = np.cumsum(db[..., ::-1], axis=-1)[..., ::-1]
    return di_raw, dlog_f * sigmoid(-f_raw), dE[..., 0].sum(axis=-1)


class MLSTM(Recurrent):
    """mLSTM; blocks q, k, v, o, states h, C, n, m. Option `heads`. See `Recurrent`.

    `form="steps"` goes step by step and keeps one C (d, d) for every step of a sequence.
    """

    Cell = MLSTMCell
