"""A record holds the letters of the variant's equations, and the equations hold in it."""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook import trace
from lstmbook.tracing import gradient_against_lag
from tests.variants.cases import CASES, make, random_problem, random_weights


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_gate_and_state_is_there(case):
    layer = make("numpy", case)
    x = random_problem(case).x
    record = trace(layer, x)
    assert {*layer.variant.gates, *layer.variant.states} <= set(record)
    assert all(value.shape[:2] == x.shape[:2] for value in record.values())
    if "o" in record:
        assert record["o"].min() >= 0 and record["o"].max() <= 1


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(2, 5, 3))


def test_the_equations_of_the_gru(x):
    layer = lb.GRU(3, 4, dtype="float64")
    lb.set_weights(layer, random_weights(layer))
    record, p = trace(layer, x), layer.params
    h = np.concatenate([np.zeros((2, 1, 4)), record["h"][:, :-1]], axis=1)  # h_{t-1}
    a, u = x @ p["W"] + p["b"], h @ p["U"] + p["b_u"]
    r, z = np.split(1 / (1 + np.exp(-(a + u)[..., :8])), 2, axis=-1)
    n = np.tanh(a[..., 8:] + r * u[..., 8:])
    for name, value in {"r": r, "z": z, "n": n, "h": z * h + (1 - z) * n}.items():
        np.testing.assert_allclose(record[name], value, atol=1e-12, err_msg=name)


def test_a_coupled_cell_shows_the_gate_that_it_has_no_weights_for(x):
    record = trace(lb.CoupledLSTM(3, 4), x)
    np.testing.assert_allclose(record["f"], 1 - record["i"], atol=1e-7)


def test_zoneout_and_dropout_as_in_inference(x):
    layer = lb.LSTM(3, 4, layers=2, zoneout=0.3, dropout=0.5, recurrent_dropout=0.4)
    record = trace(layer, x)
    np.testing.assert_allclose(record["y"], layer(x, training=False)[0], atol=1e-6)
    np.testing.assert_array_equal(record["l1.h"], record["y"])


def test_gradient_for_states_is_that_of_the_rest_of_the_sequence(x):
    layer = lb.LSTM(3, 4, dtype="float64")
    lengths, rest = np.array([5, 3]), []
    for k in range(5):
        norms = []
        for b in range(2):
            if k < lengths[b]:
                steps = lengths[b] - k
                _, state = layer(x[b : b + 1, :steps])
                dh, dc = np.ones((1, 4)), np.zeros((1, 4))
                if k:
                    y, _ = layer(x[b : b + 1, steps : lengths[b]], state)
                    dy = np.zeros_like(y)
                    dy[:, -1] = 1
                    dh, dc = layer.backward(dy)[1]
                norms.append([np.linalg.norm(dh), np.linalg.norm(dc), np.linalg.norm([dh, dc])])
        rest.append(np.mean(norms, axis=0))
    for to, expected in zip(("h", "c", "state"), np.transpose(rest), strict=True):
        got = gradient_against_lag(layer, x, lengths, to=to)
        np.testing.assert_allclose(got, expected, atol=1e-12, err_msg=to)


def test_models_and_ids(x):
    model = lb.SequenceClassifier(lb.LSTM(3, 4), 2, embedding=lb.Embedding(6, 3))
    ids = np.array([[0, 5, 2], [1, 1, 3]])
    record = trace(model, ids)
    np.testing.assert_array_equal(record["x"], model.embedding(ids))
    np.testing.assert_allclose(record["y"], model.layer(record["x"])[0], atol=1e-7)
