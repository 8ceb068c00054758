"""Answers to the exercises of page 3.2.1, wrong and right."""

STEP = """def step(x, h, c, W, U, b, p_i, p_f, p_o):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
"""

ANSWERS = {
    "step": {
        "wrong": [
            # the output gate sees the old memory
            STEP
            + """    before = (i + p_i * c, f + p_f * c, o + p_o * c)
    i, f, o = (1 / (1 + np.exp(-z)) for z in before)
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c
""",
            # h right, c not given back
            STEP
            + """    i, f = 1 / (1 + np.exp(-i - p_i * c)), 1 / (1 + np.exp(-f - p_f * c))
    new = f * c + i * np.tanh(g)
    o = 1 / (1 + np.exp(-o - p_o * new))
    return o * np.tanh(new), np.full_like(c, -7)
""",
            # no peepholes
            STEP
            + """    i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c
""",
            # all gates see the new memory of a standard cell
            STEP
            + """    new = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    i, f, o = (1 / (1 + np.exp(-z)) for z in (i + p_i * new, f + p_f * new, o + p_o * new))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c
""",
        ],
        "right": [
            """def step(x, h, c, W, U, b, p_i, p_f, p_o):
    H, z = c.shape[1], x @ W + h @ U + b
    z[:, : 2 * H] += np.tile(c, 2) * np.concatenate([p_i, p_f])
    i, f = (1 / (1 + np.exp(-z[:, k * H : (k + 1) * H])) for k in (0, 1))
    new = i * np.tanh(z[:, 2 * H : 3 * H]) + f * c
    return np.tanh(new) / (1 + np.exp(-z[:, 3 * H :] - new * p_o)), new
""",
            """def step(x, h, c, W, U, b, p_i, p_f, p_o):
    def gate(z):
        return (1 + np.tanh(z / 2)) / 2

    W_i, W_f, W_g, W_o = np.split(W, 4, axis=1)
    U_i, U_f, U_g, U_o = np.split(U, 4, axis=1)
    b_i, b_f, b_g, b_o = np.split(b, 4)
    f = gate(x @ W_f + h @ U_f + c * p_f + b_f)
    i = gate(x @ W_i + h @ U_i + c * p_i + b_i)
    c = f * c + i * np.tanh(x @ W_g + h @ U_g + b_g)
    o = gate(x @ W_o + h @ U_o + c * p_o + b_o)
    return o * np.tanh(c), c
""",
        ],
    },
    "threshold": {
        "wrong": [
            "def threshold(n):\n    return 0.7575, 0.0042\n",
            # half-way in c, not in h
            "def threshold(n):\n    return np.tanh(0.02 * (n + 0.5)), 0.01\n",
            # one step early
            """def threshold(n):
    before, at = np.tanh(0.02 * (n - 1)), np.tanh(0.02 * n)
    return (before + at) / 2, (at - before) / 2
""",
            # the whole distance
            """def threshold(n):
    before, at = np.tanh(0.02 * n), np.tanh(0.02 * (n + 1))
    return (before + at) / 2, at - before
""",
        ],
        "right": [
            """def threshold(n):
    pair = np.tanh(0.02 * np.array([n, n + 1]))
    return pair.mean(), np.diff(pair)[0] / 2
""",
            """def threshold(n):
    def h(k):
        return 1 - 2 / (np.exp(0.04 * (k + 1)) + 1)

    room = (h(n) - h(n - 1)) / 2
    return [h(n) - room, room]
""",
        ],
    },
    "alarm": {
        "wrong": [
            # open when c reaches its value: half open
            "def alarm_bias(n):\n    return -2000 * 0.02 * (n + 1)\n",
            # one step early
            "def alarm_bias(n):\n    return -2000 * 0.02 * (n - 0.5)\n",
            "def alarm_bias(n):\n    return -420\n",
            # scaled from the bias of 50 steps
            "def alarm_bias(n):\n    return -2020 * n / 50\n",
        ],
        "right": [
            "def alarm_bias(n):\n    return -40 * n - 20\n",
            "def alarm_bias(n):\n    return 12 - 2000 * 0.02 * (n + 1)\n",
        ],
    },
    "gradient": {
        "wrong": [
            "def peephole_gradient(dz_o, c):\n    return (dz_o * c).sum(axis=0)\n",
            "def peephole_gradient(dz_o, c):\n    return (dz_o * c).mean(axis=(0, 1))\n",
            # the memory of the step before, as for i and f
            """def peephole_gradient(dz_o, c):
    return (dz_o[1:] * c[:-1]).sum(axis=(0, 1))
""",
            "def peephole_gradient(dz_o, c):\n    return dz_o.sum((0, 1)) * c.sum((0, 1))\n",
        ],
        "right": [
            'def peephole_gradient(dz_o, c):\n    return np.einsum("tbh,tbh->h", dz_o, c)\n',
            """def peephole_gradient(dz_o, c):
    total = np.zeros(c.shape[-1])
    for t in range(len(c)):
        for row in range(c.shape[1]):
            total += dz_o[t, row] * c[t, row]
    return total
""",
        ],
    },
}

IN_PAGE = {
    "peephole-output": {
        "wrong": ["sigmoid(z + p_o * c_prev)", "sigmoid(z)", "z + p_o * c", "sigmoid(z) + p_o * c"],
        "right": ["sigmoid(c * p_o + z)", "1 / (1 + exp(-z - p_o * c))"],
    },
    "peephole-carried": {
        "wrong": [
            "dc * f",
            "dc * f + p_i * dz_i + p_f * dz_f + p_o * dz_o",
            "dc * f + dz_i + dz_f",
            "dc + p_i * dz_i + p_f * dz_f",
        ],
        "right": ["p_f * dz_f + f * dc + dz_i * p_i", "a = p_i * dz_i + p_f * dz_f\na + f * dc"],
    },
    "peephole-order": {
        "wrong": [[0, 1, 3, 2, 4], [2, 0, 1, 3, 4], [0, 1, 2, 5, 4], [0, 2, 1, 3, 4]],
        "right": [[0, 1, 2, 3, 4], [1, 0, 2, 3, 4]],
    },
}
