"""`trace` opens up a layer that somebody else trained."""

import numpy as np
import pytest

from lstmbook import convert, trace

X = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forget_gate(W, U, b, h):
    """f of all steps from the weights themselves, block f being the second of i, f, g, o."""
    before = np.concatenate([np.zeros_like(h[:, :1]), h[:, :-1]], axis=1)
    return sigmoid(X @ W + before @ U + b)[..., 4:8]


def test_a_torch_layer():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = torch.nn.LSTM(3, 4, batch_first=True)
    with torch.no_grad():
        h = theirs(torch.from_numpy(X))[0].numpy()
    record = trace(convert.from_torch(theirs), X)
    W, U = theirs.weight_ih_l0.detach().numpy().T, theirs.weight_hh_l0.detach().numpy().T
    b = (theirs.bias_ih_l0 + theirs.bias_hh_l0).detach().numpy()
    np.testing.assert_allclose(record["h"], h, atol=1e-6)
    np.testing.assert_allclose(record["f"], forget_gate(W, U, b, h), atol=1e-6)


def test_a_keras_layer():
    keras = pytest.importorskip("keras")
    theirs = keras.layers.LSTM(4, return_sequences=True, bias_initializer="random_normal")
    h = np.asarray(theirs(X))
    record = trace(convert.from_keras(theirs), X)
    np.testing.assert_allclose(record["h"], h, atol=1e-6)
    np.testing.assert_allclose(record["f"], forget_gate(*theirs.get_weights(), h), atol=1e-6)
