"""The mLSTM of xLSTM (Beck et al. 2024): a matrix memory C that no gate reads.

Step by step it keeps one C, (d, d) a head and sequence, for every step. In chunks it keeps one C a
chunk: inside a chunk h_t is a sum over the steps s <= t, as in attention, and C is never written.
"""

import math

import torch
import torch.nn.functional as F

from lstmbook.core.limits import CUT, MOST
from lstmbook.torch.cells.base import Cell
from lstmbook.torch.cells.parts import stabilise
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS

CHUNK = 64  # steps
NEVER = -1e30  # logarithm of nothing; finite, so that differences stay numbers


class MLSTMCell(Cell):
    variant = VARIANTS["MLSTM"]
    matrices = ("W", "W_i", "W_f")
    biases = ("b", "b_i", "b_f")

    def split(self, a, like):
        """a (..., 4H + 2 heads) -> q, k, v (..., heads, d), o (..., H), i~ and log f."""
        heads = self.options["heads"]
        H = (a.shape[-1] - 2 * heads) // 4
        *qkv, o, i, f = a.split([H] * 4 + [heads] * 2, dim=-1)
        q, k, v = (u.unflatten(-1, (heads, -1)) for u in qkv)
        # exponents keep the precision of the states, also under autocast
        i, f = i.to(like.dtype), f.to(like.dtype)
        return q, k / math.sqrt(k.shape[-1]), v, torch.sigmoid(o), i, F.logsigmoid(f)

    def step(self, p, a, s, dot):
        _, C, n, m = s
        q, k, v, o, i, log_f = self.split(a, m)
        i, f, m = stabilise(i, log_f, m, (n == 0).all(-1))
        # C_t = f_t C_{t-1} + i_t v_t k_t^T, n_t = f_t n_{t-1} + i_t k_t
        C = f[..., None, None] * C + (i[..., None] * v)[..., None] * k[..., None, :]
        n = f[..., None] * n + i[..., None] * k
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        mean = (C * q[..., None, :]).sum(-1) / denominator((n * q).sum(-1), m)[..., None]
        return o * mean.flatten(1), C, n, m

    # In chunks. Here arrays are (L, B, heads, ...) with L the steps of the chunk.

    def parallel(self, p, a, s, last):
        """All steps: a (T, B, K) -> h (T, B, H), the states after step last (B,)."""
        _, C, n, m = s
        steps = torch.arange(len(a), device=a.device)
        q, k, v, o, i, log_f = self.split(a, m)
        # past its length a sequence writes nothing and forgets nothing
        real = (steps[:, None] <= last)[..., None]
        k, i = torch.where(real[..., None], k, 0), torch.where(real, i, NEVER)
        log_f = torch.where(real, log_f, 0)
        means, ms = [], [m[None]]
        for part in zip(*(u.split(CHUNK) for u in (q, k, v, i, log_f)), strict=True):
            mean, C, n, m = self.chunk(C, n, ms[-1][-1], *part)
            means.append(mean)
            ms.append(m)
        h = o * torch.cat(means).flatten(2)
        batch = torch.arange(len(last), device=a.device)
        return h, (h[last, batch], C, n, torch.cat(ms[1:])[last, batch])

    def chunk(self, C, n, m, q, k, v, i, log_f):
        """The memory before the chunk, and its inputs -> C_t q_t / ..., the memory after, all m."""
        later = torch.ones(len(q), len(q), dtype=torch.bool, device=q.device).triu(1)
        later, here = later[..., None, None], torch.eye(len(q), device=q.device).bool()
        # logarithms of what source s counts at step t: i_s f_{s+1} ... f_t, and of the old memory
        E = decays(log_f) + torch.where(later, NEVER, i)
        old = log_f.cumsum(0) + m
        # m_t is the largest; sources before anything was stored have no say, but for step t itself
        stored = (n != 0).any(-1)
        say = (((k != 0).any(-1).cumsum(0) > 0) | stored) | here[..., None, None]
        m = torch.maximum(torch.where(say, E, NEVER).amax(1), torch.where(stored, old, NEVER))
        P = torch.exp((E - m[:, None]).clamp(max=MOST))
        kept = torch.exp((old - m).clamp(max=MOST))[..., None]
        # C_t q_t = kept_t C_0 q_t + sum_s P_ts (k_s . q_t) v_s, and n_t alike with 1 for v_s
        kq = torch.einsum("sbkd,tbkd->tsbk", k, q) * P
        num = kept * torch.einsum("bkvd,tbkd->tbkv", C, q) + torch.einsum("tsbk,sbkv->tbkv", kq, v)
        nq = kept[..., 0] * (n * q).sum(-1) + kq.sum(1)
        # the memory after the chunk's last step
        k = P[-1][..., None] * k
        C = kept[-1][..., None] * C + torch.einsum("sbkv,sbkd->bkvd", v, k)
        return num / denominator(nq, m)[..., None], C, kept[-1] * n + k.sum(0), m


def decays(log_f):
    """log f_{s+1} + ... + log f_t at [t, s], 0 for s >= t; each summed anew, without cancelling.

    >>> decays(torch.tensor([1.0, 2.0, 3.0])).tolist()
    [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [5.0, 3.0, 0.0]]
    """
    steps = len(log_f)
    below = torch.ones(steps, steps, dtype=torch.bool, device=log_f.device).tril(-1)
    below = below.reshape(steps, steps, *[1] * (log_f.ndim - 1))
    return torch.where(below, log_f[:, None], 0).cumsum(0)


def denominator(nq, m):
    """max(|n^T q|, exp(-m)); m is cut where exp(-m) would leave the floats."""
    return torch.maximum(nq.abs(), torch.exp(-m.clamp(*CUT)))


class MLSTM(Recurrent):
    """mLSTM; blocks q, k, v, o, states h, C, n, m. Option `heads`. See `Recurrent`.

    `form="steps"` goes step by step and keeps one C (d, d) for every step of a sequence.
    """

    Cell = MLSTMCell
