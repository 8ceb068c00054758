"""Dropout between layers, dropout in the recurrence, zoneout: what they do and when."""

import numpy as np
import pytest

RATES = ["dropout", "recurrent_dropout", "zoneout"]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", ["LSTM", "PeepholeLSTM", "GRU", "FullGateLSTM", "ConvLSTM1D"])
def test_only_in_training(lb, name, rate):
    layer = getattr(lb, name)(3, 4, layers=2, seed=1, **{rate: 0.5})
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 5, 3, *(6,) * layer.variant.space[0])).astype("f")
    first, second = (np.asarray(layer(x, training=True)[0]) for _ in range(2))
    assert np.isfinite(first).all() and np.abs(first - second).max() > 1e-3
    first, second = (np.asarray(layer(x)[0]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("rate", RATES)
def test_padding_stays_zero_and_seed_repeats(lb, rate):
    x = np.random.default_rng(0).normal(size=(3, 5, 3)).astype("f")
    runs = []
    for _ in range(2):
        layer = lb.GRU(3, 4, layers=2, bidirectional=True, seed=4, **{rate: 0.5})
        runs.append(np.asarray(layer(x, lengths=[5, 2, 1], training=True)[0]))
    np.testing.assert_array_equal(*runs)
    assert not runs[0][1, 2:].any() and not runs[0][2, 1:].any()


def test_one_mask_a_sequence(lb):
    """x = 0 and U = 1: with one mask for all steps, h grows by the same factor at every step."""
    layer = lb.NoInputActivationLSTM(1, 1, recurrent_dropout=0.5, dtype="float64", seed=1)
    weights = {"W": np.zeros((1, 4)), "U": np.array([[0, 0, 1, 0.0]]), "b": np.zeros(4)}
    weights["b"][:] = [50, -50, 0, 0]  # i = 1, f = 0, so c_t = mask h_{t-1}, h_t = tanh(c_t) / 2
    lb.set_weights(layer, weights)
    start = np.full((64, 1), 1e-3)
    y = np.asarray(layer(np.zeros((64, 3, 1)), (start, start), training=True)[0])[..., 0]
    factors = (y / np.concatenate([start, y[:, :-1]], axis=1)).round(3)
    # 0, or 2 (kept, scaled) times 1/2; the same at every step, in about half of the sequences each
    np.testing.assert_array_equal(factors, np.broadcast_to(factors[:, :1], factors.shape))
    assert set(factors[:, 0]) == {0, 1} and 16 < factors[:, 0].sum() < 48


def test_zoneout_keeps_whole_values_in_training_and_their_mean_outside(lb):
    layer = lb.GRU(2, 3, zoneout=0.3, dtype="float64", seed=2)
    plain = lb.GRU(2, 3, dtype="float64")
    lb.set_weights(plain, lb.get_weights(layer))
    h, x = np.full((2000, 3), 0.5), np.ones((2000, 1, 2))
    new = np.asarray(plain(x, (h,))[0])[:, 0]
    y = np.asarray(layer(x, (h,), training=True)[0])[:, 0]
    kept = y == h
    np.testing.assert_allclose(y[~kept], new[~kept], rtol=1e-12)
    assert abs(kept.mean() - 0.3) < 0.03
    y = np.asarray(layer(x, (h,))[0])[:, 0]
    np.testing.assert_allclose(y, 0.3 * h + 0.7 * new, rtol=1e-12)


def test_zoneout_draws_anew_at_every_step(lb):
    layer = lb.LSTM(2, 50, zoneout=0.5, seed=2)
    y, _ = layer(np.random.default_rng(0).normal(size=(4, 6, 2)), training=True)
    same = np.asarray(y)[:, 1:] == np.asarray(y)[:, :-1]
    assert 0.35 < same.mean() < 0.65
    assert 0.35 < (same[:, 1:] != same[:, :-1]).mean() < 0.65


def test_dropout_between_layers_alone(lb):
    """The first layer's states do not change, the second's do."""
    layer = lb.LSTM(3, 4, layers=2, dropout=0.5, seed=1)
    x = np.random.default_rng(0).normal(size=(3, 5, 3))
    _, drawn = layer(x, training=True)
    _, plain = layer(x)
    np.testing.assert_allclose(drawn["l0.c"], plain["l0.c"], atol=1e-7)
    assert np.abs(np.asarray(drawn["l1.c"]) - plain["l1.c"]).max() > 1e-3
