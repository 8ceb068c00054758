"""What every variant does in every implementation, whatever its equations."""

import importlib
from types import SimpleNamespace

import numpy as np
import pytest

from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.variants import VARIANTS
from tests.variants.cases import (
    CASES,
    IMPLEMENTATIONS,
    ONE_OF_EACH_WAY,
    SPACES,
    Case,
    make,
    random_problem,
    random_states,
    random_weights,
)

every_case = pytest.mark.parametrize("case", CASES, ids=str)
# The cells of the other two are compared with NumPy's one by one in `test_parity`; what is theirs
# besides needs one cell of each way through their code.
CASES_OF = {name: CASES if name == "numpy" else ONE_OF_EACH_WAY for name in IMPLEMENTATIONS}
ENOUGH = [
    pytest.param(name, case, id=f"{name}-{case}") for name in CASES_OF for case in CASES_OF[name]
]
cases_enough = pytest.mark.parametrize("impl, case", ENOUGH, indirect=["impl"])
PARALLEL = [case for case in CASES if VARIANTS[case.variant].parallel]
LSTM = Case("LSTM", {})


@pytest.fixture(params=IMPLEMENTATIONS)
def impl(request):
    if request.param != "numpy":
        pytest.importorskip(request.param)
    lb = importlib.import_module(f"lstmbook.{request.param}")

    def asarray(x):
        return lb.asarray(x, dtype="float64")

    def layer_for(case, **settings):
        """A layer in evaluation mode with random weights, and a problem for it."""
        problem = random_problem(case, **{k: v for k, v in settings.items() if k != "form"})
        layer = make(request.param, case, **settings)
        lb.set_weights(layer, problem.weights)
        return (layer.eval() if request.param == "torch" else layer), problem

    def call(method, layer, x, state, *more, **named):
        names = layer.layout.states
        if state is not None:
            state = layer.layout.state_as_given({n: asarray(state[n]) for n in names})
        y, end = method(asarray(x), state, *more, **named)
        end = end if isinstance(end, dict) else dict(zip(names, end, strict=True))
        return np.array(lb.to_numpy(y)), {n: np.array(lb.to_numpy(s)) for n, s in end.items()}

    def run(layer, x, state=None, lengths=None):
        """The whole sequence without dropout -> y, flat dict of states, as arrays."""
        off = {} if request.param == "torch" else {"training": False}
        return call(layer, layer, x, state, lengths, **off)

    def step(layer, x_t, state=None):
        return call(layer.step, layer, x_t, state)

    return SimpleNamespace(
        name=request.param, lb=lb, asarray=asarray, layer_for=layer_for, run=run, step=step
    )


def assert_same(one, other, tolerance=1e-12):
    """y and states equal."""
    (y, end), (y2, end2) = one, other
    for a, b in [(y, y2), *((end[n], end2[n]) for n in end2)]:
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def rows(batch, state):
    """Some sequences of a flat dict of states."""
    return {name: value[batch] for name, value in state.items()}


@cases_enough
def test_no_output_sees_a_later_input(impl, case):
    layer, problem = impl.layer_for(case)
    y, _ = impl.run(layer, problem.x, problem.state)
    later = problem.x.copy()
    later[:, 2] += 1
    changed, _ = impl.run(layer, later, problem.state)
    np.testing.assert_array_equal(changed[:, :2], y[:, :2])
    assert (np.abs(changed[:, 2:] - y[:, 2:]).reshape(3, 2, -1).max(axis=2) > 1e-6).all()


@cases_enough
def test_sequences_of_a_batch_do_not_see_each_other(impl, case):
    layer, problem = impl.layer_for(case)
    y, end = impl.run(layer, problem.x, problem.state)
    alone = impl.run(layer, problem.x[1:2], rows(slice(1, 2), problem.state))
    assert_same(alone, (y[1:2], rows(slice(1, 2), end)))


@cases_enough
def test_step_by_step_equals_the_whole_sequence(impl, case):
    layer, problem = impl.layer_for(case, **{**case.deep, "bidirectional": False})
    ys, state = [], problem.state
    for t in range(problem.x.shape[1]):
        y_t, state = impl.step(layer, problem.x[:, t], state)
        ys.append(y_t)
    assert_same((np.stack(ys, axis=1), state), impl.run(layer, problem.x, problem.state))


@cases_enough
def test_two_halves_equal_the_whole(impl, case):
    layer, problem = impl.layer_for(case)
    first, state = impl.run(layer, problem.x[:, :1], problem.state)
    second, state = impl.run(layer, problem.x[:, 1:], state)
    halves = np.concatenate([first, second], axis=1), state
    assert_same(halves, impl.run(layer, problem.x, problem.state))


@cases_enough
def test_no_state_is_a_state_of_zeros(impl, case):
    layer, problem = impl.layer_for(case)
    zeros = {name: np.zeros_like(value) for name, value in problem.state.items()}
    assert_same(impl.run(layer, problem.x), impl.run(layer, problem.x, zeros), 0)


