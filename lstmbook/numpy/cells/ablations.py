"""The LSTM without one of its parts (Greff et al. 2017)."""

import numpy as np

from lstmbook.numpy.activations import sigmoid_
from lstmbook.numpy.cells.base import GatedCell, blocks, over_batch
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.variants import VARIANTS

ONE = 1.0  # a gate that is not there


class PartsCell(GatedCell):
    """An LSTM from parts: a gate that has no block is 1, a linear part is the identity."""

    coupled = False  # f = 1 - i
    linear_input = False  # g without tanh

    def rule(self, p, z, s):
        c_prev = s[1]
        parts = dict(zip(self.variant.blocks, blocks(z, len(self.variant.blocks))))
        i = self.gate(p, parts, "i", c_prev)
        f = 1 - i if self.coupled else self.gate(p, parts, "f", c_prev)
        g = parts["g"]
        if not self.linear_input:
            np.tanh(g, out=g)
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = i * g
        c += c_prev if f is ONE else f * c_prev
        o = self.gate(p, parts, "o", c)
        # h_t = o_t * tanh(c_t)
        squashed, memo = self.squash(p, c)
        h = o * squashed
        gates = {"i": i, "f": f, "g": g, "o": o}
        cache = {name: gate for name, gate in gates.items() if gate is not ONE}
        return (h, c), {**cache, "c_prev": c_prev, "c": c, "squashed": squashed, "memo": memo}

    def rule_backward(self, p, cache, ds, dz, grads, later=None):
        """As in `GatedCell`; `later` is what reaches the gates by other ways than c_t and h_t."""
        dh, dc = ds
        i, f, g, o = (cache.get(gate, ONE) for gate in "ifgo")
        c_prev, c, squashed, memo = (cache[k] for k in ("c_prev", "c", "squashed", "memo"))
        parts = dict(zip(self.variant.blocks, blocks(dz, len(self.variant.blocks))))
        later = later or {}
        # h_t = o_t * tanh(c_t), and o_t may see c_t
        dc = dc + self.squash_backward(p, squashed, memo, dh * o, grads)
        self.gate_backward(p, parts, "o", dh, squashed, o, c, dc, grads, later)
        # c_t = f_t * c_{t-1} + i_t * g_t
        np.multiply(dc, i, out=parts["g"])
        if not self.linear_input:
            parts["g"] *= 1 - g * g
        written = g - c_prev if self.coupled else g
        dc_prev = dc * f
        self.gate_backward(p, parts, "i", dc, written, i, c_prev, dc_prev, grads, later)
        self.gate_backward(p, parts, "f", dc, c_prev, f, c_prev, dc_prev, grads, later)
        return 0.0, dc_prev

    def gate(self, p, parts, name, c):
        if name not in parts:
            return ONE
        # sigmoid(x_t W + h_{t-1} U + b + p * c)
        if f"p_{name}" in p:
            parts[name] += p[f"p_{name}"][:, None] * c
        return sigmoid_(parts[name])

    def gate_backward(self, p, parts, name, d, factor, gate, c, dc, grads, later):
        """Write the gate's block of dz, its gradient being d * factor; add to dc what c gets."""
        if name not in parts:
            return
        dz = np.multiply(d, factor, out=parts[name])
        if name in later:
            dz += later[name]
        # sigmoid' = gate (1 - gate)
        slope = 1 - gate
        slope *= gate
        dz *= slope
        if f"p_{name}" in p:
            grads[f"p_{name}"] += over_batch(dz, c)
            dc += p[f"p_{name}"][:, None] * dz

    def squash(self, p, c):
        return np.tanh(c), None

    def squash_backward(self, p, squashed, memo, d, grads):
        return d * (1 - squashed * squashed)


class NoForgetGateLSTMCell(PartsCell):
    variant = VARIANTS["NoForgetGateLSTM"]


class NoInputGateLSTMCell(PartsCell):
    variant = VARIANTS["NoInputGateLSTM"]


class NoOutputGateLSTMCell(PartsCell):
    variant = VARIANTS["NoOutputGateLSTM"]


class CoupledLSTMCell(PartsCell):
    variant = VARIANTS["CoupledLSTM"]
    coupled = True


class NoInputActivationLSTMCell(PartsCell):
    variant = VARIANTS["NoInputActivationLSTM"]
    linear_input = True


class NoOutputActivationLSTMCell(PartsCell):
    variant = VARIANTS["NoOutputActivationLSTM"]

    def squash(self, p, c):
        return c, None

    def squash_backward(self, p, squashed, memo, d, grads):
        return d


class NoForgetGateLSTM(Recurrent):
    """f = 1, the rule of 1997; blocks i, g, o. Option `peepholes`. See `Recurrent`."""

    Cell = NoForgetGateLSTMCell


class NoInputGateLSTM(Recurrent):
    """i = 1; blocks f, g, o. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoInputGateLSTMCell


class NoOutputGateLSTM(Recurrent):
    """o = 1; blocks i, f, g. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoOutputGateLSTMCell


class CoupledLSTM(Recurrent):
    """f = 1 - i; blocks i, g, o. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = CoupledLSTMCell


class NoInputActivationLSTM(Recurrent):
    """g linear. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoInputActivationLSTMCell


class NoOutputActivationLSTM(Recurrent):
    """h = o c. Option `peepholes`. See `Recurrent` for the other arguments."""

    Cell = NoOutputActivationLSTMCell
