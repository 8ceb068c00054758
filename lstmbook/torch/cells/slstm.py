"""The sLSTM of xLSTM (Beck et al. 2024): exponential gates, a normaliser n, a stabiliser m."""

import torch
import torch.nn.functional as F

from lstmbook.torch.cells.base import GatedCell, blocks
from lstmbook.torch.cells.parts import stabilise
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class SLSTMCell(GatedCell):
    variant = VARIANTS["SLSTM"]

    def product(self, weight, v):
        heads, size, _ = weight.shape
        # head k reads its own units: (B, heads, d) x (heads, d, 4 d) -> (B, heads, 4 d)
        z = torch.einsum("bkd,kde->bke", v.unflatten(1, (heads, size)), weight)
        # the four blocks of each head -> the heads of each block, (B, 4H)
        return z.unflatten(2, (4, size)).transpose(1, 2).flatten(1)

    def rule(self, p, z, s):
        _, c, n, m = s
        i, f, g, o = blocks(z, 4)
        i, f, m = stabilise(i, F.logsigmoid(f), m, n == 0)
        # c_t = f_t * c_{t-1} + i_t * g_t, n_t = f_t * n_{t-1} + i_t
        c, n = f * c + i * torch.tanh(g), f * n + i
        # h_t = o_t * c_t / n_t
        return torch.sigmoid(o) * (c / n), c, n, m


class SLSTM(Recurrent):
    """sLSTM; blocks i, f, g, o, states h, c, n, m. Option `heads`. See `Recurrent`."""

    Cell = SLSTMCell
