"""The gradients derived by hand against finite differences, and the forms of a pass against
each other."""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.numpy.gradcheck import check_layer
from lstmbook.variants import VARIANTS
from tests.variants.adapter_numpy import by_name, forward_backward
from tests.variants.cases import CASES, ONE_OF_EACH_WAY, SPACES, make, random_problem

every_case = pytest.mark.parametrize("case", CASES, ids=str)

RATES = [
    pytest.param(case, {rate: 0.4}, id=f"{rate}-{case}")
    for rate in ("zoneout", "recurrent_dropout", "dropout")
    # which products a mask lies on is the cell's; the other two are the loop's
    for case in (CASES if rate == "recurrent_dropout" else ONE_OF_EACH_WAY)
    if rate != "zoneout" or VARIANTS[case.variant].zoneout
]


def layer_and_problem(case, batch=3, steps=4, **settings):
    problem = random_problem(case, batch, steps, **settings)
    layer = make("numpy", case, **settings)
    lb.set_weights(layer, problem.weights)
    return layer, problem


@every_case
def test_every_element(case):
    small = {"batch": 2, "steps": 2} if case.space == 2 else {}  # it has so many elements
    layer, problem = layer_and_problem(case, **small)
    state = layer.layout.state_as_given(problem.state)
    errors = check_layer(layer, problem.x, state, problem.lengths)
    assert set(errors) == {*layer.params, "x", *layer.layout.states}
    assert {name: error for name, error in errors.items() if error > 1e-7} == {}


@every_case
def test_deep(case):
    """Stacked and in both directions: each gradient along one random direction."""
    layer, problem = layer_and_problem(case, **case.deep)
    assert worst_direction(layer, problem) < 1e-7


@pytest.mark.parametrize("case, settings", RATES)
def test_with_random_masks(case, settings):
    layer, problem = layer_and_problem(case, **settings, **case.deep)
    again = np.random.default_rng(7).bit_generator.state
    assert worst_direction(layer, problem, again) < 1e-7
    y, other = (layer(problem.x, training=training)[0] for training in (True, False))
    assert np.abs(y - other).max() > 1e-6 or not masks_anything(case, settings)


@every_case
def test_from_zeros(case):
    """No state given: where divisions by what was stored start from nothing."""
    layer, problem = layer_and_problem(case)
    problem = problem._replace(state=None, dstate=None, lengths=None)
    assert worst_direction(layer, problem) < 1e-7


@every_case
@pytest.mark.parametrize("deep", [False, True], ids=["flat", "deep"])
def test_steps_equal_the_fast_form(case, deep):
    layer, problem = layer_and_problem(case, **(case.deep if deep else {}))
    fast = forward_backward(layer, *problem[1:])
    layer.form = "steps"
    assert_equal(fast, forward_backward(layer, *problem[1:]), 1e-12)


@pytest.mark.parametrize("case", [c for c in CASES if VARIANTS[c.variant].parallel], ids=str)
@pytest.mark.parametrize("steps", [1, 2, 64, 65, 150])
@pytest.mark.parametrize("lengths", [False, True], ids=["full", "lengths"])
def test_parallel_form_equals_sequential_form(case, steps, lengths):
    layer, problem = layer_and_problem(case)
    problem = random_problem(case, steps=steps, batch=4)
    problem = problem if lengths else problem._replace(lengths=None)
    parallel = forward_backward(layer, *problem[1:])
    layer.form = "steps"
    sequential = forward_backward(layer, *problem[1:])
    assert_equal(parallel, sequential, 1e-10)


@pytest.mark.parametrize("case", [c for c in CASES if c.variant == "MLSTM"], ids=str)
@pytest.mark.parametrize("form", ["steps", "auto"])
def test_silence_before_and_after_sound(case, form):
    """Without biases zeros store nothing, so that the normaliser stays 0 until x is not."""
    layer, problem = layer_and_problem(case)
    weights = {n: w * (w.ndim > 1) for n, w in problem.weights.items()}
    lb.set_weights(layer, weights)
    layer.form = form
    x = np.random.default_rng(0).normal(size=(3, 90, 3)) * 1e3
    x[:, :70], x[:, 80:], x[1] = 0, 0, 0
    x[2] = -x[0]  # so that one of the two starts with a shut input gate
    y, _, grads = forward_backward(layer, x, None, None, np.ones((3, 90, 4)), None)
    assert np.isfinite(y).all() and all(np.isfinite(g).all() for g in grads.values())
    assert y[[0, 2], 70:80].any() and not (y[:, :70].any() or y[:, 80:].any() or y[1].any())
    late = layer(x[:, 70:])[0]  # the silence leaves no trace
    np.testing.assert_allclose(y[:, 70:], late, rtol=1e-10, atol=1e-12)
    ends = []
    for layer.form in ("auto", "steps"):
        ends.append(layer(x[:, :71])[1])  # after the first sound
    for one, other in zip(*ends):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def worst_direction(layer, problem, random_state=None, eps=1e-6) -> float:
    """Largest relative error of the gradients' products with random directions."""
    random_state = random_state or layer.rng.bit_generator.state
    sizes, space = layer.layout.states, problem.x.shape[3:]
    states = {n: np.zeros((len(problem.x), *size, *space)) for n, size in sizes.items()}
    states.update(problem.state or {})
    dstate = problem.dstate or {n: np.zeros_like(s) for n, s in states.items()}

    def forward_loss():
        layer.rng.bit_generator.state = random_state
        y, end = layer(problem.x, layer.layout.state_as_given(states), problem.lengths)
        end = by_name(layer, end)
        return (y * problem.dy).sum() + sum((end[n] * dstate[n]).sum() for n in end)

    forward_loss()
    dx, dstart = layer.backward(problem.dy, layer.layout.state_as_given(dstate))
    variables = {**layer.params, "x": problem.x}
    grads = {**layer.grads, "x": dx}
    if problem.state is not None:
        variables, grads = variables | states, grads | by_name(layer, dstart)
    rng, worst = np.random.default_rng(5), 0.0
    for name, variable in variables.items():
        direction, before = rng.choice([-1.0, 1.0], variable.shape), variable.copy()
        variable[...] = before + eps * direction
        above = forward_loss()
        variable[...] = before - eps * direction
        slope = (above - forward_loss()) / (2 * eps)
        variable[...] = before
        scale = max(np.abs(grads[name]).max() * np.sqrt(variable.size), 1e-3)
        worst = max(worst, abs(slope - (grads[name] * direction).sum()) / scale)
    return worst


def masks_anything(case, settings) -> bool:
    """Whether a random rate can change y: not where nothing enters a recurrent matrix."""
    recurrent = {"MinGRU", "MinLSTM", "MLSTM"}
    return "recurrent_dropout" not in settings or case.variant not in recurrent


def assert_equal(one, other, tolerance):
    (y, end, grads), (y2, end2, grads2) = one, other
    for name, a, b in [
        ("y", y, y2),
        *((n, end[n], end2[n]) for n in end2),
        *((f"d{n}", grads[n], grads2[n]) for n in grads2),
    ]:
        scale = max(np.abs(b).max(), 1e-3)
        assert np.abs(a - b).max() <= tolerance * scale, name


def test_space_is_larger_than_a_kernel():
    """Else same padding would be tested at its edges only."""
    assert all(size >= 3 for space in SPACES.values() for size in space)
