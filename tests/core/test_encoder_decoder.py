"""Encoder and decoder: gradients, parity, search against all strings, chance, learning."""

import itertools
import pickle

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as ours
from lstmbook.core.ctc import log_softmax
from lstmbook.errors import ConversionError, ShapeError, ValueRangeError
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.core.passes import assert_same, passed, random_weights, tensor

RNG = np.random.default_rng(0)
B, T, K = 3, 5, 4
X = RNG.normal(size=(B, T, 3))
IDS = RNG.integers(0, 6, (B, T))
LENGTHS = np.array([5, 2, 4])
Y = np.array([[1, 1, 3], [0, -1, -1], [2, 0, -1]])

# bidirectional encoders and other kinds of states go over a bridge
FORMS = {
    "plain": ("LSTM", {}, "LSTM", None),
    "dot": ("GRU", {}, "GRU", "dot"),
    "additive": ("LSTM", {"bidirectional": True}, "GRU", "additive"),
    "bridge": ("GRU", {"layers": 2}, "LSTM", None),
}
every_form = pytest.mark.parametrize("form", FORMS)


def make(lb, form="additive", seed=0, ids=False, dtype="float64", **more):
    one, options, two, attention = FORMS[form]
    encoder = getattr(lb, one)(3, 4, dtype=dtype, **options)
    decoder = getattr(lb, two)(2, 4, dtype=dtype)
    if ids:
        more["embedding"] = lb.Embedding(6, 3, dtype=dtype)
    model = lb.EncoderDecoder(encoder, decoder, K, attention=attention, longest=6, **more)
    random_weights(lb, model, seed)
    return model


@pytest.mark.parametrize(("form", "ids"), [*((form, False) for form in FORMS), ("additive", True)])
def test_gradients(form, ids):
    model, x = make(ours, form, ids=ids), IDS if ids else X.copy()
    passed(ours, model, Y, x, lengths=LENGTHS, target=Y)
    grads = {name: value.copy() for name, value in model.grads.items()}
    assert set(grads) == set(model.params)

    def loss():
        return model.loss(model(x, LENGTHS, Y), Y, LENGTHS)[0]

    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value, 1e-5)) < 1e-7, name
    if not ids:
        dx = model.backward(model.loss(model(x, LENGTHS, Y), Y)[1])
        assert relative_error(dx, numeric_gradient(loss, x)) < 1e-7


@every_form
def test_equal_in_all_three(lb, form):
    one = passed(ours, make(ours, form), Y, X, lengths=LENGTHS, target=Y)
    two = passed(lb, make(lb, form), Y, X, lengths=LENGTHS, target=Y)
    for b, count in enumerate((Y >= 0).sum(1) + 1):
        np.testing.assert_allclose(two[0][b, :count], one[0][b, :count], atol=1e-13)
    assert two[1] == pytest.approx(one[1], rel=1e-12)
    assert_same(one[2], two[2], 1e-13)
    np.testing.assert_allclose(
        lb.predict(make(lb, form), X, LENGTHS),
        ours.predict(make(ours, form), X, LENGTHS),
        atol=1e-12,
    )
    data = (X, Y, LENGTHS)
    assert lb.evaluate(make(lb, form), data) == pytest.approx(ours.evaluate(make(ours, form), data))
    assert ours.evaluate(make(ours, form), data)["loss"] == pytest.approx(one[1])
    for width in (1, 3):
        wanted = make(ours, form).decode(X, LENGTHS, width)
        assert make(lb, form).decode(tensor(lb, X), LENGTHS, width) == wanted


