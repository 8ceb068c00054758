"""Attention: against its formula, finite differences, and each other."""

import pickle

import numpy as np
import pytest

from lstmbook import numpy as ours
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.core.passes import assert_same, random_weights

RNG = np.random.default_rng(0)
B, L, T, Q, D = 3, 2, 5, 4, 4
QUERY, KEYS = RNG.normal(size=(B, L, Q)), RNG.normal(size=(B, T, D))
LENGTHS = np.array([5, 1, 3])
DC, DA = RNG.normal(size=(B, L, D)), RNG.normal(size=(B, L, T))
each_score = pytest.mark.parametrize("score", ["additive", "dot"])
queries = pytest.mark.parametrize("many", [True, False], ids=["queries", "query"])


def make(lb, score):
    layer = lb.Attention(Q, D, 6, score=score, dtype="float64")
    random_weights(lb, layer)
    return layer


def by_formula(weights, score, query, keys):
    """One query (Q,), the real keys (T, D)."""
    if score == "dot":
        scores = [query @ key / np.sqrt(D) for key in keys]
    else:
        scores = [
            weights["v"] @ np.tanh(query @ weights["W_q"] + key @ weights["W_k"]) for key in keys
        ]
    a = np.exp(scores) / np.exp(scores).sum()
    return a @ keys, a


@each_score
def test_what_the_formula_says(lb, score):
    layer = make(lb, score)
    weights = lb.get_weights(layer)
    keys = np.where((np.arange(T) < LENGTHS[:, None])[:, :, None], KEYS, np.nan)
    given = (lb.asarray(QUERY, "float64"), lb.asarray(keys, "float64"))
    context, a = (lb.to_numpy(v) for v in layer(*given, lengths=LENGTHS))
    for b in range(B):
        for j in range(L):
            c, row = by_formula(weights, score, QUERY[b, j], KEYS[b, : LENGTHS[b]])
            np.testing.assert_allclose(context[b, j], c, atol=1e-13)
            np.testing.assert_allclose(a[b, j, : LENGTHS[b]], row, atol=1e-13)
            assert not a[b, j, LENGTHS[b] :].any()
    one, row = layer(given[0][:, 1], given[1], lengths=LENGTHS)
    np.testing.assert_allclose(lb.to_numpy(one), context[:, 1], atol=1e-14)
    np.testing.assert_allclose(lb.to_numpy(row), a[:, 1], atol=1e-14)


def gradients(lb, score, many):
    """Outputs and all gradients, with a loss on the context and the weights."""
    layer, name = make(lb, score), lb.__name__.rpartition(".")[2]
    query, dc, da = (v if many else v[:, 0] for v in (QUERY, DC, DA))
    if name == "numpy":
        outputs = layer(query, KEYS, LENGTHS)
        dquery, dkeys = layer.backward(dc, da)
        return outputs, {**layer.grads, "query": dquery, "keys": dkeys}
    if name == "torch":
        q, k = (lb.asarray(v, "float64").requires_grad_() for v in (query, KEYS))
        context, a = layer(q, k, LENGTHS)
        (
            (context * lb.asarray(dc, "float64")).sum() + (a * lb.asarray(da, "float64")).sum()
        ).backward()
        outputs = lb.to_numpy(context), lb.to_numpy(a)
        return outputs, {**lb.get_grads(layer), "query": q.grad.numpy(), "keys": k.grad.numpy()}
    import tensorflow as tf

    q, k = tf.Variable(query), tf.Variable(KEYS)
    with tf.GradientTape() as tape:
        context, a = layer(tf.convert_to_tensor(q), tf.convert_to_tensor(k), LENGTHS)
        loss = tf.reduce_sum(context * dc) + tf.reduce_sum(a * da)
    variables = {n: v.value for n, v in layer.params.items()} | {"query": q, "keys": k}
    found = tape.gradient(loss, variables)
    outputs = context.numpy(), a.numpy()
    return outputs, {n: tf.convert_to_tensor(g).numpy() for n, g in found.items()}


