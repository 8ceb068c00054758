"""The LSTM with one part taken away (Greff et al. 2017). `peepholes=True` gives their base."""

from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import GatedCell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def linear(v):
    return v


class AblationCell(GatedCell):
    """The full rule; a gate without a block of its own is 1, or what `forget` says."""

    input_activation = staticmethod(ops.tanh)
    output_activation = staticmethod(ops.tanh)

    def rule(self, p, z, s):
        c_prev = s[1]
        z = dict(zip(self.variant.blocks, blocks(z, len(self.variant.blocks)), strict=True))
        i = self.gate(p, z, "i", c_prev)
        f = self.gate(p, z, "f", c_prev) if "f" in z else self.forget(i)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c_prev + i * self.input_activation(z["g"])
        # h_t = o_t * tanh(c_t)
        return self.gate(p, z, "o", c) * self.output_activation(c), c

    def gate(self, p, z, name, c):
        if name not in z:
            return 1.0
        return sigmoid(z[name] + p[f"p_{name}"] * c if self.options["peepholes"] else z[name])

    def forget(self, i):
        return 1.0


class NoForgetGateLSTMCell(AblationCell):
    variant = VARIANTS["NoForgetGateLSTM"]


class NoForgetGateLSTM(Recurrent):
    """f = 1: what is in the cell stays (the rule of 1997). See `Recurrent`."""

    Cell = NoForgetGateLSTMCell


class NoInputGateLSTMCell(AblationCell):
    variant = VARIANTS["NoInputGateLSTM"]


class NoInputGateLSTM(Recurrent):
    """i = 1: every candidate enters. See `Recurrent` for the arguments."""

    Cell = NoInputGateLSTMCell


class NoOutputGateLSTMCell(AblationCell):
    variant = VARIANTS["NoOutputGateLSTM"]


class NoOutputGateLSTM(Recurrent):
    """o = 1: the cell is always seen. See `Recurrent` for the arguments."""

    Cell = NoOutputGateLSTMCell


class NoInputActivationLSTMCell(AblationCell):
    variant = VARIANTS["NoInputActivationLSTM"]
    input_activation = staticmethod(linear)


class NoInputActivationLSTM(Recurrent):
    """g linear. See `Recurrent` for the arguments."""

    Cell = NoInputActivationLSTMCell


class NoOutputActivationLSTMCell(AblationCell):
    variant = VARIANTS["NoOutputActivationLSTM"]
    output_activation = staticmethod(linear)


class NoOutputActivationLSTM(Recurrent):
    """h = o c. See `Recurrent` for the arguments."""

    Cell = NoOutputActivationLSTMCell


class CoupledLSTMCell(AblationCell):
    variant = VARIANTS["CoupledLSTM"]

    def forget(self, i):
        return 1.0 - i


class CoupledLSTM(Recurrent):
    """f = 1 - i: what comes in takes the place of what goes. See `Recurrent`."""

    Cell = CoupledLSTMCell
