"""Labels without times: against all paths counted one by one, PyTorch, and each other."""

import itertools
import pickle

import numpy as np
import pytest

from lstmbook import convert
from lstmbook import numpy as ours
from lstmbook.core.ctc import log_softmax
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.metrics import error_rate
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from tests.core.passes import assert_same, passed, random_weights

RNG = np.random.default_rng(0)
B, T, K = 5, 7, 3
LOGITS = RNG.normal(size=(B, T, K + 1))
LABELS = np.array([[1, 1, 2], [0, -1, -1], [-1, -1, -1], [0, 1, 0], [2, 2, 2]])
LENGTHS = np.array([7, 3, 2, 3, 5])
X = RNG.normal(size=(B, T, 2))


def collapsed(path, blank):
    """A path as labels, by the definition."""
    return tuple(k for k, _ in itertools.groupby(path) if k != blank)


def probabilities(logits):
    """p of every row of labels that a sequence (T, K + 1) can mean, path after path."""
    p, found = np.exp(log_softmax(logits)), {}
    for path in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        labels = collapsed(path, logits.shape[1] - 1)
        found[labels] = found.get(labels, 0.0) + np.prod(p[np.arange(len(path)), list(path)])
    return found


def short_problem():
    """Sequences of at most 4 steps, whose 4 ** 4 paths are counted."""
    return LOGITS[:, :4], np.array([[1, 1], [0, -1], [-1, -1], [0, 1], [2, 2]]), [4, 3, 2, 2, 3]


def test_loss_is_the_sum_over_all_paths():
    logits, labels, lengths = short_problem()
    wanted = [
        -np.log(probabilities(z[:n])[tuple(k for k in row if k >= 0)])
        for z, row, n in zip(logits, labels, lengths, strict=True)
    ]
    assert ours.ctc_loss(logits, labels, lengths)[0] == pytest.approx(np.mean(wanted), rel=1e-12)


def test_gradient():
    logits = LOGITS.copy()
    loss, gradient = ours.ctc_loss(logits, LABELS, LENGTHS)
    numeric = numeric_gradient(lambda: ours.ctc_loss(logits, LABELS, LENGTHS)[0], logits)
    assert relative_error(gradient, numeric) < 1e-7
    assert not gradient[np.arange(T) >= LENGTHS[:, None]].any()
    full = ours.ctc_loss(logits, LABELS)
    numeric = numeric_gradient(lambda: ours.ctc_loss(logits, LABELS)[0], logits)
    assert full[0] > loss and relative_error(full[1], numeric) < 1e-7


def test_long_sequences_do_not_underflow():
    logits = RNG.normal(size=(2, 800, 6)) * 5
    labels = RNG.integers(0, 5, (2, 200))
    loss, gradient = ours.ctc_loss(logits, labels)
    assert np.isfinite(loss) and loss > 745 and np.isfinite(gradient).all()
    np.testing.assert_allclose(gradient.sum(axis=2), 0, atol=1e-9)


def test_against_pytorch():
    torch = pytest.importorskip("torch")
    z = torch.tensor(LOGITS, requires_grad=True)
    loss = torch.nn.functional.ctc_loss(
        z.log_softmax(2).transpose(0, 1),
        torch.tensor(LABELS.clip(0)),
        torch.tensor(LENGTHS),
        torch.tensor((LABELS >= 0).sum(1)),
        blank=K,
        reduction="none",
    ).mean()
    loss.backward()
    mine, gradient = ours.ctc_loss(LOGITS, LABELS, LENGTHS)
    assert mine == pytest.approx(loss.item(), rel=1e-13)
    np.testing.assert_allclose(gradient, z.grad, atol=1e-14)


def test_equal_in_all_three(lb):
    """Outputs, loss and every gradient of a model; Keras computes this loss in float32."""
    exact = not lb.__name__.endswith("tensorflow")
    results = []
    for some in (ours, lb):
        layer = some.LSTM(2, 4, bidirectional=True, dtype="float64")
        model = some.SequenceLabeller(layer, K)
        random_weights(some, model)
        results.append(passed(some, model, LABELS, X, lengths=LENGTHS))
    (y, loss, grads), (y2, loss2, grads2) = results
    np.testing.assert_allclose(y2, y, atol=1e-13)
    assert loss2 == pytest.approx(loss, rel=1e-12 if exact else 1e-6)
    assert_same(grads, grads2, 1e-13 if exact else 2e-6)