@cases_enough
def test_padding_never_matters(impl, case):
    """Each sequence as if it were alone without padding, in both directions and two layers."""
    layer, problem = impl.layer_for(case, **case.deep)
    x, lengths = problem.x, problem.lengths
    past = np.arange(x.shape[1]) >= lengths[:, None]
    y, end = impl.run(layer, x, problem.state, lengths)
    assert not y[past].any()
    x[past] = 1e30
    np.testing.assert_array_equal(impl.run(layer, x, problem.state, lengths)[0], y)
    for b, length in enumerate(lengths):
        one = slice(b, b + 1)
        alone = impl.run(layer, x[one, :length], rows(one, problem.state))
        assert_same(alone, (y[one, :length], rows(one, end)))


def test_the_reverse_direction_starts_at_the_last_real_step(impl):
    layer, problem = impl.layer_for(LSTM, bidirectional=True)
    y, _ = impl.run(layer, problem.x, lengths=problem.lengths)
    single, _ = impl.layer_for(LSTM)
    weights = {n: problem.weights[f"l0.reverse.{n}"] for n in ("W", "U", "b")}
    impl.lb.set_weights(single, weights)
    for b, length in enumerate(problem.lengths):
        turned = impl.run(single, problem.x[b : b + 1, :length][:, ::-1])[0][:, ::-1]
        np.testing.assert_allclose(y[b : b + 1, :length, 4:], turned, atol=1e-12)


@pytest.mark.parametrize("case", PARALLEL, ids=str)
def test_parallel_equals_sequential(impl, case):
    problem = random_problem(case, steps=70)
    parallel, sequential = (
        impl.run(impl.layer_for(case, form=form)[0], problem.x, problem.state, problem.lengths)
        for form in ("auto", "steps")
    )
    assert_same(parallel, sequential, 1e-10)


@every_case
def test_weights_out_and_in(impl, case):
    layer = make(impl.name, case, **case.deep)
    weights = random_weights(layer, seed=3)
    impl.lb.set_weights(layer, weights)
    back = impl.lb.get_weights(layer)
    assert list(back) == list(layer.layout.shapes)
    for name, value in weights.items():
        np.testing.assert_array_equal(back[name], value)
        back[name][...] = 9  # a copy, not the layer's own
    np.testing.assert_array_equal(
        impl.lb.get_weights(layer)["b" if "b" in back else "l0.b"],
        weights["b" if "b" in back else "l0.b"],
    )


@every_case
def test_parameter_count_is_the_formula(impl, case):
    layer = make(impl.name, case)
    count = sum(value.size for value in impl.lb.get_weights(layer).values())
    D, H = case.sizes.values()
    assert count == VARIANTS[case.variant].parameter_count(D, H, **case.options)


@every_case
def test_one_seed_is_one_start(impl, case):
    settings = {**case.deep, "seed": 11}
    weights = impl.lb.get_weights(make(impl.name, case, **settings))
    for name, value in case.layout(**case.deep).initial_weights("default", 11).items():
        np.testing.assert_array_equal(weights[name], value)
    other = impl.lb.get_weights(make(impl.name, case, **{**settings, "seed": 12}))
    assert any((weights[name] != other[name]).any() for name in weights)


@every_case
def test_shapes_and_float32(impl, case):
    layer = make(impl.name, case, dtype="float32", return_state=False)
    x = impl.lb.asarray(random_problem(case).x)
    y = impl.lb.to_numpy(layer(x))
    assert y.shape == (3, 4, layer.output_size, *SPACES[case.space]) and y.dtype == "float32"
    layer.return_state = True
    _, state = layer(x)
    wanted = {n: (3, *size, *SPACES[case.space]) for n, size in layer.layout.states.items()}
    assert [tuple(s.shape) for s in state] == list(wanted.values())
    assert {str(impl.lb.to_numpy(s).dtype) for s in state} == {"float32"}


def wrong_inputs(impl, layer, x):
    """What a user may give by mistake -> the error and a part of its message."""
    flat = {name: impl.asarray(v) for name, v in random_states(layer.layout, 3).items()}
    h, c = flat.values()
    yield "rank", (x[:, 0],), ShapeError, r"\(B, T, D\) with D = 3, got shape \(3, 3\)"
    yield "features", (x[:, :, :2],), ShapeError, "D = 3 features on axis 2"
    yield "no steps", (x[:, :0],), ShapeError, "at least one sequence, step and place"
    yield "state alone", (x, h), ShapeError, r"a tuple \(h, c\)"
    yield "state dict", (x, flat), ShapeError, r"a tuple \(h, c\)"
    yield "one state", (x, (h,)), ShapeError, r"a tuple \(h, c\), got tuple of 1"
    yield "state size", (x, (h, c[:, :2])), ShapeError, r"state c: expected shape \(3, 4\)"
    yield "state batch", (x, (h[:2], c)), ShapeError, r"state h: expected shape \(3, 4\)"
    for lengths, error, message in [
        ([1, 2], ShapeError, r"one integer a sequence, shape \(3,\), got \(2,\)"),
        ([0, 1, 4], ValueRangeError, "1 <= length <= T = 4, got 0 to 4"),
        ([1, 1, 5], ValueRangeError, "1 <= length <= T = 4, got 1 to 5"),
        ([1.0, 2.0, 3.0], ValueRangeError, "expected integers, got float64"),
    ]:
        yield f"lengths {lengths}", (x, None, lengths), error, message


