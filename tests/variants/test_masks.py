"""mask= in the three: padding on the right, on the left, of whole sequences; what is refused."""

import importlib

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.variants import adapter_numpy
from tests.variants.cases import SPACES, Case, make, random_problem
from tests.variants.test_parity import other  # noqa: F401  (a fixture)

MASK = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1]], bool)
CASES = [Case("LSTM", {}), Case("GRU", {"reset_after": False}), Case("MLSTM", {})]
CASES.append(Case("ConvLSTM1D", {}, 1))
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def layer_and_problem(case, **settings):
    problem = random_problem(case, batch=4, **settings)
    layer = make("numpy", case, **settings)
    lb.set_weights(layer, problem.weights)
    problem.x[~MASK] = 1e30  # must not matter
    return layer, problem


def one_by_one(layer, problem):
    """Each sequence alone, without its padding -> y, end states by name."""
    space = problem.x.shape[3:]
    y = np.zeros((4, 4, layer.output_size, *space))
    ends = {name: value.copy() for name, value in problem.state.items()}
    for row, real in enumerate(MASK):
        if real.any():
            start = {name: value[[row]] for name, value in problem.state.items()}
            out, end = layer(problem.x[[row]][:, real], layer.layout.state_as_given(start))
            y[row, real] = out[0]
            for name, value in adapter_numpy.by_name(layer, end).items():
                ends[name][row] = value[0]
    return y, ends


@every_case
@pytest.mark.parametrize("deep", [False, True])
def test_as_each_sequence_alone(case, deep):
    layer, problem = layer_and_problem(case, **(case.deep if deep else {}))
    y, end = layer(problem.x, layer.layout.state_as_given(problem.state), mask=MASK)
    want, ends = one_by_one(layer, problem)
    np.testing.assert_allclose(y, want, atol=1e-12)
    for name, value in adapter_numpy.by_name(layer, end).items():
        np.testing.assert_allclose(value, ends[name], atol=1e-12)


@every_case
def test_the_three_agree(case, other):  # noqa: F811
    layer, problem = layer_and_problem(case, **case.deep)
    library, twin = importlib.import_module(f"lstmbook.{other}"), convert.to(layer, other)
    given = {n: library.asarray(v, "float64") for n, v in problem.state.items()}
    x = library.asarray(problem.x, "float64")
    wanted = layer(problem.x, layer.layout.state_as_given(problem.state), mask=MASK)
    y, end = twin(x, layer.layout.state_as_given(given), mask=MASK)
    np.testing.assert_allclose(library.to_numpy(y), wanted[0], atol=1e-10)
    end = adapter_numpy.by_name(layer, end)
    for name, value in adapter_numpy.by_name(layer, wanted[1]).items():
        np.testing.assert_allclose(library.to_numpy(end[name]), value, atol=1e-10)


@every_case
def test_gradients(case):
    layer, problem = layer_and_problem(case, bidirectional=case.variant == "LSTM")
    problem.x[~MASK] = 0
    flat, layout = problem.state, layer.layout

    def loss():
        y, end = layer(problem.x, layout.state_as_given(flat), mask=MASK)
        end = adapter_numpy.by_name(layer, end)
        return (y * problem.dy).sum() + sum((end[n] * problem.dstate[n]).sum() for n in end)

    loss()
    dx, dstate = layer.backward(problem.dy, layout.state_as_given(problem.dstate))
    dstate, grads = adapter_numpy.by_name(layer, dstate), layer.grads
    assert not dx[~MASK].any()
    for name, value in flat.items():
        np.testing.assert_array_equal(dstate[name][1], problem.dstate[name][1])
        assert relative_error(dstate[name], numeric_gradient(loss, value)) < 1e-7
    names = list(layer.params)
    for name in (names[0], names[-1]):  # W, and b, which also counts steps whose x is 0
        assert relative_error(grads[name], numeric_gradient(loss, layer.params[name])) < 1e-7


def test_gradients_in_torch():
    torch = pytest.importorskip("torch")
    layer, problem = layer_and_problem(CASES[0], bidirectional=True)
    twin = convert.to(layer, "torch")
    problem.x[~MASK] = np.nan
    x = torch.tensor(problem.x, requires_grad=True)
    given = {n: torch.tensor(v, requires_grad=True) for n, v in problem.state.items()}
    y, end = twin(x, given, mask=torch.tensor(MASK))
    loss = (y * torch.tensor(problem.dy)).sum()
    (loss + sum((end[n] * torch.tensor(problem.dstate[n])).sum() for n in end)).backward()
    layer(np.nan_to_num(problem.x), problem.state, mask=MASK)
    dx, dstate = layer.backward(problem.dy, problem.dstate)
    np.testing.assert_allclose(x.grad, dx, atol=1e-10)
    for name, value in dstate.items():
        np.testing.assert_allclose(given[name].grad, value, atol=1e-10)
    for name, grad in twin.grads.items():
        np.testing.assert_allclose(grad, layer.grads[name], atol=1e-10)


def wrong(layer, x, asarray=lambda v: v):
    for row in ([1, 0, 1, 1], [0, 1, 1, 0]):
        with pytest.raises(ValueRangeError, match="sequence 3 has a gap or padding on both"):
            layer(x, mask=asarray(np.array([*MASK[:3], row], bool)))
    with pytest.raises(ShapeError, match=r"mask: expected shape \(B, T\) = \(4, 4\), got \(4, 3\)"):
        layer(x, mask=asarray(MASK[:, :3]))
    with pytest.raises(ShapeError, match="either a mask or lengths, got both"):
        layer(x, lengths=[1, 2, 3, 4], mask=asarray(MASK))
    with pytest.raises(ValueRangeError, match="True or 1 on real steps"):
        layer(x, mask=asarray(2.0 * MASK))


def test_what_is_refused():
    wrong(lb.LSTM(3, 4), np.zeros((4, 4, 3)))


def test_what_is_refused_in_the_frameworks(other):  # noqa: F811
    library = importlib.import_module(f"lstmbook.{other}")
    wrong(library.LSTM(3, 4), library.asarray(np.zeros((4, 4, 3))), library.asarray)


@every_case
def test_right_padding_is_lengths(case):
    layer, _ = layer_and_problem(case)
    x = np.random.default_rng(0).normal(size=(2, 4, layer.layout.input_size, *SPACES[case.space]))
    mask = np.arange(4) < np.array([[2], [4]])
    np.testing.assert_array_equal(layer(x, mask=mask.astype(int))[0], layer(x, None, [2, 4])[0])