def test_gradients_of_a_whole_model():
    model = ours.SequenceLabeller(ours.GRU(2, 3, dtype="float64"), K)
    random_weights(ours, model)
    grads = passed(ours, model, LABELS, X, lengths=LENGTHS)[2]
    grads = {name: value.copy() for name, value in grads.items()}

    def loss():
        return model.loss(model(X, LENGTHS), LABELS, LENGTHS)[0]

    for name, value in model.params.items():
        assert relative_error(grads[name], numeric_gradient(loss, value)) < 1e-7, name


def test_padding_and_neighbours_do_not_matter(lb):
    layer = lb.LSTM(2, 4, dtype="float64")
    model = lb.SequenceLabeller(layer, K)
    past = np.arange(T) >= LENGTHS[:, None]
    other = np.where(past[:, :, None], 1e3, X)
    wide = np.concatenate([LABELS, np.full((B, 2), -1)], axis=1)
    one = lb.evaluate(model, (X, LABELS, LENGTHS))
    assert lb.evaluate(model, (other, wide, LENGTHS)) == pytest.approx(one, rel=1e-12)
    alone = [lb.evaluate(model, (X[[k]], LABELS[[k]], LENGTHS[[k]])) for k in (0, 1, 3, 4)]
    empty = lb.evaluate(model, (X[[2, 0]], LABELS[[2, 0]], LENGTHS[[2, 0]]))["loss"] * 2
    losses = [row["loss"] for row in alone]
    assert one["loss"] * B == pytest.approx(sum(losses) + empty - losses[0], rel=1e-12)
    _, _, grads = passed(lb, model, wide, other, lengths=LENGTHS)
    grads = {name: np.array(value) for name, value in grads.items()}
    assert_same(grads, passed(lb, model, LABELS, X, lengths=LENGTHS)[2], 1e-6)


def test_learns_to_write_what_it_reads(lb):
    """Each label is held for two or three steps, with a silent step before it."""
    rng = np.random.default_rng(1)
    rows, x = rng.integers(0, K, (60, 3)), np.zeros((60, 12, K))
    lengths = np.empty(60, int)
    for k, row in enumerate(rows):
        t = 0
        for label in row:
            stay = rng.integers(2, 4)
            x[k, t + 1 : t + 1 + stay, label] = 1
            t += 1 + stay
        lengths[k] = t
    model = lb.SequenceLabeller(lb.LSTM(K, 16), labels=K)
    before = lb.evaluate(model, (x, rows, lengths))
    history = lb.fit(
        model, (x, rows, lengths), epochs=60, optimizer=lb.Adam(0.03), clip_norm=1, progress=False
    )
    after = lb.evaluate(model, (x, rows, lengths))
    assert history.loss[-1] < history.loss[0] / 5
    assert after["error_rate"] < 0.1 < before["error_rate"]
    read = lb.ctc_beam(lb.predict(model, x, lengths), lengths)
    assert error_rate(rows.tolist(), read) < 0.1


def test_monitor_is_better_the_lower_it_is(lb):
    model = lb.SequenceLabeller(lb.GRU(2, 3), labels=K)
    data = (X, LABELS, LENGTHS)
    history = lb.fit(model, data, data, epochs=3, patience=1, monitor="error_rate", progress=False)
    curve = history.curve("error_rate")
    assert history.best_epoch == int(np.argmin(curve)) + 1


