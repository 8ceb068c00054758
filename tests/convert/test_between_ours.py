"""Ours to ours: bit by bit, for every variant, in all three implementations."""

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError, UnknownNameError
from tests.variants.cases import CASES, make, random_weights


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("implementation", ["torch", "tensorflow"])
def test_there_and_back_bit_by_bit(case, implementation):
    pytest.importorskip(implementation)
    layer = make("numpy", case, dtype="float32", **case.deep)
    lb.set_weights(layer, random_weights(layer))
    there = convert.to(layer, implementation)
    assert type(there).__module__.startswith(f"lstmbook.{implementation}")
    back = convert.to(there, "numpy")
    assert back.layout.options == layer.layout.options
    for name, value in lb.get_weights(layer).items():
        np.testing.assert_array_equal(back.params[name], value)
        assert back.params[name].dtype == value.dtype
        assert back.params[name] is not layer.params[name]


@pytest.mark.parametrize("implementation", ["numpy", "torch", "tensorflow"])
@pytest.mark.parametrize("pooling", ["last", "max", None])
def test_models(implementation, pooling):
    other = pytest.importorskip(f"lstmbook.{implementation}")
    rng = np.random.default_rng(0)
    table = lb.Embedding(7, 3, seed=3)
    layer = lb.GRU(3, 4, layers=2, bidirectional=True, dropout=0.3, seed=1)
    model = lb.SequenceClassifier(layer, 5, pooling=pooling, embedding=table, seed=2)
    ids, lengths = rng.integers(0, 7, (6, 8)), np.array([8, 1, 3, 8, 5, 2])
    there = convert.to(model, implementation)
    expected = lb.predict(model, ids, lengths)
    np.testing.assert_allclose(other.predict(there, ids, lengths), expected, atol=2e-6)
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(other.get_weights(there)[name], value)


SETTINGS = {
    "layers": 2,
    "bidirectional": True,
    "dropout": 0.1,
    "recurrent_dropout": 0.2,
    "zoneout": 0.3,
    "return_state": False,
}


@pytest.mark.parametrize("source", ["numpy", "torch", "tensorflow"])
@pytest.mark.parametrize("target", ["numpy", "torch", "tensorflow"])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("LSTM", {}),
        ("GRU", {"reset_after": False}),
        ("CoupledLSTM", {"peepholes": True}),
        ("ProjectedLSTM", {"proj_size": 2}),
        ("SLSTM", {"heads": 2}),
    ],
)
def test_every_setting_is_kept(source, target, name, options):
    ours, theirs = (pytest.importorskip(f"lstmbook.{one}") for one in (source, target))
    for dtype in ("float32", "float64"):
        layer = getattr(ours, name)(3, 4, **SETTINGS, **options, dtype=dtype)
        there = convert.to(layer, target)
        assert there is not layer
        assert type(there) is getattr(theirs, name)
        for key, value in SETTINGS.items():
            assert getattr(there.layout, key, getattr(there, key, None)) == value, key
        assert there.layout.options == layer.layout.options
        assert dtype in str(there.dtype)
        if hasattr(layer, "form") and hasattr(there, "form"):
            layer.form = "steps"
            assert convert.to(layer, target).form == "steps"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("target", ["torch", "tensorflow"])
def test_types_of_16_bits_are_kept_where_there_are_such(dtype, target):
    lt, other = (pytest.importorskip(f"lstmbook.{one}") for one in ("torch", target))
    layer = lt.GRU(3, 4, dtype=dtype)
    assert dtype in str(convert.to(layer, target).dtype)
    array = convert.to(layer).params["U"]
    assert array.dtype == "float32"
    np.testing.assert_array_equal(other.get_weights(convert.to(layer, target))["U"], array)


def test_keras_own_policy_is_kept_in_keras():
    lk = pytest.importorskip("lstmbook.tensorflow")
    layer = lk.GRU(3, 4, dtype="mixed_float16")
    assert convert.to(layer, "tensorflow").dtype_policy.name == "mixed_float16"
    assert convert.to(layer).dtype == "float32"
    model = lk.SequenceClassifier(layer, 3, embedding=lk.Embedding(5, 3))
    assert convert.to(model, "tensorflow").layer.dtype_policy.name == "mixed_float16"


@pytest.mark.parametrize("name", ["SequenceClassifier", "SequenceRegressor"])
@pytest.mark.parametrize("implementation", ["numpy", "torch", "tensorflow"])
def test_models_keep_their_settings(name, implementation):
    pytest.importorskip(implementation)
    more = {"label_smoothing": 0.1} if name == "SequenceClassifier" else {}
    model = getattr(lb, name)(lb.LSTM(3, 4, **SETTINGS), 5, pooling="mean", **more)
    there = convert.to(model, implementation)
    assert type(there).__name__ == name
    assert getattr(there, "label_smoothing", 0.1) == 0.1
    assert getattr(there.pooling, "pooling", there.pooling) == "mean"
    assert there.layer.layout.zoneout == 0.3
    assert not there.layer.return_state


def test_a_model_has_no_place_in_the_frameworks_own_layers():
    x = np.ones((2, 5, 3))
    model = lb.SequenceClassifier(lb.LSTM(3, 4), 2)
    for name, call, ours in (
        ("torch", convert.to_torch, "torch"),
        ("keras", convert.to_keras, "tensorflow"),
    ):
        pytest.importorskip(name)
        with pytest.raises(ConversionError, match=rf"convert.to\(model, '{ours}'\)"):
            call(model)
        # the two ways that the refusal names
        other = pytest.importorskip(f"lstmbook.{ours}")
        there = convert.to(model, ours)
        np.testing.assert_allclose(other.predict(there, x), lb.predict(model, x), atol=1e-5)
        assert call(model.layer) is not None


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_named(wrong):
    layer = lb.LSTM(2, 3)
    layer.params["U"][1, 2] = wrong
    with pytest.raises(ConversionError, match="NaN or infinity in U"):
        convert.to(layer, "numpy")


def test_refusals():
    with pytest.raises(UnknownNameError, match="implementation 'jax'; expected one of: numpy"):
        convert.to(lb.LSTM(2, 3), "jax")
    with pytest.raises(ConversionError, match="expected a layer or model of lstmbook, got"):
        convert.to(object(), "numpy")
