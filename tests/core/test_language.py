"""Language models: gradients, tied weights, states that go on, what is drawn, scores."""

import pickle

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as ours
from lstmbook.core.language import draw
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.core.passes import assert_same, passed, random_weights

RNG = np.random.default_rng(0)
B, T, V = 3, 6, 5
IDS, NEXT = RNG.integers(0, V, (B, T)), RNG.integers(0, V, (B, T))
LENGTHS = np.array([6, 1, 4])
tied_or_not = pytest.mark.parametrize("tied", [False, True], ids=["free", "tied"])


def make(lb, tied, seed=0, layers=1, dtype="float64"):
    size = 4 if tied else 3
    model = lb.LanguageModel(lb.LSTM(size, 4, layers=layers, dtype=dtype), V, tied=tied)
    random_weights(lb, model, seed)
    return model


@tied_or_not
def test_gradients(tied):
    model = make(ours, tied)
    assert ("head.W" in model.params) != tied
    grads = passed(ours, model, NEXT, IDS, lengths=LENGTHS)[2]
    grads = {name: value.copy() for name, value in grads.items()}

    def loss():
        return model.loss(model(IDS, LENGTHS), NEXT, LENGTHS)[0]

    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name


@tied_or_not
def test_equal_in_all_three(lb, tied):
    y, loss, grads = passed(ours, make(ours, tied), NEXT, IDS, lengths=LENGTHS)
    y2, loss2, grads2 = passed(lb, make(lb, tied), NEXT, IDS, lengths=LENGTHS)
    np.testing.assert_allclose(y2, y, atol=1e-13)
    assert loss2 == pytest.approx(loss, rel=1e-12)
    assert_same(grads, grads2, 1e-13)


def test_tied_means_one_table(lb):
    """logits = h E^T + b."""
    model = make(lb, True)
    weights = lb.get_weights(model)
    y, _ = model.layer(model.embedding(IDS))
    wanted = lb.to_numpy(y) @ weights["embedding.E"].T + weights["head.b"]
    np.testing.assert_allclose(lb.to_numpy(model(IDS)), wanted, atol=1e-13)


@tied_or_not
@pytest.mark.parametrize("layers", [1, 2])
def test_the_state_goes_on(lb, tied, layers):
    model = make(lb, tied, layers=layers)
    whole = lb.to_numpy(model(IDS))
    one, state = model.run(IDS[:, :2])
    two, _ = model.run(IDS[:, 2:], state)
    parts = np.concatenate([lb.to_numpy(one), lb.to_numpy(two)], axis=1)
    np.testing.assert_allclose(parts, whole, atol=1e-13)


def test_padding_and_neighbours_do_not_matter(lb):
    model = make(lb, False)
    past = np.arange(T) >= LENGTHS[:, None]
    before = lb.evaluate(model, (IDS, NEXT, LENGTHS))
    other = np.where(past, 0, IDS), np.where(past, 77, NEXT), LENGTHS
    assert lb.evaluate(model, other) == pytest.approx(before, rel=1e-13)
    alone = lb.predict(model, IDS[2:, :4])
    np.testing.assert_allclose(lb.predict(model, IDS, LENGTHS)[2:, :4], alone, atol=1e-13)


def test_samples_are_the_same_in_all_three(lb):
    for tied in (False, True):
        for how in ({}, {"temperature": 0}, {"temperature": 0.3, "seed": 4}):
            wanted = make(ours, tied).sample(IDS[:, :3], 8, **how)
            got = make(lb, tied).sample(IDS[:, :3], 8, **how)
            np.testing.assert_array_equal(got, wanted)
            assert got.shape == (B, 8) and got.dtype == np.int64
    one = make(lb, False).sample(IDS[0, :3], 8, temperature=0)
    np.testing.assert_array_equal(one, make(lb, False).sample(IDS[:, :3], 8, temperature=0)[0])


def test_a_greedy_sample_is_what_the_whole_text_gives(lb):
    model = make(lb, False)
    text = model.sample(IDS[:, :2], 5, temperature=0)
    whole = np.concatenate([IDS[:, :2], text], axis=1)
    np.testing.assert_array_equal(lb.predict(model, whole)[:, 1:-1].argmax(-1), text)


def test_draws_have_the_probabilities():
    logits = np.tile([[0.0, 1.0, -1.0]], (40000, 1))
    for t in (0.5, 1.0, 2.0):
        p = np.exp(logits[0] / t) / np.exp(logits[0] / t).sum()
        shares = np.bincount(draw(logits, t, np.random.default_rng(0)), minlength=3) / 40000
        np.testing.assert_allclose(shares, p, atol=0.01)
    extreme = np.array([[-1e4, 0.0, 1e4]])
    assert draw(extreme, 1.0, np.random.default_rng(0)) == [2]
    assert draw(extreme, 1e-300, np.random.default_rng(0)) == [2]


