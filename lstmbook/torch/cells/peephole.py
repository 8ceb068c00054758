"""The peephole LSTM (Gers & Schmidhuber 2000): the gates look at the cell state."""

import torch

from lstmbook.torch.cells.base import GatedCell, blocks
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class PeepholeLSTMCell(GatedCell):
    variant = VARIANTS["PeepholeLSTM"]

    def rule(self, p, z, s):
        c = s[1]
        i, f, g, o = blocks(z, 4)
        # i_t and f_t see c_{t-1}: z + p * c_{t-1}
        i = torch.sigmoid(i + p["p_i"] * c)
        f = torch.sigmoid(f + p["p_f"] * c)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * torch.tanh(g)
        # o_t sees c_t: z + p_o * c_t
        o = torch.sigmoid(o + p["p_o"] * c)
        # h_t = o_t * tanh(c_t)
        return o * torch.tanh(c), c


class PeepholeLSTM(Recurrent):
    """LSTM whose gates i and f see c_{t-1}, o sees c_t. See `Recurrent` for the arguments."""

    Cell = PeepholeLSTMCell
