"""Layers as modules: names, copies, files, types, training mode, PyTorch's own containers."""

import copy
import io
import pickle
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from lstmbook import torch as lb
from lstmbook.errors import ShapeError, ValueRangeError
from tests.torch_layers.problems import DEEP, LSTM, assert_same, layer_and_problem, tensors
from tests.variants.cases import CASES, Case, make

every_case = pytest.mark.parametrize("case", CASES, ids=str)


@every_case
def test_state_dict_has_the_canonical_names(case):
    layer, problem = layer_and_problem(case, **case.deep)
    found = layer.state_dict()
    assert list(found) == list(layer.layout.shapes) == list(layer.params)
    for name, value in found.items():
        np.testing.assert_array_equal(value.numpy(), problem.weights[name])
    inside = nn.ModuleDict({"a": layer}).state_dict()
    assert list(inside) == [f"a.{name}" for name in found]


@every_case
def test_copies_compute_the_same(case):
    layer, problem = layer_and_problem(case, **case.deep)
    x, state = tensors(layer, problem)
    result = layer(x, state, problem.lengths)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    loaded = make("torch", case, seed=5, **case.deep)
    assert str(loaded.load_state_dict(torch.load(file, weights_only=True))).startswith("<All keys")
    for copied in (loaded, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert_same(layer, copied(x, state, problem.lengths), result, 0)
        with torch.no_grad():  # a copy of its own, not a view of the first
            for value in copied.params.values():
                value.zero_()
    assert_same(layer, layer(x, state, problem.lengths), result, 0)


@every_case
def test_parameters_are_the_weights_and_all_get_gradients(case):
    layer, problem = layer_and_problem(case, **case.deep)
    x, state = tensors(layer, problem)
    assert sum(p.numel() for p in layer.parameters()) == sum(
        w.size for w in problem.weights.values()
    )
    layer.requires_grad_(False).requires_grad_(True)  # must not wake a bias that is to stay 0
    y, _ = layer(x, state)
    y.square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in layer.parameters())
    assert all((g != 0).any() for g in lb.get_grads(layer).values())


def test_weights_move_between_the_forms_of_one_variant():
    """Computed by PyTorch's function or not: one state_dict."""
    native, problem = layer_and_problem(LSTM, **DEEP)
    ours = lb.LSTM(3, 4, zoneout=0.1, dtype="float64", **DEEP).eval()
    assert native.fits() and not ours.fits()
    ours.load_state_dict(native.state_dict())
    native.load_state_dict(ours.state_dict())
    ours.layout.zoneout = 0.0
    x, state = tensors(native, problem)
    assert_same(native, ours(x, state, problem.lengths), native(x, state, problem.lengths))


def test_a_wrong_state_dict_is_refused():
    layer = lb.LSTM(3, 4)
    good = layer.state_dict()
    for wrong in ({"W": good["W"]}, {**good, "V": good["W"]}, {**good, "b": good["b"][1:]}):
        with pytest.raises(RuntimeError, match="LSTM"):
            layer.load_state_dict(wrong)


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_one_module_among_others(name):
    model = nn.Sequential(getattr(lb, name)(3, 4, return_state=False), nn.Linear(4, 2))
    before = {n: v.clone() for n, v in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    model(torch.randn(2, 5, 3)).square().sum().backward()
    optimizer.step()
    for key, value in model.state_dict().items():
        assert (value != before[key]).any(), key


@pytest.mark.parametrize("name", ["LSTM", "GRU", "PeepholeLSTM"])
def test_other_types(name):
    layer = getattr(lb, name)(3, 4)
    assert layer.dtype == torch.float32
    y, state = layer.double()(torch.randn(2, 5, 3, dtype=torch.float64))
    assert layer.dtype == y.dtype == state[0].dtype == torch.float64
    assert getattr(lb, name)(3, 4, dtype=torch.float64).dtype == torch.float64
    y, _ = layer.to(torch.bfloat16)(torch.randn(2, 5, 3))
    assert y.dtype == torch.bfloat16 and lb.to_numpy(y).dtype == "float32"


def test_numbers_of_another_float_type_are_taken():
    layer = lb.LSTM(3, 4)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    torch.testing.assert_close(layer(x)[0], layer(x.float())[0])


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_what_is_no_tensor_or_elsewhere_is_refused(name):
    layer = getattr(lb, name)(3, 4)
    with pytest.raises(ShapeError, match=r"expected a torch.Tensor, got ndarray; .*lb.asarray"):
        layer(np.zeros((2, 5, 3)))
    x = torch.zeros(2, 5, 3)
    with pytest.raises(ShapeError, match="state h: expected a torch.Tensor, got ndarray"):
        layer(x, (np.zeros((2, 4)), np.zeros((2, 4))))
    with pytest.raises(ValueRangeError, match=r"on cpu, where the layer is, got meta; .*layer.dev"):
        layer(x.to("meta"))


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_lengths_in_every_form(name):
    layer = getattr(lb, name)(3, 4)
    x = torch.randn(3, 5, 3)
    results = [
        layer(x, lengths=lengths)[0]
        for lengths in ([2, 5, 1], (2, 5, 1), np.array([2, 5, 1]), torch.tensor([2, 5, 1]))
    ]
    assert all(torch.equal(results[0], other) for other in results)
    with pytest.raises(ValueRangeError, match="expected integers, got float32"):
        layer(x, lengths=torch.tensor([2.0, 5.0, 1.0]))
    with pytest.raises(ShapeError, match=r"shape \(3,\), got \(2,\)"):
        layer(x, lengths=torch.tensor([2, 5]))


def test_layers_draw_nothing_from_the_readers_random_numbers():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    for name in ("LSTM", "GRU", "PeepholeLSTM"):
        getattr(lb, name)(3, 4)(torch.ones(1, 2, 3))
    assert torch.equal(torch.rand(3), expected)


def test_nothing_is_said_on_stderr(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("RNN", "LSTM", "GRU", "ProjectedLSTM"):
            layer = getattr(lb, name)(3, 4, layers=2, dropout=0.5)
            layer(torch.ones(2, 3, 3), lengths=[1, 3])
    assert capfd.readouterr().err == ""


def test_repr_shows_what_differs_from_the_usual():
    layer = lb.FullGateLSTM(3, 4, layers=2, zoneout=0.1, peepholes=True)
    assert "FullGateLSTM(\n  3, 4, layers=2, zoneout=0.1, peepholes=True" in repr(layer)
    assert repr(Case("PeepholeLSTM", {}) and lb.PeepholeLSTM(3, 4)) == "PeepholeLSTM(3, 4)"
