"""Answers to the exercises of page 4.4."""

ANSWERS = {
    "behind": {
        "wrong": [
            "def memory_behind(h, o):\n    return np.arctanh(h) / o",  # from the inside out
            "def memory_behind(h, o):\n    return np.tanh(h / o)",
            "def memory_behind(h, o):\n    return np.arctanh(h * o)",
        ],
        "right": [
            "def memory_behind(h, o):\n    return 0.5 * np.log((o + h) / (o - h))",
            "def memory_behind(h, o):\n    shown = h / o\n    return np.arctanh(shown)",
        ],
    },
    "moves": {
        "wrong": [
            "def moves():\n    return {'o', 'h'}, {'h'}",
            "def moves():\n    return {'o', 'h'}, set('ifgo')",  # the gates, not what they make
            "def moves():\n    return {'o', 'c', 'h'}, set('ifgoch')",
            "def moves():\n    return {'o'}, set('ifgoch')",
        ],
        "right": [
            "def moves():\n    return ['h', 'o'], list('choigf')",
            "def moves():\n    return 'oh', 'ifgoch'",
        ],
    },
    "back": {
        "wrong": [
            "def to_memory(dh, o, c):\n    return dh * (1 - np.tanh(c) ** 2)",  # without the gate
            "def to_memory(dh, o, c):\n    return dh * o * (1 - c**2)",  # c is no tanh
            "def to_memory(dh, o, c):\n    return dh * o * np.tanh(c)",
        ],
        "right": [
            "def to_memory(dh, o, c):\n    return dh * o / np.cosh(c) ** 2",
            "def to_memory(dh, o, c):\n    t = np.tanh(c)\n    return o * (dh - dh * t * t)",
        ],
    },
    "nearest": {
        "wrong": [
            # the nearest memory, not the nearest mean
            "def nearest_mean(known, y, new):\n"
            "    far = ((new[:, None] - known) ** 2).sum(-1)\n"
            "    return (y[far.argmin(1)] + 1) % 4",
            # the furthest mean
            "def nearest_mean(known, y, new):\n"
            "    means = np.stack([known[y == k].mean(0) for k in range(4)])\n"
            "    return ((new[:, None] - means) ** 2).sum(-1).argmax(1)",
            # one mean for all
            "def nearest_mean(known, y, new):\n"
            "    return np.abs(new - known.mean(0)).argmin(1) % 4",
        ],
        "right": [
            "def nearest_mean(known, y, new):\n"
            "    means = [known[y == k].mean(0) for k in range(4)]\n"
            "    far = [np.linalg.norm(new - m, axis=1) for m in means]\n"
            "    return np.argmin(far, axis=0)",
            "def nearest_mean(known, y, new):\n"
            "    means = np.array([known[y == k].mean(0) for k in range(4)])\n"
            "    return [int(np.argmin([((v - m) ** 2).sum() for m in means])) for v in new]",
        ],
    },
}

IN_PAGE = {
    "one-step": {
        "wrong": [
            # the memory before its gate
            [
                "c = f * c + i * g",
                "f = sigmoid(x @ W_f + h @ U_f + b_f)",
                "h = o * tanh(c)",
            ],
            # the output of the old memory
            [
                "f = sigmoid(x @ W_f + h @ U_f + b_f)",
                "h = o * tanh(c)",
                "c = f * c + i * g",
            ],
            # a gate that reads the memory
            [
                "f = sigmoid(x @ W_f + h @ U_f + b_f)",
                "c = f * c + i * g",
                "o = sigmoid(x @ W_o + c @ U_o + b_o)",
                "h = o * tanh(c)",
            ],
        ],
        "right": [
            [
                "f = sigmoid(x @ W_f + h @ U_f + b_f)",
                "c = f * c + i * g",
                "h = o * tanh(c)",
            ],
        ],
    },
    "shown": {
        "wrong": [
            "o * tanh(c_prev)",  # one step late
            "o * (f * c_prev + i * g)",  # without the tanh
            "o * tanh(f * c_prev) + i * g",
            "tanh(o * (f * c_prev + i * g))",
        ],
        "right": [
            "o * tanh(f * c_prev + i * g)",
            "new = i * g + c_prev * f\nshown = tanh(new) * o",
        ],
    },
    "output-gate-gradient": {
        "wrong": [
            "dh * tanh(c)",  # of o itself
            "dh * o * (1 - tanh(c)**2)",  # what goes to the memory
            "dh * c * o * (1 - o)",  # without the tanh
            "dh * tanh(c) * o",
        ],
        "right": ["o * (1 - o) * tanh(c) * dh", "dh * tanh(c) * (o - o**2)"],
    },
}
