"""ONNX: onnxruntime computes what we compute, on random weights, and the way back is exact.

onnxruntime is the oracle: ONNX's own test cases use constant weights, and its reference evaluator
leaves out lengths and coupling.
"""

import sys

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError, DataFileError, MissingExtraError

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 7, 3)).astype("float32")
LENGTHS = np.array([7, 1, 4, 6])
CASES = [
    ("RNN", {}),
    ("LSTM", {}),
    ("PeepholeLSTM", {}),
    ("CoupledLSTM", {}),
    ("CoupledLSTM", {"peepholes": True}),
    ("NoInputActivationLSTM", {"peepholes": True}),
    ("NoOutputActivationLSTM", {}),
    ("GRU", {"reset_after": True}),
    ("GRU", {"reset_after": False}),
]
FORMS = [{}, {"bidirectional": True}, {"layers": 2}, {"layers": 2, "bidirectional": True}]


def make(name, options, form):
    layer = getattr(lb, name)(3, 5, **form, **options)
    lb.set_weights(layer, {n: RNG.normal(0, 0.5, v.shape) for n, v in layer.params.items()})
    return layer


def run(model, **inputs):
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_onnxruntime_computes_the_same(name, options, form):
    layer = make(name, options, form)
    state = {n: RNG.normal(size=(4, 5)).astype("float32") for n in layer.layout.states}
    given = layer.layout.state_as_given(state)
    y, end = layer(X, given, LENGTHS)
    end = end if isinstance(end, dict) else dict(zip(state, end, strict=True))
    model = convert.to_onnx(layer, lengths=True, state=True)
    starts = {f"start.{n}": v for n, v in state.items()}
    got = run(model, x=X, lengths=LENGTHS.astype("int64"), **starts)
    np.testing.assert_allclose(got["outputs"], y, atol=1e-5)
    assert set(got) == {"outputs", *state}
    for n, value in end.items():
        np.testing.assert_allclose(got[n], value, atol=1e-5, err_msg=n)
    plain = run(convert.to_onnx(layer), x=X)
    np.testing.assert_allclose(plain["outputs"], layer(X)[0], atol=1e-5)


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_there_and_back(name, options, form, tmp_path):
    layer = make(name, options, form)
    path = tmp_path / "layer.onnx"
    onnx.save(convert.to_onnx(layer), path)
    back = convert.from_onnx(path)
    np.testing.assert_allclose(back(X)[0], layer(X)[0], atol=1e-6)


def test_refusals(tmp_path):
    with pytest.raises(DataFileError):
        convert.from_onnx(tmp_path / "missing.onnx")
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises((DataFileError, ConversionError)):
        convert.from_onnx(tmp_path / "text.onnx")
    with pytest.raises(ConversionError, match="expected one of the operators RNN, LSTM, GRU"):
        convert.from_onnx(convert.to_onnx(lb.MinLSTM(3, 5)))
    with pytest.raises(ConversionError, match="expected an onnx.ModelProto or a path, got LSTM"):
        convert.from_onnx(lb.LSTM(3, 5))


def test_without_onnx_the_message_names_its_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "onnx", None)
    for call in (
        lambda: convert.to_onnx(lb.LSTM(3, 5)),
        lambda: convert.to_onnx(lb.SLSTM(3, 5), lengths=True),
        lambda: convert.from_onnx(tmp_path / "some.onnx"),
    ):
        with pytest.raises(MissingExtraError, match=r"pip install lstmbook\[onnx\]"):
            call()
