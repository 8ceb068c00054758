"""Quantiles, and several answers of one model: the same in all three implementations."""

import pickle

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as ours
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.numpy import losses
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.core.passes import assert_same, passed, random_weights

RNG = np.random.default_rng(0)
B, T = 4, 6
X = RNG.normal(size=(B, T, 3))
LENGTHS = np.array([6, 1, 4, 2])
REAL = np.arange(T) < LENGTHS[:, None]
HEADS = {"up": ("classifier", 3), "level": ("regressor", 2)}
WEIGHTS = {"up": 0.5, "level": 2.0}
LEVELS = (0.1, 0.5, 0.8)
per_step = pytest.mark.parametrize("pooling", ["mean", None])


def problem(kind, lb, pooling="mean"):
    """A model with random weights, and a target."""
    layer = lb.LSTM(3, 4, dtype="float64")
    shape, rng = (B, T) if pooling is None else (B,), np.random.default_rng(1)
    if kind == "heads":
        model = lb.SequenceHeads(layer, HEADS, WEIGHTS, pooling=pooling)
        target = {"level": rng.normal(size=(*shape, 2)), "up": rng.integers(0, 3, shape)}
    else:
        model = lb.SequenceQuantiles(layer, LEVELS, 2, pooling=pooling)
        target = rng.normal(size=(*shape, 2))
    random_weights(lb, model)
    return model, target


@per_step
@pytest.mark.parametrize("kind", ["heads", "quantiles"])
def test_gradients(kind, pooling):
    model, target = problem(kind, ours, pooling)
    grads = passed(ours, model, target, X, lengths=LENGTHS)[2]
    grads = {name: value.copy() for name, value in grads.items()}

    def loss():
        return model.loss(model(X, LENGTHS), target, LENGTHS)[0]

    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name


@per_step
@pytest.mark.parametrize("kind", ["heads", "quantiles"])
def test_equal_in_all_three(lb, kind, pooling):
    model, target = problem(kind, ours, pooling)
    y, loss, grads = passed(ours, model, target, X, lengths=LENGTHS)
    twin, _ = problem(kind, lb, pooling)
    y2, loss2, grads2 = passed(lb, twin, target, X, lengths=LENGTHS)
    np.testing.assert_allclose(y2, y, atol=1e-13)
    assert loss2 == pytest.approx(loss, rel=1e-12)
    assert_same(grads, grads2, 1e-13)
    assert lb.evaluate(twin, (X, target, LENGTHS)) == pytest.approx(
        ours.evaluate(model, (X, target, LENGTHS)), rel=1e-12
    )
    assert lb.evaluate(twin, (X, target, LENGTHS))["loss"] == pytest.approx(loss, rel=1e-12)


@per_step
@pytest.mark.parametrize("kind", ["heads", "quantiles"])
def test_padding_and_neighbours_do_not_matter(lb, kind, pooling):
    model, target = problem(kind, lb, pooling)
    before = lb.evaluate(model, (X, target, LENGTHS))
    x, y = np.where(REAL[:, :, None], X, 1e3), target
    if pooling is None and kind == "heads":
        y = {
            "up": np.where(REAL, target["up"], 77),
            "level": np.where(REAL[..., None], target["level"], np.nan),
        }
    elif pooling is None:
        y = np.where(REAL[..., None], target, np.nan)
    assert lb.evaluate(model, (x, y, LENGTHS)) == pytest.approx(before, rel=1e-12)
    alone = lb.predict(model, X[1:2], LENGTHS[1:2])
    np.testing.assert_allclose(lb.predict(model, x, LENGTHS)[1:2], alone, atol=1e-13)


@pytest.mark.parametrize("kind", ["heads", "quantiles"])
def test_save_and_load_and_move(lb, kind, tmp_path):
    model, _ = problem(kind, lb)
    lb.save(model, tmp_path / "m.npz")
    twin, _ = problem(kind, lb)
    for name, value in lb.get_weights(twin).items():
        lb.set_weights(twin, {**lb.get_weights(twin), name: value * 0})
    lb.load(twin, tmp_path / "m.npz")
    wanted = lb.predict(model, X, LENGTHS)
    np.testing.assert_array_equal(lb.predict(twin, X, LENGTHS), wanted)
    there = convert.to(model, "numpy")
    assert there.counted == model.counted and there.settings == model.settings
    np.testing.assert_allclose(ours.predict(there, X, LENGTHS), wanted, atol=1e-13)
    if lb is ours:
        twin = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(lb.predict(twin, X, LENGTHS), wanted)
    if lb.__name__.endswith("tensorflow"):
        twin = type(model).from_config(model.get_config())
        assert twin.counted == model.counted and twin.settings == model.settings


