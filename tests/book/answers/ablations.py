"""Answers to the exercises of page 3.2.4, wrong and right."""

STEP = """def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def step(x, h, c, W, U, b, without=""):
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    {change}
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c"""
UNCOUPLE = """def uncouple(params):
    made = {{}}
    for name, value in params.items():
        i, g, o = np.split(value, 3, axis=-1)
        made[name] = np.concatenate([{blocks}], axis=-1)
    return made"""

ANSWERS = {
    "step": {
        "wrong": [
            # a gate with weights 0
            STEP.format(
                change="i, f, o = (0.5 if k in without else v for k, v in "
                "(('i', i), ('f', f), ('o', o)))"
            ),
            STEP.format(
                change="i, f, o = (0 if k in without else v for k, v in "
                "(('i', i), ('f', f), ('o', o)))"
            ),
            # one gate at a time
            STEP.format(
                change="i, f, o = (1 if k == without else v for k, v in "
                "(('i', i), ('f', f), ('o', o)))"
            ),
            # f and o mistaken for each other
            STEP.format(
                change="i, o, f = (1 if k in without else v for k, v in "
                "(('i', i), ('f', o), ('o', f)))"
            ),
        ],
        "right": [
            STEP.format(
                change="i, f, o = (v ** (k not in without) for k, v in "
                "(('i', i), ('f', f), ('o', o)))"
            ),
            """def step(x, h, c, W, U, b, without=""):
    H = h.shape[1]
    z = x @ W + h @ U + b
    gate = {k: 1 / (1 + np.exp(-z[:, n * H:(n + 1) * H])) for k, n in (("i", 0), ("f", 1), ("o", 3))}
    for k in without:
        gate[k] = np.ones((len(x), H))
    new = gate["f"] * c + gate["i"] * np.tanh(z[:, 2 * H:3 * H])
    return gate["o"] * np.tanh(new), new""",
        ],
    },
    "uncouple": {
        "wrong": [
            UNCOUPLE.format(blocks="i, i, g, o"),
            UNCOUPLE.format(blocks="i, 1 - i, g, o"),
            UNCOUPLE.format(blocks="-i, i, g, o"),  # i and f exchanged
            UNCOUPLE.format(blocks="i, g, -i, o"),  # f in the place of g
            UNCOUPLE.format(blocks="i, i if name == 'b' else -i, g, o"),
        ],
        "right": [
            "def uncouple(params):\n    made = {}\n    for name, v in params.items():\n"
            "        H = v.shape[-1] // 3\n        made[name] = np.concatenate(\n"
            "            [v[..., :H], -v[..., :H], v[..., H:]], axis=-1)\n    return made",
            "def uncouple(params):\n    def one(v):\n        H = v.shape[-1] // 3\n"
            "        at = np.r_[:H, :H, H:3 * H]\n        sign = np.ones(4 * H)\n"
            "        sign[H:2 * H] = -1\n        return v[..., at] * sign\n"
            "    return {name: one(v) for name, v in params.items()}",
        ],
    },
    "reach": {
        "wrong": [
            "def reach(i, steps):\n    return min(i * steps, 1)",
            "def reach(i, steps):\n    return (1 - i) ** steps",
            "def reach(i, steps):\n    return 1 - i ** steps",
            "def reach(i, steps):\n    return 1 - np.exp(-i * steps)",
        ],
        "right": [
            "def reach(i, steps):\n    return 1 - np.exp(steps * np.log(1 - i))",
            "def reach(i, steps):\n    return i * ((1 - i) ** steps - 1) / ((1 - i) - 1)",
        ],
    },
    "missing": {
        "wrong": [
            "def missing(run, x, h, c):\n    return 'f'",
            # c must not shrink: true of a gate near 1 and false with i g
            "def missing(run, x, h, c):\n    h_new, c_new = run(x, h, c)\n"
            "    if (np.abs(c_new) >= np.abs(c)).all():\n        return 'f'\n"
            "    return 'o' if np.allclose(h_new, np.tanh(c_new)) else None",
            # never looks at o
            "def missing(run, x, h, c):\n"
            "    d = run(x, h, c + 1)[1] - run(x, h, c)[1]\n"
            "    return 'f' if np.allclose(d, 1) else None",
            # compares h with c, without tanh
            "def missing(run, x, h, c):\n    h_new, c_new = run(x, h, c)\n"
            "    if np.allclose(run(x, h, c + 1)[1] - c_new, 1):\n        return 'f'\n"
            "    return 'o' if np.allclose(h_new, c_new) else None",
        ],
        "right": [
            "def missing(run, x, h, c):\n    d = run(x, h, 2 * c)[1] - run(x, h, c)[1]\n"
            "    if np.allclose(d, c):\n        return 'f'\n    a, b = run(x, h, c)\n"
            "    return 'o' if np.allclose(np.arctanh(a), b) else None",
            "def missing(run, x, h, c):\n    zero = np.zeros_like(c)\n"
            "    h1, c1 = run(x, h, c)\n    c0 = run(x, h, zero)[1]\n"
            "    if np.abs(c1 - c0 - c).max() < 1e-9:\n        return 'f'\n"
            "    if np.abs(h1 - np.tanh(c1)).max() < 1e-9:\n        return 'o'",
        ],
    },
    "verdict": {
        "wrong": [
            "def verdict(base, variant):\n    return 'not shown'",
            # the extremes alone
            "def verdict(base, variant):\n    if max(variant) > max(base):\n        return 'worse'\n"
            "    return 'better' if min(variant) < min(base) else 'not shown'",
            # the means are apart by more than the spread of the base
            "def verdict(base, variant):\n    d, s = np.mean(variant) - np.mean(base), np.ptp(base)\n"
            "    return 'worse' if d > s else 'better' if -d > s else 'not shown'",
            # turned round
            "def verdict(base, variant):\n    if min(variant) > max(base):\n        return 'better'\n"
            "    return 'worse' if max(variant) < min(base) else 'not shown'",
        ],
        "right": [
            "def verdict(base, variant):\n"
            "    above = [v > b for v in variant for b in base]\n"
            "    below = [v < b for v in variant for b in base]\n"
            "    return 'worse' if all(above) else 'better' if all(below) else 'not shown'",
            "def verdict(base, variant):\n    if sorted(base + variant)[:len(base)] == sorted(base):\n"
            "        if max(base) < min(variant):\n            return 'worse'\n"
            "    return 'better' if max(variant) < min(base) else 'not shown'",
        ],
    },
}