def test_wrong_calls_say_what_was_expected(impl):
    layer, problem = impl.layer_for(LSTM)
    for label, arguments, error, message in wrong_inputs(impl, layer, impl.asarray(problem.x)):
        with pytest.raises(error, match=message):
            layer(*arguments)
            pytest.fail(f"no error for {label}")


def test_state_of_several_layers_goes_by_name(impl):
    layer, problem = impl.layer_for(LSTM, layers=2)
    h = impl.asarray(problem.state["l0.h"])
    with pytest.raises(ShapeError, match="a dict with the keys .*'l1.c'.*, got tuple"):
        layer(impl.asarray(problem.x), (h, h))
    with pytest.raises(ShapeError, match=r"a dict with the keys .*, got \['l0.h'\]"):
        layer(impl.asarray(problem.x), {"l0.h": h})


def test_space_is_asked_for(impl):
    case = next(case for case in CASES if case.variant == "ConvLSTM2D")
    layer, problem = impl.layer_for(case)
    with pytest.raises(ShapeError, match=r"\(B, T, D, height, width\) with D = 3"):
        layer(impl.asarray(problem.x[..., 0]))


def test_a_stream_has_one_direction(impl):
    layer, problem = impl.layer_for(LSTM, bidirectional=True)
    with pytest.raises(ValueRangeError, match="bidirectional layer cannot read a stream"):
        layer.step(impl.asarray(problem.x[:, 0]))
    layer, problem = impl.layer_for(LSTM)
    with pytest.raises(ShapeError, match=r"x_t: expected \(B, D\) with D = 3"):
        layer.step(impl.asarray(problem.x))


@pytest.mark.parametrize(
    "variant, settings, error, message",
    [
        ("LSTM", {"hidden_size": 0}, ValueRangeError, "hidden_size: expected an integer >= 1"),
        ("LSTM", {"input_size": 2.5}, ValueRangeError, "input_size: .*, got 2.5"),
        ("LSTM", {"layers": 0}, ValueRangeError, "layers: expected an integer >= 1, got 0"),
        ("LSTM", {"dropout": 1.0}, ValueRangeError, r"dropout: expected a number in \[0, 1\)"),
        ("LSTM", {"zoneout": -0.1}, ValueRangeError, r"zoneout: expected a number in \[0, 1\)"),
        ("LSTM", {"peephole": True}, UnknownNameError, "unknown option of LSTM 'peephole'"),
        ("GRU", {"reset": True}, UnknownNameError, "expected one of: reset_after"),
        ("LSTM", {"init": "xavier"}, UnknownNameError, "unknown initialisation 'xavier'"),
        ("LSTM", {"dtype": "int32"}, ValueRangeError, "dtype: expected 'float32'"),
        ("ProjectedLSTM", {"proj_size": 5}, ValueRangeError, "0 < proj_size <= hidden_size"),
        ("ConvLSTM1D", {"kernel_size": 2}, ValueRangeError, "expected an odd kernel_size"),
        ("DepthwiseLSTM", {}, ValueRangeError, "input_size == hidden_size, or mixing=True"),
        ("MLSTM", {"heads": 3}, ValueRangeError, "a multiple of heads"),
        ("MLSTM", {"zoneout": 0.1}, ValueRangeError, "no state that may keep its old value"),
    ],
)
def test_wrong_settings_say_what_was_expected(impl, variant, settings, error, message):
    with pytest.raises(error, match=message):
        getattr(impl.lb, variant)(**{"input_size": 3, "hidden_size": 4, **settings})


def test_wrong_weights_change_nothing(impl):
    layer, problem = impl.layer_for(LSTM)
    good = random_weights(layer, seed=8)
    wrong = [
        ({n: good[n] for n in ("W", "U")}, UnknownNameError, r"missing \['b'\]"),
        ({**good, "V": good["W"]}, UnknownNameError, r"not known \['V'\]"),
        (
            {**good, "b": good["b"][1:]},
            ShapeError,
            r"weights b: expected shape \(16,\), got \(15,\)",
        ),
    ]
    for weights, error, message in wrong:
        with pytest.raises(error, match=message):
            impl.lb.set_weights(layer, weights)
    for name, value in impl.lb.get_weights(layer).items():
        np.testing.assert_array_equal(value, problem.weights[name])
