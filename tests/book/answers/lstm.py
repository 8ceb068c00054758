"""Answers that the checks of page 1.2 are tried on."""

STEP = """
def step(x, h, c, W, U, b):
    i, f, g, o = np.split(x @ W + h @ U + b, 4)
    {}
    return {}, c
"""
RESET = """
def run_with_resets(layer, x):
    state, outputs, before = None, [], {before}
    for x_t in x:
        letter = "BTPSXVE"[x_t.argmax()]
        if {condition}:
            state = None
        y, state = layer.step(x_t[None], {state})
        outputs.append(y[0])
        before = letter
    return np.array(outputs)
"""

ANSWERS = {
    "step": {
        "wrong": [
            STEP.format("c = c + sigmoid(i) * np.tanh(g)", "sigmoid(o) * np.tanh(c)"),
            STEP.format("c = f * c + sigmoid(i) * np.tanh(g)", "sigmoid(o) * np.tanh(c)"),
            STEP.format("c = sigmoid(i) * c + sigmoid(f) * np.tanh(g)", "sigmoid(o) * np.tanh(c)"),
            STEP.format("c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "sigmoid(o) * c"),
            STEP.format(
                "old, c = c, sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "sigmoid(o) * np.tanh(old)"
            ),
        ],
        "right": [
            "def step(x, h, c, W, U, b):\n    z = x @ W + h @ U + b\n    H = len(h)\n"
            "    i, f, o = (sigmoid(z[k * H : (k + 1) * H]) for k in (0, 1, 3))\n"
            "    c *= f\n    c += i * np.tanh(z[2 * H : 3 * H])\n    return o * np.tanh(c), c",
            "def step(x, h, c, W, U, b):\n"
            "    i, f, g, o = (np.concatenate([x, h]) @ np.vstack([W, U]) + b).reshape(4, -1)\n"
            "    new = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))\n"
            "    return [np.tanh(new) / (1 + np.exp(-o)), new]",
        ],
    },
    "path": {
        "wrong": [
            "def path(f):\n    return np.cumprod(f)",
            "def path(f):\n    return np.cumprod(f[::-1])[::-1]",
            "def path(f):\n    return np.array([0.36, 0.72, 0.8, 1.0])",
            "def path(f):\n    return np.append(f[1:], 1.0)",
        ],
        "right": [
            "def path(f):\n    made = [1.0]\n    for gate in reversed(f[1:]):\n"
            "        made.insert(0, made[0] * gate)\n    return made",
            "def path(f):\n    f[:-1] = f[1:]\n    f[-1] = 1\n    return f[::-1].cumprod()[::-1]",
        ],
    },
    "level": {
        "wrong": [
            "def level(a, f):\n    return a * f",
            "def level(a, f):\n    return a * f / (1 - f)",
            "def level(a, f):\n    return a / f if f else a",
            "def level(a, f):\n    return 10.0 if f == 0.9 else 50.0",
        ],
        "right": [
            "def level(a, f):\n    c = 0\n    for _ in range(10_000):\n        c = a + f * c\n    return c",
            "def level(a, f):\n    return -a / (f - 1)",
        ],
    },
    "gate": {
        "wrong": ["w, b = 4.0, -2.0", "w, b = 20.0, -5.0", "w, b = 10.0, -9.0", "w, b = 0.0, 6.0"],
        "right": ["w, b = 20.0, -10.0", "b = -8.7\nw = 5 - b"],
    },
    "reset": {
        "wrong": [
            RESET.format(before="None", condition='letter == "B"', state="state"),
            RESET.format(before="None", condition='letter == "E"', state="state"),
            RESET.format(before="None", condition='before == "E"', state="None"),
            RESET.format(before="None", condition='before == "E"', state="state"),
            "def run_with_resets(layer, x):\n    return np.concatenate(\n"
            "        [layer(x[None, t : t + 1])[0][0] for t in range(len(x))]\n    )",
        ],
        "right": [
            RESET.format(before='"E"', condition='before + letter == "EB"', state="state"),
            "def run_with_resets(layer, x):\n    k = x.argmax(1)\n"
            "    cuts = np.flatnonzero((k[:-1] == 6) & (k[1:] == 0)) + 1\n"
            "    return np.concatenate([layer(piece[None])[0][0] for piece in np.split(x, cuts)])",
        ],
    },
}

ORDERED = [
    "i, f, g, o = split(x @ W + h @ U + b, 4)",
    "i, f, g, o = sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)",
    "c = f * c",
    "c = c + i * g",
    "h = o * tanh(c)",
]

IN_PAGE = {
    "lstm-carousel": {
        "wrong": [
            "c = c_prev + a_i * a_g\nh = a_o * tanh(c)",
            "c = c_prev + sigmoid(a_i) * tanh(a_g)\nh = sigmoid(a_o) * tanh(c_prev)",
            "c = c_prev + sigmoid(a_g) * tanh(a_i)\nh = sigmoid(a_o) * tanh(c)",
            "c = sigmoid(a_i) * (c_prev + tanh(a_g))\nh = sigmoid(a_o) * tanh(c)",
        ],
        "right": [
            "sigmoid(a_o) * tanh(c_prev + sigmoid(a_i) * tanh(a_g))",
            "i = 1 / (1 + exp(-a_i))\nc = i * tanh(a_g) + c_prev\ntanh(c) * sigmoid(a_o)",
        ],
    },
    "lstm-path": {
        "wrong": ["sum(f, axis=0)", "prod(f)", "prod(f, axis=1)", "prod(f[1:], axis=0)"],
        "right": ["cumprod(f, axis=0)[-1]", "exp(sum(log(f), axis=0))"],
    },
    "lstm-settles": {
        "wrong": [
            "a / (1 - f)",  # after very many
            "n * a",  # nothing is forgotten
            "a * f**n",
            "a * f * (1 - f**n) / (1 - f)",  # the last one fades, too
        ],
        "right": [
            "a * (f**n - 1) / (f - 1)",
            "end = a / (1 - f)\nend - end * f**n",
        ],
    },
    "lstm-order": {
        "wrong": [
            [ORDERED[k] for k in (0, 1, 3, 2, 4)],
            [ORDERED[k] for k in (1, 0, 2, 3, 4)],
            [*ORDERED[:3], "c = c + f * g", ORDERED[4]],
            [*ORDERED[:4], "h = f * tanh(c)"],
        ],
        "right": [ORDERED],
    },
}
