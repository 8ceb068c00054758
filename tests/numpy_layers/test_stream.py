"""One step of a stream in NumPy and PyTorch: always with the weights as they are now."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.errors import ShapeError, ValueRangeError

RNG = np.random.default_rng(0)
D, H, B = 3, 5, 4


def layer(name="LSTM", **options):
    made = getattr(lb, name)(D, H, dtype="float64", seed=1, **options)
    lb.set_weights(made, {k: RNG.normal(size=v.shape) for k, v in made.params.items()})
    return made


def start(made):
    states = {n: RNG.normal(size=(B, *s)) for n, s in made.layout.states.items()}
    return made.layout.state_as_given(states)


@pytest.mark.parametrize("change", ["in place", "replaced", "set_weights"])
@pytest.mark.parametrize("name", ["LSTM", "GRU", "PeepholeLSTM", "MinLSTM"])
def test_weights_that_change_in_between(name, change):
    made = layer(name)
    x, state = RNG.normal(size=(B, 2, D)), start(made)
    made.step(x[:, 0], state)
    new = {k: RNG.normal(size=v.shape) for k, v in made.params.items()}
    if change == "in place":
        for key, value in new.items():
            made.params[key][...] = value
    elif change == "replaced":
        made.params |= new
    else:
        lb.set_weights(made, new)
    y, state = made.step(x[:, 0], state_in := state)
    y2, _ = made.step(x[:, 1], state)
    want, _ = made(x, state_in, training=False)
    assert np.stack([y, y2], axis=1) == pytest.approx(want, abs=1e-12)


def test_nothing_that_came_in_or_went_out_changes():
    made = layer(zoneout=0.2)
    x, state = RNG.normal(size=(B, D)), start(made)
    copies = [a.copy() for a in (x, *state)]
    y, new = made.step(x, state)
    kept = [a.copy() for a in (y, *new)]
    y[:] = 9.0
    made.step(x, new)
    assert all((a == b).all() for a, b in zip((x, *state), copies))
    assert all((a == b).all() for a, b in zip(new, kept[1:]))


def test_backward_after_a_step():
    made = layer()
    x, dy = RNG.normal(size=(B, 3, D)), RNG.normal(size=(B, 3, H))
    made(x)
    made.step(x[:, 0])
    dx, _ = made.backward(dy)
    again = layer()
    lb.set_weights(again, made.params)
    again(x)
    assert (again.backward(dy)[0] == dx).all()


def test_states_in_other_forms():
    made, stacked = layer(), layer(layers=2)
    x, (h, c) = RNG.normal(size=(B, D)), start(made)
    want = made.step(x, (h, c))[0]
    assert (made.step(x, [h, c])[0] == want).all()
    assert made.step(x.tolist(), (h.tolist(), c))[0] == pytest.approx(want)
    assert made.step(x, (None, c))[0] == pytest.approx(made.step(x, (np.zeros_like(h), c))[0])
    given = start(stacked)
    y, new = stacked.step(x, given)
    assert list(new) == list(given) and y == pytest.approx(new["l1.h"])
    for bad in ((h,), (h, c, c), {"h": h, "c": c}, (h[:2], c), (h, c[:, :2])):
        with pytest.raises(ShapeError):
            made.step(x, bad)
    huge = np.full_like(h, 1e200)  # whose square is no number, though it is one
    made.step(x, (huge, c))
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueRangeError, match="state c"):
            made.step(x, (h, np.where(np.arange(H) == 1, bad, c)))
        with pytest.raises(ValueRangeError, match="x_t"):
            made.step(np.full_like(x, bad), (h, c))


@pytest.mark.parametrize("name", ["MinLSTM", "MinGRU", "MLSTM"])
def test_pieces_of_a_long_sequence_are_one(name, monkeypatch):
    from lstmbook.numpy import at_once

    options = {"heads": 1} if name == "MLSTM" else {}
    made = layer(name, bidirectional=True, **options)
    x, dy = RNG.normal(size=(B, 50, D)), RNG.normal(size=(B, 50, 2 * H))
    lengths, state, ends = [50, 7, 16, 33], start(made), start(made)
    found = []
    for least in (50, 16, 7):
        monkeypatch.setattr(at_once, "PIECE", 1)
        monkeypatch.setattr(at_once, "LEAST", least)
        y, new = made(x, state, lengths)
        dx, dstate = made.backward(dy, ends)
        found.append([y, dx, *new.values(), *dstate.values(), *made.grads.values()])
    for other in found[1:]:
        for a, b in zip(found[0], other):
            assert a == pytest.approx(b, rel=1e-8, abs=1e-9)
