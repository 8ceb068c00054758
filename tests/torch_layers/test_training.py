"""fit, evaluate and predict: the same numbers as NumPy's, and good manners towards a module."""

import numpy as np
import pytest
import torch

from lstmbook import numpy as ln
from lstmbook import torch as lb
from lstmbook.errors import DataFileError, ShapeError, UnknownNameError, ValueRangeError
from lstmbook.torch.optimizers import clip_by_norm

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6, 3))
Y = (X.sum(axis=(1, 2)) > 0).astype(int)
LENGTHS = RNG.integers(1, 7, 40)
TARGETS = RNG.normal(size=(40, 2))
IDS = RNG.integers(0, 5, (40, 6))
NOISE = RNG.integers(0, 2, 40)
LOGITS = RNG.normal(size=(5, 3))


def make_model(library, kind, outputs, pooling="last", **settings):
    layer = library.LSTM(3, 4, bidirectional=True, **settings)
    return getattr(library, f"Sequence{kind}")(layer, outputs, pooling=pooling)


def trained(library, y, pooling, kind, optimizer, **more):
    model = make_model(library, kind, 2, pooling, dtype="float64")
    history = library.fit(
        model,
        (X, y, LENGTHS),
        validation=(X, y, LENGTHS),
        epochs=2,
        optimizer=optimizer,
        progress=False,
        **more,
    )
    scores = library.evaluate(model, (X, y, LENGTHS))
    return model, history, scores, library.predict(model, X, LENGTHS)


def assert_same_training(y, pooling, kind, optimizer, **more):
    one, two = (trained(lib, y, pooling, kind, optimizer, **more) for lib in (ln, lb))
    np.testing.assert_allclose(two[1].loss, one[1].loss, rtol=1e-10)
    for name, value in one[2].items():
        np.testing.assert_allclose(two[2][name], value, rtol=1e-10)
    np.testing.assert_allclose(two[3], one[3], rtol=1e-9, atol=1e-12)
    weights = lb.get_weights(two[0])
    assert list(weights) == list(ln.get_weights(one[0]))
    for name, value in ln.get_weights(one[0]).items():
        np.testing.assert_allclose(weights[name], value, rtol=1e-9, atol=1e-11, err_msg=name)


OPTIMIZERS = [
    ln.SGD(0.1, momentum=0.9),
    ln.RMSprop(1e-2),
    ln.Adam(1e-2),
    ln.AdamW(1e-2),
    ln.Adam(lambda done: 1e-2 / (1 + done)),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: type(o).__name__)
def test_same_as_numpy_with_every_optimizer(optimizer):
    assert_same_training(Y, "last", "Classifier", optimizer, clip_norm=0.1)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", None])
@pytest.mark.parametrize("kind", ["Classifier", "Regressor"])
def test_same_as_numpy_with_every_pooling(pooling, kind):
    targets = Y if kind == "Classifier" else TARGETS
    if pooling is None:
        targets = np.repeat(targets[:, None], 6, axis=1)
    assert_same_training(targets, pooling, kind, ln.Adam(1e-2))


def test_embedding_and_head_as_in_numpy():
    results = []
    for library in (ln, lb):
        layer = library.GRU(3, 4, dtype="float64")
        table = library.Embedding(5, 3, dtype="float64")
        model = library.SequenceClassifier(layer, 2, embedding=table)
        library.fit(model, (IDS, Y, LENGTHS), epochs=2, progress=False)
        results.append((library.predict(model, IDS, LENGTHS), library.get_weights(model)))
    (one, weights), (two, weights2) = results
    np.testing.assert_allclose(two, one, rtol=1e-10)
    assert list(weights) == list(weights2) and "embedding.E" in weights
    for bad, message in (([[0, 5]], "expected 0..4, got 0 to 5"), ([[0.5]], "expected integers")):
        with pytest.raises(ValueRangeError, match=message):
            model(torch.tensor(bad))


def test_label_smoothing_as_in_numpy():
    target = np.array([0, 2, 1, 1, 0])
    layers = [library.LSTM(3, 4, dtype="float64") for library in (ln, lb)]
    models = [
        library.SequenceClassifier(layer, 3, label_smoothing=0.2)
        for library, layer in zip((ln, lb), layers, strict=True)
    ]
    one, _ = models[0].loss(LOGITS, target)
    assert abs(models[1].loss(torch.tensor(LOGITS), target).item() - one) < 1e-12


