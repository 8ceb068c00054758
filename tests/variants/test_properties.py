"""What holds for every variant at every size, and at the extremes of inputs and lengths."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmbook import numpy as lb
from lstmbook.variants import VARIANTS
from tests.variants.adapter_numpy import by_name, forward_backward
from tests.variants.cases import CASES, SPACES, make, random_problem
from tests.variants.test_gradients import worst_direction

every_case = pytest.mark.parametrize("case", CASES, ids=str)
FORMS = [pytest.param(case, "auto", id=str(case)) for case in CASES]
FORMS += [
    pytest.param(case, "steps", id=f"{case}-step by step")
    for case in CASES
    if VARIANTS[case.variant].parallel
]
few = settings(max_examples=6, deadline=None, derandomize=True, database=None)


def fitting_sizes(case):
    """All D and H of 1 to 4 that the variant takes."""
    fits = []
    for D, H in np.ndindex(4, 4):
        try:
            VARIANTS[case.variant].settings(D + 1, H + 1, **case.options)
            fits.append({"input_size": D + 1, "hidden_size": H + 1})
        except ValueError:
            pass
    return fits


@st.composite
def problems(draw, case):
    """A layer of any size with random weights, and a problem for it."""
    dtype = draw(st.sampled_from(["float32", "float64"]))
    sizes = draw(st.sampled_from(fitting_sizes(case)))
    batch, steps = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    lengths = draw(st.lists(st.integers(1, steps), min_size=batch, max_size=batch))
    sized = case.sized(**sizes)
    problem = random_problem(sized, batch, steps, draw(st.integers(0, 99)))
    layer = make("numpy", sized, dtype)
    lb.set_weights(layer, problem.weights)
    return layer, problem._replace(lengths=np.array(lengths))


@every_case
@few
@given(data=st.data())
def test_shapes_types_and_padding(case, data):
    layer, problem = data.draw(problems(case))
    y, end, grads = forward_backward(layer, *problem[1:])
    shapes = {name: value.shape for name, value in {"y": y, **end, **grads}.items()}
    states = {n: s.shape for n, s in problem.state.items()}
    wanted = {**layer.layout.shapes, "x": problem.x.shape, "y": problem.dy.shape, **states}
    assert shapes == wanted
    for value in (y, *end.values(), *grads.values()):
        assert value.dtype == layer.dtype and np.isfinite(value).all()
    past = np.arange(problem.x.shape[1]) >= problem.lengths[:, None]
    assert not y[past].any() and not grads["x"][past].any()
    for b, length in enumerate(problem.lengths):
        h = y[b, length - 1]
        np.testing.assert_array_equal(end["h"][b], h)
    problem.x[past] = 1e30
    for one, other in zip(forward_backward(layer, *problem[1:]), (y, end, grads)):
        np.testing.assert_equal(one, other)


@every_case
@few
@given(data=st.data())
def test_order_of_the_batch_does_not_matter(case, data):
    layer, problem = data.draw(problems(case))
    y, end, grads = forward_backward(layer, *problem[1:])
    order = np.array(data.draw(st.permutations(range(len(y)))))
    turned = [
        {n: v[order] for n, v in value.items()} if isinstance(value, dict) else value[order]
        for value in problem[1:]
    ]
    y2, end2, grads2 = forward_backward(layer, *turned)
    tolerance = {"float32": 1e-4, "float64": 1e-11}[layer.dtype.name]
    pairs = [(y[order], y2), *((end[n][order], end2[n]) for n in end)]
    pairs += [(grads[n][order] if n in (*end, "x") else grads[n], grads2[n]) for n in grads]
    for a, b in pairs:
        assert np.abs(a - b).max() <= tolerance * max(1, np.abs(a).max())


@every_case
@few
@given(data=st.data())
def test_gradients_at_any_size(case, data):
    layer, problem = data.draw(problems(case))
    double = make("numpy", case.sized(**sizes_of(layer)), "float64")
    lb.set_weights(double, problem.weights)
    assert worst_direction(double, problem) < 1e-6
    one, two = (forward_backward(some, *problem[1:])[0] for some in (layer, double))
    assert np.abs(one - two).max() <= 1e-4 * max(1, np.abs(two).max())


def sizes_of(layer):
    s = layer.layout
    return {"input_size": s.input_size, "hidden_size": s.hidden_size}


@pytest.mark.parametrize("case, form", FORMS)
def test_a_thousand_steps_with_saturated_gates(case, form):
    """Numbers of 1e3 forward and backward: no overflow, no NaN, no warning."""
    problem = random_problem(case, batch=2, steps=1000)
    layer = make("numpy", case, "float32", form=form)
    x = problem.x * 1e3
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y, end, grads = forward_backward(layer, x, None, None, problem.dy, None)
        for value in (y, *end.values(), *grads.values()):
            assert np.isfinite(value).all()
        # the same number at every step, noise after silence, silence after noise: forward only,
        # for there some gradients truly explode
        x = np.concatenate([x, x])
        x[0], x[1], x[2, :500], x[3, 500:] = 1e3, -1e3, 0, 0
        y, end = layer(x)
        for value in (y, *end):
            assert np.isfinite(value).all()


@every_case
def test_memory_grows_linearly_in_the_steps(case):
    def peak(steps):
        x = np.zeros((2, steps, case.sizes["input_size"], *SPACES[case.space]), "float32")
        layer = make("numpy", case, "float32")
        tracemalloc.start()
        layer.backward(layer(x)[0])
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(20)  # what is made once
    assert peak(240) < 2.2 * peak(120)


def test_mlstm_does_not_keep_its_memory_of_every_step():
    batch, steps, H = 2, 512, 128
    layer = lb.MLSTM(8, H)
    x = np.random.default_rng(0).normal(size=(batch, steps, 8))
    tracemalloc.start()
    layer.backward(layer(x)[0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.25 * 4 * batch * steps * H * H


def test_the_stabiliser_of_slstm_changes_no_output():
    layer, x = lb.SLSTM(3, 4, dtype="float64", init="pytorch"), np.random.default_rng(0)
    x = x.normal(size=(2, 7, 3))
    W, U, b = layer.params["W"], layer.params["U"][0], layer.params["b"]
    h = c = n = np.zeros((2, 4))
    for t in range(7):
        i, f, g, o = np.split(x[:, t] @ W + h @ U + b, 4, axis=1)
        i, f, g, o = np.exp(i), 1 / (1 + np.exp(-f)), np.tanh(g), 1 / (1 + np.exp(-o))
        c, n = f * c + i * g, f * n + i
        h = o * c / n
        np.testing.assert_allclose(layer(x)[0][:, t], h, rtol=1e-12)


@pytest.mark.parametrize("form", ["auto", "steps"])
def test_the_stabiliser_of_mlstm_changes_no_output(form):
    layer = lb.MLSTM(3, 4, dtype="float64", init="pytorch", form=form)
    x = np.random.default_rng(0).normal(size=(1, 7, 3))
    p, C, n = layer.params, np.zeros((4, 4)), np.zeros(4)
    for t in range(7):
        q, k, v, o = np.split(x[0, t] @ p["W"] + p["b"], 4)
        i = np.exp(x[0, t] @ p["W_i"] + p["b_i"])
        f = 1 / (1 + np.exp(-x[0, t] @ p["W_f"] - p["b_f"]))
        C, n = f * C + i * np.outer(v, k / 2), f * n + i * k / 2  # sqrt(d) is 2
        h = C @ q / max(abs(n @ q), 1) / (1 + np.exp(-o))
        np.testing.assert_allclose(layer(x)[0][0, t], h, rtol=1e-12)


@pytest.mark.parametrize("rate", ["zoneout", "recurrent_dropout", "dropout"])
def test_random_rates_are_off_outside_training(rate):
    layer = lb.LSTM(3, 4, layers=2, seed=1, **{rate: 0.5})
    x = np.random.default_rng(0).normal(size=(2, 5, 3))
    first, second = layer(x)[0], layer(x)[0]
    assert np.abs(first - second).max() > 1e-3
    first, second = (layer(x, training=False)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_dropout_keeps_the_mean():
    """Linear in the mask: the mean over many masks is the value without."""
    layer = lb.RNN(2, 3, recurrent_dropout=0.5, dtype="float64", seed=2)
    h = np.random.default_rng(0).normal(size=(20000, 3)) * 0 + [0.01, 0.02, -0.03]
    x = np.zeros((20000, 1, 2))
    mean = layer(x, (h,))[0].mean(axis=0)
    np.testing.assert_allclose(mean, layer(x[:1], (h[:1],), training=False)[0][0], atol=5e-4)


def test_zoneout_outside_training_is_its_mean():
    layer = lb.GRU(2, 3, zoneout=0.3, dtype="float64", seed=2)
    h, x = np.full((1, 3), 0.5), np.ones((1, 1, 2))
    new = layer_without(layer)(x, (h,))[0][:, 0]
    y = layer(x, (h,), training=False)[0][:, 0]
    np.testing.assert_allclose(y, 0.3 * h + 0.7 * new, rtol=1e-14)


def layer_without(layer):
    """The same layer with no zoneout."""
    other = type(layer)(2, 3, dtype="float64")
    lb.set_weights(other, layer.params)
    return other


def test_one_call_gives_one_backward():
    layer, x = lb.LSTM(3, 4), np.ones((2, 5, 3))
    with pytest.raises(RuntimeError, match="expected a call layer"):
        layer.backward(np.ones((2, 5, 4)))
    y, _ = layer(x)
    with pytest.raises(ValueError, match=r"dy: expected shape \(2, 5, 4\), got \(2, 5, 3\)"):
        layer.backward(x)
    layer.backward(y)
    with pytest.raises(RuntimeError, match="one call gives one backward"):
        layer.backward(y)
    layer(x, training=False)
    with pytest.raises(RuntimeError, match="keeps nothing to go back through"):
        layer.backward(y)


@every_case
def test_what_happens_between_call_and_backward_changes_nothing(case):
    """The buffers that a layer keeps between calls: none is shared, none is given away."""
    problem = random_problem(case, batch=1, steps=1)
    layer = make("numpy", case)
    lb.set_weights(layer, problem.weights)
    before = forward_backward(layer, problem.x, problem.state, None, problem.dy, problem.dstate)
    given = layer.layout.state_as_given
    y, end = layer(problem.x, given(problem.state))
    after = y.copy(), {name: s.copy() for name, s in by_name(layer, end).items()}
    layer.step(problem.x[:, 0] + 1)
    for returned in (y, *end):
        returned[...] = 9
    dx, dstart = layer.backward(problem.dy, given(problem.dstate))
    grads = {**layer.grads, "x": dx, **by_name(layer, dstart)}
    for one, other in zip(before, (*after, grads)):
        np.testing.assert_equal(one, other)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(bad):
    layer, x = lb.LSTM(3, 4), np.zeros((2, 5, 3))
    x[1, 2, 0] = bad
    with pytest.raises(ValueError, match=r"x: expected finite .* the first at \(1, 2, 0\)"):
        layer(x)
    state = np.zeros((2, 4)), np.full((2, 4), bad)
    with pytest.raises(ValueError, match="state c: expected finite numbers"):
        layer(np.zeros((2, 5, 3)), state)
