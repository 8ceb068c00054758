"""Compiled by XLA: the same numbers, also when the last batch is smaller than the others."""

import numpy as np
import pytest

from tests.variants.cases import cases_of, make, random_problem

# one of each way through time, and those whose step reshapes or convolves: what is left is
# pointwise in a loop that these compile
NAMES = ("LSTM", "PeepholeLSTM", "ConvLSTM2D", "DepthwiseLSTM", "MinLSTM", "SLSTM", "MLSTM")


@pytest.mark.slow
@pytest.mark.parametrize("case", [cases_of(name)[-1] for name in NAMES], ids=str)
def test_a_graph_for_batches_of_any_size(lb, tf, case):
    problem = random_problem(case, batch=3, steps=2)
    layer = make("tensorflow", case, "float32", return_state=False)
    lb.set_weights(layer, problem.weights)
    weights = [v.value for v in layer.trainable_variables]

    def run(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.sin(layer(x)))
        return [loss, *tape.gradient(loss, weights)]

    x = tf.constant(problem.x, "float32")
    spec = [tf.TensorSpec((None, *x.shape[1:]), tf.float32)]
    compiled = tf.function(run, input_signature=spec, jit_compile=True)
    for got, wanted in zip(compiled(x), run(x), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_last_batch_of_another_size(lb, keras, name):
    x = np.random.default_rng(0).normal(size=(7, 3, 3)).astype("f")
    y, losses = np.linspace(-1, 1, 7)[:, None], []
    for how in ({"jit_compile": True}, {"run_eagerly": True}):
        keras.utils.set_random_seed(0)
        layer = getattr(lb, name)(3, 4, return_state=False)
        layers = [keras.Input(x.shape[1:]), layer, keras.layers.Flatten(), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        model.compile("sgd", "mse", **how)
        fitted = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        losses.append(fitted.history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)
