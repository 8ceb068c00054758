"""The depthwise LSTM: one kernel a channel and gate (Pfeuffer & Dietmayer 2019)."""

from keras import ops

from lstmbook.tensorflow.cells.base import Cell
from lstmbook.tensorflow.cells.convolutional import fold_time
from lstmbook.tensorflow.cells.lstm import lstm_rule
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def correlate(v, kernel):
    """v (N, C, width), kernel (k, 4 C) -> (N, 4, C, width): each channel with its four kernels."""
    half = kernel.shape[0] // 2
    taps = ops.reshape(kernel, (kernel.shape[0], 4, -1, 1))
    if v.shape[2] == 1:  # only the middle of a kernel meets a number
        return v[:, None] * taps[half]
    padded = ops.pad(v, [[0, 0], [0, 0], [half, half]])[:, None]
    width = ops.shape(v)[2]
    # out[w] = sum_j v[w + j - k // 2] kernel[j]
    return sum(padded[..., j : j + width] * taps[j] for j in range(kernel.shape[0]))


class DepthwiseLSTMCell(Cell):
    variant = VARIANTS["DepthwiseLSTM"]

    def project(self, p, x):
        # without a space axis the width is 1, and of each kernel the middle tap alone counts
        flat = len(x.shape) == 3
        a = fold_time(lambda v: self.gates(v, p["W"], p.get("M")), x[..., None] if flat else x)
        a = a + p["b"][:, None]
        return a[..., 0] if flat else a

    def step(self, p, a, s, dot):
        return lstm_rule(a + dot("U", s[0]), s[1])

    def prepare(self, p):
        return {**p, "U": (p["U"], p.get("N"))}

    def product(self, weight, v):
        if len(v.shape) == 2:
            return self.gates(v[..., None], *weight)[..., 0]
        return self.gates(v, *weight)

    def gates(self, v, kernel, mix):
        """v (N, C, width) -> (N, 4 H, width), by a 1x1 mixing (4, C, H) where there is one."""
        z = correlate(v, kernel)
        if mix is not None:
            z = ops.einsum("ngcw,gch->nghw", z, mix)
        shape = ops.shape(z)
        return ops.reshape(z, (-1, 4 * z.shape[2], shape[3]))


class DepthwiseLSTM(Recurrent):
    """x (B, T, C, width) -> y (B, T, H, width); or (B, T, C), width 1: a diagonal recurrence.

    Options `kernel_size` (odd) and `mixing`; without mixing H = C. See `Recurrent`.
    """

    Cell = DepthwiseLSTMCell
