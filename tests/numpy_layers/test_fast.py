"""The fast forms of RNN, LSTM, peephole LSTM and GRU are the readable ones, in any chunks."""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.numpy.cells.lstm import LSTMCell
from lstmbook.numpy.fast import base
from lstmbook.numpy.time_loop import Stacked, Taped
from lstmbook.numpy.units import form_of
from tests.variants.adapter_numpy import forward_backward
from tests.variants.cases import Case, make, random_problem

CELLS = ["RNN", "LSTM", "PeepholeLSTM", "GRU"]


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("steps_in_chunk", [1, 3, 4, 100])
@pytest.mark.parametrize("lengths", [False, True], ids=["full", "lengths"])
def test_any_chunk_gives_the_readable_result(name, steps_in_chunk, lengths, monkeypatch):
    case, batch = Case(name, {}), 3
    settings = {"layers": 2, "bidirectional": True}
    problem = random_problem(case, batch=batch, steps=8, **settings)
    problem = problem if lengths else problem._replace(lengths=None)
    layer = make("numpy", case, **settings)
    lb.set_weights(layer, problem.weights)
    assert issubclass(form_of(layer), base.Fast)
    monkeypatch.setattr(base, "CHUNK", 1)
    monkeypatch.setattr(base, "COLUMNS", steps_in_chunk * batch)
    fast = forward_backward(layer, *problem[1:])
    again = forward_backward(layer, *problem[1:])  # in buffers that are no longer empty
    layer.form = "steps"
    readable = forward_backward(layer, *problem[1:])
    for name, value in {"y": readable[0], **readable[1], **readable[2]}.items():
        for result in (fast, again):
            got = {"y": result[0], **result[1], **result[2]}[name]
            np.testing.assert_allclose(got, value, rtol=1e-11, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("name", CELLS)
def test_inference_is_training_without_the_memory(name):
    layer = getattr(lb, name)(3, 4, layers=2)
    rng = np.random.default_rng(0)
    lengths = np.array([7, 2])
    for steps in (7, 9, 7):  # longer and shorter than what the buffers hold
        x = rng.normal(size=(2, steps, 3))
        trained, inferred = layer(x, lengths=lengths), layer(x, lengths=lengths, training=False)
        np.testing.assert_array_equal(trained[0], inferred[0])
        for key, value in trained[1].items():
            np.testing.assert_array_equal(value, inferred[1][key])


@pytest.mark.parametrize("name", CELLS)
def test_nothing_returned_is_a_view_of_a_buffer(name):
    layer = getattr(lb, name)(3, 4)
    one, other = np.random.default_rng(0).normal(size=(2, 1, 1, 3))
    y, state = layer(one)
    dx, dstate = layer.backward(np.ones((1, 1, 4)))
    kept = [y, *state, dx, *dstate, *layer.grads.values()]
    before = [value.copy() for value in kept]
    layer(other)
    layer.backward(-np.ones((1, 1, 4)))
    for value, old in zip(kept, before):
        np.testing.assert_array_equal(value, old)


def test_a_rule_of_ones_own_is_not_passed_over():
    class Loud(LSTMCell):
        def rule(self, p, z, s):
            (h, c), cache = super().rule(p, z, s)
            return (2 * h, c), cache

    class LoudLSTM(lb.LSTM):
        Cell = Loud

    x = np.ones((1, 1, 3))
    np.testing.assert_allclose(LoudLSTM(3, 4)(x)[0], 2 * lb.LSTM(3, 4)(x)[0], rtol=1e-6)


def test_what_the_fast_form_cannot_do_goes_another_way():
    assert form_of(lb.LSTM(3, 4, zoneout=0.1)) is Stacked
    assert form_of(lb.LSTM(3, 4, recurrent_dropout=0.1)) is Taped
    assert form_of(lb.GRU(3, 4, reset_after=False)) is Taped
    assert form_of(lb.LSTM(3, 4, form="steps")) is Taped
    assert form_of(lb.MinLSTM(3, 4, form="steps")) is Taped
