"""The layer-normalised LSTM (Ba, Kiros & Hinton 2016)."""

import numpy as np

from lstmbook.core.limits import EPS
from lstmbook.numpy.cells.base import outer, over_batch
from lstmbook.numpy.cells.parts import PartsCell
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def mean(v: np.ndarray) -> np.ndarray:
    """v (F, B) -> (1, B). A product with a row of 1 / F is faster than `v.mean(axis=0)`."""
    return np.full((1, len(v)), 1 / len(v), v.dtype) @ v


def normalise(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """v (F, B) with mean 0 and variance 1 over its features, and the factor that did it."""
    # (v - mean) / sqrt(variance + eps)
    v = v - mean(v)
    scale = 1 / np.sqrt(mean(v * v) + EPS)
    v *= scale
    return v, scale


def normalise_backward(d: np.ndarray, v: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """d of the normalised v -> d of what `normalise` was given."""
    # the mean takes out what all features share, the variance what points along v
    along = v * mean(d * v)
    along += mean(d)
    out = d - along
    out *= scale
    return out


class LayerNormLSTMCell(PartsCell):
    variant = VARIANTS["LayerNormLSTM"]

    def project(self, p, x):
        # a_t = gamma_x * norm(x_t W) + beta_x + beta_h + b: the three biases of z in one place
        b = (p["beta_x"] + p["beta_h"] + p["b"])[:, None]
        a = np.empty((len(x), len(b), x.shape[2]), x.dtype)
        for x_t, a_t in zip(x, a):  # step by step, so that each stays in the cache
            v, _ = normalise(p["W"].T @ x_t)
            np.multiply(p["gamma_x"][:, None], v, out=a_t)
            a_t += b
        return a

    def project_backward(self, p, x, da, grads):
        for name in ("beta_x", "beta_h", "b"):
            grads[name] += da.sum(axis=(0, 2))
        dx = np.empty_like(x)
        for x_t, da_t, dx_t in zip(x, da, dx):
            d = da_t.copy()  # which lies far apart, see `Taped.operands`
            v, scale = normalise(p["W"].T @ x_t)  # again: cheaper than to keep it
            grads["gamma_x"] += over_batch(d, v)
            d *= p["gamma_x"][:, None]
            da_t[...] = d = normalise_backward(d, v, scale)
            np.matmul(p["W"], d, out=dx_t)
        grads["W"] += outer(x, da)
        return dx

    def step(self, p, a, s, dot):
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        v, scale = normalise(dot("U", s[0]))
        z = p["gamma_h"][:, None] * v
        z += a
        s, cache = self.rule(p, z, s)
        return s, {**cache, "hU": v, "scale": scale}

    def step_backward(self, p, cache, ds, dot_T, grads):
        v, scale = cache["hU"], cache["scale"]
        dz = np.empty_like(v)
        _, dc = self.rule_backward(p, cache, ds, dz, grads)
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        grads["gamma_h"] += over_batch(dz, v)
        dv = normalise_backward(p["gamma_h"][:, None] * dz, v, scale)
        return dz, (dot_T("U", dv), dc)

    def squash(self, p, c):
        # tanh(gamma_c * norm(c_t) + beta_c)
        v, scale = normalise(c)
        return np.tanh(p["gamma_c"][:, None] * v + p["beta_c"][:, None]), (v, scale)

    def squash_backward(self, p, squashed, memo, d, grads):
        v, scale = memo
        d = d * (1 - squashed * squashed)
        grads["gamma_c"] += over_batch(d, v)
        grads["beta_c"] += d.sum(axis=1)
        return normalise_backward(p["gamma_c"][:, None] * d, v, scale)


class LayerNormLSTM(Recurrent):
    """LSTM with x W, h U and c normalised over their features. See `Recurrent`."""

    Cell = LayerNormLSTMCell
