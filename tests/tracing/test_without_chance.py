"""Records and gradients are those of the layer when it is not training: no dropout, zoneout's mean.

And the same for models: with an embedding, in two directions, with lengths.
"""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook import trace
from lstmbook.errors import ConversionError, ShapeError
from lstmbook.tracing import gradient_against_lag
from tests.variants.cases import CASES, make, random_problem, random_weights

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 6, 4))
CHANCE = {"dropout": 0.5, "recurrent_dropout": 0.4}


def pair(name="LSTM", **more):
    """A layer with dropout everywhere, and one with the same weights and none."""
    made = [getattr(lb, name)(4, 5, dtype="float64", **more, **extra) for extra in (CHANCE, {})]
    for one in made:
        lb.set_weights(one, random_weights(one))
    return made


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SLSTM", "RNN"])
@pytest.mark.parametrize("to", ["x", "state", "l0.h", "l1.h"])
def test_the_gradient_against_lag_has_no_dropout(name, to):
    with_it, without = pair(name, layers=2)
    lengths = np.array([6, 2, 5])
    got = gradient_against_lag(with_it, X, lengths, to=to)
    np.testing.assert_array_equal(got, gradient_against_lag(without, X, lengths, to=to))
    np.testing.assert_array_equal(got, gradient_against_lag(with_it, X, lengths, to=to))


def test_the_gradient_against_lag_is_that_of_the_outputs_without_training():
    layer = pair(layers=2, zoneout=0.3)[0]
    got, eps, step = [], 1e-6, len(X[0]) - 1
    for k in range(6):  # differences of what the layer gives when it is not training
        norms = []
        for b in range(3):
            d = []
            for feature in range(4):
                ends = []
                for sign in (1, -1):
                    x = X[b : b + 1].copy()
                    x[0, step - k, feature] += sign * eps
                    ends.append(layer(x, training=False)[0][0, -1].sum())
                d.append((ends[0] - ends[1]) / (2 * eps))
            norms.append(np.linalg.norm(d))
        got.append(np.mean(norms))
    np.testing.assert_allclose(gradient_against_lag(layer, X), got, rtol=1e-6)


def test_autograd_says_the_same_of_a_layer_with_dropout():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.LSTM(4, 5, 3, batch_first=True, dropout=0.6, dtype=torch.float64).eval()
    x = torch.tensor(X, requires_grad=True)
    theirs(x)[0][:, -1].sum().backward()
    expected = x.grad.norm(dim=-1).mean(0).flip(0).numpy()
    for given in (X, x):
        got = gradient_against_lag(theirs.train(), given)
        np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_record_has_no_dropout(case):
    layer = make("numpy", case, **case.deep, **CHANCE)
    lb.set_weights(layer, random_weights(layer))
    problem = random_problem(case)
    record = trace(layer, problem.x, lengths=problem.lengths)
    y, _ = layer(problem.x, lengths=problem.lengths, training=False)
    np.testing.assert_allclose(record["y"], y, atol=1e-12)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("lengths", [None, [6, 2, 4], np.array([6, 2, 4], "uint8")])
@pytest.mark.parametrize("implementation", ["numpy", "torch", "tensorflow"])
def test_models_with_ids_directions_and_lengths(bidirectional, lengths, implementation):
    pytest.importorskip(implementation)
    from lstmbook import convert

    table = lb.Embedding(7, 4, dtype="float64", seed=1)
    layer = lb.GRU(4, 5, layers=2, bidirectional=bidirectional, dtype="float64", dropout=0.5)
    model = lb.SequenceClassifier(layer, 3, embedding=table)
    lb.set_weights(model, {n: RNG.normal(0, 0.5, v.shape) for n, v in model.params.items()})
    ids = RNG.integers(0, 7, (3, 6))
    record = trace(convert.to(model, implementation), ids, lengths=lengths)
    n = None if lengths is None else np.array(lengths, int)
    x = table(ids)
    np.testing.assert_array_equal(record["x"], x)
    y = layer(x, lengths=n, training=False)[0]
    np.testing.assert_allclose(record["y"], y, atol=1e-12)
    np.testing.assert_array_equal(record.lengths, [6, 6, 6] if n is None else n)
    last = np.concatenate(
        [record[f"l1.{end}h"] for end in ("", "reverse.")[: 1 + bidirectional]], 2
    )
    np.testing.assert_allclose(np.nan_to_num(last), y, atol=1e-12)
    if not bidirectional:
        got = gradient_against_lag(convert.to(model, implementation), ids, lengths)
        np.testing.assert_allclose(got, gradient_against_lag(layer, x, n), atol=1e-12)


def test_a_layer_with_a_cell_of_ones_own():
    class OwnCell(lb.LSTM.Cell):
        def rule(self, p, z, s):
            (h, c), cache = super().rule(p, z, s)
            return (2 * h, c), cache

    class Own(lb.LSTM):
        Cell = OwnCell

        def __init__(self, size):
            super().__init__(4, size, dtype="float64", form="steps")

    layer = Own(5)
    np.testing.assert_allclose(trace(layer, X)["y"], layer(X)[0], atol=1e-12)


def test_the_layer_is_not_touched():
    layer = lb.LSTM(4, 5, dropout=0.3, layers=2)
    before = {n: v.copy() for n, v in layer.params.items()}
    y, _ = layer(X)
    record = trace(layer, X)
    gradient_against_lag(layer, X)
    record["l0.i"][...] = 7
    assert layer.layout.dropout == 0.3
    assert not layer.grads
    layer.backward(np.ones_like(y))
    assert all((layer.params[n] == v).all() for n, v in before.items())


def test_what_cannot_be_traced_is_named():
    with pytest.raises(ShapeError, match=r"expected \(B, T, D\)"):
        trace(lb.LSTM(4, 5), X[0])
    for thing in (None, [1, 2], lb.Dense(3, 4), "LSTM"):
        with pytest.raises(ConversionError):
            trace(thing, X)
