"""The convolutional LSTM (Shi et al. 2015), in one and two space dimensions.

A step of x is (D, B, width) or (D, B, height, width). Products with W and U are correlations with
same padding: out[w] = sum_j W[j]^T in[w + j - k // 2].
"""

from itertools import product

import numpy as np

from lstmbook.numpy.cells.base import added
from lstmbook.numpy.cells.lstm import LSTMCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def shifts(x: np.ndarray, kernel: tuple[int, ...]):
    """For every tap j of the kernel, in order: x moved so that out[w] is x[w + j - k // 2].

    The last axes of x are space, as many as the kernel has; outside x is 0. Views of one array.

    >>> [moved.tolist() for moved in shifts(np.array([1, 2, 3]), (3,))]
    [[0, 1, 2], [1, 2, 3], [2, 3, 0]]
    """
    n = len(kernel)
    padded = np.pad(x, [(0, 0)] * (x.ndim - n) + [(k // 2, k // 2) for k in kernel])
    for j in product(*map(range, kernel)):
        yield padded[(..., *(slice(i, i + size) for i, size in zip(j, x.shape[-n:])))]


def columns(x: np.ndarray, kernel: tuple[int, ...]) -> np.ndarray:
    """What each place sees: x (F, B, *space) -> (taps * F, B * space), tap by tap."""
    return np.concatenate([moved.reshape(len(x), -1) for moved in shifts(x, kernel)])


class ConvLSTMCell(LSTMCell):
    """An LSTM whose products are correlations; `weight` is (k, D, 4H) or (k, k, D, 4H)."""

    def project(self, p, x):
        # a_t = x_t * W + b
        a = np.stack([self.product(p["W"], x_t) for x_t in x])
        a += p["b"].reshape(-1, *[1] * (x.ndim - 2))
        return a

    def project_backward(self, p, x, da, grads):
        grads["W"] += self.product_grad(p["W"], x, da)
        grads["b"] += np.moveaxis(da, 1, 0).reshape(da.shape[1], -1).sum(axis=1)
        return np.stack([self.product_T(p["W"], da_t) for da_t in da])

    def product(self, weight, v):
        kernel, outputs = weight.shape[:-2], weight.shape[-1]
        out = weight.reshape(-1, outputs).T @ columns(v, kernel)
        return out.reshape(outputs, *v.shape[1:])

    def product_T(self, weight, dz):
        # in[w] went to out[w - j + k // 2]: a correlation with the kernel turned round
        kernel = weight.shape[:-2]
        turned = np.flip(weight, axis=tuple(range(len(kernel)))).swapaxes(-1, -2)
        return self.product(turned, dz)

    def product_grad(self, weight, v, dz):
        kernel = weight.shape[:-2]
        grad = added(  # step by step: the columns of all steps together would be `taps` times v
            columns(v_t, kernel) @ dz_t.reshape(len(dz_t), -1).T for v_t, dz_t in zip(v, dz)
        )
        return grad.reshape(weight.shape)


class ConvLSTM1DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM1D"]


class ConvLSTM2DCell(ConvLSTMCell):
    variant = VARIANTS["ConvLSTM2D"]


class ConvLSTM1D(Recurrent):
    """Convolutional LSTM, x (B, T, D, width). Option `kernel_size`. See `Recurrent`."""

    Cell = ConvLSTM1DCell


class ConvLSTM2D(Recurrent):
    """Convolutional LSTM, x (B, T, D, height, width). Option `kernel_size`. See `Recurrent`."""

    Cell = ConvLSTM2DCell
