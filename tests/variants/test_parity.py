"""NumPy = PyTorch and NumPy = TensorFlow: outputs, states and all gradients of every variant.

Weights are random and all differ, states are not zero, so that two blocks, two states or two axes
that are mixed up make a difference.
"""

import importlib

import numpy as np
import pytest

from tests.variants import adapter_numpy
from tests.variants.cases import CASES, ONE_OF_EACH_WAY, Case, make, random_problem

every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(params=["torch", "tensorflow"], scope="module")
def other(request):
    pytest.importorskip(request.param)
    return request.param


def both(case, impl, problem, dtype="float64", **settings):
    """What NumPy and the other implementation make of a problem: (y, end, grads) twice."""
    results = []
    for name in ("numpy", impl):
        adapter = importlib.import_module(f"tests.variants.adapter_{name}")
        layer = make(name, case, dtype, **settings)
        importlib.import_module(f"lstmbook.{name}").set_weights(layer, problem.weights)
        results.append(adapter.forward_backward(layer, *problem[1:]))
    return results


def assert_equal(one, two, tolerance):
    """Outputs and states within the tolerance, gradients relative to their largest value."""
    (y, end, grads), (y2, end2, grads2) = one, two
    assert set(end) == set(end2)
    assert set(grads) - set(end) <= set(grads2) <= set(grads)  # no start, no gradient of it
    pairs = [("y", y, y2), *((f"end {n}", end[n], end2[n]) for n in end)]
    pairs += [(f"gradient of {n}", grads[n], grads2[n]) for n in grads2]
    differences = {}
    for name, a, b in pairs:
        assert a.shape == b.shape, name
        assert np.isfinite(b).all(), name
        differences[name] = np.abs(a - b).max() / max(1.0, np.abs(a).max())
        if name.startswith("gradient"):
            differences[name] = np.abs(a - b).max() / max(1e-6, np.abs(a).max())
    assert {n: d for n, d in differences.items() if d > tolerance} == {}


@every_case
def test_whole_sequences(case, other):
    problem = random_problem(case)._replace(lengths=None)
    assert_equal(*both(case, other, problem), 1e-10)


@every_case
def test_no_state_given(case, other):
    problem = random_problem(case, seed=1)._replace(lengths=None, state=None, dstate=None)
    assert_equal(*both(case, other, problem), 1e-10)


@every_case
def test_lengths_stacked_and_both_directions(case, other):
    problem = random_problem(case, **case.deep)
    assert_equal(*both(case, other, problem, **case.deep), 1e-10)


KERNELS = [
    *(Case(f"ConvLSTM{axes}D", {"kernel_size": size}, axes) for axes in (1, 2) for size in (1, 5)),
    *(
        Case("DepthwiseLSTM", {"kernel_size": size, "mixing": False}, axes)
        for axes in (0, 1)
        for size in (1, 5)
    ),
]


@pytest.mark.parametrize("case", KERNELS, ids=str)
def test_kernels_of_other_sizes_than_three(case, other):
    """Padding, and the middle of a kernel, go by its size."""
    assert_equal(*both(case, other, random_problem(case)), 1e-10)


@every_case
def test_float32(case, other):
    problem = random_problem(case, seed=2)
    assert_equal(*both(case, other, problem, "float32"), 1e-5)


@pytest.mark.parametrize("settings", [{"zoneout": 0.3}, {"recurrent_dropout": 0.3}], ids=str)
@pytest.mark.parametrize("case", [c for c in ONE_OF_EACH_WAY if c.space == 0], ids=str)
def test_rates_when_not_training(case, other, settings):
    """Zoneout is its mean then, dropout nothing; PyTorch's own modules have neither."""
    if "zoneout" in settings and not case.layout().variant.zoneout:
        pytest.skip("has no zoneout")
    problem = random_problem(case)
    numpy, lb = (importlib.import_module(f"lstmbook.{name}") for name in ("numpy", other))
    layers = [make(name, case, **settings) for name in ("numpy", other)]
    for library, layer in zip((numpy, lb), layers, strict=True):
        library.set_weights(layer, problem.weights)
    y, end = layers[0](problem.x, None, problem.lengths, training=False)
    x = lb.asarray(problem.x, "float64")
    if other == "torch":
        y2, end2 = layers[1].eval()(x, None, problem.lengths)
    else:
        y2, end2 = layers[1](x, None, problem.lengths, training=False)
    end, end2 = (adapter_numpy.by_name(layers[0], e) for e in (end, end2))
    np.testing.assert_allclose(lb.to_numpy(y2), y, rtol=1e-10, atol=1e-10)
    for name in end:
        np.testing.assert_allclose(lb.to_numpy(end2[name]), end[name], rtol=1e-10, atol=1e-10)
