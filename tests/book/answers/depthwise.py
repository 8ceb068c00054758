"""Answers to the exercises of page 3.2.3, wrong and right."""

DENSE = """def as_dense(params):
    made = {{"b": {b}}}
    for name in "WU":
        made[name] = {matrix}
    return made"""
DIAGONALS = "np.concatenate([np.diag(g) for g in np.split(params[name][0], 4)], axis=1)"
HEARS = """def is_depthwise(run, x):
    for channel in {channels}:
        changed = x.copy()
        changed[:, 0, channel] += 1
        moved = (run(changed) != run(x))
        moved[..., channel] = False
        if {moved}:
            return False
    return True"""

ANSWERS = {
    "product": {
        "wrong": [
            "def product(x, w):\n    return x * w[len(w) // 2][:, None]",  # the middle tap alone
            # turned round
            "def product(x, w):\n    half, T = len(w) // 2, x.shape[1]\n"
            "    p = np.pad(x, ((0, 0), (half, half)))\n"
            "    return sum(w[-1 - j][:, None] * p[:, j:j + T] for j in range(len(w)))",
            # a ring in place of zeros
            "def product(x, w):\n    half = len(w) // 2\n"
            "    return sum(w[j][:, None] * np.roll(x, half - j, axis=1) for j in range(len(w)))",
            # the last value goes on beyond the end
            "def product(x, w):\n    half, T = len(w) // 2, x.shape[1]\n"
            "    p = np.pad(x, ((0, 0), (half, half)), mode='edge')\n"
            "    return sum(w[j][:, None] * p[:, j:j + T] for j in range(len(w)))",
            # shorter
            "def product(x, w):\n    T = x.shape[1] - len(w) + 1\n"
            "    return sum(w[j][:, None] * x[:, j:j + T] for j in range(len(w)))",
        ],
        "right": [
            "def product(x, w):\n    K, T = len(w), x.shape[1]\n    y = np.zeros_like(x)\n"
            "    for j in range(K):\n        for t in range(T):\n            s = t + j - K // 2\n"
            "            if 0 <= s < T:\n                y[:, t] += w[j] * x[:, s]\n    return y",
            "def product(x, w):\n    half = len(w) // 2\n"
            "    return np.array([np.convolve(np.pad(row, half), kernel[::-1], 'valid')\n"
            "                     for row, kernel in zip(x, w.T)])",
        ],
    },
    "count": {
        "wrong": [
            "def count(D, H, K, mixing):\n    return 4 * K * (D + H) + 4 * H",
            "def count(D, H, K, mixing):\n    return 4 * K * (D + H) + mixing * 4 * H * (D + H)",
            "def count(D, H, K, mixing):\n    return 4 * (D + H) + 4 * H + mixing * 4 * H * (D + H)",
            "def count(D, H, K, mixing):\n"
            "    return 8 * K * H + 4 * H + (8 * H * H if mixing else 0)",  # right where D = H
        ],
        "right": [
            "def count(D, H, K, mixing):\n    more = 4 * H * (D + H) if mixing else 0\n"
            "    return 4 * (H + K * D + K * H) + more",
            "def count(D, H, K, mixing):\n    each = K * D + K * H + H\n    if mixing:\n"
            "        each += D * H + H * H\n    return 4 * each",
        ],
    },
    "dense": {
        "wrong": [
            DENSE.format(b="params['b']", matrix="np.diag(params[name][0])"),
            DENSE.format(b="params['b']", matrix="np.repeat(params[name], 4, axis=0)"),
            DENSE.format(b="np.zeros_like(params['b'])", matrix=DIAGONALS),
            # U forgotten
            DENSE.format(b="params['b']", matrix=DIAGONALS + " * (name == 'W')"),
            # gates in another order
            DENSE.format(
                b="params['b']",
                matrix=DIAGONALS.replace("params[name][0]", "params[name][0][::-1]"),
            ),
        ],
        "right": [
            DENSE.format(
                b="params['b'].copy()",
                matrix="np.tile(np.eye(len(params['b']) // 4), 4) * params[name]",
            ),
            """def as_dense(params):
    C = params["b"].size // 4
    made = {"b": params["b"], "W": np.zeros((C, 4 * C)), "U": np.zeros((C, 4 * C))}
    for name in ("W", "U"):
        for column in range(4 * C):
            made[name][column % C, column] = params[name][0, column]
    return made""",
        ],
    },
    "depthwise": {
        "wrong": [
            "def is_depthwise(run, x):\n    return False",
            "def is_depthwise(run, x):\n    return True",
            HEARS.format(channels="[3]", moved="moved.any()"),  # one channel alone
            HEARS.format(channels="range(x.shape[-1])", moved="moved[:, :2].any()"),  # early alone
            HEARS.format(channels="range(x.shape[-1])", moved="moved.all()"),
        ],
        "right": [
            HEARS.format(channels="range(x.shape[2])", moved="np.any(moved)"),
            """def is_depthwise(run, x):
    y = run(x)
    for k in range(x.shape[-1]):
        others = np.random.default_rng(k).normal(size=x.shape)
        others[..., k] = x[..., k]
        if np.abs(run(others) - y)[..., k].max() > 0:
            return False
    return True""",
        ],
    },
}

IN_PAGE = {
    "depthwise-gate": {
        "wrong": [
            "x * w + h_prev * u + b",
            "sigmoid(x * w + h_prev * u)",
            "sigmoid(x @ w + h_prev @ u + b)",
            "sigmoid(x * u + h_prev * w + b)",
        ],
        "right": ["sigmoid(b + u * h_prev + w * x)", "1 / (1 + exp(-(x * w + h_prev * u + b)))"],
    },
    "depthwise-mixed": {
        "wrong": [
            "x * w + h_prev * u + b",
            "x @ M + h_prev @ N + b",
            "(x * w) @ M + h_prev * u + b",
            "(x * w + h_prev * u) @ M + b",
        ],
        "right": [
            "b + (u * h_prev) @ N + (w * x) @ M",
            "a = (x * w) @ M\na + (h_prev * u) @ N + b",
        ],
    },
    "depthwise-taps": {
        "wrong": [
            "w[2] * p[0:3] + w[1] * p[1:4] + w[0] * p[2:5]",
            "w * p[1:4]",
            "w[0] * p[1:4] + w[1] * p[1:4] + w[2] * p[1:4]",
            "w[0] * p[0:3] + w[1] * p[1:4]",
        ],
        "right": [
            "p[2:5] * w[2] + p[1:4] * w[1] + p[0:3] * w[0]",
            "a = w[0] * p[0:3]\na + w[1] * p[1:4] + w[2] * p[2:5]",
        ],
    },
}
