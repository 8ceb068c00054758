"""The depthwise LSTM (Pfeuffer & Dietmayer 2019): one small kernel a channel and gate."""

from keras import ops

from lstmbook.tensorflow.cells.convolutional import fold_time
from lstmbook.tensorflow.cells.lstm import LSTMCell
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class DepthwiseLSTMCell(LSTMCell):
    variant = VARIANTS["DepthwiseLSTM"]

    def project(self, p, x):
        # a_t = x_t * W, mixed by M if there is one, + b
        a = fold_time(lambda v: self.product(p["W"], v), x)
        if self.options["mixing"]:
            a = fold_time(lambda v: self.product(p["M"], v), a)
        return a + ops.reshape(p["b"], (-1, *[1] * (len(x.shape) - 3)))

    def step(self, p, a, s, dot):
        u = dot("U", s[0])
        return self.rule(p, a + (dot("N", u) if self.options["mixing"] else u), s)

    def product(self, weight, v):
        """Kernels (k, 4F): v (B, F, width) -> (B, 4F, width). Mixing (4, F, H): gate by gate."""
        space = ops.shape(v)[2:]
        if len(weight.shape) == 3:
            v = ops.reshape(v, (-1, *weight.shape[:2], *space))
            v = ops.einsum("bgfw,gfh->bghw" if space else "bgf,gfh->bgh", v, weight)
            return ops.reshape(v, (-1, 4 * weight.shape[2], *space))
        half = weight.shape[0] // 2
        if not space:  # width 1: only the middle tap meets a cell
            return ops.tile(v, [1, 4]) * weight[half]
        v = ops.pad(ops.tile(v, [1, 4, 1]), [[0, 0], [0, 0], [half, half]])
        # out[w] = sum_j v[w + j - k // 2] weight[j]
        return sum(v[..., j : j + space[0]] * weight[j][:, None] for j in range(weight.shape[0]))


class DepthwiseLSTM(Recurrent):
    """LSTM with one kernel a channel and gate: x (B, T, C, width), or (B, T, C) as width 1.

    Options `kernel_size` and `mixing` (a 1 x 1 product over channels after each kernel). See
    `Recurrent` for the other arguments.
    """

    Cell = DepthwiseLSTMCell
