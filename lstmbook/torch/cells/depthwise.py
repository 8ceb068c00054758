"""The depthwise LSTM (Pfeuffer & Dietmayer 2019): one small kernel a channel and gate."""

import torch
import torch.nn.functional as F

from lstmbook.torch.cells.lstm import LSTMCell
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


class DepthwiseLSTMCell(LSTMCell):
    variant = VARIANTS["DepthwiseLSTM"]

    def project(self, p, x):
        # a_t = x_t * W, mixed by M if there is one, + b
        a = self.product(p["W"], x.flatten(0, 1))
        if self.options["mixing"]:
            a = self.product(p["M"], a)
        return a.unflatten(0, x.shape[:2]) + p["b"].reshape(-1, *[1] * (x.ndim - 3))

    def step(self, p, a, s, dot):
        u = dot("U", s[0])
        return self.rule(p, a + (dot("N", u) if self.options["mixing"] else u), s)

    def product(self, weight, v):
        """Kernels (k, 4F): v (B, F, width) -> (B, 4F, width). Mixing (4, F, H): gate by gate."""
        if weight.ndim == 3:
            v = v.unflatten(1, weight.shape[:2])
            return torch.einsum("bgf...,gfh->bgh...", v, weight).flatten(1, 2)
        taps, features = weight.shape[0], v.shape[1]
        if v.ndim == 2:  # width 1: only the middle tap meets a cell
            return v.repeat(1, 4) * weight[taps // 2]
        # PyTorch wants the four kernels of a channel together: (k, 4, F) -> (F 4, 1, k)
        kernels = weight.reshape(taps, 4, features).permute(2, 1, 0).reshape(-1, 1, taps)
        out = F.conv1d(v, kernels, padding=taps // 2, groups=features)
        return out.unflatten(1, (features, 4)).transpose(1, 2).flatten(1, 2)


class DepthwiseLSTM(Recurrent):
    """LSTM with one kernel a channel and gate: x (B, T, C, width), or (B, T, C) as width 1.

    Options `kernel_size` and `mixing` (a 1 x 1 product over channels after each kernel). See
    `Recurrent` for the other arguments.
    """

    Cell = DepthwiseLSTMCell
