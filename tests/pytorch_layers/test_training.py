"""fit, evaluate and predict: the same numbers as NumPy's, and good manners towards a module."""

import importlib

import numpy as np
import pytest
import torch

from lstmbook import numpy as ln
from lstmbook import torch as lb
from lstmbook.errors import NameNotKnown, ShapeError, ValueRangeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6, 3))
Y = (X.sum(axis=(1, 2)) > 0).astype(int)
LENGTHS = RNG.integers(1, 7, 40)


def trained(library, y, pooling, kind, optimizer, **more):
    layer = library.LSTM(3, 4, dtype="float64", bidirectional=True)
    model = (
        getattr(library, f"Sequence{kind}")(layer, y.shape[-1] + 1, pooling=pooling)
        if (kind == "Classifier")
        else library.SequenceRegressor(layer, y.shape[-1], pooling=pooling)
    )
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
    targets = Y if kind == "Classifier" else RNG.normal(size=(40, 2))
    if pooling is None:
        targets = np.repeat(targets[:, None], 6, axis=1)
    assert_same_training(targets, pooling, kind, ln.Adam(1e-2))
