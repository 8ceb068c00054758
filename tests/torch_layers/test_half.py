"""float16 and bfloat16: every variant near the float64 layer of the same weights; gradients too."""

import pytest
import torch

from lstmbook import torch as lb
from tests.torch_layers.problems import assert_same, gradients, layer_and_problem, tensors
from tests.variants.cases import CASES, Case, make

DTYPES = {"float16": 4e-3, "bfloat16": 3e-2}  # a few times the distance between two numbers at 1
dtypes = pytest.mark.parametrize("dtype", DTYPES)
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def pair(case, dtype, factor=1.0, steps=6, **settings):
    """A half-precision layer, the same weights in float64, and a problem rounded alike."""
    half, problem = layer_and_problem(case, dtype, steps=steps, **settings)
    lb.set_weights(half, {name: factor * w for name, w in problem.weights.items()})
    double = make("torch", case, "float64", **settings)
    lb.set_weights(double, lb.get_weights(half))
    x, state = tensors(half, problem)
    return half, double, x, state, problem.lengths


def as_double(state):
    if isinstance(state, dict):
        return {name: value.double() for name, value in state.items()}
    return tuple(value.double() for value in state)


@dtypes
@pytest.mark.parametrize("form", ["auto", "steps"])
@every_case
def test_near_float64(case, form, dtype):
    half, double, x, state, lengths = pair(case, dtype, **case.deep)
    half.form = form
    y, end = half(x, state, lengths)
    want, want_end = double(x.double(), as_double(state), lengths)
    assert y.dtype == half.dtype and {v.dtype for v in _values(end)} == {half.dtype}
    tolerance = 4 * DTYPES[dtype]
    scale = max(1.0, *(v.abs().max().item() for v in _values(want_end)))
    double_y = (y.double(), as_double(end))
    assert_same(half, double_y, (want, want_end), tolerance * scale)
    mine, theirs = gradients(half, y.double()), gradients(double, want)
    for name, gradient in theirs.items():
        size = gradient.abs().max().clamp(min=1)
        assert (mine[name].double() - gradient).abs().max() / size < 10 * tolerance, name


def _values(state):
    return list(state.values()) if isinstance(state, dict) else list(state)


@dtypes
@pytest.mark.parametrize("shift, steps", [(-30.0, 1), (-12.0, 70), (12.0, 1), (30.0, 70)])
@every_case
def test_biases_far_out(case, shift, steps, dtype):
    """Gates far open or shut: exponents leave the range of float16 long before that of float32."""
    half, double, x, _, _ = pair(case, dtype, 0.3, steps=steps)  # small: no chaos
    weights = lb.get_weights(half)
    for name in weights:
        if name.startswith("b"):
            weights[name][: max(1, len(weights[name]) // 2)] += shift
    lb.set_weights(half, weights)
    lb.set_weights(double, lb.get_weights(half))
    y, want = half(x)[0], double(x.double())[0]
    scale = want.abs().max().clamp(min=1)
    assert ((y.double() - want).abs().max() / scale) < 20 * DTYPES[dtype]
    assert all(g.isfinite().all() for g in gradients(half, y).values())


def test_slstm_with_both_gates_shut():
    layer = lb.SLSTM(2, 2, dtype="float16")
    weights = lb.get_weights(layer)
    weights["b"][:2] = -12
    lb.set_weights(layer, weights)
    double = lb.SLSTM(2, 2, dtype="float64")
    lb.set_weights(double, lb.get_weights(layer))
    x = torch.ones(1, 3, 2)
    torch.testing.assert_close(
        layer(x)[0].double(), double(x)[0], rtol=2e-3, atol=2e-3, check_dtype=False
    )


@dtypes
@pytest.mark.parametrize("name", ["NoForgetGateLSTM", "SLSTM", "MLSTM", "MinLSTM", "PeepholeLSTM"])
def test_small_contributions_are_not_lost_in_long_sums(name, dtype):
    """In bfloat16 256 + 1 = 256: states must not be rounded from step to step."""
    half, double, _, _, _ = pair(Case(name, {}), dtype)
    x = torch.ones(2, 400, 3, dtype=half.dtype) * torch.tensor([0.5, 1.5, -1.0], dtype=half.dtype)
    y, end = half(x)
    want, want_end = double(x.double())
    scale = want.abs().max().clamp(min=1)
    assert (y.double() - want).abs().max() / scale < 10 * DTYPES[dtype]
    if name == "NoForgetGateLSTM":
        torch.testing.assert_close(end[1].double(), want_end[1], rtol=0.02, atol=0.1)
