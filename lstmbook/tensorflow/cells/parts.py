"""What several cells are made of: an LSTM from parts, and the stabiliser of both xLSTM cells."""

from keras import ops

from lstmbook.core.limits import MOST
from lstmbook.tensorflow.cells.base import GatedCell, blocks


class PartsCell(GatedCell):
    """An LSTM from parts: a gate that has no block is 1, a linear part is the identity."""

    coupled = False  # f = 1 - i
    linear_input = False  # g without tanh

    def rule(self, p, z, s):
        return self.gated(p, z, s)[:2]

    def gated(self, p, z, s):
        """New h and c, and the gates i, f, o."""
        c = s[1]
        parts = dict(zip(self.variant.blocks, blocks(z, len(self.variant.blocks))))
        i = self.gate(p, parts, "i", c)
        f = 1 - i if self.coupled else self.gate(p, parts, "f", c)
        g = parts["g"] if self.linear_input else ops.tanh(parts["g"])
        # c_t = f_t * c_{t-1} + i_t * g_t
        c = f * c + i * g
        o = self.gate(p, parts, "o", c)
        # h_t = o_t * tanh(c_t)
        return o * self.squash(p, c), c, i, f, o

    def gate(self, p, parts, name, c):
        if name not in parts:
            return 1.0
        # sigmoid(x_t W + h_{t-1} U + b + p * c)
        z = parts[name] + p[f"p_{name}"] * c if f"p_{name}" in p else parts[name]
        return ops.sigmoid(z)

    def squash(self, p, c):
        return ops.tanh(c)


def stabilise(i, log_f, m, fresh):
    """Gates exp(i~) and f, both divided by exp(m), so that neither overflows; and the new m.

    `fresh` is where nothing was stored yet: there the past has no say in m.
    """
    # m_t = max(log f_t + m_{t-1}, i~_t)
    past = log_f + m
    m = ops.where(fresh, i, ops.maximum(i, past))
    # i_t = exp(i~_t - m_t), f_t = exp(log f_t + m_{t-1} - m_t)
    return ops.exp(i - m), ops.exp(ops.minimum(past - m, MOST)), m
