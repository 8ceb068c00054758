"""What a user of `torch.nn.LSTM` brings: packed sequences and its state_dict."""

import pytest
import torch
from torch.nn.utils import rnn

from lstmbook import torch as lb
from lstmbook.errors import ConversionError, ShapeError

X = torch.randn(4, 6, 3, generator=torch.Generator().manual_seed(0))
LENGTHS = [2, 6, 6, 1]  # not sorted, with a tie

KINDS = {
    "LSTM": (torch.nn.LSTM, {}),
    "GRU": (torch.nn.GRU, {}),
    "RNN": (torch.nn.RNN, {}),
    "ProjectedLSTM": (torch.nn.LSTM, {"proj_size": 2}),
}


def pair(name, layers=2, bidirectional=True, bias=True):
    """A layer of `torch.nn` and one of ours, which has other weights."""
    kind, options = KINDS[name]
    torch.manual_seed(1)
    theirs = kind(3, 4, layers, bias=bias, batch_first=True, bidirectional=bidirectional, **options)
    more = {"layers": layers, "bidirectional": bidirectional, **options}
    return theirs, getattr(lb, name)(3, 4, seed=3, **more)


def packed(x=X, lengths=LENGTHS):
    return rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("form", ["auto", "steps"])
def test_state_dict_and_packed_sequences_as_torch_nn(name, form):
    theirs, ours = pair(name)
    ours.form = form
    ours.load_state_dict(theirs.state_dict())
    want, ends = theirs(packed())
    y, state = ours(packed())
    torch.testing.assert_close(y.data, want.data)
    for one, two in zip(y[1:], want[1:], strict=True):
        assert torch.equal(one, two)
    ends = ends if isinstance(ends, tuple) else (ends,)
    for letter, end in zip("hc", ends, strict=False):
        mine = torch.stack([state[u.prefix + letter] for u in ours.layout.units])
        torch.testing.assert_close(mine, end)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "MinGRU", "ConvLSTM1D"])
def test_packed_is_padded_with_lengths(name):
    layer = getattr(lb, name)(3, 4)
    x = torch.randn(4, 6, 3, 5) if name == "ConvLSTM1D" else X
    start = tuple(torch.randn(4, *s, *x.shape[3:]) for s in layer.layout.states.values())
    want, ends = layer(x, start, LENGTHS)
    x.requires_grad_()
    y, state = layer(packed(x), start)
    back, sizes = rnn.pad_packed_sequence(y, batch_first=True)
    torch.testing.assert_close(back, want)
    assert sizes.tolist() == LENGTHS
    torch.testing.assert_close(state, ends)
    y.data.sum().backward()
    real = torch.arange(6) < torch.tensor(LENGTHS)[:, None]
    changed = x.grad.flatten(2).abs().sum(2) > 0
    assert torch.equal(changed, real)


def test_packed_that_was_sorted_and_return_state():
    layer = lb.LSTM(3, 4, return_state=False)
    y = layer(rnn.pack_sequence([X[0], X[1, :2]]))
    assert y.sorted_indices is None
    torch.testing.assert_close(rnn.pad_packed_sequence(y, True)[0], layer(X[:2], lengths=[6, 2]))


def test_packed_where_it_has_no_meaning():
    layer = lb.LSTM(3, 4)
    with pytest.raises(ShapeError, match="neither lengths nor a mask beside a PackedSequence"):
        layer(packed(), lengths=LENGTHS)
    with pytest.raises(ShapeError, match="x_t: .* a PackedSequence, which only layers take"):
        layer.step(packed())
    with pytest.raises(ShapeError, match="a PackedSequence, which only layers take; unpack it"):
        lb.SequenceClassifier(layer, 2)(packed())
    with pytest.raises(ShapeError, match="expected D = 3 features"):
        layer(packed(torch.zeros(4, 6, 5)))


@pytest.mark.parametrize("name", KINDS)
def test_state_dict_without_bias_inside_a_model(name):
    theirs, ours = pair(name, layers=1, bidirectional=False, bias=False)
    model = torch.nn.ModuleDict({"body": ours, "head": torch.nn.Linear(4, 1)})
    given = torch.nn.ModuleDict({"body": theirs, "head": torch.nn.Linear(4, 1)}).state_dict()
    keys = list(given)
    model.load_state_dict(given)
    assert list(given) == keys  # what was given is as it was
    torch.testing.assert_close(ours(X)[0], theirs(X)[0])


def test_state_dicts_that_do_not_fit_change_nothing():
    theirs, ours = pair("LSTM", layers=1)
    before = {k: v.clone() for k, v in ours.state_dict().items()}
    good = theirs.state_dict()
    part = {k: v for k, v in good.items() if k != "bias_hh_l0"}
    wrong = [
        (part, r"missing: \['bias_hh_l0'\]"),
        (pair("LSTM")[0].state_dict(), "not expected: .*weight_ih_l1"),
        (pair("LSTM", 1, False)[0].state_dict(), "missing: .*weight_hh_l0_reverse"),
        (pair("GRU", 1)[0].state_dict(), r"weight_ih_l0: expected shape \(16, 3\)"),
        ({**good, "l0.W": before["l0.W"]}, "got both: l0.W"),
    ]
    for state_dict, message in wrong:
        with pytest.raises(ShapeError, match=message):
            ours.load_state_dict(state_dict)
    for layer in (lb.PeepholeLSTM(3, 4), lb.GRU(3, 4, reset_after=False)):
        with pytest.raises(ConversionError, match="another function than"):
            layer.load_state_dict(good)
    with pytest.raises(RuntimeError, match="Unexpected key"):
        ours.load_state_dict({**good, "other": before["l0.W"]})
    ours.load_state_dict(before)
    assert all(torch.equal(v, before[k]) for k, v in ours.state_dict().items())


@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM"])
def test_weight_norm_as_the_docstring_has_it(name):
    torch.manual_seed(0)
    layer = getattr(lb, name)(3, 4, layers=2)
    want, before = layer(X)[0], layer.params["l0.U"].detach().clone()
    torch.nn.utils.parametrizations.weight_norm(layer.l0, "U", dim=1)
    torch.testing.assert_close(layer(X)[0], want)
    length, direction = layer.l0.parametrizations.U.parameters()
    assert length.shape == (1, 16)
    layer(X)[0].sum().backward()
    assert length.grad.abs().max() > 0 and direction.grad.abs().max() > 0
    with torch.no_grad():
        length *= 2
    torch.testing.assert_close(layer.params["l0.U"], 2 * before)
    assert (layer(X)[0] - want).abs().max() > 1e-3
