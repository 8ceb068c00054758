"""fit, evaluate and predict in NumPy, and the loop that all three share."""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.core import training
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6, 3))
Y = (X.sum(axis=(1, 2)) > 0).astype(int)
LENGTHS = RNG.integers(1, 7, 40)


def make_model(kind="Classifier", pooling="last", **layer):
    layer = lb.LSTM(3, 4, dtype="float64", **layer)
    return getattr(lb, f"Sequence{kind}")(layer, 2, pooling=pooling)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", None])
@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_gradients_of_a_whole_model(kind, pooling, bidirectional):
    model = make_model(kind, pooling, bidirectional=bidirectional)
    x, lengths = X[:3], np.array([6, 1, 4])
    shape = (3, 6) if pooling is None else (3,)
    targets = RNG.integers(0, 2, shape) if kind == "Classifier" else RNG.normal(size=(*shape, 2))

    def loss():
        return model.loss(model(x, lengths), targets, lengths)[0]

    model.backward(model.loss(model(x, lengths), targets, lengths)[1])
    grads = {name: value.copy() for name, value in model.grads.items()}
    assert list(grads) == list(model.params)
    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name


def test_padding_does_not_reach_loss_scores_or_weights():
    garbage = np.where(np.arange(6)[:, None] < LENGTHS[:, None, None], X, 1e6)
    results = []
    for x in (X, garbage):
        for pooling in ("last", "mean", "max", None):
            model = make_model(pooling=pooling)
            y = Y if pooling else np.repeat(Y[:, None], 6, axis=1)
            lb.fit(model, (x, y, LENGTHS), epochs=1, progress=False)
            results.append((lb.evaluate(model, (x, y, LENGTHS)), lb.get_weights(model)))
    for (one, weights), (two, others) in zip(results[:4], results[4:], strict=True):
        assert one == two
        for name, value in weights.items():
            np.testing.assert_array_equal(value, others[name])


def test_last_pools_the_end_of_each_direction():
    model = make_model(bidirectional=True)
    _, state = model.layer(X, lengths=LENGTHS)
    joined = np.concatenate([state["l0.h"], state["l0.reverse.h"]], axis=1)
    np.testing.assert_allclose(model(X, LENGTHS), model.head(joined), atol=1e-14)


def test_equal_seeds_train_equally_and_others_do_not():
    losses = []
    for seed in (0, 0, 1):
        history = lb.fit(make_model(), (X, Y), epochs=2, batch_size=8, seed=seed, progress=False)
        losses.append(history.loss)
    assert losses[0] == losses[1] != losses[2]


def test_early_stopping_gives_back_the_best_weights():
    model = make_model()
    seen = []

    class Engine(lb.engine.Engine):
        def evaluate(self, data):
            scores = super().evaluate(data)
            seen.append((scores["loss"], self.get_weights()))
            return scores

    engine = Engine(model, lb.Adam(0.3))
    wrong = (X, 1 - Y)  # learning makes the validation loss rise
    history = training.run(engine, (X, Y), wrong, epochs=30, patience=3, progress=False)
    best = int(np.argmin([loss for loss, _ in seen]))
    assert history.best_epoch == best + 1 and len(history.loss) == best + 4 < 30
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(value, seen[best][1][name])


def test_keyboard_interrupt_gives_back_model_and_history():
    model = make_model()

    class Engine(lb.engine.Engine):
        updates = 0

        def update(self, batch):
            self.updates += 1
            if self.updates == 8:
                raise KeyboardInterrupt
            return super().update(batch)

    history = training.run(Engine(model, lb.Adam(0.1)), (X, Y), batch_size=8, progress=False)
    assert history.interrupted and len(history.loss) == 1
    assert not np.array_equal(lb.get_weights(model)["layer.W"], make_model().params["layer.W"])


def test_history_shows_itself():
    history = lb.fit(make_model(), (X, Y), (X, Y), epochs=2, progress=False)
    assert repr(history).startswith("History(2 epochs, loss ")
    assert len(history.curve("accuracy")) == 2 and history.seconds > 0


def test_schedule_and_clipping_reach_the_optimizer():
    rates, model = [], make_model()

    def schedule(updates):
        rates.append(updates)
        return 1e-3

    lb.fit(model, (X, Y), epochs=1, batch_size=10, optimizer=lb.SGD(schedule), progress=False)
    assert rates == [0, 1, 2, 3]
    start = lb.get_weights(make_model())
    model = make_model()
    more = {"optimizer": lb.SGD(1.0), "clip_norm": 1e-3, "progress": False}
    lb.fit(model, (X, Y), epochs=1, batch_size=40, **more)
    moved = [((model.params[name] - value) ** 2).sum() for name, value in start.items()]
    assert np.sqrt(sum(moved)) == pytest.approx(1e-3, rel=1e-3)


