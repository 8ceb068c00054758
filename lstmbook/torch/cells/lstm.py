"""The LSTM with forget gate (Hochreiter & Schmidhuber 1997; Gers et al. 2000)."""

import torch

from lstmbook.torch.cells.base import GatedCell, blocks
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS


class LSTMCell(GatedCell):
    variant = VARIANTS["LSTM"]

    def rule(self, p, z, s):
        c = s[1]
        i, f, g, o = blocks(z, 4)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * g
        # h_t = o_t * tanh(c_t)
        return o * torch.tanh(c), c


class LSTM(Native):
    """LSTM with forget gate; blocks i, f, g, o. See `Recurrent` for the arguments."""

    Cell, function = LSTMCell, staticmethod(torch.lstm)
    cell_function = staticmethod(torch.lstm_cell)
