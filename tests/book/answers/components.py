"""Answers to the exercises of page 2.1, wrong and right."""

ANSWERS = {
    "stuck-gate": {
        "wrong": [
            'def stuck_gate(layer):\n    return "o"\n',
            # by the bias: a forget gate is open by habit
            """def stuck_gate(layer):
    b = layer.params["b"]
    return next((gate for gate, k in (("i", 0), ("f", 1), ("o", 3)) if b[k] > 0), None)
""",
            # by the mean: the same mistake, measured
            """def stuck_gate(layer):
    record = trace(layer, test.x)
    return next((gate for gate in "ifo" if record[gate].mean() > 0.5), None)
""",
            # never says that all are sound
            """def stuck_gate(layer):
    record = trace(layer, test.x)
    return max("ifo", key=lambda gate: record[gate].min())
""",
        ],
        "right": [
            """def stuck_gate(layer):
    x = np.zeros((1, 8, 4))
    x[0, :, 1:] = np.array([[k >> 2 & 1, k >> 1 & 1, k & 1] for k in range(8)])
    record = trace(layer, x)
    stuck = [gate for gate in "ifo" if (record[gate] > 0.5).all()]
    return stuck[0] if stuck else None
""",
            """def stuck_gate(layer):
    W, b = layer.params["W"], layer.params["b"]
    for gate, k in (("i", 0), ("f", 1), ("o", 3)):
        if b[k] + np.minimum(W[1:, k], 0).sum() > 0:
            return gate
""",
        ],
    },
    "overwrite": {
        "wrong": [
            # the write flag shuts the forget gate, wipe does no more
            """def overwrite():
    W = np.array([[0, 0, 0.1, 0], [20, -20, 0, 0], [0, 0, 0, 0], [0, 0, 0, 20]])
    return W, np.array([-10.0, 10, 0, -10])
""",
            # shut by habit: nothing lasts
            """def overwrite():
    W = np.array([[0, 0, 0.1, 0], [20, 0, 0, 0], [0, -20, 0, 0], [0, 0, 0, 20]])
    return W, np.array([-10.0, -10, 0, -10])
""",
            # half shut
            """def overwrite():
    W = np.array([[0, 0, 0.1, 0], [20, -10, 0, 0], [0, -20, 0, 0], [0, 0, 0, 20]])
    return W, np.array([-10.0, 10, 0, -10])
""",
        ],
        "right": [
            """def overwrite():
    W, b = np.zeros((4, 4)), np.array([-15.0, 15, 0, -15])
    W[0, 2], W[1, 0], W[3, 3] = 0.1, 30, 30
    W[1:3, 1] = -30
    return W, b
""",
            """def overwrite():
    i, f = [0, 20, 0, 0], [0, -25, -25, 0]
    g, o = [0.1, 0, 0, 0], [0, 0, 0, 20]
    return np.array([i, f, g, o]).T, np.array([-10, 12.0, 0, -10])
""",
        ],
    },
    "two-stores": {
        "wrong": [
            # the other cell
            """def two_stores():
    W, b = np.zeros((4, 8)), np.zeros(8)
    W[1, 0:2], W[2, 3], W[0, 4:6], W[3, 6:8] = 20, -20, 0.1, 20
    b[0:2], b[2:4], b[6:8] = -10, 10, -10
    return W, b
""",
            # four columns for a cell in place of two for a gate
            """def two_stores():
    W, b = np.zeros((4, 8)), np.tile([-10.0, 10, 0, -10], 2)
    for k in (0, 4):
        W[1, k], W[0, k + 2], W[3, k + 3] = 20, 0.1, 20
    W[2, 1] = -20
    return W, b
""",
            # one cell
            """def two_stores():
    W = np.array([[0, 0, 0.1, 0], [20, 0, 0, 0], [0, -20, 0, 0], [0, 0, 0, 20]])
    return W, np.array([-10.0, 10, 0, -10])
""",
            # the total is shown always
            """def two_stores():
    W, b = np.zeros((4, 8)), np.zeros(8)
    W[1, 0:2], W[2, 2], W[0, 4:6], W[3, 6] = 20, -20, 0.1, 20
    b[0:2], b[2:4], b[6], b[7] = -10, 10, -10, 10
    return W, b
""",
        ],
        "right": [
            """def two_stores():
    blocks = np.array([[0, 20, 0, 0], [0, 0, -20, 0], [0.1, 0, 0, 0], [0, 0, 0, 20]])
    W = np.repeat(blocks.T, 2, axis=1)
    W[2, 3] = 0
    return W, np.repeat([-10.0, 10, 0, -10], 2)
""",
            """def two_stores():
    W = np.zeros((4, 8))
    W[1, :2] = 30
    W[2, 2] = -40
    W[0, 4] = W[0, 5] = 0.1
    W[3, 6:] = 30
    return W, np.array([-15, -15, 20, 20, 0, 0, -15, -15.0])
""",
        ],
    },
    "largest-weight": {
        "wrong": [
            "def largest_weight(count, most):\n    return most / count\n",
            "def largest_weight(count, most):\n    return 0.0480\n",
            # the candidate's tanh alone
            """def largest_weight(count, most):
    return np.sqrt(3 * most / count)
""",
            # the output's tanh alone, and the first case only
            """def largest_weight(count, most):
    w = 0.5
    while count - np.tanh(count * np.tanh(w)) / w > 0.1:
        w *= 0.999
    return w
""",
        ],
        "right": [
            """def largest_weight(count, most):
    return np.sqrt(3 * most / (count**3 + count))
""",
            """def largest_weight(count, most):
    w = 0.5
    while count - np.tanh(count * np.tanh(w)) / w > most:
        w *= 0.999
    return w
""",
        ],
    },
}

IN_PAGE = {
    "components-memory": {
        "wrong": [
            "f * c_prev + i * g",  # one step
            "2 * (f * c_prev + i * g)",
            "f**2 * c_prev + 2 * i * g",  # the first write is not forgotten
            "i * (i * c_prev + f * g) + f * g",  # the gates exchanged
        ],
        "right": [
            "f * (f * c_prev + i * g) + i * g",
            "new = i * g\nf**2 * c_prev + (1 + f) * new",
        ],
    },
    "components-left": {
        "wrong": ["n * f * c", "f * c", "f**n", "(1 - f)**n * c"],
        "right": ["c * f**n", "c * exp(n * log(f))"],
    },
    "components-order": {
        "wrong": [
            [
                "f, i, o = sigmoid(z_f), sigmoid(z_i), sigmoid(z_o)",
                "c = c + i * tanh(z_g)",
                "c = f * c",
                "h = o * tanh(c)",
            ],
            [
                "f, i, o = sigmoid(z_f), sigmoid(z_i), sigmoid(z_o)",
                "h = o * tanh(c)",
                "c = f * c",
                "c = c + i * tanh(z_g)",
            ],
            [
                "f, i, o = sigmoid(z_f), sigmoid(z_i), sigmoid(z_o)",
                "c = o * c",
                "c = c + i * tanh(z_g)",
                "h = f * tanh(c)",
            ],
        ],
        "right": [
            [
                "f, i, o = sigmoid(z_f), sigmoid(z_i), sigmoid(z_o)",
                "c = f * c",
                "c = c + i * tanh(z_g)",
                "h = o * tanh(c)",
            ]
        ],
    },
}
