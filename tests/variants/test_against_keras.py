"""Equal to `keras.layers`: outputs, states and gradients, with random weights and lengths."""

import numpy as np
import pytest

B, T, D, H = 3, 5, 3, 4
LENGTHS = np.array([5, 2, 4])


@pytest.fixture(scope="module")
def lb():
    pytest.importorskip("tensorflow")
    from lstmbook import tensorflow

    return tensorflow


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def to_keras(name, weights):
    """Our weights in Keras' order, written down a second time on purpose, in NumPy."""
    W, U, b = weights["W"], weights["U"], weights["b"]
    if not name.startswith("GRU"):
        return [W, U, b]
    blocks = [np.split(v, 3, axis=-1) for v in (W, U, b)]
    W, U, b = (np.concatenate([z, r, n], axis=-1) for r, z, n in blocks)
    if "b_u" in weights:
        r, z, n = np.split(weights["b_u"], 3)
        b = np.stack([b, np.concatenate([z, r, n])])
    return [W, U, b]


def random_weights(layer, seed=1):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(0, 0.5, v.shape) for name, v in layer.params.items()}


def gradients(call, x, start, variables):
    """y, states, and the gradients of a random sum of both: of x, of the start, of the weights."""
    import tensorflow as tf

    rng = np.random.default_rng(3)
    x = tf.constant(x)
    start = [tf.constant(s) for s in start]
    with tf.GradientTape() as tape:
        tape.watch([x, *start])
        outputs = call(x, start)
        loss = sum(tf.reduce_sum(v * rng.normal(size=v.shape)) for v in outputs)
    grads = tape.gradient(loss, [x, *start, *(v.value for v in variables)])
    return [np.asarray(v) for v in outputs], [np.asarray(tf.convert_to_tensor(g)) for g in grads]


LAYERS = {
    "RNN": ("SimpleRNN", {}),
    "LSTM": ("LSTM", {}),
    "GRU": ("GRU", {}),
    "GRU before": ("GRU", {"reset_after": False}),
    "ConvLSTM1D": ("ConvLSTM1D", {}),
    "ConvLSTM2D": ("ConvLSTM2D", {}),
}


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
@pytest.mark.parametrize("form", ["auto", "steps"])
@pytest.mark.parametrize("name", LAYERS)
def test_equal_to_the_layer_of_keras(lb, keras, name, form, lengths):
    their_name, options = LAYERS[name]
    layer = getattr(lb, name.split()[0])(D, H, dtype="float64", **options)
    layer.form = form
    weights = random_weights(layer)
    lb.set_weights(layer, weights)
    ops = keras.ops
    space = (6,) * layer.variant.space[0]
    how = {"return_sequences": True, "return_state": True, "zero_output_for_mask": True}
    if space:
        # TensorFlow has no channels-first convolution on a CPU: Keras gets channels last
        how |= {"kernel_size": 3, "padding": "same", "data_format": "channels_last"}
        how |= {"recurrent_activation": "sigmoid"}
    rng = np.random.default_rng(2)
    x = rng.normal(size=(B, T, D, *space))
    start = [rng.normal(0, 0.5, (B, H, *space)) for _ in layer.variant.states]
    mask = None if lengths is None else np.arange(T) < lengths[:, None]

    def ours(x, start):
        y, state = layer(x, tuple(start), lengths)
        return [y, *state]

    got = gradients(ours, x, start, layer.params.values())
    if space:
        x = np.moveaxis(x, 2, -1)
        start = [np.moveaxis(s, 1, -1) for s in start]
    their_layer = getattr(keras.layers, their_name)(H, dtype="float64", **how, **options)
    their_layer.build(x.shape)
    their_layer.set_weights(to_keras(name, weights))

    def theirs(x, start):
        y, *state = their_layer(x, initial_state=start, mask=mask)
        if space:  # back to channels first, so that both losses are the same sum
            y, state = ops.moveaxis(y, -1, 2), [ops.moveaxis(v, -1, 1) for v in state]
        return [y, *state]

    want = gradients(theirs, x, start, their_layer.trainable_variables)
    for a, b in zip(got[0], want[0], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    inputs = 1 + len(start)
    theirs_first = want[1][:inputs]
    if space:
        theirs_first = [np.moveaxis(v, -1, 2 - bool(k)) for k, v in enumerate(theirs_first)]
    dweights = to_keras(name, dict(zip(layer.params, got[1][inputs:], strict=True)))
    ours_all, theirs_all = [*got[1][:inputs], *dweights], [*theirs_first, *want[1][inputs:]]
    for a, b in zip(ours_all, theirs_all, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-11)


@pytest.mark.parametrize("form", ["auto", "steps"])
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_two_bidirectional_layers(lb, keras, name, form):
    layer = getattr(lb, name)(D, H, layers=2, bidirectional=True, dtype="float64")
    layer.form = form
    weights = random_weights(layer)
    lb.set_weights(layer, weights)
    x = np.random.default_rng(2).normal(size=(B, T, D))
    mask = np.arange(T) < LENGTHS[:, None]
    want = x
    for k in range(2):
        one = getattr(keras.layers, LAYERS[name][0])(
            H, dtype="float64", return_sequences=True, zero_output_for_mask=True
        )
        both = keras.layers.Bidirectional(one, dtype="float64")
        both.build(want.shape)
        for part, direction in ((both.forward_layer, ""), (both.backward_layer, "reverse.")):
            prefix = f"l{k}.{direction}"
            names = [f"{prefix}{n}" for n in layer.layout.names]
            part.set_weights(to_keras(name, {n.removeprefix(prefix): weights[n] for n in names}))
        want = np.asarray(both(want, mask=mask))
    y, _ = layer(x, lengths=LENGTHS)
    np.testing.assert_allclose(np.asarray(y), want, atol=1e-12)
