"""NumPy models and their layers: gradients, what they keep, how they look."""

import copy
import pickle

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.variants.adapter_numpy import by_name
from tests.variants.cases import CASES, make, random_problem

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 6, 3))
LENGTHS = np.array([6, 1, 4])
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def make_model(kind="Classifier", pooling="last", **layer):
    layer = lb.LSTM(3, 4, dtype="float64", **layer)
    return getattr(lb, f"Sequence{kind}")(layer, 2, pooling=pooling)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", None])
@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_gradients_of_a_whole_model(kind, pooling, bidirectional):
    model = make_model(kind, pooling, bidirectional=bidirectional)
    shape = (3, 6) if pooling is None else (3,)
    targets = RNG.integers(0, 2, shape) if kind == "Classifier" else RNG.normal(size=(*shape, 2))

    def loss():
        return model.loss(model(X, LENGTHS), targets, LENGTHS)[0]

    model.backward(model.loss(model(X, LENGTHS), targets, LENGTHS)[1])
    grads = {name: value.copy() for name, value in model.grads.items()}
    assert list(grads) == list(model.params)
    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name


def test_last_pools_the_end_of_each_direction():
    model = make_model(bidirectional=True)
    _, state = model.layer(X, lengths=LENGTHS)
    joined = np.concatenate([state["l0.h"], state["l0.reverse.h"]], axis=1)
    np.testing.assert_allclose(model(X, LENGTHS), model.head(joined), atol=1e-14)


@every_case
@pytest.mark.parametrize("form", ["auto", "steps"])
@pytest.mark.parametrize("padded", [False, True], ids=["full", "lengths"])
def test_a_buffer_used_again_changes_no_gradient(case, form, padded):
    """What a call is given may be overwritten before `backward`: x, lengths, states."""
    problem = random_problem(case)
    results = []
    for overwrite in (False, True):
        layer = make("numpy", case, form=form)
        lb.set_weights(layer, problem.weights)
        x, lengths = problem.x.copy(), problem.lengths.copy()
        state = {name: value.copy() for name, value in problem.state.items()}
        layer(x, layer.layout.state_as_given(state), lengths if padded else None)
        if overwrite:
            x[...], lengths[...] = 7, 1
            for value in state.values():
                value[...] = 7
        dx, dstate = layer.backward(problem.dy, layer.layout.state_as_given(problem.dstate))
        results.append({**layer.grads, "x": dx, **by_name(layer, dstate)})
    for name, value in results[0].items():
        np.testing.assert_array_equal(results[1][name], value, err_msg=name)


def test_dense_and_embedding_keep_no_view_of_their_input():
    dense, table = lb.Dense(3, 2, dtype="float64"), lb.Embedding(5, 2, dtype="float64")
    x, ids, dy = X.copy(), np.array([[0, 4], [1, 1]]), RNG.normal(size=(3, 6, 2))
    dense(x)
    table(ids)
    x[...], kept = 0, ids.copy()
    ids[...] = 2
    dense.backward(dy)
    table.backward(np.ones((2, 2, 2)))
    np.testing.assert_allclose(dense.grads["W"], np.einsum("btd,btk->dk", X, dy))
    np.testing.assert_array_equal(table.grads["E"][:, 0], np.bincount(kept.ravel(), minlength=5))


@pytest.mark.parametrize("name", ["LSTM", "GRU", "MLSTM", "ConvLSTM1D", "LayerNormLSTM"])
def test_a_pickle_is_small_and_holds_no_batch(name):
    layer = getattr(lb, name)(3, 4, seed=3)
    space = (5,) if name == "ConvLSTM1D" else ()
    fresh = len(pickle.dumps(layer))
    x = np.full((50, 100, 3, *space), 0.123456789)
    layer(x)
    layer.backward(layer(x)[0])
    data = pickle.dumps(layer)
    assert len(data) < 3 * fresh + 1000 and np.float32(0.123456789).tobytes() not in data
    for twin in (pickle.loads(data), copy.deepcopy(layer), copy.copy(layer)):
        np.testing.assert_array_equal(twin(x[:2])[0], layer(x[:2])[0])
        twin.backward(twin(x[:2])[0])
    with pytest.raises(RuntimeError, match="expected a call"):
        pickle.loads(data).backward(x)


def test_a_pickled_model_is_small_and_goes_on():
    layer = lb.LSTM(3, 4)
    model = lb.SequenceClassifier(layer, 2, embedding=lb.Embedding(9, 3), pooling="max")
    fresh, ids = len(pickle.dumps(model)), RNG.integers(0, 9, (200, 50))
    model.backward(model(ids))
    data = pickle.dumps(model)
    assert len(data) < 3 * fresh
    twin = pickle.loads(data)
    with pytest.raises(RuntimeError, match="expected a call before it"):
        twin.backward(np.ones((200, 2)))
    np.testing.assert_array_equal(twin(ids), model(ids))


