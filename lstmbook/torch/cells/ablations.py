"""The LSTM without one of its parts (Greff et al. 2017)."""

from lstmbook.torch.cells.parts import PartsCell
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class NoForgetGateLSTMCell(PartsCell):
    variant = VARIANTS["NoForgetGateLSTM"]


class NoInputGateLSTMCell(PartsCell):
    variant = VARIANTS["NoInputGateLSTM"]


class NoOutputGateLSTMCell(PartsCell):
    variant = VARIANTS["NoOutputGateLSTM"]


class CoupledLSTMCell(PartsCell):
    variant = VARIANTS["CoupledLSTM"]
    coupled = True


class NoInputActivationLSTMCell(PartsCell):
    variant = VARIANTS["NoInputActivationLSTM"]
    linear_input = True


class NoOutputActivationLSTMCell(PartsCell):
    variant = VARIANTS["NoOutputActivationLSTM"]

    def squash(self, p, c):
        return c


class NoForgetGateLSTM(Recurrent):
    """f = 1, the rule of 1997; blocks i, g, o. Option `peepholes`. See `Recurrent`."""

    Cell = NoForgetGateLSTMCell


class NoInputGateLSTM(Recurrent):
    """i = 1; blocks f, g, o. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoInputGateLSTMCell


class NoOutputGateLSTM(Recurrent):
    """o = 1; blocks i, f, g. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoOutputGateLSTMCell


class CoupledLSTM(Recurrent):
    """f = 1 - i; blocks i, g, o. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = CoupledLSTMCell


class NoInputActivationLSTM(Recurrent):
    """g linear. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoInputActivationLSTMCell


class NoOutputActivationLSTM(Recurrent):
    """h = o c. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoOutputActivationLSTMCell
