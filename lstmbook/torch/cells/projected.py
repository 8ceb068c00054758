"""The LSTM with recurrent projection (Sak et al. 2014): h is smaller than c."""

import torch

from lstmbook.torch.cells.lstm import LSTMCell
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS


class ProjectedLSTMCell(LSTMCell):
    variant = VARIANTS["ProjectedLSTM"]

    def step(self, p, a, s, dot):
        full, c = self.rule(p, a + dot("U", s[0]), s)
        # h_t = (o_t * tanh(c_t)) P
        return dot("P", full), c


class ProjectedLSTM(Native):
    """LSTM whose h has `proj_size` numbers (default H / 2). See `Recurrent`."""

    Cell, function = ProjectedLSTMCell, staticmethod(torch.lstm)

    def fits(self):
        return super().fits() and self.layout.options["proj_size"] < self.layout.hidden_size