def test_padding_and_neighbours_do_not_matter(lb):
    model = make(lb)
    before = lb.evaluate(model, (X, Y, LENGTHS))
    past = np.arange(T) >= LENGTHS[:, None]
    x = np.where(past[:, :, None], 1e3, X)
    y = np.concatenate([Y, np.full((B, 2), -1)], axis=1)
    assert lb.evaluate(model, (x, y, LENGTHS)) == pytest.approx(before, rel=1e-12)
    found, weights = model.decode(tensor(lb, X), LENGTHS, width=2, return_attention=True)
    for b in range(B):
        one = tensor(lb, X[b : b + 1, : LENGTHS[b]])
        assert model.decode(one, width=2) == [found[b]]
        assert weights[b].shape == (len(found[b]), T)
        np.testing.assert_allclose(weights[b].sum(axis=1), 1, atol=1e-12)
        assert not weights[b][:, LENGTHS[b] :].any()
    _, _, grads = passed(lb, model, y, x, lengths=LENGTHS, target=y)
    grads = {name: np.array(value) for name, value in grads.items()}
    assert_same(grads, passed(lb, model, Y, X, lengths=LENGTHS, target=Y)[2], 1e-12)


def all_strings(model, x, longest):
    """log p of every string, its end included (except where it is cut), by teacher forcing."""
    strings = [s for n in range(longest + 1) for s in itertools.product(range(K), repeat=n)]
    target = np.array([[*s, *[-1] * (longest - len(s))] for s in strings])
    log_p = log_softmax(model(np.repeat(x, len(strings), axis=0), target=target, training=False))
    found = {}
    for k, string in enumerate(strings):
        ends = [] if len(string) == longest else [K]
        found[string] = sum(log_p[k, t, s] for t, s in enumerate([*string, *ends]))
    return found


@every_form
def test_beam_search_finds_the_most_probable_string(form):
    better, long = 0, 0
    for seed in range(8):
        model = make(ours, form, seed)
        model.head.params["b"][K] -= 2  # so that strings are not over at once
        p = all_strings(model, X[:1], 4)
        wide, greedy = (tuple(model.decode(X[:1], width=w, longest=4)[0]) for w in (700, 1))
        assert p[wide] == pytest.approx(max(p.values()), rel=1e-12)
        better, long = better + (p[wide] > p[greedy]), long + (len(wide) > 2)
    assert better and long > 3


def test_greedy_is_what_predict_gives(lb):
    model = make(lb, "dot")
    assert model.decode(tensor(lb, X), LENGTHS) == model.read(lb.predict(model, X, LENGTHS))


def test_teacher_forcing_by_chance(lb):
    """Rate 0: every symbol read is the likeliest one; 1: the true one. Outside training: 1."""

    def outputs(model, training=True):
        if lb.__name__.endswith("torch"):
            return lb.to_numpy(model.train(training)(tensor(lb, X), LENGTHS, Y))
        return lb.to_numpy(model(X, LENGTHS, Y, training=training))

    true = outputs(make(lb, teacher_forcing=1))
    none, some = outputs(make(lb, teacher_forcing=0)), outputs(make(lb, teacher_forcing=0.5))
    np.testing.assert_allclose(none[:, 0], true[:, 0], atol=1e-13)
    np.testing.assert_allclose(outputs(make(lb, teacher_forcing=0), False), true, atol=1e-13)
    ids = np.argmax(none[:, :-1, :K], axis=2)  # what it read next, by its own mind
    again = make(lb, teacher_forcing=1)
    np.testing.assert_allclose(
        lb.to_numpy(again(tensor(lb, X), LENGTHS, ids))[0], none[0], atol=1e-12
    )
    assert not np.allclose(none, true) and some.shape == true.shape
    if not lb.__name__.endswith("tensorflow"):
        np.testing.assert_array_equal(outputs(make(lb, teacher_forcing=0.5)), some)


