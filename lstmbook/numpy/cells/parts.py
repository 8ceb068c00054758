"""What several cells are made of: an LSTM from parts, and the stabiliser of both xLSTM cells."""

import numpy as np

from lstmbook.core.limits import MOST
from lstmbook.numpy.activations import log_sigmoid, sigmoid, sigmoid_
from lstmbook.numpy.cells.base import GatedCell, blocks, over_batch

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


def stabilise(i_raw, f_raw, m_prev, fresh):
    """Gates exp(i~) and sigmoid(f~), both divided by exp(m), so that neither overflows.

    `fresh` is where nothing was stored yet: there the past has no say in m.
    """
    # m_t = max(log sigmoid(f~) + m_{t-1}, i~)
    past = log_sigmoid(f_raw) + m_prev
    from_i = fresh | (i_raw >= past)
    m = np.where(from_i, i_raw, past)
    # i_t = exp(i~ - m_t), f_t = exp(log sigmoid(f~) + m_{t-1} - m_t)
    i, f = np.exp(i_raw - m), np.exp(np.minimum(past - m, MOST))
    return i, f, m, {"i": i, "f": f, "from_i": from_i, "shut": sigmoid(-f_raw)}


def stabilise_backward(cache, di, df, dm):
    """-> d of i~, of f~, of m_{t-1}."""
    # i_t = exp(i~ - m_t), f_t = exp(log sigmoid(f~) + m_{t-1} - m_t)
    di_raw, dpast = di * cache["i"], df * cache["f"]
    dm = dm - di_raw - dpast
    # m_t = max(log sigmoid(f~) + m_{t-1}, i~)
    di_raw += np.where(cache["from_i"], dm, 0)
    dpast += np.where(cache["from_i"], 0, dm)
    # the derivative of log sigmoid is 1 - sigmoid
    return di_raw, dpast * cache["shut"], dpast
