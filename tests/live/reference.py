"""Every cell of cells.js once more, in NumPy and as plainly as can be; the oracle of its tests."""

from __future__ import annotations

import numpy as np

NAMES = {
    "RNN": {"blocks": "n"},
    "LSTM": {"blocks": "ifgo"},
    "NoForgetGateLSTM": {"blocks": "igo"},
    "NoInputGateLSTM": {"blocks": "fgo"},
    "NoOutputGateLSTM": {"blocks": "ifg"},
    "CoupledLSTM": {"blocks": "igo", "coupled": True},
    "PeepholeLSTM": {"blocks": "ifgo", "peephole": True},
    "NoInputActivationLSTM": {"blocks": "ifgo", "gLinear": True},
    "NoOutputActivationLSTM": {"blocks": "ifgo", "hLinear": True},
    "GRU": {"blocks": "rzn"},
}
# switched by hand in the variant builder, without a class of their own
MIXED = {
    "coupled with peepholes": {"blocks": "igo", "coupled": True, "peephole": True},
    "no gates at all": {"blocks": "g"},
    "no input gate, peepholes": {"blocks": "fgo", "peephole": True},
    "all linear": {"blocks": "ifgo", "gLinear": True, "hLinear": True},
}
SPECS = {**NAMES, **MIXED}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def shapes(spec, inputs, hidden):
    width = len(spec["blocks"]) * hidden
    found = {"W": (inputs, width), "U": (hidden, width), "b": (width,)}
    if spec["blocks"] == "rzn":
        found["b_u"] = (width,)
    if spec.get("peephole"):
        found |= {f"p_{gate}": (hidden,) for gate in "ifo" if gate in spec["blocks"]}
    return found


def forward(spec, p, x, h, c):
    """x (T, B, D) -> h (T, B, H) and the last state."""
    blocks, outputs = spec["blocks"], []
    for x_t in x:
        a, u = x_t @ p["W"] + p["b"], h @ p["U"]
        if blocks == "rzn":
            u = u + p["b_u"]
            r, z = (sigmoid(v) for v in np.split(a + u, 3, axis=1)[:2])
            n = np.tanh(np.split(a, 3, axis=1)[2] + r * np.split(u, 3, axis=1)[2])
            h = z * h + (1 - z) * n
        elif blocks == "n":
            h = np.tanh(a + u)
        else:
            part = dict(zip(blocks, np.split(a + u, len(blocks), axis=1), strict=True))
            peep = {gate: p.get(f"p_{gate}", 0.0) for gate in "ifo"}
            i = sigmoid(part["i"] + peep["i"] * c) if "i" in blocks else 1.0
            f = sigmoid(part["f"] + peep["f"] * c) if "f" in blocks else 1.0
            f = 1 - i if spec.get("coupled") else f
            g = part["g"] if spec.get("gLinear") else np.tanh(part["g"])
            c = f * c + i * g
            o = sigmoid(part["o"] + peep["o"] * c) if "o" in blocks else 1.0
            h = o * (c if spec.get("hLinear") else np.tanh(c))
        outputs.append(h)
    return np.stack(outputs), h, c


def numeric_gradients(spec, p, x, h, c, dy, dc, eps=1e-6):
    """Central differences of sum(dy * h) + sum(dc * c_T) with respect to everything."""

    def loss():
        y, _, last = forward(spec, p, x, h, c)
        return (dy * y).sum() + ((dc * last).sum() if last is not None else 0.0)

    found = {}
    for name, array in {**p, "x": x, "h": h, "c": c}.items():
        found[name] = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + eps
            up = loss()
            array[place] = kept - eps
            found[name][place] = (up - loss()) / (2 * eps)
            array[place] = kept
    return found
