"""The same layer computed in other ways: in steps, at once, by oneDNN, compiled, autocast."""

import pytest
import torch

from lstmbook import torch as lb
from lstmbook.torch import products
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS
from tests.torch_layers.problems import (
    FLAT,
    LSTM,
    assert_same,
    gradients,
    layer_and_problem,
    tensors,
)
from tests.variants.cases import CASES, ONE_OF_EACH_WAY

every_case = pytest.mark.parametrize("case", CASES, ids=str)
ONE_EACH = list({case.variant: case for case in FLAT}.values())
PARALLEL = [case for case in CASES if VARIANTS[case.variant].parallel]


def run(layer, problem, lengths):
    x, state = tensors(layer, problem)
    x.requires_grad_()
    result = layer(x, state, lengths)
    return result, {**gradients(layer, result[0]), "x": x.grad}


def assert_same_run(layer, one, other, tolerance):
    assert_same(layer, one[0], other[0], tolerance)
    for name, gradient in one[1].items():
        torch.testing.assert_close(gradient, other[1][name], rtol=tolerance, atol=tolerance)


@every_case
@pytest.mark.parametrize("padded", [False, True], ids=["whole", "lengths"])
def test_steps_equal_the_fastest_form(case, padded):
    layer, problem = layer_and_problem(case, **case.deep)
    lengths = problem.lengths if padded else None
    fast = run(layer, problem, lengths)
    layer.form = "steps"
    assert_same_run(layer, run(layer, problem, lengths), fast, 1e-10)


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "lengths"])
@pytest.mark.parametrize("steps", [1, 2, 64, 65, 150])
@pytest.mark.parametrize("case", PARALLEL, ids=str)
def test_all_at_once_equals_one_by_one(case, steps, padded):
    layer, problem = layer_and_problem(case, steps=steps)
    lengths = problem.lengths if padded else None
    parallel = run(layer, problem, lengths)
    layer.form = "steps"
    assert_same_run(layer, run(layer, problem, lengths), parallel, 1e-9)


