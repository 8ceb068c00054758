"""A model at a glance, and probabilities in the place of logits."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError

X = np.random.default_rng(9).normal(size=(4, 5, 3))


def test_parts_shapes_weights_and_what_runs(lb):
    native = {
        "numpy": "fast: the cell's equations in a faster form",
        "torch": "native: PyTorch's own function",
        "tensorflow": "native: Keras' own layer",
    }[lb.__name__.rpartition(".")[2]]
    model = lb.SequenceClassifier(
        lb.LSTM(3, 5, bidirectional=True), 2, pooling="mean", embedding=lb.Embedding(7, 3)
    )
    count = 7 * 3 + 2 * (3 * 20 + 5 * 20 + 20) + 10 * 2 + 2
    assert count == sum(value.size for value in lb.get_weights(model).values())
    lines = str(lb.summary(model, [[1, 2, 3, 4]])).splitlines()
    assert lines[0].startswith("SequenceClassifier(LSTM(3, 5, bidirectional=True), classes=2")
    rows = {line.split()[0]: line for line in lines[2:-1]}
    assert list(rows) == ["embedding", "layer", "pooling", "head"]
    assert "(1, 4, 3)" in rows["embedding"] and "(1, 4, 10)" in rows["layer"]
    assert "mean" in rows["pooling"] and "(1, 10)" in rows["pooling"]
    assert "Dense(10, 2)" in rows["head"] and "(1, 2)" in rows["head"]
    assert rows["layer"].endswith(native) and "  360  " in rows["layer"]
    assert lines[-1] == f"{count} weights, float32"
    for layer, words in [
        (lb.LSTM(3, 5, form="steps"), "steps: "),
        (lb.MinLSTM(3, 5), "all at once"),
        (lb.MinLSTM(3, 5, form="steps"), "steps: "),
    ]:
        text = lb.summary(layer, X)
        assert words in text and "(4, 5, 5)" in text and repr(text) == str(text)
    with pytest.raises(ShapeError, match="expected a model or a recurrent layer of lstmbook"):
        lb.summary("LSTM")
    with pytest.raises(ShapeError, match="expected D = 3"):
        lb.summary(lb.SequenceClassifier(lb.LSTM(3, 5), 2), X[:, :, :2])


@pytest.mark.parametrize("pooling", ["last", None])
def test_probabilities_are_the_softmax_of_logits(pooling):
    from lstmbook import numpy as lb

    model = lb.SequenceClassifier(lb.LSTM(3, 4, dtype="float64"), 3, pooling=pooling)
    model.head.params["b"] += [30, 0, -5]
    z, p = lb.predict(model, X), lb.predict(model, X, probabilities=True)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(np.log(p) - np.log(p[..., :1]), z - z[..., :1], rtol=1e-6, atol=1e-9)
    with pytest.raises(ValueRangeError, match="logits of classes, got SequenceRegressor"):
        lb.predict(lb.SequenceRegressor(lb.LSTM(3, 4)), X, probabilities=True)
