"""Convolutional LSTMs (Shi et al. 2015): products become convolutions over one or two axes."""

from keras import ops

from lstmbook.tensorflow.cells.lstm import LSTMCell
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def fold_time(function, x):
    """Apply `function` of (N, C, ...) to all steps of x (B, T, C, ...) at once."""
    shape = ops.shape(x)
    z = function(ops.reshape(x, (-1, *shape[2:])))
    return ops.reshape(z, (-1, shape[1], *ops.shape(z)[1:]))


class ConvLSTMCell(LSTMCell):
    def project(self, p, x):
        # a_t = x_t * W + b, every step as one more member of the batch
        b = ops.reshape(p["b"], (-1, *[1] * (len(x.shape) - 3)))
        return fold_time(lambda v: self.product(p["W"], v), x) + b

    def product(self, weight, v):
        """Same padding: out[w] = sum_j v[w + j - k // 2] weight[j]; v (B, F, width)."""
        v = ops.moveaxis(v, 1, -1)
        z = ops.conv(v, weight, padding="same", data_format="channels_last")
        return ops.moveaxis(z, -1, 1)


class ConvLSTM1DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM1D"]


class ConvLSTM2DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM2D"]


class ConvLSTM1D(Recurrent):
    """LSTM over rows of cells: x (B, T, D, width) -> y (B, T, H, width). Option `kernel_size`.

    See `Recurrent` for the other arguments.
    """

    Cell = ConvLSTM1DCell


class ConvLSTM2D(Recurrent):
    """LSTM over images: x (B, T, D, height, width) -> y (B, T, H, height, width).

    Option `kernel_size`. See `Recurrent` for the other arguments.
    """

    Cell = ConvLSTM2DCell
