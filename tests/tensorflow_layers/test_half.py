"""float16 and bfloat16: every variant near NumPy's float64 of the same weights; gradients too."""

import numpy as np
import pytest

from tests.variants.cases import CASES, make, random_problem

DTYPES = {"float16": 4e-3, "bfloat16": 3e-2}  # a few times the distance between two numbers at 1


def pair(lb, keras, case, dtype, change=lambda weights: weights, **settings):
    """A half-precision layer, NumPy's of the same weights, and a problem rounded alike."""
    from lstmbook import numpy as ln

    problem = random_problem(case, steps=6)
    layer, exact = make("tensorflow", case, dtype, **settings), make("numpy", case)
    lb.set_weights(layer, change(problem.weights))
    ln.set_weights(exact, {n: np.asarray(v, float) for n, v in lb.get_weights(layer).items()})
    x = keras.ops.cast(problem.x, layer.compute_dtype)
    return layer, exact, x, np.asarray(keras.ops.cast(x, "float64")), problem.lengths


def gradients(tf, layer, x, lengths, dy):
    values = {name: v.value for name, v in layer.params.items()}
    with tf.GradientTape() as tape:
        y, state = layer(x, lengths=lengths)
        loss = tf.reduce_sum(tf.cast(y, "float64") * dy)
    found = tape.gradient(loss, values)
    return y, state, {n: np.asarray(tf.cast(v, "float64")) for n, v in found.items()}


FORMS = [
    ("float16", "auto"),
    ("bfloat16", "auto"),
    ("float16", "steps"),
    ("mixed_bfloat16", "steps"),
]
# every variant in two of the four, by turns; those with a faster form in all
TWO_FORMS = [case for case in CASES if case.variant in ("RNN", "LSTM", "GRU", "MinLSTM", "MLSTM")]
NEAR = [(case, *FORMS[at % 2 + half]) for at, case in enumerate(CASES) for half in (0, 2)]
NEAR += [row for case in TWO_FORMS for form in FORMS if (row := (case, *form)) not in NEAR]


@pytest.mark.parametrize("case, dtype, form", NEAR, ids=str)
def test_near_float64(lb, keras, tf, case, dtype, form):
    layer, exact, x, x64, lengths = pair(lb, keras, case, dtype, form=form)
    want, end = exact(x64, lengths=lengths)
    dy = np.random.default_rng(0).normal(size=want.shape)
    exact.backward(dy)
    y, state, grads = gradients(tf, layer, x, lengths, dy)
    half = dtype.removeprefix("mixed_")
    assert y.dtype == half and {v.dtype.name for v in state} == {half}
    tolerance = 4 * DTYPES[half]
    for got, wanted in zip([y, *state], [want, *end], strict=True):
        scale = max(1.0, np.abs(wanted).max())
        assert np.abs(np.asarray(tf.cast(got, "float64")) - wanted).max() < tolerance * scale
    for name, gradient in exact.grads.items():
        scale = max(1.0, np.abs(gradient).max())
        assert np.abs(grads[name] - gradient).max() < 10 * tolerance * scale, name


@pytest.mark.parametrize("shift", [-12.0, 30.0])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES[::2], ids=str)
def test_biases_far_out(lb, keras, tf, case, dtype, shift):
    """Gates far open or shut: exponents leave the range of float16 long before that of float32."""

    def shifted(weights):
        weights = {name: 0.3 * value for name, value in weights.items()}
        for name in weights:
            if name.startswith("b"):
                weights[name][: max(1, len(weights[name]) // 2)] += shift
        return weights

    layer, exact, x, x64, lengths = pair(lb, keras, case, dtype, shifted)
    want, _ = exact(x64, lengths=lengths)
    y, _, grads = gradients(tf, layer, x, lengths, np.ones_like(want))
    scale = max(1.0, np.abs(want).max())
    assert np.abs(np.asarray(tf.cast(y, "float64")) - want).max() < 20 * DTYPES[dtype] * scale
    assert all(np.isfinite(gradient).all() for gradient in grads.values())


def test_large_numbers_in_layer_normalisation(lb, keras, tf):
    """Their squares do not fit in float16."""
    from tests.variants.cases import Case

    def large(weights):
        return {**weights, "W": 400 * weights["W"]}

    case = Case("LayerNormLSTM", {})
    layer, exact, x, x64, lengths = pair(lb, keras, case, "float16", large)
    y, _ = layer(x, lengths=lengths)
    want, _ = exact(x64, lengths=lengths)
    np.testing.assert_allclose(tf.cast(y, "float64"), want, atol=0.02)