def test_save_and_load_and_move(lb, tmp_path):
    model = lb.SequenceLabeller(lb.LSTM(4, 3), K, embedding=lb.Embedding(6, 4))
    random_weights(lb, model)
    ids = RNG.integers(0, 6, (2, 5))
    lb.save(model, tmp_path / "m.npz")
    twin = lb.SequenceLabeller(lb.LSTM(4, 3), K, embedding=lb.Embedding(6, 4))
    lb.load(twin, tmp_path / "m.npz")
    np.testing.assert_array_equal(lb.predict(twin, ids), lb.predict(model, ids))
    there = convert.to(model, "numpy")
    assert type(there).__name__ == "SequenceLabeller"
    np.testing.assert_allclose(ours.predict(there, ids), lb.predict(model, ids), atol=1e-6)
    if lb is ours:
        assert repr(model) == ("SequenceLabeller(LSTM(4, 3), labels=3, embedding=Embedding(6, 4))")
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(lb.predict(again, ids), lb.predict(model, ids))
    if lb.__name__.endswith("tensorflow"):
        again = type(model).from_config(model.get_config())
        assert again.counted == ("labels", K) and again.embedding.vocabulary == 6


def test_greedy_reads_the_best_path():
    found = ours.ctc_greedy(LOGITS, LENGTHS)
    for z, n, got in zip(LOGITS, LENGTHS, found, strict=True):
        assert tuple(got) == collapsed(z[:n].argmax(axis=1), K)


def test_beam_finds_the_most_probable_labels():
    """With a beam wide enough exactly; z and its log probabilities are read alike."""
    different = 0
    for seed in range(20):
        z = np.random.default_rng(seed).normal(size=(2, 5, 3))
        for one, got, greedy in zip(z, ours.ctc_beam(z, width=200), ours.ctc_greedy(z)):
            p = probabilities(one)
            assert p[tuple(got)] == pytest.approx(max(p.values()), rel=1e-9)
            different += got != greedy
        assert ours.ctc_beam(z, [5, 3]) == ours.ctc_beam(log_softmax(z), np.array([5, 3]))
        assert ours.ctc_beam(z[1:, :3]) == ours.ctc_beam(z, [5, 3])[1:]
    assert different > 3


@pytest.mark.parametrize(
    ("labels", "lengths", "error", "message"),
    [
        ([[0, 1]], [1], ValueRangeError, "at most as many labels as steps"),
        ([[1, 1]], [2], ValueRangeError, "got 2 labels, 1 of them equal to the one before, for 2"),
        ([[3, 0]], [4], ValueRangeError, "expected labels 0..2, and -1 behind the last"),
        ([[-2, 0]], [4], ValueRangeError, "expected labels 0..2"),
        ([[-1, 0]], [4], ValueRangeError, "got a label after"),
        ([[0.0, 1.0]], [4], ValueRangeError, "expected integers"),
        ([0], [4], ShapeError, r"shape \(1, L\)"),
        ([[0], [0]], [4], ShapeError, r"shape \(1, L\)"),
        ([[0]], [9], ValueRangeError, "lengths: expected 1 <= length <= T = 4"),
    ],
)
def test_mistakes_are_named(lb, labels, lengths, error, message):
    z = lb.asarray(LOGITS[:1, :4])
    with pytest.raises(error, match=message):
        lb.ctc_loss(z, np.array(labels), np.array(lengths))
    model = lb.SequenceLabeller(lb.LSTM(2, 3), K)
    before = lb.get_weights(model)
    if "one before" not in message and labels != [[0], [0]]:
        with pytest.raises(error):
            lb.fit(model, (X[:1, :4], np.array(labels), np.array(lengths)), progress=False)
    assert_same(before, lb.get_weights(model), 0)


def test_mistakes_of_a_model_and_decoders_are_named(lb):
    with pytest.raises(ValueRangeError, match="labels: expected an integer >= 1"):
        lb.SequenceLabeller(lb.LSTM(2, 3), 0)
    with pytest.raises(ShapeError, match=r"logits: expected \(B, T, K \+ 1\)"):
        lb.ctc_loss(lb.asarray(LOGITS[0]), LABELS)
    with pytest.raises(ShapeError, match=r"log_p: expected \(B, T, K \+ 1\)"):
        lb.ctc_greedy(LOGITS[0])
    with pytest.raises(ValueRangeError, match="width: expected an integer >= 1"):
        lb.ctc_beam(LOGITS, width=0)
    with pytest.raises(ValueRangeError, match="finite"):
        lb.ctc_beam(LOGITS * np.nan)
