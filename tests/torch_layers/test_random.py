"""Dropout between layers, in the recurrence, and zoneout: where they act, how often, and when."""

import pytest
import torch

from lstmbook import torch as lb
from lstmbook.variants import VARIANTS
from tests.torch_layers.problems import layer_and_problem, tensors
from tests.variants.cases import CASES

RECURRENT = [c for c in CASES if c.variant not in ("MinGRU", "MinLSTM", "MLSTM")]
HOLDING = [c for c in CASES if VARIANTS[c.variant].zoneout]


def two_calls(case, **settings):
    layer, problem = layer_and_problem(case, **settings)
    x, state = tensors(layer, problem)
    torch.manual_seed(0)
    training = [layer(x, state)[0] for _ in range(2)]
    torch.manual_seed(0)
    again = layer(x, state)[0]
    layer.eval()
    return training, again, [layer(x, state)[0] for _ in range(2)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_dropout_between_layers_in_training_only(case):
    (one, two), again, (quiet, silent) = two_calls(case, **{**case.deep, "dropout": 0.5})
    assert torch.equal(one, again) and torch.equal(quiet, silent)
    assert not torch.equal(one, two) and not torch.equal(one, quiet)


@pytest.mark.parametrize("case", RECURRENT, ids=str)
def test_recurrent_dropout_in_training_only(case):
    (one, two), again, (quiet, silent) = two_calls(case, recurrent_dropout=0.5)
    assert torch.equal(one, again) and torch.equal(quiet, silent)
    assert not torch.equal(one, two)


@pytest.mark.parametrize("case", HOLDING, ids=str)
def test_zoneout_in_training_is_chance_else_its_mean(case):
    (one, two), again, (quiet, silent) = two_calls(case, zoneout=0.5)
    assert torch.equal(one, again) and torch.equal(quiet, silent)
    assert not torch.equal(one, two)


def test_recurrent_dropout_is_one_mask_a_sequence():
    """With W = 0, b = 0, U = 1: h_t = tanh(mask h_{t-1}); what is dropped once is 0 for good."""
    layer = lb.RNN(1, 1, recurrent_dropout=0.25)
    lb.set_weights(layer, {"W": [[0.0]], "U": [[1.0]], "b": [0.0]})
    torch.manual_seed(0)
    y, _ = layer(torch.zeros(4000, 6, 1), (torch.ones(4000, 1),))
    dropped = (y[:, :, 0] == 0).float()
    assert torch.equal(dropped.min(dim=1).values, dropped.max(dim=1).values)
    assert abs(dropped[:, 0].mean() - 0.25) < 0.03
    # what is kept is divided by 1 - rate
    kept = y[y[:, 0, 0] != 0, 0, 0]
    torch.testing.assert_close(kept, torch.tanh(torch.ones_like(kept) / 0.75))


def test_zoneout_keeps_with_its_rate_and_each_step_anew():
    layer = lb.RNN(1, 1, zoneout=0.25)
    lb.set_weights(layer, {"W": [[0.0]], "U": [[0.0]], "b": [0.0]})
    torch.manual_seed(0)
    y, _ = layer(torch.zeros(4000, 2, 1), (torch.ones(4000, 1),))
    assert abs(y[:, 0].mean() - 0.25) < 0.03 and abs(y[:, 1].mean() - 0.0625) < 0.015
    y, _ = layer.eval()(torch.zeros(1, 2, 1), (torch.ones(1, 1),))
    torch.testing.assert_close(y[0, :, 0], torch.tensor([0.25, 0.0625]))


def test_rates_choose_our_loop():
    assert lb.LSTM(3, 4, layers=2, dropout=0.1).fits()
    assert not lb.LSTM(3, 4, recurrent_dropout=0.1).fits()
    assert not lb.LSTM(3, 4, zoneout=0.1).fits()
    assert not lb.GRU(3, 4, reset_after=False).fits()
    assert not lb.LSTM(3, 4, form="steps").fits()