def test_layers_and_models_show_themselves():
    assert repr(lb.LSTM(3, 5)) == "LSTM(3, 5)"
    deep = lb.GRU(3, 5, layers=2, bidirectional=True, dropout=0.5, dtype="float64", form="steps")
    assert repr(deep) == (
        "GRU(3, 5, layers=2, bidirectional=True, dropout=0.5, reset_after=True, dtype='float64', "
        "form='steps')"
    )
    model = lb.SequenceRegressor(lb.RNN(3, 5), 2, pooling=None, embedding=lb.Embedding(9, 3))
    assert repr(model) == (
        "SequenceRegressor(RNN(3, 5), outputs=2, pooling=None, embedding=Embedding(9, 3))"
    )
    assert repr(model.head) == "Dense(5, 2)"


@pytest.mark.parametrize("dtype", ["float16", np.float16, "longdouble", "int32", None, 3, "f5"])
@pytest.mark.parametrize("make_one", [lb.LSTM, lb.MLSTM, lb.Dense, lb.Embedding])
def test_other_types_than_float32_and_float64_are_refused(make_one, dtype):
    with pytest.raises(ValueRangeError, match="dtype: expected 'float32' or 'float64', got"):
        make_one(4, 4, dtype=dtype)


@pytest.mark.parametrize("form", ["fast", "", None, True, 3, ["auto"]])
def test_a_form_that_does_not_exist_is_named(form):
    with pytest.raises(UnknownNameError, match="unknown form .*; expected one of: auto, steps"):
        lb.LSTM(3, 4, form=form)


def test_steps_call_the_cells_own_rule():
    called = []

    class Cell(lb.LSTM.Cell):
        fast = lb.LSTM.Cell.fast

        def rule(self, p, z, s):
            called.append(len(z))
            return super().rule(p, z, s)

    class Watched(lb.LSTM):
        pass

    Watched.Cell = Cell
    one, two = Watched(3, 4)(X)[0], Watched(3, 4, form="steps")(X)[0]
    assert called == [16] * 6  # "auto" took the fast form, "steps" the rule at each of 6 steps
    np.testing.assert_allclose(one, two, atol=1e-6)


def test_states_as_lists_and_none():
    layer = lb.LSTM(3, 4, dtype="float64")
    c = RNG.normal(size=(3, 4))
    zero = np.zeros((3, 4))
    for given in ((None, c), [zero.tolist(), c.tolist()], (zero, c.astype(object).astype(float))):
        np.testing.assert_array_equal(layer(X, given)[0], layer(X, (zero, c))[0])
    assert np.isfinite(layer(X, (None, None))[0]).all()


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda m: m.layer(X + 1j), ValueRangeError, "x: expected real numbers, got complex128"),
        (
            lambda m: m.layer(np.ma.masked_less(X, 0)),
            ValueRangeError,
            r"masked array; fill it with x.filled\(0\)",
        ),
        (lambda m: m.layer([[[1, 2, 3]], [[1, 2, 3]] * 2]), ShapeError, "x: .* pad sequences"),
        (lambda m: m.layer(X.astype(str)), ValueRangeError, "expected numbers, got <U"),
        (lambda m: m.layer(X, training="no"), ValueRangeError, "training: expected True or False"),
        (lambda m: m.layer(X, (X[:, 0],)), ShapeError, r"state: expected a tuple \(h, c\)"),
        (lambda m: m.layer(X, ([[1], [1, 2]], None)), ShapeError, "state h: expected an array"),
        (lambda m: m.layer(X * 1e300 * 1e300), ValueRangeError, "x: expected finite numbers"),
        (lambda m: m.head(X), ShapeError, r"x: expected \(..., 4\), got shape \(3, 6, 3\)"),
        (lambda m: m(X, lengths=LENGTHS > 1), ValueRangeError, "mask.sum"),
        (lambda m: m.loss(m(X), [0, 1]), ShapeError, r"target: expected shape \(3,\)"),
        (lambda m: lb.Dense(0, 3), ValueRangeError, "input_size: expected an integer >= 1"),
        (lambda m: lb.Embedding(3, 2.0), ValueRangeError, "size: expected an integer >= 1"),
        (lambda m: lb.Embedding(3, 2, seed=None), ValueRangeError, "seed: .*default_rng"),
        (lambda m: lb.Dense(3, 2).backward(X), RuntimeError, "expected a call before it"),
    ],
)
def test_mistakes_are_named(call, error, message):
    with np.errstate(over="ignore"), pytest.raises(error, match=message):
        call(make_model())
