"""Pointer-generator, PyTorch and TensorFlow: a mixture of writing and copying, equal in both."""

import importlib
import inspect

import numpy as np
import pytest

from lstmbook import convert
from lstmbook.core.ctc import log_softmax
from lstmbook.errors import ConversionError, ShapeError, ValueRangeError
from tests.core.passes import assert_same, passed, random_weights

RNG = np.random.default_rng(0)
B, T, K = 3, 5, 6
IDS = RNG.integers(0, K, (B, T))
LENGTHS = np.array([5, 2, 4])
Y = np.array([[1, 1, 3], [0, -1, -1], [2, 5, -1]])


@pytest.fixture(params=["torch", "tensorflow"])
def lb(request):
    pytest.importorskip(request.param)
    return importlib.import_module(f"lstmbook.{request.param}")


def make(lb, seed=0, score="additive"):
    encoder = lb.GRU(3, 4, dtype="float64", bidirectional=True)
    decoder = lb.LSTM(2, 8 if score == "dot" else 4, dtype="float64")
    table = lb.Embedding(K, 3, dtype="float64")
    model = lb.PointerGenerator(encoder, decoder, K, embedding=table, attention=score, longest=4)
    random_weights(lb, model, seed)
    return model


def test_it_is_the_mixture(lb):
    """p softmax(head) + (1 - p) sum of the attention on equal source symbols."""
    model = make(lb)
    outputs = lb.to_numpy(model(IDS, LENGTHS, Y))
    np.testing.assert_allclose(np.exp(outputs[0]).sum(axis=1), 1, atol=1e-12)
    w = lb.get_weights(model)
    keys, state = model.encode(IDS, LENGTHS)
    y, _ = model.decoder.step(model.table(np.full((B, 1), K))[:, 0], state)
    context, weights = (lb.to_numpy(v) for v in model.attention(y, keys, lengths=LENGTHS))
    both = np.concatenate([lb.to_numpy(y), context], axis=1)
    p = 1 / (1 + np.exp(-(both @ w["switch.W"] + w["switch.b"])))
    mixed = p * np.exp(log_softmax(both @ w["head.W"] + w["head.b"]))
    for b in range(B):
        for t in range(LENGTHS[b]):
            mixed[b, IDS[b, t]] += (1 - p[b, 0]) * weights[b, t]
    np.testing.assert_allclose(np.exp(outputs[:, 0]), mixed, atol=1e-12)


@pytest.mark.parametrize("score", ["additive", "dot"])
def test_both_are_equal(score):
    one, two = (importlib.import_module(f"lstmbook.{n}") for n in ("torch", "tensorflow"))
    results = [
        passed(lb, make(lb, score=score), Y, IDS, lengths=LENGTHS, target=Y) for lb in (one, two)
    ]
    for b, count in enumerate((Y >= 0).sum(1) + 1):
        np.testing.assert_allclose(results[1][0][b, :count], results[0][0][b, :count], atol=1e-12)
    assert results[1][1] == pytest.approx(results[0][1], rel=1e-12)
    assert_same(results[0][2], results[1][2], 1e-12)
    found = [make(lb, score=score).decode(IDS, LENGTHS, width=3, longest=6) for lb in (one, two)]
    assert found[0] == found[1]
    signatures = [inspect.signature(lb.PointerGenerator).parameters for lb in (one, two)]
    assert [n for n in signatures[1] if n != "keras_options"] == list(signatures[0])


def test_gradients_by_differences(lb):
    model = make(lb)
    grads = {
        n: np.array(g) for n, g in passed(lb, model, Y, IDS, lengths=LENGTHS, target=Y)[2].items()
    }
    weights = lb.get_weights(model)
    for name in ("switch.W", "switch.b", "head.W", "attention.v", "encoder.l0.W", "embedding.E"):
        value, numeric = weights[name], np.empty_like(weights[name])
        for at in list(np.ndindex(value.shape))[:3]:
            losses = []
            for eps in (1e-5, -1e-5):
                changed = value.copy()
                changed[at] += eps
                lb.set_weights(model, {**weights, name: changed})
                losses.append(float(lb.to_numpy(model.loss(model(IDS, LENGTHS, Y), Y))))
            numeric[at] = (losses[0] - losses[1]) / 2e-5
            assert grads[name][at] == pytest.approx(numeric[at], rel=1e-5, abs=1e-9), name
        lb.set_weights(model, weights)


def test_padding_does_not_matter(lb):
    model = make(lb)
    other = np.where(np.arange(T) < LENGTHS[:, None], IDS, (IDS + 1) % K)
    before = lb.evaluate(model, (IDS, Y, LENGTHS))
    assert lb.evaluate(model, (other, Y, LENGTHS)) == pytest.approx(before, rel=1e-12)
    alone = model.decode(IDS[1:2, :2], longest=4)
    assert model.decode(IDS, LENGTHS, longest=4)[1] == alone[0]


def test_learns_to_copy_what_it_has_not_seen(lb):
    """Symbols 4 and 5 never occur in training; they can be copied all the same."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, 4, (200, 3))
    model = lb.PointerGenerator(
        lb.GRU(8, 16, bidirectional=True),
        lb.GRU(8, 32),
        K,
        embedding=lb.Embedding(K, 8),
        attention="additive",
        longest=4,
    )
    how = {"epochs": 25, "batch_size": 20, "optimizer": lb.Adam(0.01), "clip_norm": 1.0}
    lb.fit(model, (x, x[:, :1]), progress=False, **how)
    assert lb.evaluate(model, (x, x[:, :1]))["exact"] > 0.95
    new = np.array([[4, 1, 0], [5, 2, 3]])
    wanted = np.exp(lb.predict(model, new))[:, 0]
    assert wanted[0, 4] > 10 * wanted[1, 4]


def test_save_load_and_move(lb, tmp_path):
    model = make(lb)
    lb.save(model, tmp_path / "m.npz")
    twin = make(lb, seed=9)
    lb.load(twin, tmp_path / "m.npz")
    np.testing.assert_array_equal(lb.predict(twin, IDS), lb.predict(model, IDS))
    for name in ("torch", "tensorflow"):
        there = convert.to(model, name)
        other = importlib.import_module(f"lstmbook.{name}")
        wanted = lb.evaluate(model, (IDS, Y, LENGTHS))
        assert other.evaluate(there, (IDS, Y, LENGTHS)) == pytest.approx(wanted, rel=1e-10)
    with pytest.raises(ConversionError, match="PointerGenerator"):
        convert.to(model, "numpy")
    if lb.__name__.endswith("tensorflow"):
        again = type(model).from_config(model.get_config())
        assert again.settings == model.settings and again.counted == model.counted


def test_mistakes_are_named(lb):
    with pytest.raises(ShapeError, match="embedding: expected an Embedding"):
        lb.PointerGenerator(lb.GRU(3, 4), lb.GRU(3, 4), K)
    with pytest.raises(ValueRangeError, match="embedding: expected at most 6 ids, the symbols"):
        lb.PointerGenerator(lb.GRU(3, 4), lb.GRU(3, 4), K, embedding=lb.Embedding(9, 3))
    with pytest.raises(ValueRangeError, match="attention: expected"):
        lb.PointerGenerator(
            lb.GRU(3, 4), lb.GRU(3, 4), K, embedding=lb.Embedding(6, 3), attention=None
        )
