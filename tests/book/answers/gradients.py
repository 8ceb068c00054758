"""Answers to the exercises of page 4.5."""

SCALE = (
    "def clip(grads, limit):\n"
    "    norm = np.sqrt(sum((g**2).sum() for g in grads))\n"
    "    if {skip}:\n"
    "        return False\n"
    "    for g in grads:\n"
    "        g *= {factor}\n"
    "    return True"
)

ANSWERS = {
    "block": {
        "wrong": [
            "def dh_dc(f, o, c):\n    return o * (1 - np.tanh(c) ** 2)",  # by c_t, not c_(t-1)
            "def dh_dc(f, o, c):\n    return f * (1 - np.tanh(c) ** 2)",  # without the gate
            "def dh_dc(f, o, c):\n    return f * o * (1 - c**2)",
            "def dh_dc(f, o, c):\n    return f * o * np.tanh(c)",
        ],
        "right": [
            "def dh_dc(f, o, c):\n    return f * o / np.cosh(c) ** 2",
            "def dh_dc(f, o, c):\n    t = np.tanh(c)\n    return o * (1 - t) * (1 + t) * f",
        ],
    },
    "chrono": {
        "wrong": [
            "def chrono_biases(steps):\n    return np.log(steps), -np.log(steps)",  # one too many
            "def chrono_biases(steps):\n    return np.log(steps - 1), 0.0",  # b_f alone
            "def chrono_biases(steps):\n    return np.log(steps - 1), np.log(steps - 1)",
        ],
        "right": [
            "def chrono_biases(steps):\n"
            "    f = 1 - 1 / steps\n"
            "    b = np.log(f / (1 - f))\n"
            "    return b, -b",
            "def chrono_biases(steps):\n    return [np.log(steps - 1), np.log(1 / (steps - 1))]",
        ],
    },
    "clip": {
        "wrong": [
            # tests NaN only
            SCALE.format(skip="np.isnan(norm)", factor="min(1, limit / norm)"),
            # destroys the broken gradients
            "def clip(grads, limit):\n"
            "    norm = np.sqrt(sum((g**2).sum() for g in grads))\n"
            "    for g in grads:\n"
            "        g *= min(1, limit / norm)\n"
            "    return bool(np.isfinite(norm))",
            # far too small
            SCALE.format(skip="not np.isfinite(norm)", factor="1 if norm <= limit else 1e-6"),
            # each by its own norm
            "def clip(grads, limit):\n"
            "    if not all(np.isfinite(g).all() for g in grads):\n"
            "        return False\n"
            "    for g in grads:\n"
            "        g *= min(1, limit / np.linalg.norm(g))\n"
            "    return True",
            # small ones scaled up
            SCALE.format(skip="not np.isfinite(norm)", factor="limit / norm"),
        ],
        "right": [
            "def clip(grads, limit):\n"
            "    flat = np.concatenate([g.ravel() for g in grads])\n"
            "    if not np.isfinite(flat).all():\n"
            "        return False\n"
            "    size = np.linalg.norm(flat)\n"
            "    if size > limit:\n"
            "        for g in grads:\n"
            "            g[...] = g * limit / size\n"
            "    return True",
            SCALE.format(skip="norm != norm or np.isinf(norm)", factor="limit / max(norm, limit)"),
        ],
    },
    "reach": {
        "wrong": [
            "def reach(t, S):\n    return t",  # as if nothing were cut
            "def reach(t, S):\n    return t % S + 1",  # counts the step itself
            "def reach(t, S):\n    return min(t, S - 1)",
            "def reach(t, S):\n    return t % 6",  # right for one length of piece
        ],
        "right": [
            "def reach(t, S):\n    return t - t // S * S",
            "def reach(t, S):\n    return divmod(t, S)[1]",
        ],
    },
}

IN_PAGE = {
    "direct-path": {
        "wrong": [
            "log(f) / log(s)",
            "log(s) - log(f)",
            "log(s / f)",
            "s / f",  # as if each step took as much
        ],
        "right": ["ln(s) / ln(f)", "log10(s) / log10(f)", "rate = log(f)\nlog(s) / rate"],
    },
    "two-steps": {
        "wrong": [
            "f1 * f2",  # the direct path alone
            "f1 * f2 + o1 * (1 - tanh(c1)**2) * a2",  # h_1 also has f1
            "f1 * f2 + f1 * o1 * a2",  # without the slope of tanh
            "f1 * f2 * o1 * (1 - tanh(c1)**2) * a2",
        ],
        "right": [
            "f1 * (f2 + o1 * (1 - tanh(c1)**2) * a2)",
            "out = f1 * o1 * (1 - tanh(c1) * tanh(c1))\nf1 * f2 + out * a2",
        ],
    },
    "safe-update": {
        "wrong": [
            # clipped before there is a gradient
            [
                "optimizer.zero_grad()",
                "loss = model(x, y)",
                "norm = clip_grad_norm_(model.parameters(), 1.0)",
                "loss.backward()",
                "if norm.isfinite(): optimizer.step()",
            ],
            # what has come back is wiped out
            [
                "loss = model(x, y)",
                "loss.backward()",
                "optimizer.zero_grad()",
                "norm = clip_grad_norm_(model.parameters(), 1.0)",
                "if norm.isfinite(): optimizer.step()",
            ],
            # an update in any case
            [
                "optimizer.zero_grad()",
                "loss = model(x, y)",
                "loss.backward()",
                "norm = clip_grad_norm_(model.parameters(), 1.0)",
                "optimizer.step()",
            ],
        ],
        "right": [
            [
                "optimizer.zero_grad()",
                "loss = model(x, y)",
                "loss.backward()",
                "norm = clip_grad_norm_(model.parameters(), 1.0)",
                "if norm.isfinite(): optimizer.step()",
            ],
            [
                "loss = model(x, y)",
                "optimizer.zero_grad()",
                "loss.backward()",
                "norm = clip_grad_norm_(model.parameters(), 1.0)",
                "if norm.isfinite(): optimizer.step()",
            ],
        ],
    },
}