def test_quantiles_are_learnt(lb):
    """A level q has about a share q of the targets below it, and the scores say so."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=(600, 3, 1))
    y = x[:, -1] + rng.exponential(size=(600, 1))
    model = lb.SequenceQuantiles(lb.GRU(1, 8), (0.1, 0.5, 0.9))
    how = {"epochs": 30, "optimizer": lb.Adam(0.02), "batch_size": 60, "progress": False}
    history = lb.fit(model, (x, y), (x, y), **how)
    below = (y[..., None] <= lb.predict(model, x)).mean(axis=(0, 1))
    np.testing.assert_allclose(below, [0.1, 0.5, 0.9], atol=0.06)
    scores = lb.evaluate(model, (x, y))
    assert list(scores) == ["loss", "coverage"] and abs(scores["coverage"] - 0.8) < 0.08
    assert history.loss[-1] < history.loss[0] and history.curve("coverage")


def test_loss_of_quantiles_by_hand():
    prediction, target = np.array([[0.0, 2.0], [5.0, 1.0]]), np.array([1.0, 3.0])
    by_hand = np.mean([0.2 * 1, 0.4 * 1, 0.8 * 2, 0.6 * 2])
    assert losses.quantile(prediction, target, (0.2, 0.6))[0] == pytest.approx(by_hand)
    one = losses.quantile(prediction, target, (0.2, 0.6), mask=[True, False])[0]
    assert one == pytest.approx(np.mean([0.2, 0.4]))


def test_heads_are_learnt_and_scored(lb):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 4, 1))
    total = x.sum(axis=1)
    y = {"sum": total, "positive": (total[:, 0] > 0).astype(int)}
    heads = {"sum": ("regressor", 1), "positive": ("classifier", 2)}
    model = lb.SequenceHeads(lb.GRU(1, 12), heads, weights={"sum": 1, "positive": 0.5})
    names = ["loss", "sum.loss", "sum.mae", "positive.loss", "positive.accuracy"]
    how = {"epochs": 15, "optimizer": lb.Adam(0.02), "monitor": "positive.accuracy"}
    history = lb.fit(model, (x, y), (x, y), patience=15, progress=False, **how)
    scores = lb.evaluate(model, (x, y))
    assert list(scores) == names
    assert scores["sum.loss"] < 0.5 and scores["positive.accuracy"] > 0.9
    mixed = scores["sum.loss"] + 0.5 * scores["positive.loss"]
    assert scores["loss"] == pytest.approx(mixed, rel=1e-6)
    assert history.best_epoch == np.argmax(history.curve("positive.accuracy")) + 1
    by_head = model.split(lb.predict(model, x))
    assert {n: v.shape for n, v in by_head.items()} == {"sum": (200, 1), "positive": (200, 2)}
    right = by_head["positive"].argmax(1) == y["positive"]
    assert right.mean() == pytest.approx(scores["positive.accuracy"])


def test_an_answer_at_every_step(lb):
    """Tagging: the model that classifies every step, from ids, both ways, padded."""
    rng = np.random.default_rng(4)
    ids, lengths = rng.integers(0, 6, (80, 7)), rng.integers(1, 8, 80)
    tags = np.where(np.roll(ids, -1, axis=1) > 2, 1, 0)  # what comes next decides
    tags[np.arange(80), lengths - 1] = 2
    layer = lb.LSTM(4, 8, bidirectional=True)
    model = lb.SequenceClassifier(layer, 3, pooling=None, embedding=lb.Embedding(6, 4))
    lb.fit(model, (ids, tags, lengths), epochs=40, optimizer=lb.Adam(0.02), progress=False)
    assert lb.evaluate(model, (ids, tags, lengths))["accuracy"] > 0.97


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda lb: lb.SequenceHeads(lb.LSTM(3, 4), {}), ValueRangeError, "heads: expected a dict"),
        (
            lambda lb: lb.SequenceHeads(lb.LSTM(3, 4), {"a": 3}),
            ValueRangeError,
            r"heads a: expected \('classifier', K\)",
        ),
        (
            lambda lb: lb.SequenceHeads(lb.LSTM(3, 4), {"a": ("regressor", 0)}),
            ValueRangeError,
            "heads a: expected an integer >= 1",
        ),
        (
            lambda lb: lb.SequenceHeads(lb.LSTM(3, 4), HEADS, {"up": 1}),
            UnknownNameError,
            r"weights: expected the heads \['up', 'level'\]; missing \['level'\]",
        ),
        (
            lambda lb: lb.SequenceHeads(lb.LSTM(3, 4), HEADS, {"up": 0, "level": 0}),
            ValueRangeError,
            "at least one above 0",
        ),
        (
            lambda lb: lb.SequenceQuantiles(lb.LSTM(3, 4), (0.5, 0.1)),
            ValueRangeError,
            "each above the last",
        ),
        (
            lambda lb: lb.SequenceQuantiles(lb.LSTM(3, 4), (0, 0.1)),
            ValueRangeError,
            "levels: expected a number above 0",
        ),
        (
            lambda lb: lb.fit(problem("heads", lb)[0], (X, np.zeros(B, int)), progress=False),
            ShapeError,
            "target: expected a dict by head",
        ),
        (
            lambda lb: lb.fit(
                problem("heads", lb)[0],
                (X, {"up": np.zeros(B, int), "level": np.zeros((B, 3))}),
                progress=False,
            ),
            ShapeError,
            r"train target level: expected the shape of the prediction \(4, 2\)",
        ),
        (
            lambda lb: lb.fit(
                problem("heads", lb)[0],
                (X, {"up": np.full(B, 3), "level": np.zeros((B, 2))}),
                progress=False,
            ),
            ValueRangeError,
            r"train target up: expected classes 0..2",
        ),
        (
            lambda lb: lb.fit(problem("quantiles", lb)[0], (X, np.zeros((B, 6))), progress=False),
            ShapeError,
            r"expected the shape of the prediction \(4, 2\)",
        ),
        (
            lambda lb: lb.fit(
                problem("heads", lb)[0],
                (X, problem("heads", lb)[1]),
                validation=(X, problem("heads", lb)[1]),
                monitor="accuracy",
                progress=False,
            ),
            UnknownNameError,
            "up.accuracy",
        ),
    ],
)
def test_mistakes_are_named(lb, call, error, message):
    with pytest.raises(error, match=message):
        call(lb)
