"""Answers to the exercises of page 4.3."""

ANSWERS = {
    "brackets": {
        "wrong": [
            # the gates half open
            "def bracket_weights():\n"
            "    W = np.zeros((2, 4))\n"
            "    W[:, 2] = 20, -20\n"
            "    return W, np.zeros(4)",
            # forget gate not open far enough for a depth of 40
            "def bracket_weights():\n"
            "    W = np.zeros((2, 4))\n"
            "    W[:, 2] = 20, -20\n"
            "    return W, np.array([20.0, 5.0, 0.0, 0.0])",
            # ) does not take away
            "def bracket_weights():\n"
            "    W = np.zeros((2, 4))\n"
            "    W[:, 2] = 20, 0\n"
            "    return W, np.array([20.0, 20.0, 0.0, 0.0])",
        ],
        "right": [
            "def bracket_weights():\n"
            "    W = np.zeros((2, 4))\n"
            "    W[0, 2], W[1, 2] = 30, -30\n"
            "    W[:, 0] = 15\n"
            "    W[:, 1] = 15\n"
            "    return W, np.zeros(4)",
            "def bracket_weights():\n    return [[0, 0, 10, 0], [0, 0, -10, 3]], [12, 12, 0, -1]",
        ],
    },
    "rest": {
        "wrong": [
            "def rest(f, i, g):\n    return i * g / f",
            "def rest(f, i, g):\n    return g / (1 - f)",  # the input gate left out
            "def rest(f, i, g):\n    return i * g * f / (1 - f)",  # one step late
            "def rest(f, i, g):\n    return g",  # right where i = 1 - f
        ],
        "right": [
            "def rest(f, i, g):\n    return memory_of([g] * 500, f, i)",
            "def rest(f, i, g):\n    return -(g * i) / (f - 1)",
        ],
    },
    "average": {
        "wrong": [
            "def gates_of_mean(t):\n    return 1.0, 1 / t",  # a sum with falling weights
            "def gates_of_mean(t):\n    return 0.9, 0.1",  # an exponential mean
            "def gates_of_mean(t):\n    return 1 - 1 / (t + 1), 1 / (t + 1)",  # counts c_0 in
        ],
        "right": [
            "def gates_of_mean(t):\n    i = 1 / t\n    return 1 - i, i",
            "def gates_of_mean(t):\n    return 1 - t**-1, t**-1",
        ],
    },
    "alone": {
        "wrong": [
            "def derivatives(last):\n    return np.eye(3)",
            # the values in place of the derivatives
            "def derivatives(last):\n    return np.array([last(e) for e in np.eye(3)])",
            # the whole move on the diagonal's cell only once
            "def derivatives(last):\n    return np.diag(last(np.full(3, 0.5)) - last(np.zeros(3)))",
        ],
        "right": [
            "def derivatives(last):\n"
            "    zero = last(np.zeros(3))\n"
            "    return np.array([(last(1e-7 * e) - zero) / 1e-7 for e in np.eye(3)])",
            # c is linear in c_0 where U = 0
            "def derivatives(last):\n"
            "    return np.array([last(e) - last(0 * e) for e in np.eye(3)])",
        ],
    },
}

IN_PAGE = {
    "wanted-memory": {
        "wrong": [
            "want - f * c",  # what is to be written, not the candidate
            "(want - c) / i",  # without the forgetting
            "want / i - f * c",
            "f * c + i * want",
        ],
        "right": ["want / i - f * c / i", "missing = want - f * c\nmissing / i"],
    },
    "levels-off": {
        "wrong": [
            "s / (1 - f)",  # the pushes all one way
            "s / sqrt(1 - f)",
            "s * sqrt(1 - f**2)",
            "s / (1 - f**2)",  # the variance's factor
        ],
        "right": ["s * (1 - f**2) ** -0.5", "sqrt(s**2 / ((1 - f) * (1 + f)))"],
    },
    "four-corners": {
        "wrong": [
            ["f = 0, i = 0", "f = 0, i = 1", "f = 1, i = 0", "f = 1, i = 1"],
            ["f = 1, i = 1", "f = 0, i = 1", "f = 1, i = 0", "f = 0, i = 0"],
            ["f = 1, i = 0", "f = 0, i = 0", "f = 0, i = 1", "f = 1, i = 1"],
        ],
        "right": [["f = 0, i = 0", "f = 1, i = 0", "f = 0, i = 1", "f = 1, i = 1"]],
    },
}