@each_score
@queries
def test_gradients(score, many):
    _, grads = gradients(ours, score, many)
    layer, query, keys = make(ours, score), QUERY.copy(), KEYS.copy()

    def loss():
        given = query if many else query[:, 0]
        context, a = layer(given, keys, LENGTHS)
        dc, da = (DC, DA) if many else (DC[:, 0], DA[:, 0])
        return float((context * dc).sum() + (a * da).sum())

    assert relative_error(grads["keys"], numeric_gradient(loss, keys)) < 1e-7
    numeric = numeric_gradient(loss, query)
    assert relative_error(grads["query"], numeric if many else numeric[:, 0]) < 1e-7
    for name, value in layer.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name
    assert not grads["keys"][np.arange(T) >= LENGTHS[:, None]].any()


@each_score
@queries
def test_equal_in_all_three(lb, score, many):
    outputs, grads = gradients(ours, score, many)
    outputs2, grads2 = gradients(lb, score, many)
    for one, two in zip(outputs, outputs2, strict=True):
        np.testing.assert_allclose(two, one, atol=1e-13)
    assert_same(grads, grads2, 1e-12)


@each_score
def test_each_sequence_is_alone(lb, score):
    layer = make(lb, score)
    query, keys = lb.asarray(QUERY, "float64"), lb.asarray(KEYS, "float64")
    context, a = layer(query, keys, lengths=LENGTHS)
    for b in range(B):
        c, w = layer(query[b : b + 1], keys[b : b + 1, : LENGTHS[b]])
        np.testing.assert_allclose(lb.to_numpy(context)[b], lb.to_numpy(c)[0], atol=1e-13)
        np.testing.assert_allclose(
            lb.to_numpy(a)[b, :, : LENGTHS[b]], lb.to_numpy(w)[0], atol=1e-13
        )


def test_save_and_load(lb, tmp_path):
    layer = make(lb, "additive")
    lb.save(layer, tmp_path / "a.npz")
    twin = lb.Attention(Q, D, 6, dtype="float64")
    lb.load(twin, tmp_path / "a.npz")
    query, keys = lb.asarray(QUERY, "float64"), lb.asarray(KEYS, "float64")
    wanted = lb.to_numpy(layer(query, keys)[0])
    np.testing.assert_array_equal(lb.to_numpy(twin(query, keys)[0]), wanted)
    if lb.__name__.endswith("tensorflow"):
        assert type(layer).from_config(layer.get_config()).sizes == layer.sizes
    if lb is ours:
        assert repr(layer) == "Attention(4, 4, 6, score='additive')"
        data = pickle.dumps(layer)
        np.testing.assert_array_equal(pickle.loads(data)(query, keys)[0], wanted)
        with pytest.raises(RuntimeError, match="expected a call before it"):
            pickle.loads(data).backward(DC)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda lb: lb.Attention(4, 4, score="cosine"), UnknownNameError, "additive, dot"),
        (lambda lb: lb.Attention(4, 5, score="dot"), ValueRangeError, "key_size: expected 4"),
        (lambda lb: lb.Attention(0, 5), ValueRangeError, "query_size: expected an integer"),
        (
            lambda lb: make(lb, "dot")(lb.asarray(QUERY[0, 0]), lb.asarray(KEYS)),
            ShapeError,
            r"query: expected \(B, 4\) or \(B, L, 4\)",
        ),
        (
            lambda lb: make(lb, "dot")(lb.asarray(QUERY), lb.asarray(KEYS[:2])),
            ShapeError,
            r"keys: expected \(3, T, 4\), got shape \(2, 5, 4\)",
        ),
        (
            lambda lb: make(lb, "dot")(lb.asarray(QUERY), lb.asarray(KEYS), lengths=[0, 1, 1]),
            ValueRangeError,
            "lengths: expected 1 <= length <= T = 5",
        ),
    ],
)
def test_mistakes_are_named(lb, call, error, message):
    with pytest.raises(error, match=message):
        call(lb)
