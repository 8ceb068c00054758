"""What people bring from PyTorch and NumPy: it works, or the error says what to give."""

import warnings

import numpy as np
import pytest
import torch

from lstmbook import torch as lb
from lstmbook.errors import ShapeError, ValueRangeError

X = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
H = torch.randn(2, 4, generator=torch.Generator().manual_seed(1))
both = pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])


@both
def test_nested_sparse_lists(name):
    layer = getattr(lb, name)(3, 4)
    rows = [X[0], X[1, :2]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch calls nested tensors a prototype
        nested = torch.nested.nested_tensor(rows)
    with pytest.raises(ShapeError, match=r"nested one; give torch.nested.to_padded_tensor"):
        layer(nested)
    for wrong in (rows, tuple(rows)):
        with pytest.raises(ShapeError, match=r"pad_sequence\(x, batch_first=True\) and give leng"):
            layer(wrong)
    with pytest.raises(ShapeError, match=r"got torch.sparse_coo; give x.to_dense\(\)"):
        layer(X.to_sparse())
    with pytest.raises(ShapeError, match="got list; make one with lb.asarray"):
        layer(X.tolist())


@both
def test_complex_and_masked(name):
    with pytest.raises(ValueRangeError, match="expected real numbers, got torch.complex64"):
        getattr(lb, name)(3, 4)(X.to(torch.complex64))
    for x in (X.numpy() + 1j, torch.complex(X, X)):
        with pytest.raises(ValueRangeError, match="expected real numbers"):
            lb.asarray(x)
    with pytest.raises(ValueRangeError, match=r"masked array; fill it with x.filled\(0\)"):
        lb.asarray(np.ma.masked_greater(X.numpy(), 0.5))


@both
def test_without_a_batch(name):
    layer = getattr(lb, name)(3, 4)
    with pytest.raises(ShapeError, match=r"got shape \(6, 3\); .* a batch of one: x\[None\]; ids"):
        layer(X[0])
    with pytest.raises(ShapeError, match=r"a batch of one: x_t\[None\]$"):
        layer.step(X[0, 0])


@both
def test_a_layer_after_one_that_returns_its_state(name):
    model = torch.nn.Sequential(getattr(lb, name)(3, 4), getattr(lb, name)(4, 4))
    with pytest.raises(ShapeError, match="build the layer before this one with return_state=False"):
        model(X)


@both
def test_masks_in_the_place_of_lengths(name):
    layer = getattr(lb, name)(3, 4)
    mask = torch.arange(6) < torch.tensor([[2], [6]])
    for wrong in (mask, mask.int(), mask.numpy(), mask.tolist()):
        with pytest.raises(ShapeError, match=r"got a mask \(2, 6\)\? .*mask.sum\(dim=1\)"):
            layer(X, lengths=wrong)
    want = layer(X, lengths=[2, 6])[0]
    torch.testing.assert_close(layer(X, lengths=mask.sum(dim=1))[0], want)


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "MinGRU", "MLSTM"])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "uint16", "uint32", "int64"])
def test_lengths_of_every_integer_type(name, dtype):
    layer = getattr(lb, name)(3, 4, bidirectional=True)
    steps = 130 if dtype == "uint8" else 100
    x = torch.randn(2, steps, 3)
    want, end = layer(x, lengths=[10, steps])
    for lengths in (torch.tensor([10, steps], dtype=getattr(torch, dtype)), np.array([10, steps])):
        y, state = layer(x, lengths=lengths)
        assert torch.equal(y, want) and all(torch.equal(state[n], end[n]) for n in end)


@pytest.mark.parametrize("device", ["cpu", "elsewhere"])
@pytest.mark.parametrize("lengths", [[2.0, 6.0], [True, True], [2], [[2], [6]]], ids=str)
def test_wrong_lengths(lengths, device, monkeypatch):
    if device != "cpu":  # where values are not looked at, shapes and types are
        monkeypatch.setattr("lstmbook.torch.inputs.values_at_hand", lambda x: False)
    for given in (torch.tensor(lengths), np.array(lengths)):
        with pytest.raises((ShapeError, ValueRangeError), match="^lengths: expected"):
            lb.PeepholeLSTM(3, 4)(X, lengths=given)


@both
def test_states_in_every_form(name):
    layer = getattr(lb, name)(3, 4)
    want, _ = layer(X, (H, 2 * H))
    torch.testing.assert_close(layer(X, [H, 2 * H])[0], want)
    torch.testing.assert_close(layer(X, (H.double(), 2 * H))[0], want)
    assert torch.equal(layer(X, (H, None))[0], layer(X, (H, torch.zeros_like(H)))[0])
    assert torch.equal(layer(X, [None, None])[0], layer(X)[0])
    assert torch.equal(layer.step(X[:, 0], (None, H))[0], layer(X[:, :1], (0 * H, H))[0][:, 0])
    with pytest.raises(ShapeError, match="state h: expected a torch.Tensor, got list; .*asarray"):
        layer(X, (H.tolist(), H))
    for wrong in (H, (H,), (H, H[:1]), (H, H, H), {"h": H, "c": H}, 3, (H, 3)):
        with pytest.raises(ShapeError, match="^state"):
            layer(X, wrong)
    deep = getattr(lb, name)(3, 4, layers=2)
    names = dict.fromkeys(deep.layout.states)
    zeros = {**dict.fromkeys(names, torch.zeros_like(H)), "l1.c": H}
    assert torch.equal(deep(X, {**names, "l1.c": H})[0], deep(X, zeros)[0])


def test_states_of_torch_nn():
    _, state = torch.nn.LSTM(3, 4, batch_first=True)(X)
    layer = lb.LSTM(3, 4)
    with pytest.raises(ShapeError, match=r"given as tuple\(s\[0\] for s in state\)"):
        layer(X, state)
    layer(X, tuple(s[0] for s in state))
    with pytest.raises(ShapeError, match=r"expected a tuple \(h,\), got a tensor"):
        lb.GRU(3, 4)(X, H)


@pytest.mark.parametrize(
    "dtype", ["int8", "float8_e4m3fn", torch.complex64, "foo", 3, None], ids=str
)
def test_types_that_are_no_floats(dtype):
    with pytest.raises(ValueRangeError, match="^dtype: expected 'float32', .*, got"):
        lb.LSTM(3, 4, dtype=dtype)


@pytest.mark.parametrize("form", ["fast", "step", None, True, ["auto"]], ids=str)
def test_forms_that_there_are_not(form):
    with pytest.raises(ValueError, match="form .*auto, steps"):
        lb.LSTM(3, 4, form=form)


def test_steps_is_an_argument_and_shown():
    layer = lb.MLSTM(3, 4, heads=2, form="steps")
    assert repr(layer) == "MLSTM(3, 4, heads=2, form='steps')"
    assert repr(lb.LSTM(3, 4)) == "LSTM(3, 4)"
