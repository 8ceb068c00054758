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


def test_refusals():
    with pytest.raises(UnknownNameError, match="implementation 'jax'; expected one of: numpy"):
        convert.to(lb.LSTM(2, 3), "jax")
    with pytest.raises(ConversionError, match="expected a layer or model of lstmbook, got"):
        convert.to(object(), "numpy")
