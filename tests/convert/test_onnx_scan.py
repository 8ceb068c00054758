"""Every variant as ONNX, with free B, T and space, and models: onnxruntime computes the same."""

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.convert import onnx_cells
from lstmbook.errors import ConversionError
from tests.convert.test_onnx import run
from tests.variants.cases import CASES, SPACES, make, random_states, random_weights

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

RNG = np.random.default_rng(0)


def as_flat(layer, ends):
    return ends if isinstance(ends, dict) else dict(zip(layer.layout.states, ends, strict=True))


def check(layer, model, space, batch, steps, lengths=None, state=None, atol=2e-5):
    x = RNG.normal(size=(batch, steps, layer.layout.input_size, *space)).astype(layer.dtype)
    given = None if state is None else layer.layout.state_as_given(state)
    y, ends = layer(x, given, lengths, training=False)
    more = {} if lengths is None else {"lengths": lengths}
    more |= {f"start.{n}": v.astype("float32") for n, v in (state or {}).items()}
    got = run(model, x=x, **more)
    np.testing.assert_allclose(got["outputs"], y, atol=atol, rtol=5 * atol)
    assert set(got) == {"outputs", *layer.layout.states}
    for name, value in as_flat(layer, ends).items():
        np.testing.assert_allclose(got[name], value, atol=2 * atol, rtol=5 * atol, err_msg=name)


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("zoneout", [0, 0.3])
def test_every_variant(case, zoneout):
    space = SPACES[case.space]
    if case.variant == "DepthwiseLSTM" and not space:
        space = (1,)  # the same with a width of 1
    if zoneout and not case.layout().variant.zoneout:
        pytest.skip("no state of it may keep its old value alone")
    layer = make("numpy", case, dtype="float32", zoneout=zoneout, **case.deep)
    lb.set_weights(layer, random_weights(layer))
    if case.variant not in onnx_cells.RULES:  # one that is new here
        with pytest.raises(ConversionError, match=f"{case.variant}.*onnx_cells.py"):
            convert.to_onnx(layer)
        return
    plain = convert.to_onnx(layer)
    # any T and B with one model: past the length that a form with chunks or doublings has in it
    for batch, steps in ((3, 5), (1, 1), (2, 70)):
        check(layer, plain, space, batch, steps)
    state = random_states(layer.layout, 3, space, seed=4)
    full = convert.to_onnx(layer, lengths=True, state=True)
    check(layer, full, space, 3, 6, np.array([6, 1, 4]), state)
    check(layer, full, space, 3, 9, np.array([2, 9, 9]), state)


def test_a_variant_without_a_step_is_refused(monkeypatch):
    monkeypatch.delitem(onnx_cells.RULES, "SLSTM")
    with pytest.raises(ConversionError, match="SLSTM"):
        convert.to_onnx(lb.SLSTM(2, 4))
    monkeypatch.undo()
    assert len(onnx_cells.RULES) >= 21


@pytest.mark.parametrize("size", [1, 5])
@pytest.mark.parametrize("name, axes", [("ConvLSTM1D", 1), ("ConvLSTM2D", 2), ("DepthwiseLSTM", 1)])
def test_kernels_of_other_sizes_than_three(name, axes, size):
    layer = getattr(lb, name)(4, 4, kernel_size=size)
    lb.set_weights(layer, random_weights(layer))
    check(layer, convert.to_onnx(layer), SPACES[axes], 2, 3)


@pytest.mark.parametrize("case", CASES[::3], ids=str)
def test_large_numbers_stay_numbers(case):
    layer = make("numpy", case, dtype="float32")
    lb.set_weights(layer, {n: 5 * v for n, v in random_weights(layer).items()})
    space = SPACES[case.space] or ((1,) if case.variant == "DepthwiseLSTM" else ())
    check(layer, convert.to_onnx(layer), space, 2, 9, atol=2e-4)


@pytest.mark.parametrize("name", ["SLSTM", "MLSTM", "MinLSTM", "LayerNormLSTM", "FullGateLSTM"])
def test_float64_where_onnxruntime_has_it(name):
    layer = getattr(lb, name)(3, 4, bidirectional=True, dtype="float64")
    lb.set_weights(layer, random_weights(layer))
    lengths = np.array([5, 3])
    check(layer, convert.to_onnx(layer, lengths=True), (), 2, 5, lengths, atol=1e-12)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", None])
