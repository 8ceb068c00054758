"""fit, evaluate and predict: the same numbers as in NumPy, and errors that say what to do."""

import numpy as np
import pytest

from lstmbook import numpy as ours
from lstmbook.errors import DataFileError, ShapeError, UnknownNameError, ValueRangeError

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 6, 3)).astype("float32")
LENGTHS = rng.integers(1, 7, 40)
CLASSES = (X[:, 0, 0] > 0).astype(int)
NUMBERS = X[:, :, :2].copy()
IDS = rng.integers(0, 5, (40, 6))


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW"])
def test_every_optimizer_takes_the_same_path_as_in_numpy(lb, name):
    curves = []
    for some in (ours, lb):
        model = some.SequenceClassifier(some.GRU(3, 4), 2, seed=3, label_smoothing=0.1)
        how = {"momentum": 0.9} if name == "SGD" else {}
        optimizer = getattr(some, name)(lambda done: 0.1 / (1 + done), **how)
        data = X, CLASSES, LENGTHS
        history = some.fit(
            model, data, data, epochs=3, optimizer=optimizer, clip_norm=0.5, progress=False
        )
        scores = [v for row in history.validation for v in row.values()]
        curves.append(history.loss + scores + list(some.predict(model, X, LENGTHS).ravel()))
    np.testing.assert_allclose(curves[0], curves[1], rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", None])
def test_models_equal_those_of_numpy(lb, pooling):
    """Predictions and scores, bidirectional, with lengths, in more than one batch."""
    results = []
    for some in (ours, lb):
        layer = some.PeepholeLSTM(3, 4, bidirectional=True, dtype="float64")
        model = some.SequenceRegressor(layer, 2, pooling=pooling)
        y = NUMBERS if pooling is None else NUMBERS[:, 0]
        predicted = some.predict(model, X, LENGTHS, batch_size=16)
        real = np.arange(6) < LENGTHS[:, None] if pooling is None else slice(None)
        scores = some.evaluate(model, (X, y, LENGTHS), batch_size=16)
        results.append([*predicted[real].ravel(), *scores.values()])
    np.testing.assert_allclose(results[0], results[1], atol=1e-12)


def test_gradients_of_a_whole_model_equal_those_of_numpy(lb, tf):
    grads = []
    for some in (ours, lb):
        embedding = some.Embedding(5, 3, dtype="float64", seed=1)
        layer = some.LSTM(3, 4, dtype="float64")
        model = some.SequenceClassifier(layer, 2, pooling=None, embedding=embedding)
        target = IDS % 2
        if some is ours:
            _, doutputs = model.loss(model(IDS, LENGTHS), target, LENGTHS)
            model.backward(doutputs)
            grads.append(model.grads)
        else:
            with tf.GradientTape() as tape:
                loss = model.loss(model(IDS, LENGTHS), target, LENGTHS)
            found = tape.gradient(loss, [v.value for v in model.params.values()])
            grads.append(dict(zip(model.params, map(tf.convert_to_tensor, found))))
    assert list(grads[0]) == list(grads[1])
    for name, grad in grads[0].items():
        np.testing.assert_allclose(grads[1][name], grad, atol=1e-12)


def test_losses_equal_those_of_numpy(lb):
    from lstmbook.numpy import losses
    from lstmbook.tensorflow import losses as theirs

    logits, target = NUMBERS.astype("float64"), IDS % 2
    mask = np.arange(6) < LENGTHS[:, None]
    smoothed = losses.cross_entropy(logits, target, mask, 0.1)[0]
    assert float(theirs.cross_entropy(logits, target, mask, 0.1)) == pytest.approx(smoothed)
    assert float(theirs.mse(logits, X[..., 1:], mask)) == pytest.approx(
        losses.mse(logits, X[..., 1:], mask)[0]
    )
    binary = losses.binary_cross_entropy(logits[..., 0], target, mask)[0]
    got = theirs.binary_cross_entropy(logits[..., 0], target, mask)
    assert float(got) == pytest.approx(binary)


def test_best_weights_come_back(lb):
    model = lb.SequenceClassifier(lb.RNN(3, 4), 2)
    data = X[:8], CLASSES[:8]
    history = lb.fit(
        model,
        data,
        (X[20:], 1 - CLASSES[20:]),  # turned round: the better in training, the worse here
        epochs=20,
        optimizer=lb.Adam(0.1),
        patience=2,
        progress=False,
    )
    best = history.validation[history.best_epoch - 1]
    assert lb.evaluate(model, (X[20:], 1 - CLASSES[20:])) == pytest.approx(best)
    assert len(history.loss) == history.best_epoch + 2


def test_weights_go_to_a_file_and_to_numpy(lb, tmp_path):
    model = lb.SequenceClassifier(lb.LSTM(3, 4, bidirectional=True), 2, seed=5)
    lb.save(model, tmp_path / "model.safetensors")
    other = ours.SequenceClassifier(ours.LSTM(3, 4, bidirectional=True), 2)
    ours.load(other, tmp_path / "model.safetensors")
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(ours.get_weights(other)[name], value)
    with pytest.raises(DataFileError, match="does not fit this LSTM"):
        lb.load(lb.LSTM(3, 4), tmp_path / "model.safetensors")


@pytest.mark.parametrize(
    "data, error, message",
    [
        ((X[:, :, :2], CLASSES), ShapeError, "x: expected D = 3 features"),
        ((X, CLASSES[:, None]), ShapeError, "target: expected shape"),
        ((X, CLASSES + 5), ValueRangeError, "expected classes 0..1, got 5 to 6"),
        ((X, CLASSES, LENGTHS + 6), ValueRangeError, "1 <= length <= T = 6"),
        ((X * np.nan, CLASSES), ValueRangeError, "expected finite numbers"),
        ((X[:0], CLASSES[:0]), ShapeError, "expected at least one sequence"),
    ],
)
def test_wrong_data_is_named_before_training(lb, data, error, message):
    model = lb.SequenceClassifier(lb.LSTM(3, 4), 2)
    with pytest.raises(error, match=message):
        lb.fit(model, data, progress=False)


def test_wrong_models_and_settings_are_named(lb):
    layer = lb.LSTM(3, 4)
    for call, error, message in [
        (lambda: lb.fit(layer, (X, CLASSES)), ShapeError, "expected a SequenceClassifier"),
        (lambda: lb.SequenceClassifier("LSTM", 2), ShapeError, "expected a recurrent layer"),
        (lambda: lb.SequenceClassifier(layer, 0), ValueRangeError, "outputs: expected"),
        (lambda: lb.SequenceClassifier(layer, 2, pooling="sum"), UnknownNameError, "pooling"),
        (
            lambda: lb.SequenceClassifier(layer, 2, embedding=lb.Embedding(5, 2)),
            ShapeError,
            "embedding: expected size 3",
        ),
        (lambda: lb.Embedding(5, 3)(IDS + 1), ValueRangeError, "ids: expected 0..4, got 1 to 5"),
    ]:
        with pytest.raises(error, match=message):
            call()
    model = lb.SequenceClassifier(layer, 2)
    for settings, message in [
        ({"optimizer": "adam"}, "expected SGD, RMSprop, Adam or AdamW, got 'adam'"),
        ({"clip_norm": 0}, "clip_norm: expected a number above 0"),
        ({"patience": 2}, "early stopping needs validation data"),
    ]:
        with pytest.raises(ValueRangeError, match=message):
            lb.fit(model, (X, CLASSES), progress=False, **settings)
