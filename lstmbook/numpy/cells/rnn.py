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
        # h_t = tanh(x_t W + h_{t-1} U + b), or with relu
        h = np.maximum(z, 0) if self.options["activation"] == "relu" else np.tanh(z)
        return (h,), {"n": h}

    def rule_backward(self, p, cache, ds, dz, grads):
        (dh,) = ds
        h = cache["n"]
        slope = h > 0 if self.options["activation"] == "relu" else 1 - h * h
        np.multiply(dh, slope, out=dz)
        return (0.0,)


class RNN(Recurrent):
    """Elman's network, h_t = tanh(x_t W + h_{t-1} U + b), or with `activation="relu"`.

    See `Recurrent` for the other arguments.
    """

    Cell = RNNCell
