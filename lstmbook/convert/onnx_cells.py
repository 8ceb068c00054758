"""One step of every variant as nodes of ONNX, for the body of a Scan.

A step takes the graph `g`, the layer on paper `layout`, the parameters `p`, x_t (B, D, ...) and the
old states (B, ...), and gives the new ones, the output h first. Space axes, if any, come last.
"""

import numpy as np

from lstmbook.core.limits import CUT, EPS, MOST
from lstmbook.errors import ConversionError


def step(g, layout, p: dict, x, states: tuple) -> tuple:
    """One step of the layer's variant, zoneout by its mean as in inference."""
    variant = layout.variant
    if variant.name not in RULES:
        raise ConversionError(
            f"{variant.name}: expected a variant whose step is written for ONNX, one of "
            f"{', '.join(RULES)}; write it in lstmbook/convert/onnx_cells.py"
        )
    new = RULES[variant.name](g, layout, p, x, states)
    if layout.zoneout:
        rate = layout.zoneout
        new = tuple(
            rate * old + (1 - rate) * one if name in variant.zoneout else one
            for name, one, old in zip(variant.states, new, states, strict=True)
        )
    return new


def lstm(g, layout, p, x, s):
    """The LSTM and all variants that are one with a part more, less or other."""
    variant = layout.variant
    coupled = variant.name == "CoupledLSTM"
    h, c_prev, *k = s
    m = (x @ p["W_m"]) * (h @ p["U_m"]) if "W_m" in p else h
    z = PRODUCTS.get(variant.name, dense)(g, layout, p, x, m)
    parts = dict(zip(variant.blocks, g.split(z, len(variant.blocks)), strict=True))
    if k:
        for letter, more in zip("ifo", g.split(k[0] @ p["R"], 3), strict=True):
            parts[letter] = parts[letter] + more

    def gate(letter, c):
        if letter not in parts:
            return None
        seen = p.get(f"p_{letter}")
        return g.op("Sigmoid", parts[letter] if seen is None else parts[letter] + seen * c)

    i = gate("i", c_prev)
    f = 1.0 - i if coupled and i is not None else gate("f", c_prev)
    g_ = parts["g"] if variant.name == "NoInputActivationLSTM" else g.op("Tanh", parts["g"])
    c = times(f, c_prev) + times(i, g_)
    o = gate("o", c)
    squashed = c
    if "gamma_c" in p:
        squashed = p["gamma_c"] * normalise(g, c) + p["beta_c"]
    if variant.name != "NoOutputActivationLSTM":
        squashed = g.op("Tanh", squashed)
    h = times(o, squashed)
    h = h @ p["P"] if "P" in p else h
    return (h, c, g.concat([i, f, o])) if k else (h, c)


def times(gate, value):
    """A gate that is not there is 1."""
    return value if gate is None else gate * value


def dense(g, layout, p, x, h):
    """x W + h U + b."""
    return x @ p["W"] + h @ p["U"] + p["b"]


def layer_norm(g, layout, p, x, h):
    """x W and h U, each with mean 0 and variance 1 over its features."""
    x = p["gamma_x"] * normalise(g, x @ p["W"]) + p["beta_x"]
    return x + p["gamma_h"] * normalise(g, h @ p["U"]) + p["beta_h"] + p["b"]


def normalise(g, v):
    """(v - mean) / sqrt(variance + eps) over the features."""
    v = v - g.op("ReduceMean", v, axes=[1])
    return v / g.op("Sqrt", g.op("ReduceMean", v * v, axes=[1]) + EPS)


def convolution(g, layout, p, x, h):
    """x * W + h * U + b, kernels of odd size with same padding."""
    return conv(g, x, p["W"]) + conv(g, h, p["U"]) + over_space(p["b"], p["W"].ndim - 2)


def depthwise(g, layout, p, x, h):
    """One kernel a channel and gate; with mixing a product of the channels after each."""

    def product(v, kernels, mixing):
        per_gate = np.split(kernels, 4, axis=1)  # (k, C) of each gate
        size = per_gate[0].shape[1]
        out = [conv(g, v, one[:, None], group=size) for one in per_gate]
        if mixing is not None:
            out = [conv(g, v_g, one[None]) for v_g, one in zip(out, mixing, strict=True)]
        return g.concat(out)

    z = product(x, p["W"], p.get("M")) + product(h, p["U"], p.get("N"))
    return z + over_space(p["b"], 1)


