"""weight_drop: one mask a call on the recurrent weights, in training only."""

import importlib

import numpy as np
import pytest

from lstmbook import convert, trace
from lstmbook import numpy as lb
from lstmbook.errors import ValueRangeError
from tests.variants import adapter_numpy
from tests.variants.cases import CASES as ALL
from tests.variants.cases import Case, make, random_problem
from tests.variants.test_gradients import layer_and_problem, worst_direction
from tests.variants.test_parity import other  # noqa: F401  (a fixture)

RATE = 0.4
NAMES = ("RNN", "LSTM", "GRU", "MultiplicativeLSTM", "FullGateLSTM", "DepthwiseLSTM")
CASES = [*(Case(name, {}) for name in NAMES), Case("ConvLSTM1D", {}, 1)]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def masks_of(layer, grads) -> dict:
    """Which recurrent weights were kept: those with a gradient."""
    return {
        unit.prefix + name: grads[unit.prefix + name] != 0
        for unit in layer.layout.units
        for name in layer.layout.recurrent
    }


def check_masked(case, impl):
    """The layer computes what one without drop does with the weights that were kept."""
    adapter = importlib.import_module(f"tests.variants.adapter_{impl}")
    library = importlib.import_module(f"lstmbook.{impl}")
    deep = {"layers": 2, "weight_drop": RATE}
    problem = random_problem(case, steps=6, **deep)
    layer = make(impl, case, **deep)
    library.set_weights(layer, problem.weights)
    if impl == "tensorflow":
        call = layer.call
        layer.call = lambda *given, **more: call(*given, **{**more, "training": True})
    y, _, grads = adapter.forward_backward(layer, *problem[1:])
    masks = masks_of(layer, grads)
    assert set(masks) and all(0 < mask.mean() < 1 for mask in masks.values() if mask.size > 12)
    kept = {n: w * masks[n] / (1 - RATE) if n in masks else w for n, w in problem.weights.items()}
    plain = make("numpy", case, layers=2)
    lb.set_weights(plain, kept)
    want, _, plain_grads = adapter_numpy.forward_backward(plain, *problem[1:])
    np.testing.assert_allclose(y, want, atol=1e-9)
    for name, grad in plain_grads.items():
        if name in grads:
            grad = grad * masks[name] / (1 - RATE) if name in masks else grad
            np.testing.assert_allclose(grads[name], grad, atol=1e-9)


@every_case
def test_numpy_drops_weights_once_a_call(case):
    check_masked(case, "numpy")


@every_case
def test_frameworks_drop_weights_once_a_call(case, other):  # noqa: F811
    check_masked(case, other)


@every_case
def test_gradients(case):
    layer, problem = layer_and_problem(case, weight_drop=RATE)
    again = np.random.default_rng(7).bit_generator.state
    assert worst_direction(layer, problem, again) < 1e-7


def test_outside_of_training_it_is_nothing(other):  # noqa: F811
    case = Case("LSTM", {})
    layer, problem = layer_and_problem(case, weight_drop=RATE)
    plain = make("numpy", case)
    lb.set_weights(plain, problem.weights)
    want = plain(problem.x)[0]
    np.testing.assert_array_equal(layer(problem.x, training=False)[0], want)
    np.testing.assert_allclose(trace(layer, problem.x)["y"], want)
    np.testing.assert_allclose(layer.step(problem.x[:, 0])[0], want[:, 0])
    library, twin = importlib.import_module(f"lstmbook.{other}"), convert.to(layer, other)
    assert twin.layout.weight_drop == RATE and "weight_drop=0.4" in repr(twin)
    x = library.asarray(problem.x, "float64")
    twin = twin.eval() if other == "torch" else twin
    np.testing.assert_allclose(library.to_numpy(twin(x)[0]), want, atol=1e-12)
    if other == "torch":  # a stream in training drops too, also where PyTorch's own cell is at hand
        twin.train()
        assert np.abs(library.to_numpy(twin.step(x[:, 0])[0]) - want[:, 0]).max() < 1e-12
        steps = [twin.step(x[:, 0], (x[:, 0, :1].expand(3, 4),) * 2)[0] for _ in range(2)]
        assert (steps[0] - steps[1]).abs().max() > 1e-3


def test_what_has_no_recurrent_weights():
    for case in ALL:
        if not case.layout().recurrent:
            with pytest.raises(ValueRangeError, match="weight_drop: .* no recurrent weights"):
                case.layout(weight_drop=RATE)
    with pytest.raises(ValueRangeError, match="weight_drop"):
        lb.LSTM(3, 4, weight_drop=1.0)
