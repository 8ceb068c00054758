"""Inside a `tf.function`: the same numbers, with open shapes; and numbers at the extremes."""

import numpy as np
import pytest

ROWS = [
    ("LSTM", {}),
    ("PeepholeLSTM", {"bidirectional": True, "layers": 2}),
    ("MinLSTM", {}),
    ("MLSTM", {"heads": 2}),
    ("ConvLSTM2D", {}),
    ("DepthwiseLSTM", {"mixing": True}),
]


@pytest.mark.parametrize("name, options", ROWS, ids=lambda v: str(v))
def test_open_shapes(lb, tf, name, options):
    layer = getattr(lb, name)(3, 4, return_state=False, dtype="float64", **options)
    space = (4,) * layer.variant.space[-1]
    shape = tf.TensorSpec((None, None, 3, *space), tf.float64)

    @tf.function(input_signature=[shape, tf.TensorSpec((None,), tf.int32)])
    def run(x, lengths):
        return layer(x, lengths=lengths)

    for batch, steps in ((3, 5), (2, 7)):
        x = np.random.default_rng(batch).normal(size=(batch, steps, 3, *space))
        lengths = np.arange(1, batch + 1, dtype="int32")
        np.testing.assert_allclose(run(x, lengths), layer(x, lengths=lengths), atol=1e-12)


def test_random_rates_with_open_shapes(lb, tf):
    layer = lb.LSTM(3, 4, layers=2, dropout=0.2, recurrent_dropout=0.2, zoneout=0.2)

    @tf.function(input_signature=[tf.TensorSpec((None, None, 3), tf.float32)])
    def run(x):
        return layer(x, training=True)[0]

    x = np.ones((2, 5, 3), "f")
    first, second = np.asarray(run(x)), np.asarray(run(x))
    assert np.isfinite(first).all() and np.abs(first - second).max() > 1e-3


@pytest.mark.parametrize("name", ["LSTM", "SLSTM", "MinLSTM", "MLSTM"])
def test_a_thousand_steps_with_saturated_gates(lb, tf, name):
    layer = getattr(lb, name)(3, 4)
    variables = [v.value for v in layer.trainable_variables]

    @tf.function
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y, state = layer(x)
            loss = tf.reduce_sum(y)
        return y, *state, *tape.gradient(loss, [x, *variables])

    x = np.random.default_rng(0).normal(size=(2, 1000, 3)) * 1e3
    for value in run(tf.constant(x, "float32")):
        assert np.isfinite(value).all()


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "MinGRU", "MLSTM"])
def test_not_even_nan_comes_out_of_the_padding(lb, tf, name):
    """Neither forward nor in a gradient, where 0 times NaN would be NaN."""
    layer = getattr(lb, name)(3, 4, bidirectional=True)
    x = np.random.default_rng(0).normal(size=(3, 5, 3)).astype("f")
    lengths = [5, 2, 1]
    clean, _ = layer(x, lengths=lengths)
    x[np.arange(5) >= np.array(lengths)[:, None]] = np.nan
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, _ = layer(x, lengths=lengths)
        loss = tf.reduce_sum(y)
    np.testing.assert_array_equal(y, clean)
    for grad in tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)]):
        assert np.isfinite(grad).all()