@pytest.mark.parametrize("name", ["LSTM", "MinLSTM", "GRU"])
@pytest.mark.parametrize("lengths", [None, np.array([5, 1, 3])])
@pytest.mark.parametrize("embedding", [True, False])
def test_models(pooling, name, lengths, embedding):
    layer = getattr(lb, name)(3, 4, layers=2, bidirectional=True)
    table = lb.Embedding(7, 3) if embedding else None
    kinds = {"LSTM": lb.SequenceClassifier, "MinLSTM": lb.SequenceRegressor}
    model = kinds.get(name, lb.SequenceClassifier)(layer, 6, pooling=pooling, embedding=table)
    lb.set_weights(model, {n: RNG.normal(0, 0.7, v.shape) for n, v in model.params.items()})
    x = RNG.integers(0, 7, (3, 5)) if embedding else RNG.normal(size=(3, 5, 3)).astype("float32")
    more = {} if lengths is None else {"lengths": lengths}
    there = convert.to_onnx(model, lengths=lengths is not None)
    got = run(there, **{"ids" if embedding else "x": x}, **more)
    assert set(got) == {"outputs"}
    np.testing.assert_allclose(got["outputs"], model(x, lengths, training=False), atol=1e-5)
    if pooling == "last" and lengths is None and not embedding:
        longer = RNG.normal(size=(2, 30, 3)).astype("float32")
        np.testing.assert_allclose(run(there, x=longer)["outputs"], model(longer), atol=1e-5)


@pytest.mark.parametrize("pooling", ["last", "mean", "max"])
def test_models_over_space(pooling):
    model = lb.SequenceClassifier(lb.ConvLSTM2D(2, 3), 4, pooling=pooling)
    x = RNG.normal(size=(2, 5, 2, 4, 3)).astype("float32")
    got = run(convert.to_onnx(model), x=x)["outputs"]
    np.testing.assert_allclose(got, model(x), atol=1e-5)


@pytest.mark.parametrize("pooling", ["last", "max", None])
def test_a_depthwise_model_without_space(pooling):
    ids, x = np.array([[0, 4, 2], [1, 1, 3]]), RNG.normal(size=(2, 6, 3)).astype("float32")
    model = lb.SequenceClassifier(
        lb.DepthwiseLSTM(3, 3), 2, pooling=pooling, embedding=lb.Embedding(5, 3)
    )
    np.testing.assert_allclose(
        run(convert.to_onnx(model), ids=ids)["outputs"], model(ids), atol=1e-5
    )
    if pooling is None:
        model = lb.SequenceRegressor(lb.DepthwiseLSTM(3, 3, mixing=True), 2, pooling=None)
        np.testing.assert_allclose(run(convert.to_onnx(model), x=x)["outputs"], model(x), atol=1e-5)


@pytest.mark.parametrize("implementation", ["torch", "tensorflow"])
def test_from_the_other_implementations(implementation):
    pytest.importorskip(implementation)
    model = lb.SequenceClassifier(lb.SLSTM(3, 4, heads=2), 2)
    x = RNG.normal(size=(2, 5, 3)).astype("float32")
    there = convert.to(model, implementation)
    np.testing.assert_allclose(run(convert.to_onnx(there), x=x)["outputs"], model(x), atol=1e-5)
    half = convert.to_onnx(convert.to(lb.GRU(3, 4), implementation))
    assert run(half, x=x)["outputs"].dtype == np.float32


def test_what_a_model_cannot_give_is_refused():
    with pytest.raises(ConversionError, match="state=True is for layers"):
        convert.to_onnx(lb.SequenceClassifier(lb.LSTM(3, 4), 2), state=True)
    with pytest.raises(ConversionError, match="no place for space axes"):
        convert.to_onnx(lb.SequenceRegressor(lb.ConvLSTM1D(3, 4), 2, pooling=None))
    with pytest.raises(ConversionError, match="expected a layer or model of lstmbook"):
        convert.to_onnx(3)
