"""The mLSTM of xLSTM (Beck et al. 2024): a matrix memory C that no gate reads.

Step by step it keeps one C, (d, d) a head and sequence, for every step. In chunks it keeps one C a
chunk: inside a chunk h_t is a sum over the steps s <= t, as in attention, and C is never written.
"""

import math

from keras import ops

from lstmbook.core.limits import CUT
from lstmbook.tensorflow.cells.base import Cell, at_step
from lstmbook.tensorflow.cells.parts import stabilise
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.tensorflow.time_loop import over_time
from lstmbook.variants import VARIANTS

CHUNK = 64  # steps at most
NEVER = -1e30  # the exponent of a weight 0


class MLSTMCell(Cell):
    variant = VARIANTS["MLSTM"]
    matrices, biases = ("W", "W_i", "W_f"), ("b", "b_i", "b_f")

    def split(self, a):
        """a (..., K) -> q, k, v (..., heads, d), o (..., H), i~, log f (..., heads)."""
        heads = self.options["heads"]
        size = (a.shape[-1] - 2 * heads) // 4
        d = size // heads
        q, k, v, o, i, f = ops.split(
            a, [size, 2 * size, 3 * size, 4 * size, 4 * size + heads], axis=-1
        )
        shape = (*ops.shape(a)[:-1], heads, d)
        q, k, v = (ops.reshape(u, shape) for u in (q, k, v))
        return q, k / math.sqrt(d), v, ops.sigmoid(o), i, ops.log_sigmoid(f)

    def step(self, p, a, s, dot):
        _, C, n, m = s
        q, k, v, o, i, log_f = self.split(a)
        i, f, m = stabilise(i, log_f, m, ops.all(n == 0, axis=-1))
        i, f = i[..., None], f[..., None]
        # C_t = f_t C_{t-1} + i_t v_t k_t^T, n_t = f_t n_{t-1} + i_t k_t
        C = f[..., None] * C + (i * v)[..., None] * k[..., None, :]
        n = f * n + i * k
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        read = ops.matmul(C, q[..., None])[..., 0]
        read = read / denominator(ops.sum(n * q, axis=-1), m)[..., None]
        return o * ops.reshape(read, ops.shape(o)), C, n, m

    def parallel(self, p, a, s, last):
        """All steps, in chunks: a (B, T, K), states -> h (B, T, H), states after step last (B,)."""
        steps = a.shape[1]
        chunks = -(-steps // CHUNK)
        width = -(-steps // chunks)
        a = ops.pad(a, [[0, 0], [0, chunks * width - steps], [0, 0]])
        # whether a step is real goes with it
        real = ops.cast(ops.arange(chunks * width) <= last[:, None], a.dtype)
        a = ops.concatenate([a, real[..., None]], axis=2)
        a = ops.reshape(a, (-1, chunks, width, a.shape[2]))
        h, memory = over_time(self.chunk, a, s[1:])
        h = ops.reshape(h, (-1, chunks * width, h.shape[-1]))[:, :steps]
        return h, (at_step(h, last), *memory)

    def chunk(self, a, memory):
        """One chunk: a (B, L, K + 1), C, n, m -> h (B, L, H), C, n, m after its last real step.

        Every step reads all steps before it at once, as in attention. Step s reaches step t >= s
        with the weight exp(D_ts - m_t), D_ts = i~_s + log f_{s+1} + ... + log f_t, the memory from
        before with exp(m + log f_1 + ... + log f_t - m_t). m_t is the largest exponent.
        """
        C, n, m_before = memory
        q, k, v, o, i, log_f = self.split(a[..., :-1])
        t, s = ops.arange(a.shape[1])[:, None, None], ops.arange(a.shape[1])[:, None]
        D = i[:, None] + decays(log_f)
        # n is 0 until a first k is not: steps before that have no say in m
        full = ops.any(n != 0, axis=-1)
        stored = ops.cumsum(ops.cast(ops.any(k != 0, axis=-1), "int32"), axis=1) > 0
        reaches = (t == s) | ((t > s) & (stored | full[:, None])[:, None])
        D = ops.where(reaches, D, NEVER)
        old = ops.where(full, m_before, NEVER)[:, None] + ops.cumsum(log_f, axis=1)
        m = ops.maximum(ops.max(D, axis=2), old)
        D, old = ops.exp(D - m[:, :, None]), ops.exp(old - m)
        # C_t q_t and n_t^T q_t: from the chunk's own steps, and from the memory before
        scores = D * ops.einsum("bthd,bshd->btsh", q, k)
        read = ops.einsum("btsh,bshd->bthd", scores, v)
        read = read + old[..., None] * ops.einsum("bhde,bthe->bthd", C, q)
        nq = ops.sum(scores, axis=2) + old * ops.einsum("bhd,bthd->bth", n, q)
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        h = o * ops.reshape(read / denominator(nq, m)[..., None], ops.shape(o))
        # the memory after the last real step; as it was if there is none here
        last = ops.sum(ops.cast(a[..., -1] > 0, "int32"), axis=1) - 1
        row = ops.maximum(last, 0)
        D, old, m = at_step(D, row)[..., None], at_step(old, row)[..., None], at_step(m, row)
        new_C = old[..., None] * C + ops.einsum("bshd,bshe->bhde", D * v, k)
        new = (new_C, old * n + ops.sum(D * k, axis=1), m)
        live = [ops.reshape(last >= 0, (-1, *[1] * (len(u.shape) - 1))) for u in new]
        return h, tuple(ops.where(*choice) for choice in zip(live, new, memory, strict=True))


def decays(log_f):
    """log f_{s+1} + ... + log f_t at [:, t, s], 0 for s >= t; each summed anew, without cancelling.

    >>> decays(ops.array([[[1.0], [2.0], [3.0]]]))[0, ..., 0].numpy().tolist()
    [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [5.0, 3.0, 0.0]]
    """
    t = ops.arange(log_f.shape[1])
    below = (t[:, None] > t)[..., None]
    return ops.cumsum(ops.where(below, log_f[:, :, None], 0), axis=1)


def denominator(nq, m):
    """max(|n^T q|, exp(-m)); m is cut where exp(-m) would leave the floats."""
    return ops.maximum(ops.abs(nq), ops.exp(-ops.clip(m, *CUT)))


class MLSTM(Recurrent):
    """mLSTM; blocks q, k, v, o, states h, C, n, m. Option `heads`. See `Recurrent`.

    `form="steps"` goes step by step and keeps one C (d, d) for every step of a sequence.
    """

    Cell = MLSTMCell
