"""Answers to the exercises of page 3.2.2, wrong and right."""

STEP = """def step(x, h, W, U, b, b_u, reset_after):
    a_r, a_z, a_n = np.split(x @ W + b, 3, axis=-1)
    u_r, u_z, u_n = np.split(h @ U{b_u}, 3, axis=-1)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    n = np.tanh(a_n + {inside})
    return {mix}"""
BOTH = "(r * u_n if reset_after else (r * h) @ U[:, -h.shape[1]:])"
USED = " + (b_u if reset_after else 0)"
KEEP = "z * h + (1 - z) * n"

ANSWERS = {
    "step": {
        "wrong": [
            STEP.format(b_u=" + b_u", inside="r * u_n", mix=KEEP),  # after alone
            STEP.format(b_u=USED, inside="(r * h) @ U[:, -h.shape[1]:]", mix=KEEP),  # before alone
            STEP.format(b_u=USED, inside=BOTH, mix="(1 - z) * h + z * n"),  # z turned round
            STEP.format(b_u="", inside=BOTH, mix=KEEP),  # b_u forgotten
            # b_u in the block n alone
            STEP.format(
                b_u="",
                inside="(r * (u_n + b_u[-h.shape[1]:]) if reset_after "
                "else (r * h) @ U[:, -h.shape[1]:])",
                mix=KEEP,
            ),
        ],
        "right": [
            STEP.format(b_u=USED, inside=BOTH, mix="n + z * (h - n)"),
            """def step(x, h, W, U, b, b_u, reset_after):
    H = h.shape[1]
    s = lambda a: 0.5 * (1 + np.tanh(a / 2))
    extra = b_u * bool(reset_after)
    gate = [s(x @ W[:, k] + h @ U[:, k] + b[k] + extra[k])
            for k in (slice(0, H), slice(H, 2 * H))]
    last = slice(2 * H, 3 * H)
    from_h = (gate[0] * (h @ U[:, last] + extra[last]) if reset_after
              else (gate[0] * h) @ U[:, last])
    return gate[1] * h + (1 - gate[1]) * np.tanh(x @ W[:, last] + b[last] + from_h)""",
        ],
    },
    "chung": {
        "wrong": [
            "def from_chung(weights):\n    return {k: -v for k, v in weights.items()}",
            # one column of z
            "def from_chung(weights):\n    made = {k: v.copy() for k, v in weights.items()}\n"
            "    for v in made.values():\n        v[..., 2] *= -1\n    return made",
            # b_u forgotten
            "def from_chung(weights):\n    made = {k: v.copy() for k, v in weights.items()}\n"
            "    for k in ('W', 'U', 'b'):\n        v = made[k]\n        H = v.shape[-1] // 3\n"
            "        v[..., H:2 * H] *= -1\n    return made",
            # the first block
            "def from_chung(weights):\n    made = {}\n    for k, v in weights.items():\n"
            "        r, z, n = np.split(v, 3, axis=-1)\n"
            "        made[k] = np.concatenate([-r, z, n], axis=-1)\n    return made",
            # 1 - weights
            "def from_chung(weights):\n    made = {}\n    for k, v in weights.items():\n"
            "        r, z, n = np.split(v, 3, axis=-1)\n"
            "        made[k] = np.concatenate([r, 1 - z, n], axis=-1)\n    return made",
        ],
        "right": [
            # in place
            "def from_chung(weights):\n    for v in weights.values():\n"
            "        H = v.shape[-1] // 3\n        v[..., H:2 * H] *= -1\n    return weights",
            "def from_chung(weights):\n    sign = lambda H: np.repeat([1, -1, 1], H)\n"
            "    return {k: v * sign(v.shape[-1] // 3) for k, v in weights.items()}",
        ],
    },
    "order": {
        "wrong": [
            # the matrices alone
            "def for_keras(weights):\n    made = dict(weights)\n    for k in ('W', 'U'):\n"
            "        r, z, n = np.split(made[k], 3, axis=-1)\n"
            "        made[k] = np.concatenate([z, r, n], axis=-1)\n    return made",
            # turned round
            "def for_keras(weights):\n    return {k: v[..., ::-1] for k, v in weights.items()}",
            "def for_keras(weights):\n"
            "    return {k: np.roll(v, v.shape[-1] // 3, axis=-1) for k, v in weights.items()}",
            # columns in place of blocks
            "def for_keras(weights):\n    made = {k: v.copy() for k, v in weights.items()}\n"
            "    for v in made.values():\n        v[..., [0, 1]] = v[..., [1, 0]]\n    return made",
        ],
        "right": [
            "def for_keras(weights):\n    made = {}\n    for k, v in weights.items():\n"
            "        H = v.shape[-1] // 3\n"
            "        made[k] = v[..., np.r_[H:2 * H, :H, 2 * H:3 * H]]\n    return made",
            "def for_keras(weights):\n    for v in weights.values():\n"
            "        H = v.shape[-1] // 3\n        r = v[..., :H].copy()\n"
            "        v[..., :H] = v[..., H:2 * H]\n        v[..., H:2 * H] = r\n"
            "    return weights",
        ],
    },
    "direct": {
        "wrong": [
            "def left_of_gradient(z):\n    return z.prod()",
            "def left_of_gradient(z):\n    return (1 - z).prod(axis=0)",
            "def left_of_gradient(z):\n    return z.mean(axis=0)",
            "def left_of_gradient(z):\n    return z[-1] ** len(z)",
            "def left_of_gradient(z):\n    return z[1:].prod(axis=0)",
        ],
        "right": [
            "def left_of_gradient(z):\n    return np.exp(np.log(z).sum(axis=0))",
            "def left_of_gradient(z):\n    left = 1.0\n    for row in z:\n"
            "        left = left * row\n    return left",
        ],
    },
}

IN_PAGE = {
    "gru-before": {
        "wrong": [
            "tanh(a + r * (h_prev @ U_n))",
            "a + (r * h_prev) @ U_n",
            "tanh(a + h_prev @ U_n)",
            "tanh(r * a + h_prev @ U_n)",
        ],
        "right": ["tanh((h_prev * r) @ U_n + a)", "seen = r * h_prev\ntanh(a + seen @ U_n)"],
    },
    "gru-after": {
        "wrong": [
            "tanh(a + r * (h_prev @ U_n) + b_un)",
            "tanh(a + (r * h_prev) @ U_n + b_un)",
            "tanh(r * (a + h_prev @ U_n + b_un))",
            "a + r * (h_prev @ U_n + b_un)",
        ],
        "right": [
            "tanh(a + r * b_un + r * (h_prev @ U_n))",
            "u = h_prev @ U_n + b_un\ntanh(r * u + a)",
        ],
    },
    "gru-new": {
        "wrong": [
            "h = (1 - z) * h_prev + z * n\ndz = dh * (h_prev - n) * z * (1 - z)",
            "h = z * h_prev + (1 - z) * n\ndz = dh * (h_prev - n)",
            "h = z * h_prev + (1 - z) * n\ndz = dh * (n - h_prev) * z * (1 - z)",
            "h = z * h_prev + (1 - z) * n\ndz = dh * h_prev * z * (1 - z)",
            "dh * (h_prev - n) * z * (1 - z)",  # one of two
        ],
        "right": [
            "new = z * h_prev + (1 - z) * n\nd = dh * (h_prev - n)\nd * (z - z**2)",
            "h = n + z * (h_prev - n)\ndz = z * (1 - z) * dh * (h_prev - n)",
        ],
    },
}
