"""Answers to the exercises of page 3.2.7, wrong and right."""

CORRELATE = """def correlate(x, W):
    k, half = len(W), len(W) // 2
    padded = np.pad(x, ((half, half), (0, 0)){mode})
    return sum(padded[j : j + len(x)] @ W[{tap}] for j in range(k))"""
TURN = """def next_place(before, now, size):
    move = now - before
    then = now + move
    {turn}"""

ANSWERS = {
    "correlate": {
        "wrong": [
            CORRELATE.format(mode="", tap="k - 1 - j"),  # turned round
            CORRELATE.format(mode=", mode='edge'", tap="j"),
            CORRELATE.format(mode=", mode='wrap'", tap="j"),
            # one channel for itself
            "def correlate(x, W):\n    return np.stack([np.correlate(x[:, 0], W[:, 0, q], 'same')"
            " for q in range(W.shape[2])], axis=1)",
            # shorter
            "def correlate(x, W):\n    n = len(x) - len(W) + 1\n"
            "    return sum(x[j:j + n] @ W[j] for j in range(len(W)))",
        ],
        "right": [
            "def correlate(x, W):\n    k, n = len(W), len(x)\n    y = np.zeros((n, W.shape[2]))\n"
            "    for p in range(n):\n        for j in range(k):\n            s = p + j - k // 2\n"
            "            if 0 <= s < n:\n                y[p] += x[s] @ W[j]\n    return y",
            "def correlate(x, W):\n    half = len(W) // 2\n    p = np.pad(x, ((half, half), (0, 0)))\n"
            "    rows = np.stack([p[j:j + len(x)] for j in range(len(W))])\n"
            "    return np.einsum('jnd,jdq->nq', rows, W)",
        ],
    },
    "kernel": {
        "wrong": [
            "def kernel_size(speed):\n    return 5",
            "def kernel_size(speed):\n    return 2 * speed - 1",
            "def kernel_size(speed):\n    return 2 * speed",
            "def kernel_size(speed):\n    return 2 * speed + 3",
            "def kernel_size(speed):\n    return speed + 2",
        ],
        "right": [
            "def kernel_size(speed):\n    return speed + 1 + speed",
            "def kernel_size(speed):\n    k = 1\n    while k // 2 < speed:\n        k += 2\n    return k",
        ],
    },
    "turn": {
        "wrong": [
            # stays at the border
            TURN.format(turn="return np.clip(then, 0, size - 1)"),
            # turns as a whole
            TURN.format(turn="return before if ((then < 0) | (then >= size)).any() else then"),
            # one border alone
            TURN.format(turn="return np.where(then < 0, before, then)"),
            # right for 7 pixels
            TURN.format(turn="return np.where((then < 0) | (then >= 7), before, then)"),
        ],
        "right": [
            TURN.format(
                turn="return [b if p < 0 or p >= size else p for p, b in zip(then, before)]"
            ),
            TURN.format(turn="return np.where((then < 0) | (then > size - 1), before, then)"),
        ],
    },
    "channels": {
        "wrong": [
            "def channels(budget, k):\n    return int((budget / (4 * k * k)) ** 0.5)",
            "def channels(budget, k):\n    return 6",
            # D + H without D
            "def channels(budget, k):\n    H = 1\n"
            "    while 4 * (H + 1) * (k * k * (H + 1) + 1) <= budget:\n        H += 1\n    return H",
            # k in place of k * k
            "def channels(budget, k):\n    H = 1\n"
            "    while 4 * (H + 1) * (k * (H + 2) + 1) <= budget:\n        H += 1\n    return H",
        ],
        "right": [
            "def channels(budget, k):\n"
            "    return max(H for H in range(1, 500) if 4 * H * (k * k * (1 + H) + 1) <= budget)",
            "def channels(budget, k):\n    a, b = 4 * k * k, 4 * k * k + 4\n"
            "    return int((np.sqrt(b * b + 4 * a * budget) - b) / (2 * a) + 1e-9)",
        ],
    },
}

IN_PAGE = {
    "convolutional-side": {
        "wrong": [
            "n * (k - 1) / 2",
            "s * (k - 1) / 2",
            "(n + s) * k",
            "(n * s) * (k - 1) / 2",
            "(1 + s) * (k - 1) / 2",
        ],
        "right": ["(k - 1) / 2 * (s + n)", "r = (k - 1) / 2\nn * r + s * r"],
    },
    "convolutional-products": {
        "wrong": [
            "4 * H * k**2 * (D + H)",
            "rows * columns * 4 * H * (D + H)",
            "rows * columns * 4 * H * k * (D + H)",
            "rows * columns * 4 * H * (k**2 * (D + H) + 1)",
        ],
        "right": [
            "4 * rows * columns * k * k * H * (D + H)",
            "weights = 4 * H * (D + H) * k**2\nrows * columns * weights",
        ],
    },
}