@pytest.mark.parametrize("form", ["steps", "auto"])
@pytest.mark.parametrize("case", [c for c in CASES if c.variant == "MLSTM"], ids=str)
def test_silence_before_the_first_sound(case, form):
    """Without biases zeros store nothing, so that the normaliser stays 0 until x is not."""
    layer, problem = layer_and_problem(case)
    lb.set_weights(layer, {n: w * (w.ndim > 1) for n, w in problem.weights.items()})
    layer.form = form
    x = torch.randn(2, 80, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 30
    x[0, :70], x[1] = 0, 0
    y, _ = layer(x, lengths=[80, 75])
    assert all(g.isfinite().all() for g in gradients(layer, y).values())
    assert not y[:, :70].any() and y[0, 70:].any() and not y[1].any()
    torch.testing.assert_close(y[:1, 70:], layer(x[:1, 70:])[0])


@pytest.mark.parametrize("case", FLAT, ids=str)
def test_products_by_onednn(case, monkeypatch):
    """Large products take another way; here all of them do."""
    if products.ONEDNN is None:
        pytest.skip("this build of PyTorch has no oneDNN")
    layer, problem = layer_and_problem(case, "float32")
    usual = run(layer, problem, problem.lengths)
    calls = []
    monkeypatch.setattr(products, "LARGE", 0)
    apply = products.Product.apply
    monkeypatch.setattr(products.Product, "apply", lambda *a: calls.append(1) or apply(*a))
    assert_same_run(layer, run(layer, problem, problem.lengths), usual, 2e-4)
    native = isinstance(layer, Native) and layer.fits()
    assert calls or native or "LSTM" not in case.variant or case.space or "Depth" in case.variant


def test_gradients_of_gradients(monkeypatch):
    """Also through oneDNN's products; float32 differences bound the accuracy."""
    layer = lb.PeepholeLSTM(3, 4, dtype="float64")
    x = torch.randn(2, 3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(lambda x: layer(x)[0], x)
    layer, x, seconds = layer.float(), x.detach().float().requires_grad_(), []
    for large in (products.LARGE, 0):
        monkeypatch.setattr(products, "LARGE", large)
        (g,) = torch.autograd.grad(layer(x)[0].square().sum(), x, create_graph=True)
        seconds.append(torch.autograd.grad(g.square().sum(), x)[0])
    torch.testing.assert_close(*seconds)


def test_per_sample_gradients_with_torch_func(monkeypatch):
    monkeypatch.setattr(products, "LARGE", 0)
    layer, x = lb.PeepholeLSTM(3, 4), torch.randn(5, 6, 3)

    def loss(weights, x):
        return torch.func.functional_call(layer, weights, (x[None],))[0].square().sum()

    weights = {name: value.detach() for name, value in layer.named_parameters()}
    each = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(weights, x)
    layer(x)[0].square().sum().backward()
    for name, value in layer.named_parameters():
        torch.testing.assert_close(each[name].sum(0), value.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in ONE_OF_EACH_WAY if c in FLAT], ids=str)
def test_compiled(case):
    layer, problem = layer_and_problem(case, steps=3)
    x, state = tensors(layer, problem)
    plain = run(layer, problem, None)
    torch._dynamo.reset()
    result = torch.compile(layer, backend="aot_eager")(x, state)
    assert_same(layer, result, plain[0], 1e-10)
    for name, gradient in gradients(layer, result[0]).items():
        torch.testing.assert_close(gradient, plain[1][name], rtol=1e-9, atol=1e-9)


@pytest.mark.slow
def test_compiled_with_lengths_in_one_graph():
    layer, problem = layer_and_problem(LSTM._replace(variant="PeepholeLSTM"), steps=3)
    x, state = tensors(layer, problem)
    lengths = torch.as_tensor(problem.lengths)
    torch._dynamo.reset()
    compiled = torch.compile(layer, backend="aot_eager", fullgraph=True)
    assert_same(layer, compiled(x, state, lengths), layer(x, state, lengths), 1e-10)


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "lengths"])
@pytest.mark.parametrize("case", FLAT, ids=str)
def test_autocast(case, padded):
    layer, problem = layer_and_problem(case, "float32")
    lengths = problem.lengths if padded else None
    x, state = tensors(layer, problem)
    exact, _ = layer(x, state, lengths)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y, _ = layer(x, state, lengths)
    assert (y - exact).abs().max() < 0.1 * exact.abs().max().clamp(min=1)
    for parameter, gradient in zip(layer.params.values(), gradients(layer, y.float()).values()):
        assert parameter.dtype == torch.float32
        assert gradient.isfinite().all() and gradient.any()


# relu has no gate that saturates: with such weights its states grow without bound
SATURATES = [case for case in FLAT if case.options.get("activation") != "relu"]


@pytest.mark.parametrize("case", SATURATES, ids=str)
def test_a_thousand_steps_of_saturated_gates(case):
    layer, problem = layer_and_problem(case, "float32")
    lb.set_weights(layer, {n: 30 * w for n, w in problem.weights.items()})
    space = problem.x.shape[3:]
    x = 10 * torch.randn(1, 1000, problem.x.shape[2], *space, generator=torch.manual_seed(0))
    y, _ = layer(x)
    assert y.isfinite().all()
    assert all(g.isfinite().all() for g in gradients(layer, y).values())


@pytest.mark.parametrize("case", ONE_EACH, ids=str)
def test_steps_calls_the_step_of_the_cell(case, monkeypatch):
    layer, problem = layer_and_problem(case, steps=5)
    layer.form = "steps"
    calls, step = [], layer.Cell.step
    monkeypatch.setattr(layer.Cell, "step", lambda *a: calls.append(1) or step(*a))
    layer(tensors(layer, problem)[0])
    assert len(calls) == 5