def conv(g, v, weight, group: int = 1):
    """Correlation of v (B, D, ...) with a weight (k, ..., D, K), or (k, 1, K) of one a channel."""
    kernel = weight.shape[:-2]
    moved = np.moveaxis(weight, (-1, -2), (0, 1))  # (K, D, k, ...)
    return g.op("Conv", v, moved, group=group, pads=2 * [k // 2 for k in kernel])


def over_space(b, space: int):
    return b.reshape(-1, *[1] * space)


def rnn(g, layout, p, x, s):
    relu = layout.options["activation"] == "relu"
    return (g.op("Relu" if relu else "Tanh", dense(g, layout, p, x, s[0])),)


def gru(g, layout, p, x, s):
    (h,) = s
    after = layout.options["reset_after"]
    a_r, a_z, a_n = g.split(x @ p["W"] + p["b"], 3)
    U_r, U_z, U_n = np.split(p["U"], 3, axis=1)
    b_r, b_z, b_n = np.split(p["b_u"], 3) if after else (0.0, 0.0, 0.0)
    r = g.op("Sigmoid", a_r + h @ U_r + b_r)
    z = g.op("Sigmoid", a_z + h @ U_z + b_z)
    n = g.op("Tanh", a_n + (r * (h @ U_n + b_n) if after else (r * h) @ U_n))
    return (z * h + (1.0 - z) * n,)


def candidate(g, u):
    """g(u) = u + 1/2 for u >= 0, else sigmoid(u)."""
    return g.op("Where", g.op("GreaterOrEqual", u, 0.0), u + 0.5, g.op("Sigmoid", u))


def min_gru(g, layout, p, x, s):
    a_z, a_n = g.split(x @ p["W"] + p["b"], 2)
    z = g.op("Sigmoid", a_z)
    return ((1.0 - z) * s[0] + z * candidate(g, a_n),)


def min_lstm(g, layout, p, x, s):
    a_i, a_f, a_g = g.split(x @ p["W"] + p["b"], 3)
    # f / (f + i) = sigmoid(log f - log i)
    keep = g.op("Sigmoid", log_sigmoid(g, a_f) - log_sigmoid(g, a_i))
    return (keep * s[0] + (1.0 - keep) * candidate(g, a_g),)


def log_sigmoid(g, z):
    """min(z, 0) - log(1 + exp(-|z|)): onnxruntime has no Softplus of float64."""
    small = g.op("Exp", g.op("Neg", g.op("Abs", z)))
    return g.op("Min", z, 0.0) - g.op("Log", 1.0 + small)


def stabilise(g, i_raw, f_raw, m_prev, fresh):
    """exp(i~) and sigmoid(f~), both divided by exp(m), and m; `fresh` where nothing is stored."""
    past = log_sigmoid(g, f_raw) + m_prev
    from_i = g.op("Or", fresh, g.op("GreaterOrEqual", i_raw, past))
    m = g.op("Where", from_i, i_raw, past)
    return g.op("Exp", i_raw - m), g.op("Exp", g.op("Min", past - m, MOST)), m


def slstm(g, layout, p, x, s):
    h, c, n, m = s
    z = x @ p["W"] + h @ all_heads(p["U"]) + p["b"]
    i_raw, f_raw, g_, o = g.split(z, 4)
    i, f, m = stabilise(g, i_raw, f_raw, m, g.op("Equal", n, 0.0))
    c = f * c + i * g.op("Tanh", g_)
    n = f * n + i
    return g.op("Sigmoid", o) * c / n, c, n, m


def all_heads(U: np.ndarray) -> np.ndarray:
    """The recurrent matrices of the heads (heads, d, 4 d) as one (H, 4 H), 0 between heads."""
    heads, size, _ = U.shape
    full = np.zeros((heads, size, 4, heads, size), U.dtype)
    for k in range(heads):
        full[k, :, :, k] = U[k].reshape(size, 4, size)
    return full.reshape(heads * size, -1)


def mlstm(g, layout, p, x, s):
    _, C, n, m = s
    heads = layout.options["heads"]
    size = layout.hidden_size // heads
    q, k, v, o = g.split(x @ p["W"] + p["b"], 4)
    q, k, v = (g.reshape(u, 0, heads, size) for u in (q, k, v))
    k = k * float(1 / np.sqrt(size))
    empty = g.op("Equal", g.op("ReduceMax", g.op("Abs", n), axes=[2], keepdims=0), 0.0)
    i, f, m = stabilise(g, x @ p["W_i"] + p["b_i"], x @ p["W_f"] + p["b_f"], m, empty)
    i, f = (g.reshape(u, 0, heads, 1) for u in (i, f))
    write = g.reshape(i * v, 0, heads, size, 1) * g.reshape(k, 0, heads, 1, size)
    C = g.reshape(f, 0, heads, 1, 1) * C + write
    n = f * n + i * k
    nq = g.op("Abs", g.op("ReduceSum", n * q, g.ints(2), keepdims=0))
    floor = g.op("Exp", g.op("Neg", g.op("Clip", m, *CUT)))
    mean = C @ g.reshape(q, 0, heads, size, 1)
    mean = mean / g.reshape(g.op("Max", nq, floor), 0, heads, 1, 1)
    return g.op("Sigmoid", o) * g.reshape(mean, 0, heads * size), C, n, m


PRODUCTS = {
    "LayerNormLSTM": layer_norm,
    "ConvLSTM1D": convolution,
    "ConvLSTM2D": convolution,
    "DepthwiseLSTM": depthwise,
}
LIKE_LSTM = (
    "LSTM PeepholeLSTM NoForgetGateLSTM NoInputGateLSTM NoOutputGateLSTM NoInputActivationLSTM "
    "NoOutputActivationLSTM CoupledLSTM FullGateLSTM LayerNormLSTM ProjectedLSTM "
    "MultiplicativeLSTM ConvLSTM1D ConvLSTM2D DepthwiseLSTM"
)
RULES = dict.fromkeys(LIKE_LSTM.split(), lstm) | {
    "RNN": rnn,
    "GRU": gru,
    "MinGRU": min_gru,
    "MinLSTM": min_lstm,
    "SLSTM": slstm,
    "MLSTM": mlstm,
}
