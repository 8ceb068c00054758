"""Layers of torch.nn and Keras: read into ours, written from ours, equal on random weights."""

import numpy as np
import pytest

from lstmbook import convert, trace
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 6, 4))
FORMS = [{}, {"layers": 2}, {"bidirectional": True}, {"layers": 2, "bidirectional": True}]


def randomised(layer):
    lb.set_weights(layer, {n: RNG.normal(0, 0.5, v.shape) for n, v in layer.params.items()})
    return layer


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU", "ProjectedLSTM"])
def test_to_torch_and_back(torch, name, form):
    more = {"proj_size": 2} if name == "ProjectedLSTM" else {}
    layer = randomised(getattr(lb, name)(4, 5, dtype="float64", **form, **more))
    theirs = convert.to_torch(layer)
    expected = layer(X)[0]
    got = theirs(torch.tensor(X))[0].detach().numpy()
    np.testing.assert_allclose(got, expected, atol=1e-12)
    back = convert.from_torch(theirs)
    np.testing.assert_allclose(back(X)[0], expected, atol=1e-12)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("bias", [True, False])
def test_from_torch_with_both_biases_random(torch, name, form, bias):
    theirs = getattr(torch.nn, name)(
        4,
        5,
        num_layers=form.get("layers", 1),
        bidirectional=form.get("bidirectional", False),
        batch_first=True,
        bias=bias,
        dtype=torch.float64,
    )
    before = {key: value.clone() for key, value in theirs.state_dict().items()}
    ours = convert.from_torch(theirs)
    expected = theirs(torch.tensor(X))[0].detach().numpy()
    np.testing.assert_allclose(ours(X)[0], expected, atol=1e-12)
    np.testing.assert_allclose(trace(theirs, X)["y"], expected, atol=1e-12)
    assert all(bool((theirs.state_dict()[key] == value).all()) for key, value in before.items())


def test_torch_cells(torch):
    cell = torch.nn.LSTMCell(4, 5, dtype=torch.float64)
    h = c = torch.zeros(3, 5, dtype=torch.float64)
    for t in range(6):
        h, c = cell(torch.tensor(X[:, t]), (h, c))
    ours = convert.from_torch(cell)(X)[1]
    np.testing.assert_allclose(ours[0], h.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(ours[1], c.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("form", FORMS[::2], ids=str)
@pytest.mark.parametrize("reset_after", [True, False])
def test_to_keras_and_back(keras, name, form, reset_after):
    if name != "GRU" and not reset_after:
        pytest.skip("an option of the GRU")
    more = {"reset_after": reset_after} if name == "GRU" else {}
    layer = randomised(getattr(lb, name)(4, 5, dtype="float64", **form, **more))
    theirs = convert.to_keras(layer)
    expected = layer(X)[0]
    np.testing.assert_allclose(np.asarray(theirs(X)), expected, atol=1e-12)
    back = convert.from_keras(theirs)
    np.testing.assert_allclose(back(X)[0], expected, atol=1e-12)
    np.testing.assert_allclose(trace(theirs, X)["y"], expected, atol=1e-12)


def test_from_keras_with_random_weights_and_stacked(keras):
    inner = [keras.layers.LSTM(5, return_sequences=True, dtype="float64") for _ in range(2)]
    model = keras.Sequential([keras.Input((None, 4)), *inner])
    for layer in inner:
        layer.set_weights([RNG.normal(0, 0.5, w.shape) for w in layer.get_weights()])
    ours = convert.from_keras(model)
    np.testing.assert_allclose(ours(X)[0], np.asarray(model(X)), atol=1e-6)
    assert ours.layout.layers == 2


def test_refusals_of_torch(torch):
    for layer, message in (
        (lb.GRU(2, 3, reset_after=False), "torch.nn.GRU resets after the product"),
        (lb.PeepholeLSTM(2, 3), "use convert.to.layer, 'torch'"),
        (lb.LSTM(2, 3, zoneout=0.1), "torch.nn has no place for it"),
    ):
        with pytest.raises(ConversionError, match=message):
            convert.to_torch(layer)
    model = torch.nn.Sequential(torch.nn.LSTM(2, 3), torch.nn.Linear(3, 1))
    with pytest.raises(ConversionError, match="give one of the layers inside it: 0"):
        convert.from_torch(model)
    with pytest.raises(ConversionError, match="lstmbook, torch.nn or keras.layers, got int"):
        trace(3, X)


def test_refusals_of_keras(keras):
    with pytest.raises(ConversionError, match="MinLSTM"):
        convert.to_keras(lb.MinLSTM(2, 3))
    relu = keras.layers.LSTM(3, activation="relu")
    relu.build((None, None, 2))
    with pytest.raises(ConversionError, match="expected activation='tanh'"):
        convert.from_keras(relu)
    with pytest.raises(ConversionError, match="has no weights yet"):
        convert.from_keras(keras.layers.LSTM(3))
    with pytest.raises(ConversionError, match="got keras.layers.Dense"):
        convert.from_keras(keras.layers.Dense(3))


def test_relu_to_torch_and_back(torch):
    layer = lb.RNN(4, 3, layers=2, bidirectional=True, activation="relu", dtype="float64")
    module = convert.to_torch(layer)
    assert module.nonlinearity == "relu"
    want = layer(X)[0]
    np.testing.assert_allclose(
        module(torch.tensor(X, dtype=module.weight_ih_l0.dtype))[0].detach(), want
    )
    again = convert.from_torch(module)
    assert "activation='relu'" in repr(again) and "activation" not in repr(lb.RNN(2, 3))
    np.testing.assert_allclose(again(X)[0], want)


def test_relu_to_keras_and_back(keras):
    layer = lb.RNN(4, 3, layers=2, activation="relu", dtype="float64")
    stack = convert.to_keras(layer)
    want = layer(X)[0]
    np.testing.assert_allclose(keras.ops.convert_to_numpy(stack(X)), want)
    np.testing.assert_allclose(convert.from_keras(stack)(X)[0], want)


@pytest.mark.parametrize("zoneout", [0.0, 0.2])
def test_relu_through_onnx(zoneout):
    pytest.importorskip("onnx")
    run = pytest.importorskip("onnxruntime")
    layer = lb.RNN(4, 3, bidirectional=True, activation="relu", zoneout=zoneout)
    model = convert.to_onnx(layer)
    session = run.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = X.astype("float32")
    want = layer(x, training=False)[0]
    np.testing.assert_allclose(session.run(["outputs"], {"x": x})[0], want, atol=1e-6)
    if not zoneout:
        np.testing.assert_allclose(convert.from_onnx(model)(x)[0], want, atol=1e-6)
