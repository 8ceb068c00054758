"""Answers to the exercises of page 3.1, wrong and right."""

HIDDEN_FOR = """from lstmbook.variants import VARIANTS


def hidden_for(name, D, budget):
"""

ANSWERS = {
    "step": {
        "wrong": [
            # h of the old memory
            """def step(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), new
""",
            # blocks in the order of the equations
            """def step(x, h, c, W, U, b):
    f, i, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c
""",
            # no tanh on the way out
            """def step(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * c, c
""",
            # h right, c not given back
            """def step(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(new), c
""",
        ],
        "right": [
            """def step(x, h, c, W, U, b):
    H = c.shape[1]
    z = x @ W + h @ U + b
    i, f, o = (1 / (1 + np.exp(-z[:, k * H : (k + 1) * H])) for k in (0, 1, 3))
    c_new = f * c + i * np.tanh(z[:, 2 * H : 3 * H])
    return o * np.tanh(c_new), c_new
""",
            """def step(x, h, c, W, U, b):
    z = np.concatenate([x, h], axis=1) @ np.concatenate([W, U]) + b
    i, f, g, o = z.reshape(len(x), 4, -1).swapaxes(0, 1)
    c = c * sigmoid(f) + np.tanh(g) * sigmoid(i)
    return [np.tanh(c) * sigmoid(o), c]
""",
        ],
    },
    "weights": {
        "wrong": [
            "def weights(D, H, two_biases=False):\n    return 4 * H * (D + H)\n",
            "def weights(D, H, two_biases=False):\n    return 4 * H * (D + H + 1)\n",
            "def weights(D, H, two_biases=False):\n    return 19456 if two_biases else 19200\n",
            "def weights(D, H, two_biases=False):\n    return 4 * H * (D + H) + 4\n",
        ],
        "right": [
            """def weights(D, H, two_biases=False):
    biases = 2 if two_biases else 1
    return 4 * (D * H + H**2 + biases * H)
""",
            """def weights(D, H, two_biases=False):
    count = lb.LSTM(D, H).params
    return sum(v.size for v in count.values()) + (count["b"].size if two_biases else 0)
""",
        ],
    },
    "hidden-for": {
        "wrong": [
            HIDDEN_FOR + "    return 64\n",
            # the formula of the LSTM for all
            HIDDEN_FOR + "    return int((-(D + 1) + ((D + 1) ** 2 + budget) ** 0.5) / 2)\n",
            # one too many
            HIDDEN_FOR
            + """    H = 1
    while VARIANTS[name].parameter_count(D, H) <= budget:
        H += 1
    return H
""",
            # below the budget, not within
            HIDDEN_FOR
            + """    H = 1
    while VARIANTS[name].parameter_count(D, H + 1) < budget:
        H += 1
    return H
""",
        ],
        "right": [
            HIDDEN_FOR
            + """    count = VARIANTS[name].parameter_count
    return sum(count(D, H) <= budget for H in range(1, budget))
""",
            HIDDEN_FOR
            + """    count, low, high = VARIANTS[name].parameter_count, 1, budget
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if count(D, middle) <= budget else (low, middle)
    return low
""",
        ],
    },
    "forget-gradient": {
        "wrong": [
            "def forget_gradient(dc, c_prev, f):\n    return dc * c_prev * f\n",
            "def forget_gradient(dc, c_prev, f):\n    return dc * c_prev * (1 - f**2)\n",
            "def forget_gradient(dc, c_prev, f):\n    return dc * f * (1 - f)\n",
        ],
        "right": [
            "def forget_gradient(dc, c_prev, f):\n    return c_prev * dc * (f - f * f)\n",
            """def forget_gradient(dc, c_prev, f):
    z = np.log(f / (1 - f))
    return dc * c_prev * np.exp(-z) / (1 + np.exp(-z)) ** 2
""",
        ],
    },
    "is-sound": {
        "wrong": [
            # the last step has no later one, the first no earlier one
            """def is_sound(run, x):
    changed = x.copy()
    changed[:, -1] += 1
    moved = np.abs(run(changed) - run(x)).max(axis=-1) > 1e-12
    return not moved[:, :-1].any()
""",
            """def is_sound(run, x):
    changed = x.copy()
    changed[1, 0] += 1
    moved = np.abs(run(changed) - run(x)).max(axis=-1) > 1e-12
    moved[1] = False
    return not moved.any()
""",
            # causality alone, with a batch of one
            """def is_sound(run, x):
    changed = x[:1].copy()
    changed[0, 2] += 1
    moved = np.abs(run(changed) - run(x[:1])).max(axis=-1) > 1e-12
    return not moved[0, :2].any()
""",
            "def is_sound(run, x):\n    return True\n",
        ],
        "right": [
            """def is_sound(run, x):
    y = run(x)
    for k in range(len(x)):
        for t in range(x.shape[1]):
            changed = x.copy()
            changed[k, t] = 0
            same = np.isclose(run(changed), y).all(axis=-1)
            if not (same[k, :t].all() and np.delete(same, k, axis=0).all()):
                return False
    return True
""",
            """def is_sound(run, x):
    whole = run(x)
    alone = [run(x[k : k + 1, : t + 1])[0, t] for k in range(4) for t in range(5)]
    return np.allclose(np.array(alone), whole.reshape(20, -1))
""",
        ],
    },
}