def test_clipping_scales_all_gradients_together():
    grads = {"W": torch.tensor([[3.0, 0.0]]), "b": torch.tensor([4.0])}
    assert clip_by_norm(grads, 10.0) == 5 and grads["b"] == 4
    clip_by_norm(grads, 1.0)
    torch.testing.assert_close(grads["W"][0, 0], torch.tensor(0.6))


def test_early_stopping_goes_back_to_the_best_weights():
    model = make_model(lb, "Classifier", 2)
    history = lb.fit(
        model,
        (X, Y),
        validation=(X, NOISE),
        epochs=50,
        patience=2,
        optimizer=lb.Adam(0.05),
        progress=False,
    )
    assert len(history.loss) == history.best_epoch + 2 < 50
    best = history.validation[history.best_epoch - 1]
    assert lb.evaluate(model, (X, NOISE)) == pytest.approx(best)


def test_mode_device_and_random_numbers_stay_the_readers():
    model = make_model(lb, "Classifier", 2, layers=2, dropout=0.5).eval()
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    losses = []
    for _ in range(2):
        lb.set_weights(model, lb.get_weights(make_model(lb, "Classifier", 2, layers=2)))
        losses.append(lb.fit(model, (X, Y), epochs=2, progress=False).loss)
    assert torch.equal(torch.rand(3), expected)
    assert losses[0] == losses[1]  # dropout too goes by the seed
    assert not model.training and not model.layer.training and model.layer.device.type == "cpu"
    other = lb.fit(model, (X, Y), epochs=2, progress=False, seed=1).loss
    assert other != losses[0]
    model.train()
    one, two = lb.predict(model, X), lb.predict(model, X)
    np.testing.assert_array_equal(one, two)  # no dropout in predictions
    assert model.training


def test_in_a_loop_of_the_readers_own():
    model = make_model(lb, "Classifier", 2)
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    x, y = torch.tensor(X, dtype=torch.float32), torch.tensor(Y)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x, torch.tensor(LENGTHS)), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_saved_and_loaded_between_implementations(tmp_path):
    model = make_model(lb, "Regressor", 2)
    for suffix in (".npz", ".safetensors"):
        path = tmp_path / f"weights{suffix}"
        lb.save(model, path)
        twin = make_model(ln, "Regressor", 2, seed=3)
        ln.load(twin, path)
        np.testing.assert_allclose(ln.predict(twin, X), lb.predict(model, X), atol=1e-6)
        other = lb.SequenceRegressor(lb.LSTM(3, 5), 2)
        before = lb.get_weights(other)
        with pytest.raises(DataFileError, match="does not fit this SequenceRegressor"):
            lb.load(other, path)
        for name, value in lb.get_weights(other).items():
            np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda m: lb.fit(m.layer, (X, Y)), ShapeError, "expected a SequenceClassifier or"),
        (lambda m: lb.fit(m, (X, Y[:5])), ShapeError, "as many targets as sequences"),
        (lambda m: lb.fit(m, (X[:, :, :2], Y)), ShapeError, "D = 3 features on axis 2"),
        (lambda m: lb.fit(m, (X, Y + 1)), ValueRangeError, "expected classes 0..1"),
        (lambda m: lb.fit(m, (X, Y / 2)), ValueRangeError, r"class numbers \(integers\)"),
        (lambda m: lb.fit(m, (X, Y), clip_norm=0), ValueRangeError, "clip_norm: expected"),
        (lambda m: lb.fit(m, (X, Y), optimizer="adam"), ValueRangeError, "expected SGD, RMSprop"),
        (lambda m: lb.predict(m, X * np.nan), ValueRangeError, "expected finite numbers"),
        (lambda m: lb.predict(m, X, LENGTHS * 0), ValueRangeError, "1 <= length <= T = 6"),
        (lambda m: m.loss(torch.zeros(4, 2), np.zeros(3, int)), ShapeError, r"shape \(4,\)"),
        (lambda m: lb.SequenceClassifier(m, 2), ShapeError, "expected a recurrent layer"),
        (lambda m: lb.SequenceClassifier(m.layer, 0), ValueRangeError, "an integer >= 1"),
        (
            lambda m: lb.SequenceClassifier(m.layer, 2, pooling="sum"),
            UnknownNameError,
            "unknown pooling 'sum'",
        ),
    ],
)
def test_mistakes_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(make_model(lb, "Classifier", 2))


def test_regression_targets_of_another_shape_are_refused():
    model = make_model(lb, "Regressor", 1)
    with pytest.raises(ShapeError, match=r"add an axis with target\[:, None\]"):
        lb.fit(model, (X, X[:, 0, 0]), progress=False)
