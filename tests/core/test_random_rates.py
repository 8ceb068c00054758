"""Dropout, recurrent dropout and zoneout: where each acts, how often, and when; all three alike.

The weights are such that what was drawn can be read off the states: three layers, both directions.
"""

import numpy as np
import pytest

from lstmbook import numpy as ours

RATE, H = 0.3, 5
# PyTorch's own functions drop out by themselves; in Keras it is done around them
FORMS = pytest.mark.parametrize(
    "lb, form",
    [(name, form) for name in ("numpy", "torch") for form in ("auto", "steps")]
    + [("tensorflow", "auto")],
    indirect=["lb"],
)
DIRECTIONS = pytest.mark.parametrize("bidirectional", [False, True], ids=["one", "both"])


def run(lb, layer, x, state=None, training=True):
    """y and all states by name, as arrays."""
    x = lb.asarray(x, "float64")
    if state is not None:
        state = {name: lb.asarray(value, "float64") for name, value in state.items()}
        state = layer.layout.state_as_given(state)
    if lb.__name__.endswith("torch"):
        y, end = layer.train(training)(x, state)
    else:
        y, end = layer(x, state, training=training)
    end = end if isinstance(end, dict) else dict(zip(layer.layout.states, end, strict=True))
    return lb.to_numpy(y).copy(), {name: lb.to_numpy(value).copy() for name, value in end.items()}


def states_of(layer, value, batch):
    return {name: np.full((batch, *s), value) for name, s in layer.layout.states.items()}


def seeded(lb):
    """PyTorch's masks come from its own generator."""
    if lb.__name__.endswith("torch"):
        import torch

        torch.manual_seed(0)


@FORMS
@DIRECTIONS
@pytest.mark.parametrize("reads", [1, 2])
def test_dropout_is_between_every_two_layers_and_nowhere_else(lb, form, bidirectional, reads):
    """A layer with W = 0 does not see its input: so one layer alone tells what lies before it."""
    seeded(lb)
    layer = lb.LSTM(
        3, H, layers=3, bidirectional=bidirectional, dropout=0.5, form=form, dtype="float64", seed=1
    )
    weights = lb.get_weights(layer)
    for name, value in weights.items():
        if name.endswith("W") and name[:2] not in ("l0", f"l{reads}"):
            value[...] = 0
        elif name.endswith(".b"):
            value[...] = np.random.default_rng(2).normal(size=value.shape)
    lb.set_weights(layer, weights)
    x = np.random.default_rng(0).normal(size=(4, 2, 3))
    y, drawn = run(lb, layer, x)
    y_plain, plain = run(lb, layer, x, training=False)
    other = {name for name in plain if np.abs(plain[name] - drawn[name]).max() > 1e-9}
    assert other == {name for name in plain if name.startswith(f"l{reads}.")}
    assert (np.abs(y - y_plain).max() > 1e-9) == (reads == 2)


@FORMS
@DIRECTIONS
def test_dropout_drops_its_share_and_scales_the_rest(lb, form, bidirectional):
    """The second layer gives tanh of what it reads of one unit of the first, or of its twin."""
    layer = lb.RNN(
        1, H, layers=2, bidirectional=bidirectional, dropout=RATE, form=form, dtype="float64"
    )
    weights = {name: np.zeros_like(value) for name, value in lb.get_weights(layer).items()}
    for name, value in weights.items():
        if name.startswith("l0") and name.endswith("b"):
            value[...] = 0.01
        if name.startswith("l1") and name.endswith("W"):
            value[-H:] = np.eye(H)  # with two directions, what the reverse one gave
    lb.set_weights(layer, weights)
    seeded(lb)
    y, _ = run(lb, layer, np.zeros((300, 4, 1)))
    for half in np.split(y, 1 + bidirectional, axis=2):
        dropped = half == 0
        assert dropped.mean() == pytest.approx(RATE, abs=0.03)
        np.testing.assert_allclose(half[~dropped], np.tanh(np.tanh(0.01) / (1 - RATE)), rtol=1e-9)
        for axis in (0, 1, 2):  # each number by itself
            apart = (dropped != np.roll(dropped, 1, axis)).mean()
            assert apart == pytest.approx(2 * RATE * (1 - RATE), abs=0.04)


