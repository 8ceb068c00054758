"""Answers that the checks of page 1.0 are tried on."""

ANSWERS = {
    "softmax": {
        "wrong": [
            "def stable(s):\n    return np.exp(s) / np.exp(s).sum()",
            "def stable(s):\n    return np.array([0.66524096, 0.24472847, 0.09003057])",
            "def stable(s):\n    e = np.exp(s / np.abs(s).max())\n    return e / e.sum()",
            "def stable(s):\n    e = np.exp(np.minimum(s, 700))\n    return e / e.sum()",
            "def stable(s):\n    return np.exp(s - s.max())",
        ],
        "right": [
            "def stable(s):\n    s -= s.max()\n    e = np.exp(s)\n    e /= e.sum()\n    return e",
            "def stable(s):\n    return 1 / np.exp(np.minimum(s - s[:, None], 700)).sum(1)",
            "def stable(s):\n    top = max(s)\n    e = [np.exp(v - top) for v in s]\n"
            "    return [v / sum(e) for v in e]",
        ],
    },
    "updates": {
        "wrong": [
            "def updates(n, batch_size, epochs):\n    return n // batch_size * epochs",
            "def updates(n, batch_size, epochs):\n    return -(-n * epochs // batch_size)",
            "def updates(n, batch_size, epochs):\n    return (n // batch_size + 1) * epochs",
            "def updates(n, batch_size, epochs):\n    return 378",
        ],
        "right": [
            "def updates(n, batch_size, epochs):\n    return int(np.ceil(n / batch_size)) * epochs",
            "def updates(n, batch_size, epochs):\n"
            "    whole, rest = divmod(n, batch_size)\n    return epochs * (whole + (rest > 0))",
        ],
    },
    "clip": {
        "wrong": [
            "def clip(gradients, norm):\n    return [np.clip(g, -norm, norm) for g in gradients]",
            "def clip(gradients, norm):\n"
            "    return [g * min(1, norm / np.linalg.norm(g)) for g in gradients]",
            "def clip(gradients, norm):\n"
            "    size = np.sqrt(sum((g**2).sum() for g in gradients))\n"
            "    return [g * norm / size for g in gradients]",
            "def clip(gradients, norm):\n    return gradients",
        ],
        "right": [
            "def clip(gradients, norm):\n"
            "    size = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))\n"
            "    if size > norm:\n        for g in gradients:\n            g *= norm / size\n"
            "    return gradients",
            "def clip(gradients, norm):\n"
            "    size = sum(np.sum(g**2) for g in gradients) ** 0.5\n"
            "    return tuple(g / max(1, size / norm) for g in gradients)",
        ],
    },
    "overlap": {
        "wrong": [
            "def overlap(train, test):\n    return np.isin(test, train).mean()",
            "def overlap(train, test):\n"
            "    return np.mean([any((row == old).any() for old in train) for row in test])",
            "def overlap(train, test):\n    return len(test) / len(train)",
            "def overlap(train, test):\n"
            "    return float(any((row == old).all() for old in train for row in test))",
        ],
        "right": [
            "def overlap(train, test):\n"
            "    return np.mean([any(np.array_equal(row, old) for old in train) for row in test])",
            "def overlap(train, test):\n    found = 0\n    for row in test:\n"
            "        found += bool((train == row).reshape(len(train), -1).all(1).any())\n"
            "    return found / len(test)",
        ],
    },
}

UPDATE = ["p = softmax(x @ W)", "d = (p - y) / len(x)", "g = x.T @ d", "W = W - rate * g"]

IN_PAGE = {
    "training-loss": {
        "wrong": [
            "-mean(y * log(p))",
            "sum(y * log(p)) / N",
            "-sum(p * log(y)) / N",
            "-sum(y * log(p)) / K",
        ],
        "right": ["-mean(sum(y * log(p), axis=1))", "sum(-log(p) * y) / N"],
    },
    "training-slope": {
        "wrong": ["p - y", "(y - p) / N", "(p - y) / K", "(p - y) / (N * K)"],
        "right": ["p / N - y / N", "d = p - y\nd / len(p)"],
    },
    "training-weights": {
        "wrong": ["x @ d.T", "d.T @ x", "sum(x) * sum(d)"],
        "right": ["(d.T @ x).T", "x.T @ d"],
    },
    "training-update": {
        "wrong": [
            [*UPDATE[:3], "W = W + rate * g"],
            [*UPDATE[:2], "g = x @ d", UPDATE[3]],
            [UPDATE[1], UPDATE[0], *UPDATE[2:]],
        ],
        "right": [UPDATE],
    },
}
