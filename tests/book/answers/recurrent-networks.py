"""Answers that the checks of page 1.1 are tried on."""

LOOP = """
def forward(x, h, W, U, b):
    states = []
    for x_t in x:
        {step}
        states.append(h)
    return np.array(states)
"""
BACK = """
def backward(dy, x, states, U):
    dz, dh = np.zeros_like(dy), np.zeros(len(U))
    for t in reversed(range(len(x))):
        dz[t] = {slope}
        dh = dz[t] @ {U}
    before = {before}
    return x.T @ dz, before.T @ dz, dz.sum(0)
"""
SLOPE = "(dy[t] + dh) * (1 - states[t] ** 2)"
BEFORE = "np.vstack([np.zeros(len(U)), states[:-1]])"

ANSWERS = {
    "forward": {
        "wrong": [
            LOOP.format(step="h = np.tanh(x_t @ W + h @ U)"),
            LOOP.format(step="h = np.tanh(x_t @ W + h @ U.T + b)"),
            LOOP.format(step="h = x_t @ W + h @ U + b"),
            "def forward(x, h, W, U, b):\n    return np.tanh(x @ W + h @ U + b)",
            LOOP.format(step="h = np.tanh(x_t @ W + 0 * h @ U + b)"),
        ],
        "right": [
            "def forward(x, h, W, U, b):\n    y = np.empty((len(x), len(h)))\n"
            "    for t in range(len(x)):\n        before = y[t - 1] if t else h\n"
            "        y[t] = np.tanh(b + before @ U + x[t] @ W)\n    return y",
            "def forward(x, h, W, U, b):\n    z = x @ W\n    z += b\n    for t in range(len(z)):\n"
            "        z[t] += h @ U\n        np.tanh(z[t], out=z[t])\n        h = z[t]\n    return z",
        ],
    },
    "weights": {
        "wrong": [
            "def weights(D, H, T):\n    return H * (D + H)",
            "def weights(D, H, T):\n    return T * H * (D + H + 1)",
            "def weights(D, H, T):\n    return 4800",
            "def weights(D, H, T):\n    return 4 * H * (D + H + 1)",
        ],
        "right": [
            "def weights(D, H, T):\n    return D * H + H * H + H",
            "def weights(D, H, T):\n    return sum(v.size for v in lb.RNN(D, H).params.values())",
        ],
    },
    "horizon": {
        "wrong": [
            "def horizon(rho, share=1e-3):\n    return int(np.log(1e-3) / np.log(rho)) + 1",
            "def horizon(rho, share=1e-3):\n    return int(np.log(share) / np.log(rho))",
            "def horizon(rho, share=1e-3):\n    return np.log(share) / np.log(rho)",
            "def horizon(rho, share=1e-3):\n    return {0.6: 14, 0.9: 66, 0.999: 6905}[rho]",
            "def horizon(rho, share=1e-3):\n    return int(np.log(share) / np.log(rho)) + 2",
        ],
        "right": [
            "def horizon(rho, share=1e-3):\n    k = 0\n    while rho**k >= share:\n        k += 1\n"
            "    return k",
            "def horizon(rho, share=1e-3):\n    return np.floor(np.emath.logn(rho, share)) + 1",
        ],
    },
    "scale": {
        "wrong": [
            "def scaled(U, rho):\n    return U * rho / np.linalg.norm(U, 2)",
            "def scaled(U, rho):\n    return U * rho / np.linalg.eigvals(U).real.max()",
            "def scaled(U, rho):\n    return rho * np.eye(len(U))",
            "def scaled(U, rho):\n    return rho * np.linalg.qr(U)[0]",
        ],
        "right": [
            "def scaled(U, rho):\n    U *= rho / max(abs(np.linalg.eigvals(U)))\n    return U",
            "def scaled(U, rho):\n    values = np.linalg.eig(U)[0]\n"
            "    return rho * (U / np.sqrt((values * values.conj()).real.max()))",
        ],
    },
    "backward": {
        "wrong": [
            BACK.format(slope=SLOPE, U="U.T", before="np.roll(states, 1, axis=0)"),
            BACK.format(slope="dy[t] * (1 - states[t] ** 2)", U="U.T", before=BEFORE),
            BACK.format(slope=SLOPE, U="U", before=BEFORE),
            BACK.format(slope="dy[t] + dh", U="U.T", before=BEFORE),
            BACK.format(slope=SLOPE, U="U.T", before="states"),
        ],
        "right": [
            BACK.format(slope=SLOPE, U="U.T", before=BEFORE),
            "def backward(dy, x, states, U):\n    W, b = np.zeros((x.shape[1], len(U))), 0\n"
            "    dU = np.zeros(U.shape)\n    for t in range(len(x) - 1, -1, -1):\n"
            "        dy[t] *= 1 - states[t] ** 2\n        W += x[t][:, None] * dy[t]\n"
            "        b = b + dy[t]\n        if t:\n"
            "            dU += states[t - 1][:, None] * dy[t]\n"
            "            dy[t - 1] += U @ dy[t]\n    return W, dU, b",
        ],
    },
}

LOOP_LINES = [
    "for t in reversed(range(T)):",
    "    dh = dh + dy[t]",
    "    dz = dh * (1 - h[t] ** 2)",
    "    dU += outer(h[t - 1], dz)",
    "    dh = U @ dz",
]

IN_PAGE = {
    "recurrent-networks-step": {
        "wrong": ["x @ W + h @ U + b", "tanh(x @ W + h @ U)", "tanh(x @ W + h @ U.T + b)"],
        "right": ["tanh(b + h @ U + x @ W)", "z = x @ W + b\ntanh(z + h @ U)"],
    },
    "recurrent-networks-back": {
        "wrong": [
            "dh * (1 - h**2) @ U",
            "dh @ U.T",
            "dh @ U.T * (1 - h**2)",
            "dh * (1 - tanh(h) ** 2) @ U.T",
        ],
        "right": ["(dh - dh * h * h) @ U.T", "dz = (1 - h * h) * dh\n(U @ dz.T).T"],
    },
    "recurrent-networks-gradient": {
        "wrong": ["h_prev @ dz.T", "dz.T @ h_prev", "h_prev.T @ dz / B"],
        "right": ["(dz.T @ h_prev).T", "0 + h_prev.T @ dz"],
    },
    "recurrent-networks-loop": {
        "wrong": [
            ["for t in range(T):", *LOOP_LINES[1:]],
            [*LOOP_LINES[:2], "    dz = dh * h[t] ** 2", *LOOP_LINES[3:]],
            [LOOP_LINES[k] for k in (0, 2, 1, 3, 4)],
        ],
        "right": [LOOP_LINES, [LOOP_LINES[k] for k in (0, 1, 2, 4, 3)]],
    },
}
