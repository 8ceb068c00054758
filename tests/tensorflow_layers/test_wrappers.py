"""Keras' wrappers around our layers: they work, or say what to use instead."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("name", ["GRU", "PeepholeLSTM"])
def test_time_distributed(lb, keras, name):
    layer = getattr(lb, name)(3, 4, return_state=False)
    wrapped = keras.layers.TimeDistributed(layer)
    x = RNG.normal(size=(2, 5, 6, 3)).astype("f")
    assert wrapped(keras.Input((5, 6, 3))).shape == (None, 5, 6, 4)
    assert wrapped.compute_output_shape((None, 5, 6, 3)) == (None, 5, 6, 4)
    y = np.asarray(wrapped(x))
    for k in range(5):
        np.testing.assert_allclose(y[:, k], layer(x[:, k]), atol=1e-6)
    outer = keras.Sequential([keras.Input((5, 6, 3)), wrapped, keras.layers.Flatten()])
    assert outer.predict(x, verbose=0).shape == (2, 120)


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_time_distributed_wants_one_output(lb, keras, name):
    wrapped = keras.layers.TimeDistributed(getattr(lb, name)(3, 4))
    said = "takes a layer with one output.*build it with return_state=False"
    with pytest.raises(ShapeError, match=said):
        wrapped(RNG.normal(size=(2, 5, 6, 3)).astype("f"))
    with pytest.raises(ShapeError, match=said):
        wrapped(keras.Input((5, 6, 3)))
    with pytest.raises(ShapeError, match=said):
        wrapped(keras.Input((None, 6, 3)))
    with pytest.raises(ShapeError, match=said):
        wrapped.compute_output_shape((None, 5, 6, 3))


def test_shapes_of_outputs_and_states(lb):
    layer = lb.LSTM(3, 4, layers=2, bidirectional=True)
    y, states = layer.compute_output_shape((None, 7, 3))
    assert y == (None, 7, 8) and states["l1.reverse.c"] == (None, 4) and len(states) == 8
    assert lb.ConvLSTM2D(3, 4).compute_output_shape((2, 7, 3, 5, 6)) == (
        (2, 7, 4, 5, 6),
        ((2, 4, 5, 6), (2, 4, 5, 6)),
    )


def test_bidirectional_is_an_argument(lb, keras):
    with pytest.raises(ValueRangeError, match="two directions are an argument: bidirectional=True"):
        keras.layers.Bidirectional(lb.LSTM(3, 4))
    for state in (True, False):
        layer = lb.GRU(3, 4, return_state=state)
        with pytest.raises(ValueRangeError, match="bidirectional=True"):
            keras.layers.Bidirectional(layer, backward_layer=lb.GRU(3, 4, return_state=state))


def test_rnn_takes_a_cell_and_not_a_layer(lb, keras):
    for cell in (lb.LSTM(3, 4), [lb.LSTM(3, 4), lb.LSTM(4, 4)]):
        with pytest.raises(ValueRangeError, match="this is a whole layer already.*layers=2"):
            keras.layers.RNN(cell)(np.zeros((2, 5, 3), "f"))


def test_sequential_wants_layers_without_states(lb, keras):
    model = keras.Sequential([lb.LSTM(3, 4), lb.LSTM(4, 5, return_state=False)])
    with pytest.raises(ShapeError, match="build the layer before this one with return_state=False"):
        model(np.zeros((2, 5, 3), "f"))
    stacked = [lb.LSTM(3, 4, return_state=False), lb.MinGRU(4, 5, return_state=False)]
    assert keras.Sequential(stacked)(np.zeros((2, 5, 3), "f")).shape == (2, 5, 5)


def test_repr(lb):
    layer = lb.MLSTM(3, 4, layers=2, heads=2, form="steps", name="memory")
    assert repr(layer) == "MLSTM(3, 4, layers=2, heads=2, form='steps', name='memory')"
    assert repr(lb.LSTM(3, 4, name="a")) == "LSTM(3, 4, name='a')"
