"""Convolutional LSTMs (Shi et al. 2015): products become convolutions over one or two axes."""

import torch.nn.functional as F

from lstmbook.torch.cells.lstm import LSTMCell
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class ConvLSTMCell(LSTMCell):
    def project(self, p, x):
        # a_t = x_t * W + b, every step as one more member of the batch
        b = p["b"].reshape(-1, *[1] * (x.ndim - 3))
        return self.product(p["W"], x.flatten(0, 1)).unflatten(0, x.shape[:2]) + b

    def product(self, weight, v):
        """Same padding: out[w] = sum_j v[w + j - k // 2] weight[j]; v (B, F, width)."""
        convolve = F.conv1d if weight.ndim == 3 else F.conv2d
        # (k, ..., F, K) as PyTorch has it: (K, F, k, ...)
        return convolve(v, weight.movedim((-1, -2), (0, 1)), padding=weight.shape[0] // 2)


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
