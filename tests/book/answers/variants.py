"""Answers that the checks of page 1.3 are tried on."""

COUPLED = """
def coupled(x, h, c, W, U, b):
    i, g, o = np.split(x @ W + h @ U + b, 3)
    i, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-o))
    c = {}
    return {}, c
"""
SIZE = """
def gru_size(D, H):
    wanted = 4 * H * (D + H + 1)
    return {}
"""
TURN = """
def converted(weights, H):
    made = {{name: value.copy() for name, value in weights.items()}}
    for name, value in made.items():
        {}
    return made
"""

ANSWERS = {
    "coupled": {
        "wrong": [
            COUPLED.format("c + i * np.tanh(g)", "o * np.tanh(c)"),
            COUPLED.format("i * c + (1 - i) * np.tanh(g)", "o * np.tanh(c)"),
            COUPLED.format("(1 - i) * c + i * g", "o * np.tanh(c)"),
            COUPLED.format("(1 - i) * c + i * np.tanh(g)", "o * c"),
        ],
        "right": [
            COUPLED.format("c + i * (np.tanh(g) - c)", "np.tanh(c) * o"),
            "def coupled(x, h, c, W, U, b):\n    z = x @ W + h @ U + b\n    H = len(h)\n"
            "    f = 1 / (1 + np.exp(z[:H]))\n    c *= f\n"
            "    c += (1 - f) * np.tanh(z[H : 2 * H])\n"
            "    return np.tanh(c) / (1 + np.exp(-z[2 * H :])), c",
        ],
    },
    "budget": {
        "wrong": [
            SIZE.format("H"),
            SIZE.format("round(H * 4 / 3)"),
            SIZE.format("74"),
            SIZE.format(
                "min(range(1, 3 * H), key=lambda k: abs(3 * k * (D + k + 1) - wanted) - k / 1e6)"
            ),
            SIZE.format("max(k for k in range(1, 3 * H) if 3 * k * (D + k + 2) <= wanted)"),
        ],
        "right": [
            SIZE.format(
                "int(np.argmin([abs(3 * k * (D + k + 2) - wanted) for k in range(1, 3 * H)])) + 1"
            ),
            "def gru_size(D, H):\n    wanted = VARIANTS['LSTM'].parameter_count(D, H)\n"
            "    best = 1\n    for k in range(1, 2 * H):\n"
            "        off = abs(VARIANTS['GRU'].parameter_count(D, k) - wanted)\n"
            "        if off < abs(VARIANTS['GRU'].parameter_count(D, best) - wanted):\n"
            "            best = k\n    return best",
        ],
    },
    "convention": {
        "wrong": [
            "def converted(weights, H):\n    return weights",
            TURN.format("value[..., :H] *= -1"),
            TURN.format('value[..., H : 2 * H] *= -1 if name != "b_u" else 1'),
            TURN.format("value[..., H : 2 * H] = 1 - value[..., H : 2 * H]"),
            TURN.format("value *= -1"),
        ],
        "right": [
            "def converted(weights, H):\n    for name in weights:\n"
            "        weights[name][..., H : 2 * H] *= -1\n    return weights",
            "def converted(weights, H):\n    sign = np.repeat([1.0, -1.0, 1.0], H)\n"
            "    return {name: value * sign for name, value in weights.items()}",
        ],
    },
    "scan": {
        "wrong": [
            "def scan(a, b):\n    return np.cumsum(b)",
            "def scan(a, b):\n    return np.cumsum(a * b)",
            "def scan(a, b):\n    return np.cumprod(a) * np.cumsum(b)",
            "def scan(a, b):\n    h, made = 0.0, []\n    for a_t, b_t in zip(a, b):\n"
            "        h = a_t * h + b_t\n        made.append(h)\n    return np.array(made)",
            "def scan(a, b):\n    h = b.copy()\n    for t in range(1, len(b)):\n"
            "        h[t] += a[t] * h[t - 1]\n    return h",
        ],
        "right": [
            "def scan(a, b):\n    logs = np.cumsum(np.log(a))\n"
            "    return (np.tril(np.exp(logs[:, None] - logs)) * b).sum(1)",
            "def scan(a, b):\n    np.cumprod(a, out=a)\n    b /= a\n    np.cumsum(b, out=b)\n"
            "    b *= a\n    return b",
        ],
    },
    "no-cell-state": {
        "wrong": [
            "def without_c(variants):\n    return sorted(variants)",
            "def without_c(variants):\n"
            "    return sorted(n for n, v in variants.items() if 'c' not in str(v.states).lower())",
            "def without_c(variants):\n"
            "    return sorted(n for n, v in variants.items() if len(v.states) == 1)",
            "def without_c(variants):\n    return ['GRU', 'MLSTM', 'MinGRU', 'MinLSTM', 'RNN']",
            "def without_c(variants):\n"
            "    return [n for n, v in variants.items() if 'c' not in v.states][::-1]",
        ],
        "right": [
            "def without_c(variants):\n    made = []\n    for name in sorted(variants):\n"
            "        if not set(variants[name].states) & {'c'}:\n            made.append(name)\n"
            "    return made",
            "def without_c(variants):\n"
            "    return tuple(filter(lambda n: 'c' not in variants[n].states, sorted(variants)))",
        ],
    },
}

YEARS = [
    "a plain recurrent network: Elman",
    "a memory with a fixed 1: input and output gate",
    "the forget gate",
    "the GRU",
    "a convolution in place of the product: ConvLSTM",
    "gates that do not see h: minLSTM",
]

IN_PAGE = {
    "variants-coupled": {
        "wrong": [
            "c_prev + i * g",
            "i * c_prev + (1 - i) * g",
            "(1 - i) * (c_prev + g)",
            "(1 - i) * c_prev + g",
        ],
        "right": ["c_prev + i * (g - c_prev)", "f = 1 - i\nf * c_prev + i * g"],
    },
    "variants-peephole": {
        "wrong": [
            "sigmoid(a) + p * c_prev",
            "sigmoid(a + c_prev)",
            "sigmoid(a + sum(p) * c_prev)",
            "a + p * c_prev",
        ],
        "right": ["1 / (1 + exp(-a - c_prev * p))", "z = c_prev * p + a\nsigmoid(z)"],
    },
    "variants-years": {
        "wrong": [
            [YEARS[k] for k in (0, 2, 1, 3, 4, 5)],
            [YEARS[k] for k in (1, 0, 2, 3, 4, 5)],
            [YEARS[k] for k in (0, 1, 2, 4, 3, 5)],
        ],
        "right": [YEARS],
    },
}
