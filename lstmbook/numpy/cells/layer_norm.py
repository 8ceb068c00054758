"""The layer-normalised LSTM (Ba, Kiros & Hinton 2016)."""

import numpy as np

from lstmbook.numpy.cells.ablations import PartsCell
from lstmbook.numpy.cells.base import outer
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS

EPS = 1e-5


def normalise(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """v (..., F, B) with mean 0 and variance 1 over its features, and the factor that did it."""
    # (v - mean) / sqrt(variance + eps)
    v = v - v.mean(axis=-2, keepdims=True)
    scale = 1 / np.sqrt((v * v).mean(axis=-2, keepdims=True) + EPS)
    v *= scale
    return v, scale


def normalise_backward(d: np.ndarray, v: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """d of the normalised v -> d of what `normalise` was given."""
    # the mean takes out what all features share, the variance what points along v
    along = (d * v).mean(axis=-2, keepdims=True)
    return scale * (d - d.mean(axis=-2, keepdims=True) - v * along)


class LayerNormLSTMCell(PartsCell):
    variant = VARIANTS["LayerNormLSTM"]

    def project(self, p, x):
        # a_t = gamma_x * norm(x_t W) + beta_x + beta_h + b: the three biases of z in one place
        a, _ = normalise(p["W"].T @ x)
        a *= p["gamma_x"][:, None]
        a += (p["beta_x"] + p["beta_h"] + p["b"])[:, None]
        return a

    def project_backward(self, p, x, da, grads):
        v, scale = normalise(p["W"].T @ x)  # again: cheaper than to keep it
        grads["gamma_x"] += (da * v).sum(axis=(0, 2))
        for name in ("beta_x", "beta_h", "b"):
            grads[name] += da.sum(axis=(0, 2))
        da = normalise_backward(da * p["gamma_x"][:, None], v, scale)
        grads["W"] += outer(x, da)
        return p["W"] @ da

    def step(self, p, a, s, dot):
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        v, scale = normalise(dot("U", s[0]))
        s, cache = self.rule(p, a + p["gamma_h"][:, None] * v, s)
        return s, {**cache, "hU": v, "scale": scale}

    def step_backward(self, p, cache, ds, dot_T, grads):
        v, scale = cache["hU"], cache["scale"]
        dz = np.empty_like(v)
        _, dc = self.rule_backward(p, cache, ds, dz, grads)
        # z_t = a_t + gamma_h * norm(h_{t-1} U)
        grads["gamma_h"] += (dz * v).sum(axis=1)
        dv = normalise_backward(p["gamma_h"][:, None] * dz, v, scale)
        return dz, (dot_T("U", dv), dc)

    def squash(self, p, c):
        # tanh(gamma_c * norm(c_t) + beta_c)
        v, scale = normalise(c)
        return np.tanh(p["gamma_c"][:, None] * v + p["beta_c"][:, None]), (v, scale)

    def squash_backward(self, p, squashed, memo, d, grads):
        v, scale = memo
        d = d * (1 - squashed * squashed)
        grads["gamma_c"] += (d * v).sum(axis=1)
        grads["beta_c"] += d.sum(axis=1)
        return normalise_backward(p["gamma_c"][:, None] * d, v, scale)


class LayerNormLSTM(Recurrent):
    """LSTM with x W, h U and c normalised over their features. See `Recurrent`."""

    Cell = LayerNormLSTMCell