def test_learns_to_turn_a_string_round(lb):
    rate = 0.7 if lb.__name__.endswith("tensorflow") else 1.0  # there it is part of the graph
    rng = np.random.default_rng(1)
    n = rng.integers(2, 5, 240)
    x = np.where(np.arange(4) < n[:, None], rng.integers(0, K, (240, 4)), 0)
    y = np.full((240, 4), -1)
    for k, length in enumerate(n):
        y[k, :length] = x[k, :length][::-1]
    model = lb.EncoderDecoder(
        lb.GRU(8, 32),
        lb.GRU(8, 32),
        K,
        embedding=lb.Embedding(K, 8),
        attention="dot",
        teacher_forcing=rate,
        longest=5,
    )
    how = {"epochs": 40, "batch_size": 24, "optimizer": lb.Adam(0.01), "clip_norm": 1.0}
    history = lb.fit(model, (x, y, n), (x, y, n), monitor="exact", progress=False, **how)
    scores = lb.evaluate(model, (x, y, n))
    assert list(scores) == ["loss", "exact", "error_rate"]
    assert scores["exact"] > 0.8 and scores["error_rate"] < 0.15
    assert history.curve("exact")[0] < 0.5
    found = model.decode(x, n, width=3)
    right = np.mean([f == row[row >= 0].tolist() for f, row in zip(found, y, strict=True)])
    assert right > 0.8


@every_form
def test_save_load_and_move(lb, form, tmp_path):
    model = make(lb, form, ids=True)
    lb.save(model, tmp_path / "m.npz")
    twin = make(lb, form, seed=9, ids=True)
    lb.load(twin, tmp_path / "m.npz")
    wanted = lb.predict(model, IDS, LENGTHS)
    np.testing.assert_array_equal(lb.predict(twin, IDS, LENGTHS), wanted)
    there = convert.to(model, "numpy")
    assert there.settings == model.settings
    np.testing.assert_allclose(ours.predict(there, IDS, LENGTHS), wanted, atol=1e-12)
    with pytest.raises(ConversionError, match="two layers and a search"):
        convert.to_onnx(model)
    if lb is ours:
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(lb.predict(again, IDS, LENGTHS), wanted)
    if lb.__name__.endswith("tensorflow"):
        again = type(model).from_config(model.get_config())
        assert again.settings == model.settings and again.counted == model.counted


def test_it_shows_itself():
    assert repr(make(ours, "additive")) == (
        "EncoderDecoder(LSTM(3, 4, bidirectional=True), GRU(2, 4, reset_after=True), symbols=4, "
        "attention='additive', longest=6)"
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda lb: lb.EncoderDecoder(lb.LSTM(3, 4), lb.LSTM(3, 4, bidirectional=True), K),
            ValueRangeError,
            "decoder: expected one direction",
        ),
        (
            lambda lb: lb.EncoderDecoder(lb.LSTM(3, 4), lb.Dense(3, 4), K),
            ShapeError,
            "decoder: expected a recurrent layer",
        ),
        (
            lambda lb: lb.EncoderDecoder(lb.LSTM(3, 4, return_state=False), lb.LSTM(3, 4), K),
            ValueRangeError,
            "encoder: expected return_state=True",
        ),
        (
            lambda lb: lb.EncoderDecoder(lb.LSTM(3, 4), lb.LSTM(3, 5), K, attention="dot"),
            ValueRangeError,
            "key_size: expected 5",
        ),
        (lambda lb: make(lb, teacher_forcing=1.5), ValueRangeError, "teacher_forcing: expected"),
        (lambda lb: make(lb).decode(X, width=0), ValueRangeError, "width: expected"),
        (
            lambda lb: make(lb, "plain").decode(X, return_attention=True),
            ValueRangeError,
            "no attention to give",
        ),
        (
            lambda lb: lb.fit(make(lb), (X, Y + 2), progress=False),
            ValueRangeError,
            "train target: expected labels 0..3",
        ),
        (
            lambda lb: lb.fit(make(lb), (X, Y[:, 0]), progress=False),
            ShapeError,
            r"train target: expected one row of labels a sequence, shape \(3, L\)",
        ),
        (
            lambda lb: make(lb)(tensor(lb, X), target=Y[:2]),
            ShapeError,
            r"target: expected one row of labels",
        ),
    ],
)
def test_mistakes_are_named(lb, call, error, message):
    with pytest.raises(error, match=message):
        call(lb)
