"""The convolutional LSTM (Shi et al. 2015) in one and two dimensions."""

from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell
from lstmbook.tensorflow.cells.lstm import lstm_rule
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def convolve(x, kernel):
    """x (N, C, width), kernel (k, C, K) -> (N, K, width); or with height, width and (k, k, C, K).

    Zeros beyond the border; out[w] = sum_j x[w + j - k // 2] kernel[j].
    """
    z = ops.conv(ops.moveaxis(x, 1, -1), kernel, padding="same", data_format="channels_last")
    return ops.moveaxis(z, -1, 1)


def fold_time(function, x):
    """Apply `function` of (N, C, ...) to all steps of x (B, T, C, ...) at once."""
    shape = ops.shape(x)
    z = function(ops.reshape(x, (-1, *shape[2:])))
    return ops.reshape(z, (-1, shape[1], *ops.shape(z)[1:]))


class ConvLSTMCell(GatedCell):
    def project(self, p, x):
        # a_t = x_t * W + b, one bias a channel
        b = ops.reshape(p["b"], (-1, *[1] * (len(x.shape) - 3)))
        return fold_time(lambda v: convolve(v, p["W"]), x) + b

    def product(self, weight, v):
        return convolve(v, weight)

    def rule(self, p, z, s):
        return lstm_rule(z, s[1])


class ConvLSTM1DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM1D"]


class ConvLSTM2DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM2D"]


class ConvLSTM1D(Recurrent):
    """x (B, T, D, width) -> y (B, T, H, width); kernels of `kernel_size`. See `Recurrent`."""

    Cell = ConvLSTM1DCell


class ConvLSTM2D(Recurrent):
    """x (B, T, D, height, width) -> y (B, T, H, height, width). See `Recurrent`."""

    Cell = ConvLSTM2DCell
