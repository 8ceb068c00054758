"""The layer-normalised LSTM (Ba, Kiros & Hinton 2016)."""

import torch
import torch.nn.functional as F

from lstmbook.core.limits import EPS
from lstmbook.torch.cells.parts import PartsCell
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def normalise(v, gamma, beta=None):
    """v (..., F) with mean 0 and variance 1 over its features, times gamma, plus beta."""
    # gamma (v - mean) / sqrt(variance + eps) + beta
    dtype = torch.promote_types(v.dtype, gamma.dtype)
    beta = beta if beta is None else beta.to(dtype)
    return F.layer_norm(v.to(dtype), gamma.shape, gamma.to(dtype), beta, EPS)


class LayerNormLSTMCell(PartsCell):
    variant = VARIANTS["LayerNormLSTM"]

    def project(self, p, x):
        # a_t = gamma_x * norm(x_t W) + beta_x + beta_h + b: the three biases of z in one place
        return normalise(x @ p["W"], p["gamma_x"], p["beta_x"] + p["beta_h"] + p["b"])

    def step(self, p, a, s, dot):
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        return self.rule(p, a + normalise(dot("U", s[0]), p["gamma_h"]), s)

    def squash(self, p, c):
        # tanh(gamma_c * norm(c_t) + beta_c)
        return torch.tanh(normalise(c, p["gamma_c"], p["beta_c"]))


class LayerNormLSTM(Recurrent):
    """LSTM with x W, h U and c normalised over their features. See `Recurrent`."""

    Cell = LayerNormLSTMCell
