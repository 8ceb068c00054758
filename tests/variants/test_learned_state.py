"""Start states that are parameters: gradients, the three alike, out and in, conversion."""

import importlib

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.variants import adapter_numpy
from tests.variants.cases import SPACES, Case, make, random_problem
from tests.variants.test_parity import assert_equal, other  # noqa: F401  (a fixture)

DEEP = {"layers": 2, "bidirectional": True, "learned_state": True}
CASES = [Case("LSTM", {}), Case("MLSTM", {}), Case("ConvLSTM1D", {}, 1), Case("MinGRU", {})]
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def layer_and_problem(case, **settings):
    problem = random_problem(case, **settings)
    layer = make("numpy", case, **settings)
    lb.set_weights(layer, problem.weights)
    return layer, problem


@every_case
def test_gradients_of_the_start(case):
    layer, problem = layer_and_problem(case, learned_state=True)
    starts = {f"{name}0" for name in layer.layout.states}
    assert starts < set(layer.params)
    zeros = {name: np.zeros_like(d) for name, d in problem.dstate.items()}
    _, _, grads = adapter_numpy.forward_backward(
        layer, problem.x, None, problem.lengths, problem.dy, zeros
    )
    for name in starts:

        def loss():
            return (layer(problem.x, None, problem.lengths, False)[0] * problem.dy).sum()

        # a cell whose steps do not see h has nothing to learn for it
        assert grads[name].any() != (case.variant == "MLSTM" and name == "h0")
        assert relative_error(grads[name], numeric_gradient(loss, layer.params[name])) < 1e-6


@every_case
def test_it_is_the_state_given_and_one_of_two_may_be(case):
    layer, problem = layer_and_problem(case, learned_state=True)
    space, sizes = SPACES[case.space], layer.layout.states
    given = tuple(
        np.broadcast_to(
            layer.params[f"{n}0"].reshape(1, *s, *[1] * len(space)), (3, *s, *space)
        ).copy()
        for n, s in sizes.items()
    )
    want = layer(problem.x, given, problem.lengths)[0]
    for state in (None, (given[0], *[None] * (len(given) - 1))):
        np.testing.assert_array_equal(layer(problem.x, state, problem.lengths)[0], want)
    y = layer(problem.x, given)[0]
    np.testing.assert_allclose(layer.step(problem.x[:, 0])[0], y[:, 0])
    layer.backward(np.ones_like(y))
    assert not any(layer.grads[f"{n}0"].any() for n in sizes)  # none of them was used


@every_case
def test_the_three_agree(case, other):  # noqa: F811
    problem = random_problem(case, **DEEP)._replace(state=None)
    results = []
    for impl in ("numpy", other):
        adapter = importlib.import_module(f"tests.variants.adapter_{impl}")
        layer = make(impl, case, **DEEP)
        importlib.import_module(f"lstmbook.{impl}").set_weights(layer, problem.weights)
        y, end, grads = adapter.forward_backward(layer, *problem[1:])
        results.append((y, end, {n: g for n, g in grads.items() if n in problem.weights}))
    one, two = results
    assert set(one[2]) == set(two[2]) == set(problem.weights)
    for name in one[2]:
        assert relative_error(one[2][name], two[2][name]) < 1e-9, name
    assert_equal((*one[:2], {}), (*two[:2], {}), 1e-10)


def test_step_in_the_frameworks(other):  # noqa: F811
    library = importlib.import_module(f"lstmbook.{other}")
    layer, problem = layer_and_problem(Case("LSTM", {}), learned_state=True)
    twin = convert.to(layer, other)
    x = library.asarray(problem.x[:, 0], "float64")
    for state in (None, (library.asarray(problem.state["h"], "float64"), None)):
        given = None if state is None else (problem.state["h"], None)
        want = layer.step(problem.x[:, 0], given)[0]
        np.testing.assert_allclose(library.to_numpy(twin.step(x, state)[0]), want, atol=1e-12)


def test_out_and_in_and_to_others(tmp_path):
    layer, problem = layer_and_problem(Case("LSTM", {}), **DEEP)
    assert "learned_state=True" in repr(layer)
    assert layer.params["l1.reverse.c0"].shape == (4,)
    lb.save(layer, tmp_path / "layer.npz")
    again = make("numpy", Case("LSTM", {}), **DEEP)
    lb.load(again, tmp_path / "layer.npz")
    want = layer(problem.x)[0]
    np.testing.assert_array_equal(again(problem.x)[0], want)
    np.testing.assert_array_equal(convert.to(layer, "numpy")(problem.x)[0], want)
    for function in (convert.to_torch, convert.to_keras):
        with pytest.raises(ConversionError, match="learned_state=True: .* start state"):
            function(layer)
    with pytest.raises(ValueRangeError, match="learned_state"):
        lb.LSTM(3, 4, learned_state=1)


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "ConvLSTM1D"])
def test_through_onnx(name):
    pytest.importorskip("onnx")
    run = pytest.importorskip("onnxruntime")
    case = Case(name, {}, int(name == "ConvLSTM1D"))
    layer = make("numpy", case, "float32", **DEEP)
    lb.set_weights(layer, random_problem(case, **DEEP).weights)
    x = np.random.default_rng(0).normal(size=(2, 5, 3, *SPACES[case.space])).astype("float32")
    model = convert.to_onnx(layer).SerializeToString()
    session = run.InferenceSession(model, providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(["outputs"], {"x": x})[0], layer(x)[0], atol=1e-5)
