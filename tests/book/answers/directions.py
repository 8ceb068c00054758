"""Answers to the exercises of page 2.2, wrong and right."""

ANSWERS = {
    "axes": {
        "wrong": [
            # by the names of blocks and states
            """def axes():
    places = {}
    for name in "CoupledLSTM PeepholeLSTM GRU SLSTM MLSTM ProjectedLSTM".split():
        v, lstm = VARIANTS[name], VARIANTS["LSTM"]
        gating = {"gating"} if v.blocks != lstm.blocks else set()
        memory = {"memory"} if set(v.states) != set(lstm.states) else set()
        places[name] = gating | memory
    return {**places, "two directions": {"connections"}}
""",
            # one place each, as in a tree
            """def axes():
    gating = {name: {"gating"} for name in ("CoupledLSTM", "PeepholeLSTM", "GRU")}
    memory = {name: {"memory"} for name in ("SLSTM", "MLSTM")}
    connections = {name: {"connections"} for name in ("ProjectedLSTM", "two directions")}
    return {**gating, **memory, **connections}
""",
            # peepholes as a connection
            """def axes():
    both = {"gating", "memory"}
    return {
        "CoupledLSTM": {"gating"},
        "PeepholeLSTM": {"connections"},
        "GRU": both,
        "SLSTM": both,
        "MLSTM": both,
        "ProjectedLSTM": {"connections"},
        "two directions": {"connections"},
    }
""",
            'def axes():\n    return {"CoupledLSTM": {"gating"}}\n',
        ],
        "right": [
            """def axes():
    names = "CoupledLSTM PeepholeLSTM GRU SLSTM MLSTM ProjectedLSTM".split()
    places = {name: ["gating"] for name in names[:5]}
    for name in ("GRU", "SLSTM", "MLSTM"):
        places[name].append("memory")
    places["ProjectedLSTM"] = places["two directions"] = ["connections"]
    return places
""",
            """def axes():
    return dict(
        [
            ("GRU", ("memory", "gating")),
            ("MLSTM", ("memory", "gating")),
            ("SLSTM", ("memory", "gating")),
            ("PeepholeLSTM", ("gating",)),
            ("CoupledLSTM", ("gating",)),
            ("two directions", ("connections",)),
            ("ProjectedLSTM", ("connections",)),
        ]
    )
""",
        ],
    },
    "candidate": {
        "wrong": [
            "def candidate(c, v, i):\n    return v / i\n",
            "def candidate(c, v, i):\n    return c + v / i\n",
            "def candidate(c, v, i):\n    return c + v if abs(c + v) < 1 else None\n",
            "def candidate(c, v, i):\n    return 0.4\n",
        ],
        "right": [
            """def candidate(c, v, i):
    g = (c + v - (1 - i) * c) / i
    if -1 < g < 1:
        return g
    return None
""",
            """def candidate(c, v, i):
    return c + v / i if i * abs(c) < i and abs(i * c + v) < i else None
""",
        ],
    },
    "leaky-sum": {
        "wrong": [
            "def leaky_gate(n, share):\n    return (1 - share) / n\n",
            "def leaky_gate(n, share):\n    return 1 - share ** (1 / n)\n",
            # the first term alone
            "def leaky_gate(n, share):\n    return 2 * (1 - share) / (n - 1)\n",
            "def leaky_gate(n, share):\n    return 0.0147\n",
        ],
        "right": [
            """def leaky_gate(n, share):
    i = np.linspace(1e-6, 1, 200_001)
    held = (1 - (1 - i) ** n) / (n * i)
    return i[held >= share].max()
""",
            """def leaky_gate(n, share):
    i = 1.0
    while sum((1 - i) ** k for k in range(n)) < share * n:
        i *= 0.9995
    return i
""",
        ],
    },
    "reverse": {
        "wrong": [
            # the padding comes to the front
            "def turned(x, lengths):\n    return x[:, ::-1].copy()\n",
            # the batch is turned
            "def turned(x, lengths):\n    return x[::-1]\n",
            # starts one step late
            """def turned(x, lengths):
    y = x.copy()
    for k, n in enumerate(lengths):
        y[k, :n] = x[k, n:0:-1]
    return y
""",
            # only the ends change places
            """def turned(x, lengths):
    y = x.copy()
    for k, n in enumerate(lengths):
        y[k, 0], y[k, n - 1] = x[k, n - 1], x[k, 0]
    return y
""",
        ],
        "right": [
            """def turned(x, lengths):
    t, n = np.arange(x.shape[1]), np.asarray(lengths)[:, None]
    back = np.where(t < n, n - 1 - t, t)
    return np.take_along_axis(x, back[:, :, None], axis=1)
""",
            """def turned(x, lengths):
    rows = [np.concatenate([row[:n][::-1], row[n:]]) for row, n in zip(x, lengths)]
    return np.array(rows)
""",
        ],
    },
}

IN_PAGE = {
    "directions-coupled": {
        "wrong": [
            "(c - c_prev) / g",
            "(g - c) / (g - c_prev)",  # how far it was shut
            "(g - c_prev) / (c - c_prev)",
            "c / (c_prev + g)",
        ],
        "right": ["(c_prev - c) / (c_prev - g)", "way = g - c_prev\n(c - c_prev) / way"],
    },
    "directions-write": {
        "wrong": [
            "f * C_prev + i * k @ v.T",
            "f * C_prev + v @ k.T",
            "C_prev + i * v @ k.T",
            "f * C_prev + i * v * k",
        ],
        "right": ["i * (v @ k.T) + C_prev * f", "f * C_prev + v @ (i * k.T)"],
    },
    "directions-read": {
        "wrong": [
            "(C @ q) / d",  # without the gate
            "o * (C @ q)",
            "o * sum(C, axis=1, keepdims=True) / d",  # whatever is asked
            "C @ (q * d) * o",
        ],
        "right": ["o / d * (C @ q)", "read = C @ q\nread * o / d"],
    },
}
