"""Answers to the exercises of page 3.2.5, wrong and right."""

NORM = """def layer_norm(v, gamma, beta, eps=1e-5):
    m = v.mean({axis}, keepdims=True)
    return {result}"""
WHOLE = "gamma * (v - m) / np.sqrt(v.var({axis}, keepdims=True) + eps) + beta"
BEFORE = """def before_the_gates(x, h, p):
    x, h = x @ p["W"], h @ p["U"]
    return {z}"""
TWO = "ln(x, p['gamma_x'], p['beta_x']) + ln(h, p['gamma_h'], p['beta_h'])"
UNITS = "def new_units(params, factor):\n    return {what}"

ANSWERS = {
    "norm": {
        "wrong": [
            NORM.format(axis="0", result=WHOLE.format(axis="0")),  # over the batch
            NORM.format(axis="-1", result=WHOLE.format(axis="-1").replace(" + eps)", ")")),
            # eps beside the root
            NORM.format(
                axis="-1", result="gamma * (v - m) / (v.std(-1, keepdims=True) + eps) + beta"
            ),
            # the other variance
            NORM.format(
                axis="-1",
                result="gamma * (v - m) / np.sqrt(v.var(-1, keepdims=True, ddof=v.shape[-1] > 1) + eps)"
                " + beta",
            ),
            # the shift inside
            NORM.format(
                axis="-1",
                result="gamma * ((v - m) / np.sqrt(v.var(-1, keepdims=True) + eps) + beta)",
            ),
        ],
        "right": [
            NORM.format(
                axis="-1",
                result="gamma * (v - m) * (((v - m) ** 2).mean(-1, keepdims=True)"
                " + eps) ** -0.5 + beta",
            ),
            "def layer_norm(v, gamma, beta, eps=1e-5):\n    rows = []\n    for row in v:\n"
            "        d = row - np.mean(row)\n"
            "        rows.append(gamma * d / (np.mean(d * d) + eps) ** 0.5 + beta)\n"
            "    return np.array(rows)",
        ],
    },
    "before": {
        "wrong": [
            BEFORE.format(z="ln(x + h, p['gamma_x'], p['beta_x']) + p['b']"),  # one norm
            BEFORE.format(z=TWO),  # the bias forgotten
            BEFORE.format(z="ln(x, p['gamma_x'], p['beta_x']) + h + p['b']"),  # one product
            BEFORE.format(
                z="ln(x, p['gamma_h'], p['beta_h']) + ln(h, p['gamma_x'], p['beta_x']) + p['b']"
            ),
        ],
        "right": [
            BEFORE.format(z="p['b'] + " + TWO),
            """def before_the_gates(x, h, p):
    z = p["b"] + p["beta_x"] + p["beta_h"]
    for v, k in ((x @ p["W"], "x"), (h @ p["U"], "h")):
        d = v - v.mean(axis=1, keepdims=True)
        z = z + p["gamma_" + k] * d / (v.var(axis=1, keepdims=True) + 1e-5) ** 0.5
    return z""",
        ],
    },
    "units": {
        "wrong": [
            UNITS.format(what="{**params, 'W': params['W'] * factor}"),
            UNITS.format(what="{**params, 'W': params['W'] / factor, 'U': params['U'] / factor}"),
            UNITS.format(what="{**params, 'W': params['W'] / factor, 'b': params['b'] / factor}"),
            UNITS.format(what="{**params, 'W': params['W'] / 100}"),  # right in one case
        ],
        "right": [
            UNITS.format(what="{k: w / factor if k == 'W' else w for k, w in params.items()}"),
            "def new_units(params, factor):\n    params['W'] *= 1 / factor\n    return params",
        ],
    },
    "blind": {
        "wrong": [
            "def see(x):\n    return x / 10",
            "def see(x):\n    return np.concatenate([x, x], axis=-1)",
            "def see(x):\n    return np.concatenate([x, -x], axis=-1)",
            "def see(x):\n    return (x - x.mean()) / x.std()",
            "def see(x):\n    return np.concatenate([x, 0 * x], axis=-1)",
        ],
        "right": [
            "def see(x):\n    return np.stack([x[..., 0], np.full(x.shape[:2], 2.0)], axis=-1)",
            "def see(x):\n    return np.concatenate([x, x * x], axis=-1)",
        ],
    },
}

IN_PAGE = {
    "normalised-out": {
        "wrong": [
            "o * (gamma * norm + beta)",
            "o * tanh(norm)",
            "o * (gamma * tanh(norm) + beta)",
            "tanh(gamma * norm + beta)",
        ],
        "right": ["tanh(beta + norm * gamma) * o", "s = gamma * norm + beta\no * tanh(s)"],
    },
    "normalised-vector": {
        "wrong": [
            "v / sqrt(mean(v**2))",
            "v - mean(v)",
            "d = v - mean(v)\nn = d / mean(d**2)",
            "d = v - mean(v)\nn = d / sqrt(sum(d**2))",
        ],
        "right": [
            "(v - mean(v)) / sqrt(mean((v - mean(v))**2))",
            "d = v - mean(v)\nn = d / mean(d * d)**0.5",
            "(v - v.mean()) / v.std()",
        ],
    },
}
