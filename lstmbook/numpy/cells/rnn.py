"""The plain recurrent network (Elman 1990)."""

import numpy as np

from lstmbook.numpy.cells.base import GatedCell
from lstmbook.numpy.fast.rnn import FastRNN
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class RNNCell(GatedCell):
    variant = VARIANTS["RNN"]
    fast = FastRNN

    def rule(self, p, z, s):
        # h_t = tanh(x_t W + h_{t-1} U + b)
        h = np.tanh(z)
        return (h,), {"n": h}

    def rule_backward(self, p, cache, ds, dz, grads):
        (dh,) = ds
        h = cache["n"]
        np.multiply(dh, 1 - h * h, out=dz)
        return (0.0,)


class RNN(Recurrent):
    """Elman's network, h_t = tanh(x_t W + h_{t-1} U + b). See `Recurrent` for the arguments."""

    Cell = RNNCell
