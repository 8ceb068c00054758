"""The plain recurrent network (Elman 1990)."""

import torch

from lstmbook.torch.cells.base import GatedCell
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS


class RNNCell(GatedCell):
    variant = VARIANTS["RNN"]

    def rule(self, p, z, s):
        # h_t = tanh(x_t W + h_{t-1} U + b)
        return (torch.tanh(z),)


class RNN(Native):
    """Elman's network, h_t = tanh(x_t W + h_{t-1} U + b). See `Recurrent` for the arguments."""

    Cell, function = RNNCell, staticmethod(torch.rnn_tanh)
    cell_function = staticmethod(torch.rnn_tanh_cell)
