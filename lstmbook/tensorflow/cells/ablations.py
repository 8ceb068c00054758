"""The LSTM without one of its parts (Greff et al. 2017)."""

from keras import ops

from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class PartsCell(GatedCell):
    """An LSTM from parts: a gate that has no block is 1, a linear part is the identity."""

    coupled = False  # f = 1 - i
    linear_input = False  # g without tanh

    def rule(self, p, z, s):
        return self.gated(p, z, s)[:2]

    def gated(self, p, z, s):
        """New h and c, and the gates i, f, o."""
        c = s[1]
        parts = dict(zip(self.variant.blocks, blocks(z, len(self.variant.blocks))))
        i = self.gate(p, parts, "i", c)
        f = 1 - i if self.coupled else self.gate(p, parts, "f", c)
        g = parts["g"] if self.linear_input else ops.tanh(parts["g"])
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * g
        o = self.gate(p, parts, "o", c)
        # h_t = o_t * tanh(c_t)
        return o * self.squash(p, c), c, i, f, o

    def gate(self, p, parts, name, c):
        if name not in parts:
            return 1.0
        # sigmoid(x_t W + h_{t-1} U + b + p * c)
        z = parts[name] + p[f"p_{name}"] * c if f"p_{name}" in p else parts[name]
        return ops.sigmoid(z)

    def squash(self, p, c):
        return ops.tanh(c)


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
