"""The layer-normalised LSTM (Ba, Kiros & Hinton 2016)."""

from keras import ops

from lstmbook.core.limits import EPS
from lstmbook.tensorflow.arrays import wide
from lstmbook.tensorflow.cells.parts import PartsCell
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def normalise(v, gamma, beta=None):
    """v (..., F) with mean 0 and variance 1 over its features, times gamma, plus beta."""
    v, gamma = wide(v), wide(gamma)  # in float16 squares overflow at 256
    v = v - ops.mean(v, axis=-1, keepdims=True)
    # gamma (v - mean) / sqrt(variance + eps) + beta
    v = gamma * (v * ops.rsqrt(ops.mean(ops.square(v), axis=-1, keepdims=True) + EPS))
    return v if beta is None else v + wide(beta)


class LayerNormLSTMCell(PartsCell):
    variant = VARIANTS["LayerNormLSTM"]

    def project(self, p, x):
        # a_t = gamma_x * norm(x_t W) + beta_x + beta_h + b: the three biases of z in one place
        return normalise(ops.matmul(x, p["W"]), p["gamma_x"], p["beta_x"] + p["beta_h"] + p["b"])

    def step(self, p, a, s, dot):
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        return self.rule(p, a + normalise(dot("U", s[0]), p["gamma_h"]), s)

    def squash(self, p, c):
        # tanh(gamma_c * norm(c_t) + beta_c)
        return ops.tanh(normalise(c, p["gamma_c"], p["beta_c"]))


class LayerNormLSTM(Recurrent):
    """LSTM with x W, h U and c normalised over their features. See `Recurrent`."""

    Cell = LayerNormLSTMCell
