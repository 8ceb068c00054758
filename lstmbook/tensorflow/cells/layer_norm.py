"""The layer-normalised LSTM (Ba, Kiros & Hinton 2016)."""

from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import Cell, blocks
from lstmbook.tensorflow.recurrent import Recurrent
from lstmbook.variants import VARIANTS

EPSILON = 1e-5


def centre(v):
    return v - ops.mean(v, axis=-1, keepdims=True)


def scale(v, gamma):
    """gamma v / sqrt(mean v^2 + epsilon) of what is centred already."""
    return gamma * (v * ops.rsqrt(ops.mean(ops.square(v), axis=-1, keepdims=True) + EPSILON))


class LayerNormLSTMCell(Cell):
    """LN(v) = gamma (v - mean) / sqrt(variance + epsilon) + beta, over the last axis."""

    variant = VARIANTS["LayerNormLSTM"]

    def prepare(self, p):
        # h (U - mean of its columns) is h U minus its mean: one centring for all steps
        return {**p, "U": centre(p["U"])}

    def project(self, p, x):
        # a_t = LN_x(x_t W) + b, with beta_h, which waits for no step
        a = scale(centre(ops.matmul(x, p["W"])), p["gamma_x"]) + p["beta_x"]
        return a + (p["b"] + p["beta_h"])

    def step(self, p, a, s, dot):
        h, c_prev = s
        # z_t = a_t + LN_h(h_{t-1} U)
        z = a + scale(dot("U", h), p["gamma_h"])
        i, f, g, o = blocks(z, 4)
        c = sigmoid(f) * c_prev + sigmoid(i) * ops.tanh(g)
        # h_t = o_t * tanh(LN_c(c_t))
        return sigmoid(o) * ops.tanh(scale(centre(c), p["gamma_c"]) + p["beta_c"]), c


class LayerNormLSTM(Recurrent):
    """LSTM with layer normalisation of x W, h U and c. See `Recurrent` for the arguments."""

    Cell = LayerNormLSTMCell