IN_PAGE = {
    "standard-lstm-forget": {
        "wrong": [
            "x @ W_f + h_prev @ U_f + b_f",
            "sigmoid(x @ W_f + h_prev @ U_f)",
            "tanh(x @ W_f + h_prev @ U_f + b_f)",
            "sigmoid(W_f @ x + U_f @ h_prev + b_f)",
        ],
        "right": [
            "sigmoid(b_f + h_prev @ U_f + x @ W_f)",
            "z = x @ W_f + h_prev @ U_f + b_f\n1 / (1 + exp(-z))",
        ],
    },
    "standard-lstm-step": {
        "wrong": [
            "c = sigmoid(z_i) * c_prev + sigmoid(z_f) * tanh(z_g)\nh = sigmoid(z_o) * tanh(c)",
            "c = sigmoid(z_f) * c_prev + sigmoid(z_i) * tanh(z_g)\nh = sigmoid(z_o) * tanh(c_prev)",
            "c = sigmoid(z_f) * c_prev + sigmoid(z_i) * tanh(z_g)\nh = sigmoid(z_o) * c",
            "c = z_f * c_prev + z_i * z_g\nh = z_o * tanh(c)",
        ],
        "right": [
            "sigmoid(z_o) * tanh(sigmoid(z_f) * c_prev + sigmoid(z_i) * tanh(z_g))",
            "c = sigmoid(z_i) * tanh(z_g) + c_prev * sigmoid(z_f)\nh = tanh(c) * sigmoid(z_o)",
        ],
    },
    "standard-lstm-through": {
        "wrong": [
            "dh * o * (1 - tanh(c)**2)",
            "dc + dh * o",
            "dc + dh * o * (1 - c**2)",
            "dc + dh * tanh(c)",
        ],
        "right": ["dh * o * (1 - tanh(c)**2) + dc", "q = tanh(c)\ndc + o * dh - dh * o * q * q"],
    },
    "standard-lstm-candidate": {
        "wrong": [
            "dc * i",
            "dc * i * (1 - z_g**2)",
            "dc * tanh(z_g) * i * (1 - i)",
            "dc * (1 - tanh(z_g)**2)",
        ],
        "right": ["i * dc * (1 - tanh(z_g) * tanh(z_g))", "g = tanh(z_g)\ndc * i * (1 - g**2)"],
    },
    "standard-lstm-handed": {
        "wrong": [
            "dW = dz.T @ x\ndh_prev = dz @ U.T",
            "dW = x.T @ dz\ndh_prev = U @ dz",
            "dW = x.T @ dz\ndh_prev = dz @ U.T + 1",
            "dW = x.T @ dz\ndh_prev = sum(dz, 0)",
            "dz @ U.T",  # one of two
            "x.T @ dz",
        ],
        "right": ["x.T @ dz\ndz @ U.T", "dW = (dz.T @ x).T\ndh_prev = (U @ dz.T).T"],
    },
    "standard-lstm-order": {
        "wrong": [[1, 0, 3, 2, 4, 5], [5, 0, 1, 2, 3, 4], [0, 2, 1, 3, 4, 5], [0, 6, 2, 3, 4, 5]],
        "right": [[0, 1, 2, 3, 4, 5], [1, 0, 2, 3, 5, 4], [1, 2, 0, 3, 4, 5]],
    },
}