def test_predict_takes_arrays_splits_and_lengths():
    model = make_model()
    whole = lb.predict(model, (X, Y, LENGTHS), batch_size=7)
    np.testing.assert_allclose(whole, lb.predict(model, X, LENGTHS), atol=1e-14)
    np.testing.assert_allclose(whole, model(X, LENGTHS), atol=1e-14)
    steps = make_model(pooling=None)
    assert lb.predict(steps, X, LENGTHS // 2 + 1).shape == (40, 6, 2)


NAN = np.where(np.arange(40)[:, None, None] == 3, np.nan, X)
MISTAKES = [
    (lambda m: lb.fit(m, X), ShapeError, r"train: expected \(x, y\)"),
    (lambda m: lb.fit(m, (X, Y[:5])), ShapeError, "as many targets as sequences, got 5 and 40"),
    (lambda m: lb.fit(m, (X[:0], Y[:0])), ShapeError, "at least one sequence, got none"),
    (lambda m: lb.fit(m, ([[1, 2], [3]], [0, 1])), (ShapeError, ValueError), "|inhomogeneous"),
    (lambda m: lb.fit(m, (NAN, Y)), ValueRangeError, "train x: expected finite numbers"),
    (lambda m: lb.fit(m, (X, Y + 0.0)), ValueRangeError, "class numbers .integers., got float64"),
    (lambda m: lb.fit(m, (X, Y + 1)), ValueRangeError, r"classes 0\.\.1"),
    (lambda m: lb.fit(m, (X[:, :, :2], Y)), ShapeError, "expected D = 3 features"),
    (lambda m: lb.fit(m, (X, Y, LENGTHS * 0)), ValueRangeError, "1 <= length <= T = 6"),
    (lambda m: lb.fit(m, (X, Y, LENGTHS + 6)), ValueRangeError, "1 <= length <= T = 6"),
    (lambda m: lb.fit(m, (X, Y, LENGTHS * 1.0)), ShapeError, "expected 40 integers, got float64"),
    (lambda m: lb.fit(m, (X, Y), epochs=0), ValueRangeError, "epochs: expected an integer >= 1"),
    (lambda m: lb.fit(m, (X, Y), batch_size=2.5), ValueRangeError, "batch_size: expected an int"),
    (lambda m: lb.fit(m, (X, Y), patience=2), ValueRangeError, "give validation="),
    (lambda m: lb.fit(m, (X, Y), clip_norm=0), ValueRangeError, "clip_norm: expected a number"),
    (lambda m: lb.fit(m, (X, Y), optimizer="adam"), ValueRangeError, "optimizer: expected SGD"),
    (lambda m: lb.fit(m.layer, (X, Y)), ShapeError, "model: expected a SequenceClassifier"),
    (lambda m: lb.evaluate(m, (NAN, Y)), ValueRangeError, "finite"),
    (lambda m: lb.evaluate(m, X), ShapeError, r"data: expected \(x, y\)"),
    (lambda m: lb.predict(m, NAN), ValueRangeError, "finite"),
    (lambda m: lb.predict(m, X[0]), ShapeError, r"x: expected \(B, T, D\)"),
    (lambda m: lb.predict("model", X), ShapeError, "model: expected a Sequence"),
]


@pytest.mark.parametrize(("call", "error", "message"), MISTAKES)
def test_mistakes_are_named_and_change_nothing(call, error, message):
    model = make_model()
    before = lb.get_weights(model)
    with pytest.raises(error, match=message):
        call(model)
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(value, before[name])


def test_a_loss_that_explodes_is_named():
    model = make_model("Regressor")
    with pytest.raises(ValueRangeError, match="smaller learning rate or clip_norm"):
        with np.errstate(all="ignore"):
            y = RNG.normal(size=(40, 2))
            lb.fit(model, (X, y), epochs=60, optimizer=lb.SGD(1e9), progress=False)


def test_models_refuse_what_cannot_be():
    with pytest.raises(ShapeError, match="layer: expected a recurrent layer .*, got int"):
        lb.SequenceClassifier(3, 2)
    with pytest.raises(ValueRangeError, match="outputs: expected an integer >= 1, got 0"):
        lb.SequenceClassifier(lb.LSTM(3, 4), 0)
    with pytest.raises(ValueError, match="unknown pooling 'sum'; expected one of: last, mean, max"):
        lb.SequenceClassifier(lb.LSTM(3, 4), 2, pooling="sum")
    with pytest.raises(ShapeError, match="embedding: expected size 3"):
        lb.SequenceClassifier(lb.LSTM(3, 4), 2, embedding=lb.Embedding(9, 5))
