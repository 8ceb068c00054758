"""Start weights by name, from NumPy's Generator, the same for all three implementations.

| name | is |
|---|---|
| `default` | W glorot uniform, U orthogonal, biases 0, forget bias 1 (Jozefowicz et al. 2015) |
| `forget_bias(v)` | as default with v in place of 1 |
| `chrono(T_max)` | b_f = log u, u ~ U(1, T_max - 1), b_i = -b_f (Tallec & Ollivier 2018) |
| `pytorch` | all from U(-k, k) with k = 1 / sqrt(H); b is the sum of two draws, as in `torch.nn` |
| `keras` | what `keras.layers` starts with: as default |
| `framework` | `pytorch` in NumPy and PyTorch, `keras` in TensorFlow |

Where another gate does the keeping (GRU: z; coupled gates: 1 - i), its bias is set with the sign
that keeps.
"""

import re
from collections.abc import Mapping

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.variants import Variant

NAMES = ("default", "forget_bias(v)", "chrono(T_max)", "pytorch", "keras", "framework")


def parse(init: str) -> tuple[str, float | None]:
    """Split `"forget_bias(5)"` into `("forget_bias", 5.0)`.

    Raises
    ------
    UnknownNameError
        For a name that is not in the table above.
    ValueRangeError
        For a number that is too large for a float.

    Examples
    --------
    >>> parse("chrono(100)")
    ('chrono', 100.0)
    """
    number = r"-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
    match = re.fullmatch(rf"(\w+)(?:\(({number})\))?", init) if isinstance(init, str) else None
    name, value = match.groups() if match else (None, None)
    if name not in {n.split("(")[0] for n in NAMES}:
        raise unknown_name("initialisation", init, NAMES)
    if (name in ("forget_bias", "chrono")) != (value is not None):
        raise unknown_name("initialisation", init, NAMES)
    number = None if value is None else float(value)
    if number is not None and not np.isfinite(number):
        raise ValueRangeError(f"init: expected a finite number in the brackets, got {init!r}")
    return name, number


def glorot(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """U(-k, k), k = sqrt(6 / (fan_in + fan_out)); leading axes are taps of a kernel."""
    taps = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (taps * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def orthogonal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Orthonormal rows or columns of the last two axes, whichever are fewer."""
    rows, columns = shape[-2:]
    draws = rng.standard_normal((*shape[:-2], max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(draws)
    q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
    return q if rows >= columns else np.swapaxes(q, -1, -2)


def weights(
    variant: Variant,
    input_size: int,
    hidden_size: int,
    options: Mapping,
    init: str,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Start weights of one layer in one direction, float64, by canonical name.

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown name, or a start that this variant cannot have.
    """
    name, value = parse(init)
    shapes = variant.shapes(input_size, hidden_size, **options)
    start = {}
    for key, shape in shapes.items():
        role = variant.params[key].role
        if name in ("pytorch", "framework"):
            limit = 1 / np.sqrt(hidden_size)
            draws = rng.uniform(-limit, limit, (2, *shape))
            start[key] = draws.sum(0) if key == "b" and "b_u" not in shapes else draws[0]
        elif role == "input":
            start[key] = glorot(rng, shape)
        elif role == "recurrent":
            start[key] = orthogonal(rng, shape)
        elif role in ("peephole", "depthwise"):
            limit = 0.1 if role == "peephole" else 1 / np.sqrt(2 * shape[0])
            start[key] = rng.uniform(-limit, limit, shape)
        else:
            start[key] = np.full(shape, 1.0 if role == "gain" else 0.0)
    if name in ("default", "keras") and variant.keep_bias:
        set_gate_bias(start, variant, variant.keeps, variant.keep_bias)
    elif name == "forget_bias":
        set_gate_bias(start, variant, variant.keeps, value)
    elif name == "chrono" and value is not None:
        chrono(start, variant, value, rng)
    return start


def chrono(start: dict, variant: Variant, t_max: float, rng: np.random.Generator) -> None:
    """b_keep = log u with u ~ U(1, T_max - 1), and b_i = -b_keep where there is an i of its own."""
    if t_max <= 2:
        raise ValueRangeError(f"chrono(T_max): expected T_max > 2, got {t_max:g}")
    gates = [g for g in (variant.keeps, "-i") if g]
    gates = [g for g in dict.fromkeys(gates) if g.lstrip("-") in variant.gates]
    if not gates:
        raise ValueRangeError(f"chrono(T_max): {variant.name} has no gate that keeps a memory")
    size = gate_bias(start, variant, gates[0].lstrip("-")).size
    b_keep = np.log(rng.uniform(1, t_max - 1, size))
    for gate in gates:
        set_gate_bias(start, variant, gate, b_keep)


def gate_bias(start: Mapping, variant: Variant, gate: str) -> np.ndarray:
    """View of the bias of one gate: a parameter `b_i` of its own, or its block of `b`."""
    if f"b_{gate}" in start:
        return start[f"b_{gate}"]
    block = variant.blocks.index(gate)
    return start["b"].reshape(len(variant.blocks), -1)[block]


def set_gate_bias(start: dict, variant: Variant, gate: str, value) -> None:
    if not gate:
        raise ValueRangeError(f"forget_bias(v): {variant.name} has no gate that keeps a memory")
    gate_bias(start, variant, gate.lstrip("-"))[...] = -value if gate.startswith("-") else value
