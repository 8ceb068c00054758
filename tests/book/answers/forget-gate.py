"""Answers to the exercises of page 4.1."""

ANSWERS = {
    "half-life": {
        "wrong": [
            "def half_life(f):\n    return 0.69 / (1 - f)",  # the short form, for f near 1
            "def half_life(f):\n    return np.log(f) / np.log(0.5)",  # upside down
            "def half_life(f):\n    return {0.5: 1.0, 0.9: 6.578813478960585}.get(f, 68.97)",
            "def half_life(f):\n    return np.log(0.5) * np.log(f)",
        ],
        "right": [
            "def half_life(f):\n    return -np.log(2) / np.log(f)",
            "def half_life(f):\n    return 1 / np.emath.logn(0.5, f)",
        ],
    },
    "erase": {
        "wrong": [
            "def weight_and_bias():\n    return 14.0, -7.0",  # the signs turned round
            "def weight_and_bias():\n    return -14.0, 4.0",  # does not keep
            "def weight_and_bias():\n    return -7.0, 7.0",  # halves only
        ],
        "right": [
            "def weight_and_bias():\n    return -20, 8",
            "def weight_and_bias():\n    bias = 10.0\n    return -bias - 5.0, bias",
        ],
    },
    "left": {
        "wrong": [
            # with the gate of its own step
            "def left_at_end(f):\n    return np.cumprod(f[::-1], axis=0)[::-1]",
            "def left_at_end(f):\n    return np.cumprod(f, axis=0)",  # the gates before
            "def left_at_end(f):\n    return np.array([[0.045], [0.09], [0.9], [1.0]])",
            # all cells in one
            "def left_at_end(f):\n"
            "    after = np.cumprod(f[::-1].mean(1))[::-1]\n"
            "    return np.append(after[1:], 1.0)[:, None] * np.ones_like(f)",
        ],
        "right": [
            "def left_at_end(f):\n"
            "    return np.stack([f[t + 1 :].prod(axis=0) for t in range(len(f))])",
            "def left_at_end(f):\n"
            "    left = np.ones_like(f)\n"
            "    for t in range(len(f) - 2, -1, -1):\n"
            "        left[t] = left[t + 1] * f[t + 1]\n"
            "    return left",
        ],
    },
    "best-bias": {
        "wrong": [
            "def best_bias(T):\n    return np.log(T / 0.69)",  # half is left: another question
            "def best_bias(T):\n    return np.log(T + 1)",
            "def best_bias(T):\n    return 4.605",  # right for T = 100 only
        ],
        "right": [
            "def best_bias(T):\n    f = T / (T + 1)\n    return np.log(f / (1 - f))",
            "def best_bias(T):\n"
            "    b = np.linspace(-1, 10, 110001)\n"
            "    f = sigmoid(b)\n"
            "    return b[(T * f**T * (1 - f)).argmax()]",
        ],
    },
}

IN_PAGE = {
    "kept": {
        "wrong": [
            "sigmoid(x @ W + h @ U + b)",  # the gate alone
            "(1 - sigmoid(x @ W + h @ U + b)) * c",  # by its name
            "sigmoid(x @ W + h @ U) * c",
            "tanh(x @ W + h @ U + b) * c",
        ],
        "right": [
            "c * sigmoid(b + h @ U + x @ W)",
            "z = x @ W + h @ U + b\nc / (1 + exp(-z))",
        ],
    },
    "gate-gradient": {
        "wrong": [
            "dc * c_prev",  # of f itself
            "dc * f",  # what goes on along c
            "dc * c_prev * (1 - f**2)",  # the slope of tanh
            "dc * c_prev * f",
        ],
        "right": ["f * (1 - f) * c_prev * dc", "dc * c_prev * (f - f**2)"],
    },
    "who-holds": {
        "wrong": [
            ["f = 0.99", "forget bias 4", "f = 0.9", "forget bias 1", "forget bias 0"],
            ["forget bias 0", "forget bias 1", "forget bias 4", "f = 0.9", "f = 0.99"],
            ["forget bias 0", "f = 0.9", "f = 0.99", "forget bias 1", "forget bias 4"],
        ],
        "right": [
            ["forget bias 0", "forget bias 1", "f = 0.9", "forget bias 4", "f = 0.99"],
        ],
    },
}
