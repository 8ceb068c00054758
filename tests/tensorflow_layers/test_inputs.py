"""What people bring from TensorFlow and NumPy: it works, or the error says what to give."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2, 6, 3)).astype("f")
H = RNG.normal(size=(2, 4)).astype("f")


def test_ragged_and_sparse(lb, tf):
    layer = lb.LSTM(3, 4)
    ragged = tf.ragged.constant([X[0, :2].tolist(), X[1].tolist()], ragged_rank=1)
    with pytest.raises(ShapeError, match=r"got a ragged one; give x.to_tensor\(\) and lengths="):
        layer(ragged)
    y, _ = layer(tf.cast(ragged.to_tensor(), "float32"), lengths=ragged.row_lengths())
    np.testing.assert_allclose(y[0, :2], layer(X[:1, :2])[0][0], atol=1e-6)
    with pytest.raises(ShapeError, match=r"tf.sparse.to_dense\(x\)"):
        layer(tf.sparse.from_dense(X))
    with pytest.raises(ShapeError, match="pad sequences of different length on the right"):
        layer([X[0, :2], X[1]])


def test_complex_and_masked(lb, tf):
    layer = lb.LSTM(3, 4)
    for x in (X.astype("complex64"), tf.constant(X, tf.complex64), (X + 1j).tolist()):
        with pytest.raises(ValueRangeError, match="expected real numbers, got complex"):
            layer(x)
    with pytest.raises(ValueRangeError, match=r"masked array; fill it with x.filled\(0\)"):
        layer(np.ma.masked_greater(X, 0.5))
    np.testing.assert_array_equal(layer(np.ma.masked_greater(X, 99))[0], layer(X)[0])


@pytest.mark.parametrize("name", ["LSTM", "MinGRU"])
def test_without_a_batch(lb, name):
    layer = getattr(lb, name)(3, 4)
    with pytest.raises(ShapeError, match=r"got shape \(6, 3\); .* a batch of one: x\[None\]; ids"):
        layer(X[0])
    with pytest.raises(ShapeError, match=r"a batch of one: x_t\[None\]$"):
        layer.step(X[0, 0])


def test_masks_in_the_place_of_lengths(lb, tf):
    layer = lb.LSTM(3, 4)
    mask = np.arange(6) < np.array([[2], [6]])
    for wrong in (mask, mask.astype(int), tf.constant(mask)):
        with pytest.raises(ShapeError, match=r"got a mask \(2, 6\)\? .*layer\(x, mask=mask\)"):
            layer(X, lengths=wrong)
    np.testing.assert_allclose(layer(X, mask=mask)[0], layer(X, lengths=[2, 6])[0], atol=1e-6)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int64", "uint32"])
def test_lengths_of_every_integer_type(lb, tf, dtype):
    """So long that sums and differences of lengths do not fit in the small types."""
    layer = lb.MinGRU(3, 4, bidirectional=True)
    x = RNG.normal(size=(2, 130 if dtype == "uint8" else 100, 3)).astype("f")
    lengths = [10, x.shape[1]]
    want = layer(x, lengths=lengths)[0]
    for given in (np.array(lengths, dtype), tf.constant(lengths, dtype)):
        np.testing.assert_array_equal(layer(x, lengths=given)[0], want)


@pytest.mark.parametrize("name", ["GRU", "PeepholeLSTM", "MLSTM"])
def test_lengths_of_an_unsigned_type_in_every_form(lb, tf, name):
    layer = getattr(lb, name)(3, 4, bidirectional=True)
    want = layer(X, lengths=[2, 6])[0]
    for given in (np.array([2, 6], "uint8"), tf.constant([2, 6], "uint8")):
        np.testing.assert_array_equal(layer(X, lengths=given)[0], want)


@pytest.mark.parametrize("lengths", [[2.0, 6.0], [True, True], [0, 6], [2, 7], [2]])
def test_wrong_lengths(lb, lengths):
    with pytest.raises((ShapeError, ValueRangeError), match="^lengths: expected"):
        lb.LSTM(3, 4)(X, lengths=lengths)


def test_states_in_every_form(lb, tf, keras):
    layer = lb.LSTM(3, 4)
    want, _ = layer(X, (H, H))
    for state in ([H, H], (H.tolist(), H.tolist()), (tf.constant(H, tf.float64), H)):
        np.testing.assert_allclose(layer(X, state)[0], want, atol=1e-6)
    want, _ = layer(X, (H, np.zeros_like(H)))
    np.testing.assert_array_equal(layer(X, (H, None))[0], want)
    np.testing.assert_array_equal(layer(X, (None, None))[0], layer(X)[0])
    x, h = keras.Input((6, 3)), keras.Input((4,))
    model = keras.Model([x, h], layer(x, (h, None))[0])
    np.testing.assert_allclose(model([X, H]), want, atol=1e-6)
    deep = lb.GRU(3, 4, layers=2)
    zeros = np.zeros_like(H)
    np.testing.assert_array_equal(
        deep(X, {"l0.h": H, "l1.h": None})[0], deep(X, {"l0.h": H, "l1.h": zeros})[0]
    )
    for wrong in (H, (H,), (H, H[:1]), (H, H, H), {"h": H, "c": H}, 3):
        with pytest.raises(ShapeError, match="^state"):
            layer(X, wrong)


@pytest.mark.parametrize(
    "dtype",
    ["int8", "float8_e4m3fn", "complex64", "foo", 3, object()],
    ids=["int8", "float8", "complex64", "unknown", "number", "object"],
)
def test_types_that_are_no_floats(lb, dtype):
    with pytest.raises(ValueRangeError, match="^dtype: expected 'float32', .*, got"):
        lb.LSTM(3, 4, dtype=dtype)


@pytest.mark.parametrize("form", ["fast", "step", None, True, ["auto"]])
def test_forms_that_there_are_not(lb, form):
    with pytest.raises(UnknownNameError, match="form .*auto, steps"):
        lb.LSTM(3, 4, form=form)