@DIRECTIONS
def test_recurrent_dropout_has_one_mask_a_sequence_in_every_layer_and_direction(lb, bidirectional):
    """h_t = tanh(mask h_{t-1} / (1 - rate)): what is dropped once is 0 for good."""
    layer = lb.RNN(
        1, H, layers=2, bidirectional=bidirectional, recurrent_dropout=RATE, dtype="float64"
    )
    weights = lb.get_weights(layer)
    for name, value in weights.items():
        value[...] = np.eye(H) if name.endswith("U") else 0
    lb.set_weights(layer, weights)
    seeded(lb)
    _, one = run(lb, layer, np.zeros((400, 1, 1)), states_of(layer, 0.01, 400))
    seeded(lb)
    y, end = run(lb, layer, np.zeros((400, 4, 1)), states_of(layer, 0.01, 400))
    masks = []
    for name in layer.layout.states:
        assert (one[name] == 0).mean() == pytest.approx(RATE, abs=0.04), name
        assert (end[name] == 0).mean() == pytest.approx(RATE, abs=0.04), name
        kept = one[name][one[name] != 0]
        np.testing.assert_allclose(kept, np.tanh(0.01 / (1 - RATE)), rtol=1e-9)
        masks.append(end[name] == 0)
    for k, mask in enumerate(masks):
        for before in masks[:k]:
            assert (mask != before).mean() == pytest.approx(2 * RATE * (1 - RATE), abs=0.06)
    np.testing.assert_array_equal((y == 0).all(axis=1), (y == 0).any(axis=1))


@DIRECTIONS
def test_zoneout_draws_for_every_state_layer_and_step_by_itself(lb, bidirectional):
    layer = lb.LSTM(1, H, layers=2, bidirectional=bidirectional, zoneout=RATE, dtype="float64")
    start = states_of(layer, 0.5, 400)
    seeded(lb)
    _, end = run(lb, layer, np.zeros((400, 1, 1)), start)
    held = {name: end[name] == 0.5 for name in end}
    names = list(held)
    for k, name in enumerate(names):
        assert held[name].mean() == pytest.approx(RATE, abs=0.04), name
        for before in names[:k]:  # not one mask for h and c, or for two layers
            both = (held[name] & held[before]).mean()
            assert both == pytest.approx(RATE**2, abs=0.04), (name, before)
    seeded(lb)
    _, end = run(lb, layer, np.zeros((400, 2, 1)), start)
    for name in names:  # not one mask for all steps
        assert (end[name] == 0.5).mean() == pytest.approx(RATE**2, abs=0.04), name


X = np.random.default_rng(0).normal(size=(30, 2, 3))
Y = (X[:, 0, 0] > 0).astype(int)


def model_of(lb):
    rates = {"dropout": 0.5, "recurrent_dropout": 0.5, "zoneout": 0.5}
    return lb.SequenceClassifier(lb.GRU(3, 4, layers=2, dtype="float64", **rates), 2)


def test_drawn_in_training_and_nowhere_else(lb):
    """Predictions, scores and validation are NumPy's without training; the training loss is not."""
    model, twin = model_of(lb), model_of(ours)
    how = {"epochs": 1, "batch_size": 8, "progress": False, "optimizer": lb.SGD(1e-12)}
    for trained in (False, True):
        history = lb.fit(model, (X, Y), (X, Y), **how) if trained else None
        ours.set_weights(twin, lb.get_weights(model))
        wanted = twin(X, training=False)
        loss = (np.log(np.exp(wanted).sum(1)) - wanted[np.arange(30), Y]).mean()
        for batch_size in (256,) if trained else (256, 8):  # in one piece, and in several
            got = lb.predict(model, X, batch_size=batch_size)
            np.testing.assert_allclose(got, wanted, atol=1e-9)
            scores = lb.evaluate(model, (X, Y), batch_size=batch_size)
            assert scores["loss"] == pytest.approx(loss, rel=1e-9)
        if trained:
            assert history.validation[0]["loss"] == pytest.approx(loss, rel=1e-9)
            assert abs(history.loss[0] - loss) > 1e-4
