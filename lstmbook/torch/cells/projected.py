"""The LSTM with recurrent projection (Sak et al. 2014): h is smaller than c."""

import warnings

from torch import nn

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

    Cell, Peer = ProjectedLSTMCell, nn.LSTM

    def peer_options(self):
        size = self.layout.options["proj_size"]
        return {"proj_size": size} if size < self.layout.hidden_size else None

    def compute(self, x, state):
        with warnings.catch_warnings():  # that oneDNN has no projection and PyTorch does without
            warnings.filterwarnings("ignore", "LSTM with projections")
            return super().compute(x, state)
