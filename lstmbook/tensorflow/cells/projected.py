"""The LSTM with recurrent projection (Sak, Senior & Beaufays 2014)."""

from lstmbook.tensorflow.cells.base import Cell
from lstmbook.tensorflow.cells.lstm import lstm_rule
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class ProjectedLSTMCell(Cell):
    variant = VARIANTS["ProjectedLSTM"]

    def step(self, p, a, s, dot):
        v, c = lstm_rule(a + dot("U", s[0]), s[1])
        # h_t = (o_t * tanh(c_t)) P
        return dot("P", v), c


class ProjectedLSTM(Recurrent):
    """LSTM whose output and recurrence have `proj_size` numbers. See `Recurrent`."""

    Cell = ProjectedLSTMCell