def test_scores(lb):
    model = make(lb, False)
    scores = lb.evaluate(model, (IDS, NEXT, LENGTHS))
    assert list(scores) == ["loss", "bits", "perplexity"]
    assert scores["bits"] == pytest.approx(scores["loss"] / np.log(2))
    assert scores["perplexity"] == pytest.approx(np.exp(scores["loss"]))
    lost = lb.get_weights(model)
    lb.set_weights(model, {name: 0 * value for name, value in lost.items()})
    assert lb.evaluate(model, (IDS, NEXT))["perplexity"] == pytest.approx(V)


@tied_or_not
def test_learns_a_song_by_heart(lb, tied):
    song = np.tile([0, 1, 2, 1, 3, 4], 12)
    ids = np.stack([song[k : k + 13] for k in range(24)])
    model = lb.LanguageModel(lb.GRU(12, 12), V, tied=tied)
    how = {"epochs": 60, "optimizer": lb.Adam(0.03), "monitor": "bits", "progress": False}
    data = ids[:, :-1], ids[:, 1:]
    lb.fit(model, data, data, **how)
    assert lb.evaluate(model, data)["bits"] < 0.35
    np.testing.assert_array_equal(model.sample([0, 1, 2], 6, temperature=0), [1, 3, 4, 0, 1, 2])


@tied_or_not
def test_a_state_carried_in_training(lb, tied):
    """Pieces of three steps, each from the state after the last: the same in all three."""
    after = []
    for some in (ours, lb):
        model = make(some, tied)
        how = {"epochs": 2, "batch_size": B, "optimizer": some.SGD(0.1), "progress": False}
        some.fit(model, (IDS, NEXT), stateful=True, steps=3, **how)
        after.append(some.get_weights(model))
    assert_same(*after, 1e-10)
    assert not np.allclose(after[0]["embedding.E"], make(ours, tied).params["embedding.E"])


@tied_or_not
def test_save_load_and_move(lb, tied, tmp_path):
    model = make(lb, tied)
    lb.save(model, tmp_path / "m.npz")
    twin = make(lb, tied, seed=9)
    lb.load(twin, tmp_path / "m.npz")
    wanted = lb.predict(model, IDS)
    np.testing.assert_array_equal(lb.predict(twin, IDS), wanted)
    there = convert.to(model, "numpy")
    assert there.tied == tied
    np.testing.assert_allclose(ours.predict(there, IDS), wanted, atol=1e-13)
    if lb is ours:
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(lb.predict(again, IDS), wanted)
        more = ", tied=True" if tied else ""
        assert repr(model) == f"LanguageModel(LSTM({4 if tied else 3}, 4), vocabulary=5{more})"
    if lb.__name__.endswith("tensorflow"):
        again = type(model).from_config(model.get_config())
        assert again.settings == model.settings and again.counted == model.counted


@tied_or_not
def test_to_onnx(tied):
    pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    model = make(ours, tied, dtype="float32")
    session = onnxruntime.InferenceSession(convert.to_onnx(model).SerializeToString())
    got = session.run(None, {"ids": IDS})[0]
    np.testing.assert_allclose(got, ours.predict(model, IDS), atol=2e-6)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda lb: lb.LanguageModel(lb.LSTM(3, 4), V, tied=True),
            ValueRangeError,
            "tied: expected a layer with as many outputs as inputs, got 3 and 4",
        ),
        (
            lambda lb: lb.LanguageModel(lb.LSTM(3, 4, bidirectional=True), V),
            ValueRangeError,
            "layer: expected one direction",
        ),
        (
            lambda lb: lb.LanguageModel(lb.LSTM(3, 4, return_state=False), V),
            ValueRangeError,
            "return_state=True",
        ),
        (lambda lb: lb.LanguageModel(lb.Dense(3, 4), V), ShapeError, "layer: expected a recurrent"),
        (lambda lb: lb.LanguageModel(lb.LSTM(3, 4), 0), ValueRangeError, "vocabulary: expected"),
        (lambda lb: make(lb, False).sample([9], 3), ValueRangeError, "start: expected"),
        (lambda lb: make(lb, False).sample([1], 0), ValueRangeError, "length: expected an integer"),
        (
            lambda lb: make(lb, False).sample([1], 3, temperature=-1),
            ValueRangeError,
            "temperature: expected a number >= 0",
        ),
        (
            lambda lb: lb.fit(make(lb, False), (IDS, IDS[:, 1:]), progress=False),
            ShapeError,
            r"expected shape \(3, 6\)",
        ),
    ],
)
def test_mistakes_are_named(lb, call, error, message):
    with pytest.raises(error, match=message):
        call(lb)
