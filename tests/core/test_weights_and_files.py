"""Start weights by name; weights out, in, to disk and back."""

import subprocess
import sys
import zipfile

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
    import_extra,
)


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
    biases = [
        lb.LSTM(2, 100, init="chrono(50)", seed=seed).params["b"].reshape(4, -1)
        for seed in range(20)
    ]
    i, f, g, o = np.concatenate(biases, axis=1)
    np.testing.assert_allclose(i, -f)
    memory = 1 / (1 - sigmoid(f.astype("float64")))  # 1 + u steps, u ~ U(1, 49)
    assert 2 < memory.min() < 2.2 and 49.8 < memory.max() < 50.001
    assert memory.mean() == pytest.approx(26, abs=4 * 48 / np.sqrt(12 * memory.size))
    assert not (g.any() or o.any())
    assert (lb.LSTM(2, 3, init="forget_bias(5)").params["b"].reshape(4, 3)[1] == 5).all()
    assert (lb.CoupledLSTM(2, 3, init="forget_bias(5)").params["b"].reshape(3, 3)[0] == -5).all()


def test_pytorch_start_is_the_sum_of_two_biases():
    w = lb.LSTM(50, 100, init="pytorch").params
    assert np.abs(w["W"]).max() <= 0.1 and 0.1 < np.abs(w["b"]).max() <= 0.2


@pytest.mark.parametrize(
    "name",
    [
        "zeros",
        "chrono",
        "chrono(x)",
        "forget_bias()",
        "default(1)",
        3,
        None,
        "chrono(1.2.3)",
        "chrono(-)",
    ],
)
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


def changed(**by_name):
    """Weights of a small model, all other than its own, some of them spoilt."""
    weights = {name: value + 1 for name, value in lb.get_weights(make_model(lb)).items()}
    return {**weights, **{name.replace("_", "."): value for name, value in by_name.items()}}


def make_model(lb):
    return lb.SequenceClassifier(lb.LSTM(2, 3), 2)


@pytest.mark.parametrize(
    "bad, error, message",
    [
        (changed(head_b=[0, np.nan]), ValueRangeError, "head.b: expected finite .* at .1,"),
        (changed(head_b=[-np.inf, 0]), ValueRangeError, "head.b: expected finite"),
        (changed(head_b=[0, 1e300]), ValueRangeError, "within float32, got up to 1e"),
        (changed(head_b=[0, 1j]), ValueRangeError, "head.b: expected real numbers"),
        (changed(head_b=np.ma.masked_equal([0, 1], 1)), ValueRangeError, "a masked array"),
        (changed(head_b=["a", "b"]), ValueRangeError, "head.b: expected numbers"),
        (changed(head_b=None), ShapeError, "head.b: expected an array of numbers, got NoneType"),
        (changed(head_b=[[1], [1, 2]]), ShapeError, "head.b: expected an array"),
        (changed(head_b=np.zeros((2, 1))), ShapeError, r"expected shape \(2,\), got \(2, 1\)"),
        (changed(head_b=0.0), ShapeError, r"expected shape \(2,\), got \(\)"),
        (changed(head_c=[0, 1]), UnknownNameError, r"not known \['head.c'\]"),
        ({1: 2}, UnknownNameError, r"not known \[1\]"),
        ({}, UnknownNameError, "missing"),
        ([1, 2], ShapeError, "expected a dict of arrays by name, got list"),
        (None, ShapeError, "expected a dict of arrays by name, got NoneType"),
        ("weights.npz", ShapeError, "expected a dict of arrays by name, got str"),
    ],
)
def test_bad_weights_are_named_and_change_nothing(some, bad, error, message):
    model = make_model(some)
    before = some.get_weights(model)
    with pytest.raises(error, match=message):
        some.set_weights(model, bad)
    for name, value in some.get_weights(model).items():
        np.testing.assert_array_equal(value, before[name])
    some.set_weights(model, changed())  # and what is good is taken, lists too
    some.set_weights(model, {n: v.tolist() for n, v in changed().items()})
    np.testing.assert_array_equal(some.get_weights(model)["head.b"], [1, 1])


