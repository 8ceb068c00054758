"""Every way to a parameter leads to the same one, whoever computes: ours, PyTorch, cuDNN."""

import copy
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize

from lstmbook import torch as lb
from tests.torch_layers.problems import DEEP, FLAT, layer_and_problem, tensors
from tests.variants.cases import Case

NATIVE = [Case(name, {}) for name in ("RNN", "LSTM", "GRU", "ProjectedLSTM")]
each = pytest.mark.parametrize("case", FLAT, ids=str)


def with_x(case, **settings):
    layer, problem = layer_and_problem(case, **settings)
    return layer, tensors(layer, problem)[0]


@each
@pytest.mark.parametrize("deep", [False, True], ids=["flat", "deep"])
def test_all_lists_of_names_agree(case, deep):
    layer, _ = with_x(case, **(case.deep if deep else {}))
    names = list(layer.params)
    assert [n for n, _ in layer.named_parameters()] == list(layer.state_dict()) == names
    assert not list(layer.named_buffers())
    for name, value in layer.params.items():
        assert value is layer.get_parameter(name) and value.is_contiguous() and value.is_leaf
    assert nn.utils.parameters_to_vector(layer.parameters()).numel() == sum(
        value.numel() for value in layer.params.values()
    )


@each
def test_functional_call_uses_the_weights_it_is_given(case):
    layer, x = with_x(case)
    other = {name: 2 * value for name, value in layer.state_dict().items()}
    changed = copy.deepcopy(layer)
    changed.load_state_dict(other)
    y, _ = torch.func.functional_call(layer, other, (x,))
    torch.testing.assert_close(y, changed(x)[0])
    assert (y - layer(x)[0]).abs().max() > 1e-3


@each
def test_functional_gradients_are_those_of_backward(case):
    layer, x = with_x(case)

    def loss(params):
        return torch.func.functional_call(layer, params, (x,))[0].square().sum()

    grads = torch.func.grad(loss)({n: v.detach() for n, v in layer.params.items()})
    layer(x)[0].square().sum().backward()
    for name, gradient in layer.grads.items():
        assert gradient.any()
        torch.testing.assert_close(grads[name], gradient)


@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_transforms_without_a_warning(case):
    layer, x = with_x(case, **DEEP)
    params = {n: v.detach() for n, v in layer.params.items()}

    def loss(params, x):
        return torch.func.functional_call(layer, params, (x[None],))[0].square().sum()

    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        each = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(params, x)
        _, slope = torch.func.jvp(lambda x: loss(params, x), (x[0],), (x[0],))
    layer(x)[0].square().sum().backward()
    for name, gradient in layer.grads.items():
        torch.testing.assert_close(each[name].sum(0), gradient)
    eps = 1e-6
    near = [loss(params, (1 + s * eps) * x[0]) for s in (1, -1)]
    torch.testing.assert_close(slope, (near[0] - near[1]) / (2 * eps), rtol=1e-5, atol=1e-7)


@each
def test_parametrized(case):
    """A parametrization stands where the parameter stood; its own parameters learn."""
    layer, x = with_x(case)
    name = "U" if "U" in layer.params else "W"
    before = layer(x)[0]

    class Half(nn.Module):
        def forward(self, value):
            return value / 2

        def right_inverse(self, value):
            return 2 * value

    parametrize.register_parametrization(layer, name, Half())
    torch.testing.assert_close(layer(x)[0], before)
    original = layer.get_parameter(f"parametrizations.{name}.original")
    with torch.no_grad():
        original.add_(torch.randn_like(original))
    assert (layer(x)[0] - before).abs().max() > 1e-3
    layer(x)[0].square().sum().backward()
    assert original.grad.any() and layer.grads[name] is None
    parametrize.remove_parametrizations(layer, name)
    assert set(layer.state_dict()) == set(layer.params)


@pytest.mark.parametrize("norm", ["weight_norm", "spectral_norm"])
@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_norms_of_torch(case, norm):
    layer, x = with_x(case)
    getattr(parametrizations, norm)(layer, "U")
    plain = getattr(lb, case.variant)(3, 4, dtype="float64")
    layer.eval()
    lb.set_weights(plain, lb.get_weights(layer))
    torch.testing.assert_close(layer(x)[0], plain(x)[0])


@each
def test_quantize_dynamic_finds_nothing_to_replace(case):
    layer, x = with_x(case)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated in PyTorch
        quantized = torch.ao.quantization.quantize_dynamic(layer, {nn.Linear, nn.LSTM, nn.GRU})
    assert list(quantized.state_dict()) == list(layer.state_dict())
    np.testing.assert_array_equal(quantized(x)[0].detach(), layer(x)[0].detach())


@each
def test_optimizers_that_flatten(case):
    layer, x = with_x(case)
    optimizer = torch.optim.LBFGS(layer.parameters(), lr=0.1, max_iter=3)

    def closure():
        optimizer.zero_grad()
        loss = layer(x)[0].square().sum()
        loss.backward()
        return loss

    first = optimizer.step(closure)
    assert closure() < first


@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_exported(case):
    layer, x = with_x(case, **DEEP)
    program = torch.export.export(layer, (x,), strict=False)
    torch.testing.assert_close(program.module()(x)[0], layer(x)[0])
    assert set(program.state_dict) == set(layer.state_dict())


@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_one_step_as_in_a_sequence(case):
    """A single step is our own loop's, a sequence PyTorch's."""
    layer, x = with_x(case, **{**DEEP, "bidirectional": False})
    y, end = layer(x)
    state = None
    for t in range(x.shape[1]):
        y_t, state = layer(x[:, t : t + 1], state)
        torch.testing.assert_close(y_t[:, 0], y[:, t])
    for name, value in end.items():
        torch.testing.assert_close(state[name], value)


@pytest.mark.parametrize("case", NATIVE, ids=str)
def test_traced_for_batches_of_every_size(case):
    """A batch that the trace takes for a constant would reach into other memory."""
    layer, x = with_x(case, **DEEP)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer, about checks of shapes; deprecated too
        traced = torch.jit.trace(layer.eval(), (x,), check_trace=False, strict=False)
    other = torch.randn(2 * len(x) + 1, *x.shape[1:], dtype=x.dtype)
    torch.testing.assert_close(traced(other)[0], layer(other)[0])