IN_PAGE = {
    "ablations-coupled": {
        "wrong": [
            "dc * g * i * (1 - i)",
            "dc * (g - c_prev)",
            "dc * (c_prev - g) * i * (1 - i)",
            "dc * (g - c_prev) * (1 - i**2)",
        ],
        "right": [
            "i * (1 - i) * (g - c_prev) * dc",
            "slope = i - i**2\ndc * g * slope - dc * c_prev * slope",
        ],
    },
    "ablations-linear": {
        "wrong": [
            "c = f * c_prev + i * g\nh = o * tanh(c)",
            "c = f * c_prev + i * tanh(g)\nh = o * c",
            "c = f * c_prev + i * g\nh = c",
            "c = f * c_prev + i * g\nh = o * c_prev",
        ],
        "right": ["o * (f * c_prev + i * g)", "c = i * g + f * c_prev\nh = c * o"],
    },
    "ablations-recurrent": {
        "wrong": [
            "sigmoid(z + before @ R_f)",
            "sigmoid(z + p_f * c_prev)",
            "z + before @ R_f + p_f * c_prev",
            "sigmoid(z + before @ R_f) + p_f * c_prev",
        ],
        "right": [
            "sigmoid(p_f * c_prev + z + before @ R_f)",
            "u = z + before @ R_f\n1 / (1 + exp(-u - c_prev * p_f))",
        ],
    },
}
