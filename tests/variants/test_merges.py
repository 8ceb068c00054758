"""Two directions made one by sum, mean or product: gradients, parity, conversion."""

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError, UnknownNameError, ValueRangeError
from tests.variants.cases import Case, make, random_problem
from tests.variants.test_gradients import worst_direction
from tests.variants.test_parity import assert_equal, both, other  # noqa: F401  (a fixture)

MERGES = ("sum", "mean", "product")
every_merge = pytest.mark.parametrize("merge", MERGES)
DEEP = {"layers": 2, "bidirectional": True}


def layer_and_problem(case, **settings):
    problem = random_problem(case, **settings)
    layer = make("numpy", case, **settings)
    lb.set_weights(layer, problem.weights)
    return layer, problem


@every_merge
@pytest.mark.parametrize("name", ["LSTM", "LayerNormLSTM", "MinGRU"])
def test_gradients(name, merge):
    layer, problem = layer_and_problem(Case(name, {}), **DEEP, merge=merge)
    assert layer.output_size == 4
    assert worst_direction(layer, problem) < 1e-7


@every_merge
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("case", [Case("GRU", {}), Case("ConvLSTM1D", {}, 1)], ids=str)
def test_the_three_agree(case, merge, layers, other):  # noqa: F811
    settings = {"layers": layers, "bidirectional": True, "merge": merge}
    problem = random_problem(case, **settings)
    assert_equal(*both(case, other, problem, **settings), 1e-10)


@every_merge
def test_it_is_what_the_halves_make(merge):
    layer, problem = layer_and_problem(Case("LSTM", {}), bidirectional=True)
    forward, reverse = np.split(layer(problem.x, problem.state, problem.lengths)[0], 2, axis=2)
    want = {"sum": forward + reverse, "product": forward * reverse}
    want["mean"] = want["sum"] / 2
    layer, _ = layer_and_problem(Case("LSTM", {}), bidirectional=True, merge=merge)
    np.testing.assert_allclose(layer(problem.x, problem.state, problem.lengths)[0], want[merge])


@every_merge
@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "MinLSTM"])
def test_through_onnx(name, merge):
    pytest.importorskip("onnx")
    run = pytest.importorskip("onnxruntime")
    layer = make("numpy", Case(name, {}), "float32", **DEEP, merge=merge)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    model = convert.to_onnx(layer, lengths=True).SerializeToString()
    session = run.InferenceSession(model, providers=["CPUExecutionProvider"])
    y = session.run(["outputs"], {"x": x, "lengths": np.array([5, 2])})[0]
    np.testing.assert_allclose(y, layer(x, None, [5, 2])[0], atol=1e-5)


@every_merge
def test_through_keras(merge):
    keras = pytest.importorskip("keras")
    layer, problem = layer_and_problem(Case("GRU", {}), **DEEP, merge=merge)
    theirs = convert.to_keras(layer)
    want = layer(problem.x)[0]
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs(problem.x)), want, atol=1e-10)
    back = convert.from_keras(theirs)
    assert back.layout.merge == merge
    np.testing.assert_allclose(back(problem.x)[0], want, atol=1e-12)
    twin = convert.to(layer, "tensorflow")
    again = type(twin).from_config(twin.get_config())
    assert again.layout.merge == merge and convert.to(twin, "numpy").layout.merge == merge


def test_what_cannot_be():
    with pytest.raises(UnknownNameError, match=r"merge"):
        lb.LSTM(3, 4, bidirectional=True, merge="max")
    with pytest.raises(ValueRangeError, match="one direction alone"):
        lb.LSTM(3, 4, merge="sum")
    layer = lb.LSTM(3, 4, bidirectional=True, merge="sum")
    assert "bidirectional=True, merge='sum'" in repr(layer)
    with pytest.raises(ValueRangeError, match="pooling='last' with merge='sum'"):
        lb.SequenceClassifier(layer, 2)
    assert lb.SequenceClassifier(layer, 2, pooling="mean")(np.ones((2, 5, 3))).shape == (2, 2)
    if pytest.importorskip("torch"):
        with pytest.raises(ConversionError, match="merge='sum': torch.nn joins"):
            convert.to_torch(layer)