@pytest.mark.parametrize("layer", [None, "model", 3, np.zeros(3), {"W": np.zeros(3)}], ids=type)
def test_what_has_no_weights_is_named(some, layer, tmp_path):
    for call in (
        lambda: some.get_weights(layer),
        lambda: some.set_weights(layer, {}),
        lambda: some.save(layer, tmp_path / "m.npz"),
        lambda: some.load(layer, tmp_path / "m.npz"),
    ):
        with pytest.raises(ShapeError, match=f"a layer or model of {some.__name__}, got"):
            call()


def test_a_layer_of_another_implementation_is_named():
    other = pytest.importorskip("lstmbook.torch")
    with pytest.raises(ShapeError, match="of lstmbook.numpy, got lstmbook.torch"):
        lb.get_weights(other.LSTM(2, 3))
    with pytest.raises(ShapeError, match="of lstmbook.torch, got lstmbook.numpy"):
        other.set_weights(lb.LSTM(2, 3), {})


def test_a_weight_that_is_computed_from_others_is_not_written():
    torch = pytest.importorskip("torch")
    from lstmbook import torch as other

    layer = other.PeepholeLSTM(2, 3)
    weights = other.get_weights(layer)
    torch.nn.utils.parametrizations.weight_norm(layer, "U")
    before = other.get_weights(layer)
    with pytest.raises(ValueRangeError, match="weights U: it is computed by a parametrization"):
        other.set_weights(layer, {name: value + 1 for name, value in weights.items()})
    for name, value in other.get_weights(layer).items():
        np.testing.assert_array_equal(value, before[name])


def test_tensors_are_taken_as_weights(some):
    torch = pytest.importorskip("torch")
    model, weights = make_model(some), changed()
    some.set_weights(model, {n: torch.tensor(v, requires_grad=True) for n, v in weights.items()})
    for name, value in some.get_weights(model).items():
        np.testing.assert_array_equal(value, weights[name])
        value[...] = 7  # a copy
    np.testing.assert_array_equal(some.get_weights(model)["head.b"], weights["head.b"])


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
    other_kind = tmp_path / f"other{'.npz' if suffix == '.safetensors' else '.safetensors'}"
    lb.save(lb.LSTM(2, 3), other_kind)
    np.save(tmp_path / "one.npy", np.zeros(3))
    with zipfile.ZipFile(tmp_path / "text.zip", "w") as archive:
        archive.writestr("W.txt", "no array")
    for damaged in (
        content[: len(content) // 2],
        content[:-20],
        b"",
        b"not weights at all",
        b"\x80\x04N.",  # a pickle
        b"\xff" * 64,
        other_kind.read_bytes(),
        (tmp_path / "one.npy").read_bytes(),
        (tmp_path / "text.zip").read_bytes(),
    ):
        path.write_bytes(damaged)
        with pytest.raises(DataFileError, match="damaged or not a"):
            lb.load(layer, path)
    weight_files.write(path, {**before, "b": before["b"] + np.nan})
    with pytest.raises(DataFileError, match="does not fit .* weights b: expected finite numbers"):
        lb.load(layer, path)
    path.unlink()
    path.mkdir()
    for call in (lb.load, lb.save):
        with pytest.raises(DataFileError, match="weights: expected a"):
            call(layer, path)
    with pytest.raises(DataFileError, match="expected a folder at .*, found none"):
        lb.save(layer, tmp_path / "none" / f"m{suffix}")
    for no_path in (None, 3, b"m.npz", ["m.npz"]):
        with pytest.raises(DataFileError, match="expected the path of a file, got"):
            lb.save(layer, no_path)
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
        import_extra("a_module_that_is_not_there", "torch")


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
