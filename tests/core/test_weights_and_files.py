"""Start weights by name; weights out, in, to disk and back."""

import subprocess
import sys

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.core import initializers, weight_files
from lstmbook.errors import (
    DataFileError,
    MissingExtraError,
    ShapeError,
    UnknownNameError,
    ValueRangeError,
)
from lstmbook.errors import import_extra as errors_need


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_default_start():
    w = lb.LSTM(300, 100, dtype="float64").params
    i, f, g, o = w["b"].reshape(4, 100)
    assert (f == 1).all() and not (i.any() or g.any() or o.any())
    limit = np.sqrt(6 / (300 + 400))
    assert 0.99 * limit < np.abs(w["W"]).max() <= limit
    np.testing.assert_allclose(w["U"] @ w["U"].T, np.eye(100), atol=1e-12)


def test_chrono_and_forget_bias():
    i, f, g, o = lb.LSTM(2, 5000, init="chrono(50)").params["b"].reshape(4, -1)
    np.testing.assert_allclose(i, -f)
    memory = 1 / (1 - sigmoid(f.astype("float64")))  # 1 + u steps
    assert 2 < memory.min() < 2.1 and 49.5 < memory.max() < 50.001
    assert memory.mean() == pytest.approx(26, abs=0.6)
    assert not (g.any() or o.any())
    assert (lb.LSTM(2, 3, init="forget_bias(5)").params["b"].reshape(4, 3)[1] == 5).all()
    assert (lb.CoupledLSTM(2, 3, init="forget_bias(5)").params["b"].reshape(3, 3)[0] == -5).all()


def test_pytorch_start_is_the_sum_of_two_biases():
    w = lb.LSTM(50, 100, init="pytorch").params
    assert np.abs(w["W"]).max() <= 0.1 and 0.1 < np.abs(w["b"]).max() <= 0.2


@pytest.mark.parametrize("name", ["zeros", "chrono", "chrono(x)", "forget_bias()", "default(1)", 3])
def test_unknown_start_is_named(name):
    with pytest.raises(UnknownNameError, match="unknown initialisation .*expected one of: default"):
        lb.LSTM(2, 3, init=name)


def test_starts_that_cannot_be():
    with pytest.raises(ValueRangeError, match="expected T_max > 2"):
        lb.LSTM(2, 3, init="chrono(2)")
    for start in ("chrono(9)", "forget_bias(1)"):
        with pytest.raises(ValueRangeError, match="RNN has no gate that keeps a memory"):
            lb.RNN(2, 3, init=start)
    assert initializers.parse("forget_bias(-1.5)") == ("forget_bias", -1.5)


def test_set_weights_changes_nothing_on_an_error():
    layer = lb.LSTM(2, 3)
    before = lb.get_weights(layer)
    other = {name: value + 1 for name, value in before.items()}
    with pytest.raises(UnknownNameError, match=r"missing \['b'\], not known \['B'\]"):
        lb.set_weights(layer, {"W": other["W"], "U": other["U"], "B": other["b"]})
    with pytest.raises(ShapeError, match=r"weights U: expected shape \(3, 12\), got \(12, 3\)"):
        lb.set_weights(layer, {**other, "U": other["U"].T})
    for name, value in lb.get_weights(layer).items():
        np.testing.assert_array_equal(value, before[name])


def test_get_weights_gives_copies():
    layer = lb.LSTM(2, 3)
    lb.get_weights(layer)["W"][:] = 7
    assert not (layer.params["W"] == 7).any()


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_files_round_trip_bitwise(tmp_path, suffix):
    one = lb.SequenceClassifier(lb.LSTM(2, 3, layers=2, bidirectional=True, seed=1), 4, seed=1)
    two = lb.SequenceClassifier(lb.LSTM(2, 3, layers=2, bidirectional=True, seed=2), 4, seed=2)
    lb.save(one, tmp_path / f"m{suffix}")
    lb.load(two, tmp_path / f"m{suffix}")
    for name, value in lb.get_weights(one).items():
        np.testing.assert_array_equal(value, lb.get_weights(two)[name])
    assert [path.name for path in tmp_path.iterdir()] == [f"m{suffix}"]


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_bad_files_are_named_and_change_nothing(tmp_path, suffix):
    layer, path = lb.LSTM(2, 3), tmp_path / f"m{suffix}"
    before = lb.get_weights(layer)
    with pytest.raises(DataFileError, match="found none"):
        lb.load(layer, path)
    lb.save(lb.LSTM(2, 4), path)
    with pytest.raises(DataFileError, match="does not fit this LSTM: weights W: expected shape"):
        lb.load(layer, path)
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], b"", b"not weights at all"):
        path.write_bytes(damaged)
        with pytest.raises(DataFileError, match="damaged or not a"):
            lb.load(layer, path)
    for name, value in lb.get_weights(layer).items():
        np.testing.assert_array_equal(value, before[name])


def test_pickles_and_other_suffixes_are_refused(tmp_path):
    with pytest.raises(UnknownNameError, match="suffix of a weights file '.pkl'"):
        lb.save(lb.LSTM(2, 3), tmp_path / "m.pkl")
    np.savez(tmp_path / "m.npz", W=np.array([{"an": "object"}], dtype=object))
    with pytest.raises(DataFileError):
        weight_files.read(tmp_path / "m.npz")


def test_a_missing_extra_is_named():
    with pytest.raises(MissingExtraError, match=r"pip install lstmbook\[torch\]"):
        errors_need("a_module_that_is_not_there", "torch")


@pytest.mark.parametrize("module", ["lstmbook", "lstmbook.numpy", "lstmbook.live", "lstmbook.data"])
def test_importing_loads_no_framework(module):
    code = (
        f"import sys, {module}; heavy = {{'torch', 'tensorflow', 'keras', 'matplotlib', 'sklearn'}}"
        "; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_trace_is_always_the_function():
    code = (
        "import lstmbook.tracing; from lstmbook import trace; from lstmbook import trace as again;"
        "print(callable(trace), trace is again)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True True\n", "")
