"""Answers to the exercises of page 4.2."""

ANSWERS = {
    "written": {
        "wrong": [
            # the gate alone
            "def written(x, h, W, U, b):\n    return sigmoid(x @ W['i'] + h @ U['i'] + b['i'])",
            # no recurrent part
            "def written(x, h, W, U, b):\n"
            "    return sigmoid(x @ W['i'] + b['i']) * np.tanh(x @ W['g'] + b['g'])",
            # no biases
            "def written(x, h, W, U, b):\n"
            "    z = {k: x @ W[k] + h @ U[k] for k in 'ig'}\n"
            "    return sigmoid(z['i']) * np.tanh(z['g'])",
            # a sigmoid on both
            "def written(x, h, W, U, b):\n"
            "    z = {k: x @ W[k] + h @ U[k] + b[k] for k in 'ig'}\n"
            "    return sigmoid(z['i']) * sigmoid(z['g'])",
        ],
        "right": [
            "def written(x, h, W, U, b):\n"
            "    gate = 1 / (1 + np.exp(-(x @ W['i'] + h @ U['i'] + b['i'])))\n"
            "    return gate * np.tanh(x @ W['g'] + h @ U['g'] + b['g'])",
            "def written(x, h, W, U, b):\n"
            "    both = np.concatenate([x, h], axis=1)\n"
            "    z = [both @ np.concatenate([W[k], U[k]]) + b[k] for k in 'ig']\n"
            "    return 0.5 * (1 + np.tanh(z[0] / 2)) * np.tanh(z[1])",
        ],
    },
    "both": {
        "wrong": [
            "def weights_and_bias():\n    return 10.0, 10.0, -5.0",  # an OR
            "def weights_and_bias():\n    return 10.0, 10.0, -20.0",  # half open for both
            "def weights_and_bias():\n    return 15.0, 0.0, -7.5",  # hears one input
        ],
        "right": [
            "def weights_and_bias():\n    return 20, 20, -30",
            "def weights_and_bias():\n    w = 12.0\n    return w, w, -1.5 * w",
        ],
    },
    "candidate": {
        "wrong": [
            "def candidate_gradient(dc, i, g):\n    return dc * i * g",
            "def candidate_gradient(dc, i, g):\n    return dc * i * g * (1 - g)",  # of a sigmoid
            "def candidate_gradient(dc, i, g):\n    return dc * (1 - g**2)",  # without the gate
            "def candidate_gradient(dc, i, g):\n    return dc * i * (1 - np.tanh(g) ** 2)",
        ],
        "right": [
            "def candidate_gradient(dc, i, g):\n    return (1 - g) * (1 + g) * i * dc",
            "def candidate_gradient(dc, i, g):\n    return dc * i / np.cosh(np.arctanh(g)) ** 2",
        ],
    },
    "closed": {
        "wrong": [
            "def input_bias(most, steps):\n    return np.log(most / steps)",  # forgets 1 - i
            "def input_bias(most, steps):\n    return -np.log(steps)",
            "def input_bias(most, steps):\n    return -30.0",  # shut, but not the largest
        ],
        "right": [
            "def input_bias(most, steps):\n    return -np.log(steps / most - 1)",
            "def input_bias(most, steps):\n    return np.log(most) - np.log(steps - most)",
        ],
    },
}

IN_PAGE = {
    "taken-in": {
        "wrong": [
            "c + tanh(zg)",  # without the gate
            "sigmoid(zi) * tanh(zg)",  # what is written alone
            "c * sigmoid(zi) + tanh(zg)",
            "c + sigmoid(zi) * sigmoid(zg)",
        ],
        "right": [
            "c + sigmoid(zi) * tanh(zg)",
            "g = tanh(zg)\ni = sigmoid(zi)\ng * i + c",
        ],
    },
    "input-gate-gradient": {
        "wrong": [
            "dc * g",  # of i itself
            "dc * i * (1 - g**2)",  # of the candidate's sum
            "dc * g * i",
            "dc * g * (1 - i**2)",
        ],
        "right": ["(i - i**2) * g * dc", "dc * g * (1 - i) * i"],
    },
    "what-is-written": {
        "wrong": [
            # by the gate alone
            [
                "i = 0, g = 0.9",
                "i = 0.1, g = 0.9",
                "i = 0.9, g = 0.01",
                "i = 0.9, g = -0.1",
                "i = 1, g = -0.9",
            ],
            # by size, without the sign
            [
                "i = 0, g = 0.9",
                "i = 0.9, g = 0.01",
                "i = 0.9, g = -0.1",
                "i = 0.1, g = 0.9",
                "i = 1, g = -0.9",
            ],
            ["i = 0, g = 0.9", "i = 0.9, g = 0.01", "i = 0.1, g = 0.9"],
        ],
        "right": [
            [
                "i = 1, g = -0.9",
                "i = 0.9, g = -0.1",
                "i = 0, g = 0.9",
                "i = 0.9, g = 0.01",
                "i = 0.1, g = 0.9",
            ],
        ],
    },
}
