"""The plain recurrent network (Elman 1990)."""

import torch

from lstmbook.torch.cells.base import GatedCell
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS


class RNNCell(GatedCell):
    variant = VARIANTS["RNN"]

    def rule(self, p, z, s):
        # h_t = tanh(x_t W + h_{t-1} U + b), or with relu
        return (torch.relu(z) if self.options["activation"] == "relu" else torch.tanh(z),)


class RNN(Native):
    """Elman's network, h_t = tanh(x_t W + h_{t-1} U + b), or with `activation="relu"`.

    See `Recurrent` for the other arguments.
    """

    Cell = RNNCell

    @property
    def function(self):
        return torch.rnn_relu if self.cell.options["activation"] == "relu" else torch.rnn_tanh

    @property
    def cell_function(self):
        relu = self.cell.options["activation"] == "relu"
        return torch.rnn_relu_cell if relu else torch.rnn_tanh_cell
