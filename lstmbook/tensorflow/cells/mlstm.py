"""mLSTM: a matrix memory, exponential gates and a stabiliser (Beck et al. 2024)."""

import math

from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import Cell, at_step
from lstmbook.tensorflow.cells.slstm import stabilise
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS

CHUNK = 64  # steps
NEVER = -1e30  # the exponent of a weight 0


class MLSTMCell(Cell):
    variant = VARIANTS["MLSTM"]
    matrices, biases = ("W", "W_i", "W_f"), ("b", "b_i", "b_f")

    def parts(self, a):
        """a (..., K) -> q, k, v (..., heads, d), o (..., H), i~, log f (..., heads)."""
        heads = self.options["heads"]
        size = (a.shape[-1] - 2 * heads) // 4
        d = size // heads
        q, k, v, o, i, f = ops.split(
            a, [size, 2 * size, 3 * size, 4 * size, 4 * size + heads], axis=-1
        )
        shape = (*ops.shape(a)[:-1], heads, d)
        q, k, v = (ops.reshape(u, shape) for u in (q, k, v))
        return q, k / math.sqrt(d), v, sigmoid(o), i, ops.log_sigmoid(f)

    def step(self, p, a, s, dot):
        _, C, n, m = s  # noqa: N806 - the letter of the equations
        q, k, v, o, i, f = self.parts(a)
        i, f, m = stabilise(i, f, m, ops.all(n == 0, axis=-1))
        i, f = i[..., None], f[..., None]
        # C_t = f_t C_{t-1} + i_t v_t k_t^T;  n_t = f_t n_{t-1} + i_t k_t
        C = f[..., None] * C + (i * v)[..., None] * k[..., None, :]  # noqa: N806
        n = f * n + i * k
        # h_t = o_t * C_t q_t / max(|n_t^T q_t|, exp(-m_t))
        read = ops.matmul(C, q[..., None])[..., 0]
        read = read / denominator(ops.sum(n * q, axis=-1), m)[..., None]
        return o * ops.reshape(read, ops.shape(o)), C, n, m

    def parallel(self, p, a, s, last):
        """All steps, in chunks: a (B, T, K), states -> h (B, T, H), states after step last (B,).

        Within a chunk every step reads all steps before it at once, as in attention; from chunk to
        chunk go C, n and m.
        """
        memory, reads = s[1:], []
        q, k, v, o, i, f = self.parts(a)
        for start in range(0, a.shape[1], CHUNK):
            now = slice(start, start + CHUNK)
            read, memory = chunk(*(u[:, now] for u in (q, k, v, i, f)), memory, last - start)
            reads.append(read)
        h = o * ops.reshape(ops.concatenate(reads, axis=1), ops.shape(o))
        return h, (at_step(h, last), *memory)


def chunk(q, k, v, i, f, memory, last):
    """q, k, v (B, L, heads, d), i~, log f (B, L, heads) -> reads (B, L, heads, d), C, n, m at last.

    Step s reaches step t >= s with the weight exp(D_ts), D_ts = i~_s + log f_{s+1} + ... + log f_t;
    the state from before with exp(m + log f_1 + ... + log f_t). m_t is the largest exponent.
    """
    C, n, m_before = memory  # noqa: N806 - letters of the equations
    t, s = ops.arange(i.shape[1])[:, None, None], ops.arange(i.shape[1])[:, None]
    # sums of log f from s + 1 to t, (B, t, s, heads): differences of two sums would lose digits
    D = i[:, None] + ops.cumsum(ops.where(t > s, f[:, :, None], 0), axis=1)  # noqa: N806
    # n is 0 until a first k is not: steps before that have no say in m
    full = ops.any(n != 0, axis=-1)
    stored = ops.cumsum(ops.cast(ops.any(k != 0, axis=-1), "int32"), axis=1) > 0
    reaches = (t == s) | ((t > s) & (stored | full[:, None])[:, None])
    D = ops.where(reaches, D, NEVER)  # noqa: N806
    old = ops.where(full, m_before, NEVER)[:, None] + ops.cumsum(f, axis=1)
    m = ops.maximum(ops.max(D, axis=2), old)
    D, old = ops.exp(D - m[:, :, None]), ops.exp(old - m)  # noqa: N806
    # C_t q_t and n_t^T q_t: from the chunk's own steps, and from the state before
    scores = D * ops.einsum("bthd,bshd->btsh", q, k)
    read = ops.einsum("btsh,bshd->bthd", scores, v)
    read = read + old[..., None] * ops.einsum("bhde,bthe->bthd", C, q)
    nq = ops.sum(scores, axis=2) + old * ops.einsum("bhd,bthd->bth", n, q)
    read = read / denominator(nq, m)[..., None]
    # the state after step last: here, or it stays as it was because last lies before
    row = ops.clip(last, 0, i.shape[1] - 1)
    D, old, m = at_step(D, row)[..., None], at_step(old, row)[..., None], at_step(m, row)  # noqa: N806
    new_C = old[..., None] * C + ops.einsum("bshd,bshe->bhde", D * v, k)  # noqa: N806
    new = (new_C, old * n + ops.sum(D * k, axis=1), m)
    live = last >= 0
    live = [ops.reshape(live, (-1, *[1] * (len(u.shape) - 1))) for u in new]
    return read, tuple(ops.where(*choice) for choice in zip(live, new, memory, strict=True))


def denominator(nq, m):
    """max(|n^T q|, exp(-m)); m is cut where exp(-m) would leave the floats."""
    return ops.maximum(ops.abs(nq), ops.exp(-ops.clip(m, -80.0, 80.0)))


class MLSTM(Recurrent):
    """mLSTM; states h, C, n, m. Option `heads`. `layer.parallel = False`: step by step.

    See `Recurrent` for the arguments.
    """

    Cell = MLSTMCell
