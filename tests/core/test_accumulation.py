"""Several batches to one update; mixed precision; where it runs."""

import numpy as np
import pytest

from lstmbook.errors import UnknownNameError, ValueRangeError

RNG = np.random.default_rng(8)
X = RNG.normal(size=(10, 5, 3))
LENGTHS = RNG.integers(1, 6, 10)
Y = RNG.integers(0, 3, (10, 5))
QUIET = {"epochs": 1, "progress": False}


def make(lb, dtype="float64", pooling=None):
    return lb.SequenceClassifier(lb.LSTM(3, 4, dtype=dtype), 3, pooling=pooling)


def test_k_batches_are_one_of_k_times_the_size(lb):
    """4 + 4 + 2 sequences of different length: each counts by its answers, the last is short."""
    results = []
    for how in ({"batch_size": 4, "accumulate": 3}, {"batch_size": 10}):
        model = make(lb)
        history = lb.fit(
            model, (X, Y, LENGTHS), optimizer=lb.SGD(0.5), clip_norm=0.05, **how, **QUIET
        )
        results.append((history.loss[0], lb.get_weights(model)))
    assert results[0][0] == pytest.approx(results[1][0])
    for name, value in results[1][1].items():
        np.testing.assert_allclose(results[0][1][name], value, rtol=1e-8, atol=1e-11, err_msg=name)


def test_the_rate_is_asked_once_an_update():
    from lstmbook import numpy as lb

    asked = []

    def rate(updates):
        asked.append(updates)
        return 0.1

    how = {"batch_size": 2, "accumulate": 2, "epochs": 2, "progress": False}
    lb.fit(make(lb), (X, Y, LENGTHS), optimizer=lb.SGD(rate), **how)
    assert asked[-6:] == list(range(6)) and max(asked) == 5


def test_precision_and_device_are_refused_where_they_cannot_be(some):
    lb = some
    with pytest.raises(UnknownNameError, match="unknown precision 'half'"):
        lb.fit(make(lb), (X, Y), precision="half")
    if lb.__name__.endswith("torch"):
        with pytest.raises(ValueRangeError, match="device: expected one that is here"):
            lb.fit(make(lb), (X, Y), device="no such", **QUIET)
        return
    for how in ({"precision": "bfloat16"}, {"device": "cpu"}):
        with pytest.raises(ValueRangeError, match=f"{next(iter(how))}: expected None, got "):
            lb.fit(make(lb), (X, Y), **how, **QUIET)


def short_type(torch):
    return torch.is_autocast_enabled("cpu") and torch.get_autocast_dtype("cpu")


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_mixed_precision_trains_nearly_as_the_whole_one(precision):
    """Forward in the short type, weights in float32; gradients that float16 would lose survive."""
    torch = pytest.importorskip("torch")
    from lstmbook import torch as lb

    seen, changes = [], []
    for name in (None, precision):
        model = make(lb, "float32")
        if name:
            model.head.register_forward_hook(lambda *_: seen.append(short_type(torch)))
        before = lb.get_weights(model)
        lb.fit(model, (X, Y, LENGTHS), optimizer=lb.SGD(0.5), precision=name, device="cpu", **QUIET)
        after = lb.get_weights(model)
        changes.append({n: after[n] - before[n] for n in after})
    assert seen == [getattr(torch, precision)]
    assert all(w.dtype == torch.float32 for w in model.parameters())
    for name, value in changes[0].items():
        near = 0.05 * np.abs(value).max()
        np.testing.assert_allclose(changes[1][name], value, atol=near, err_msg=name)
        assert (changes[1][name] != value).any()


def test_a_scaled_loss_goes_on_after_a_cut(tmp_path):
    pytest.importorskip("torch")
    from lstmbook import torch as lb

    how = {"precision": "float16", "progress": False, "batch_size": 5}
    whole, model = make(lb, "float32"), make(lb, "float32")
    lb.fit(whole, (X, Y), epochs=2, **how)
    lb.fit(model, (X, Y), epochs=1, checkpoint=tmp_path / "t.npz", **how)
    lb.fit(model, (X, Y), epochs=2, checkpoint=tmp_path / "t.npz", resume=True, **how)
    for name, value in lb.get_weights(whole).items():
        np.testing.assert_allclose(lb.get_weights(model)[name], value, rtol=1e-6, err_msg=name)
