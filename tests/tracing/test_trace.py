"""trace against the equations, and the same record whichever implementation the layer is from."""

import numpy as np
import pytest

from lstmbook import convert, trace
from lstmbook import numpy as lb
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.tracing import gradient_against_lag
from tests.variants.cases import CASES, make, random_problem

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 6, 4))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_equations_of_the_lstm_with_state_and_lengths():
    layer = lb.LSTM(4, 5, dtype="float64", seed=3)
    h, c = RNG.normal(size=(2, 3, 5))
    lengths = np.array([6, 2, 4])
    record = trace(layer, X, lengths=lengths, state=(h, c))
    p = layer.params
    for t in range(6):
        real = t < lengths
        z = np.split(X[:, t] @ p["W"] + h @ p["U"] + p["b"], 4, axis=1)
        gates = dict(i=sigmoid(z[0]), f=sigmoid(z[1]), g=np.tanh(z[2]), o=sigmoid(z[3]))
        c = gates["f"] * c + gates["i"] * gates["g"]
        h = gates["o"] * np.tanh(c)
        for name, value in {**gates, "c": c, "h": h}.items():
            np.testing.assert_allclose(record[name][real, t], value[real], atol=1e-12)
            assert np.isnan(record[name][~real, t]).all()
        np.testing.assert_array_equal(record["y"][~real, t], 0)
    assert set(record) == {"i", "f", "g", "o", "c", "h", "x", "y"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_variant_and_the_same_from_all_three(case):
    layer = make("numpy", case)
    x = random_problem(case).x
    record = trace(layer, x)
    np.testing.assert_allclose(record["y"], layer(x)[0], atol=1e-12)
    names = set(layer.variant.states) | {"x", "y"}
    assert names <= set(record), record
    for implementation in ("torch", "tensorflow"):
        pytest.importorskip(implementation)
        other = trace(convert.to(layer, implementation), x)
        assert list(other) == list(record)
        for name, value in record.items():
            np.testing.assert_allclose(other[name], value, atol=1e-12, err_msg=name)


def test_both_directions_in_their_own_time():
    layer = lb.LSTM(4, 5, layers=2, bidirectional=True, dtype="float64")
    lengths = np.array([6, 2, 4])
    record = trace(layer, X, lengths=lengths)
    np.testing.assert_allclose(
        np.nan_to_num(np.concatenate([record["l1.h"], record["l1.reverse.h"]], axis=2)),
        layer(X, lengths=lengths)[0],
        atol=1e-12,
    )
    p = {n[3:]: v for n, v in layer.params.items() if n.startswith("l0.") and "reverse" not in n}
    z = X[:, 0] @ p["W"] + p["b"]
    np.testing.assert_allclose(record["l0.i"][:, 0], sigmoid(z[:, :5]), atol=1e-12)


def test_gradient_against_lag_is_autograds():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.LSTM(4, 5, batch_first=True, dtype=torch.float64)
    x = torch.tensor(X, requires_grad=True)
    theirs(x)[0][:, -1].sum().backward()
    expected = x.grad.norm(dim=-1).mean(0).flip(0).numpy()
    np.testing.assert_allclose(gradient_against_lag(theirs, X), expected, atol=1e-12)


def test_the_layer_is_left_as_it_was():
    layer = lb.LSTM(4, 5)
    y, _ = layer(X)
    trace(layer, X)
    gradient_against_lag(layer, X)
    dx, _ = layer.backward(np.ones_like(y))
    assert dx.shape == X.shape


def test_mistakes_are_named():
    layer = lb.LSTM(4, 5)
    with pytest.raises(UnknownNameError, match="name in this record 'r'; expected one of: i"):
        trace(layer, X)["r"]
    with pytest.raises(ShapeError, match=r"x: expected \(B, T, D\)"):
        trace(layer, X[0])
    with pytest.raises(ValueRangeError, match="expected one direction"):
        gradient_against_lag(lb.LSTM(4, 5, bidirectional=True), X)
