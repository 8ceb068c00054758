"""Long sequences in pieces, the state handed on: equal to the loop written out."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError

RNG = np.random.default_rng(7)
X = RNG.normal(size=(4, 11, 3))
Y = RNG.normal(size=(4, 11, 2))
LENGTHS = np.array([11, 2, 7, 9])  # one ends in the first piece, one in the middle of the second
STEPS, RATE = 4, 0.3
HOW = {"stateful": True, "steps": STEPS, "epochs": 2, "batch_size": 2, "progress": False}


def make(lb, **more):
    layer = lb.LSTM(3, 4, dtype="float64", **more)
    return lb.SequenceRegressor(layer, 2, pooling=None, seed=1)


def rows_of(start, rows):
    """Which of the rows are still there, and how much of each piece is real."""
    left = np.clip(LENGTHS[rows] - start, 0, STEPS)
    return rows[left > 0], left[left > 0]


def numpy_loop(lb, model):
    for _ in range(2):
        for batch in (np.array([0, 1]), np.array([2, 3])):
            state = {}
            for start in range(0, 11, STEPS):
                rows, left = rows_of(start, batch)
                if not len(rows):
                    break
                x, y = X[rows, start : start + STEPS], Y[rows, start : start + STEPS]
                left = np.minimum(left, x.shape[1])
                before = (
                    tuple(np.stack([state[r][k] for r in rows]) for k in (0, 1)) if state else None
                )
                out, (h, c) = model.layer(x, before, left)
                state = {r: (h[k], c[k]) for k, r in enumerate(rows)}
                real = (np.arange(x.shape[1]) < left[:, None])[..., None]
                d = 2 * (model.head(out) - y) * real / (2 * left.sum())
                model.layer.backward(model.head.backward(d))
                for part in (model.layer, model.head):
                    for name, w in part.params.items():
                        w -= RATE * part.grads[name]


def torch_loop(lb, model):
    import torch

    for _ in range(2):
        for batch in (np.array([0, 1]), np.array([2, 3])):
            state = {}
            for start in range(0, 11, STEPS):
                rows, left = rows_of(start, batch)
                if not len(rows):
                    break
                x = torch.tensor(X[rows, start : start + STEPS])
                y = torch.tensor(Y[rows, start : start + STEPS])
                left = torch.tensor(left).clamp(max=x.shape[1])
                before = None
                if state:
                    before = tuple(torch.stack([state[r][k] for r in rows]) for k in (0, 1))
                out, (h, c) = model.layer(x, before, left)
                state = {r: (h[k].detach(), c[k].detach()) for k, r in enumerate(rows)}
                real = torch.arange(x.shape[1]) < left[:, None]
                model.zero_grad()
                ((model.head(out) - y)[real] ** 2).mean().backward()
                with torch.no_grad():
                    for w in model.parameters():
                        w -= RATE * w.grad


def test_equal_to_the_loop_written_out(lb):
    model, wanted = make(lb), make(lb)
    lb.fit(model, (X, Y, LENGTHS), optimizer=lb.SGD(RATE), **HOW)
    name = lb.__name__.rpartition(".")[2]
    if name == "tensorflow":
        from lstmbook import numpy as lib

        wanted = make(lib)
        lib.set_weights(wanted, lb.get_weights(make(lb)))
        numpy_loop(lib, wanted)
        wanted = lib.get_weights(wanted)
    else:
        {"numpy": numpy_loop, "torch": torch_loop}[name](lb, wanted)
        wanted = lb.get_weights(wanted)
    for name, value in lb.get_weights(model).items():
        np.testing.assert_allclose(value, wanted[name], rtol=1e-8, atol=1e-11, err_msg=name)


def test_the_state_is_handed_on_and_its_gradient_is_not():
    """Without the first, pieces would be sequences of their own; without the second, whole."""
    from lstmbook import numpy as lb

    changes = []
    whole = {**HOW, "stateful": False, "steps": None, "batch_size": 4, "epochs": 1}
    for data, how in [
        ((X[:, :8], Y[:, :8]), {**HOW, "batch_size": 4, "epochs": 1, "accumulate": 2}),
        ((X[:, :8], Y[:, :8]), whole),
        ((X[:, :8].reshape(8, 4, 3), Y[:, :8].reshape(8, 4, 2)), {**whole, "batch_size": 8}),
    ]:
        model = make(lb)
        before = lb.get_weights(model)
        history = lb.fit(model, data, optimizer=lb.SGD(RATE), **how)
        changes.append((history.loss[0], lb.get_weights(model)["layer.U"] - before["layer.U"]))
    (loss, cut), (loss_whole, full), (loss_apart, apart) = changes
    assert loss == pytest.approx(loss_whole) and abs(loss - loss_apart) > 1e-4
    assert np.abs(cut - full).max() > 1e-5 and np.abs(cut - apart).max() > 1e-5


def test_states_by_name_and_ids_and_a_piece_in_which_nothing_counts():
    """Two layers, an embedding; the first piece is ignored, but read."""
    from lstmbook import numpy as lb

    ids, y = RNG.integers(0, 5, (3, 8)), RNG.integers(0, 2, (3, 8))
    y[:, :4] = -1

    def build():
        layer, embedding = (
            lb.GRU(3, 4, layers=2, dtype="float64"),
            lb.Embedding(5, 3, dtype="float64"),
        )
        return lb.SequenceClassifier(layer, 2, pooling=None, embedding=embedding)

    model, wanted = build(), build()
    lb.fit(
        model, (ids, y), optimizer=lb.SGD(RATE), ignore=-1, **{**HOW, "epochs": 1, "batch_size": 3}
    )
    _, state = wanted.layer(wanted.embedding(ids[:, :4]))
    out, _ = wanted.layer(wanted.embedding(ids[:, 4:]), state)
    _, d = wanted.loss(wanted.head(out), y[:, 4:])
    wanted.backward(d)
    for name, w in wanted.params.items():
        np.testing.assert_allclose(
            lb.get_weights(model)[name], w - RATE * wanted.grads[name], rtol=1e-9, err_msg=name
        )


def test_a_text_in_pieces_has_the_loss_of_the_whole_text(lb):
    """Nothing is learned: the state alone decides. Lengths, and symbols that do not count."""
    ids = RNG.integers(0, 5, (4, 12))
    y = np.where(ids[:, 1:] == 2, -1, ids[:, 1:])
    layer = lb.LSTM(3, 4, dtype="float64", learned_state=True)
    model = lb.LanguageModel(layer, 5)
    weights = lb.get_weights(model)
    lb.set_weights(model, {n: RNG.normal(size=w.shape) for n, w in weights.items()})
    data = ids[:, :-1], y, LENGTHS
    still = lb.SGD(lambda updates: 0.0)
    history = lb.fit(model, data, optimizer=still, ignore=-1, **{**HOW, "epochs": 1})
    wanted = lb.evaluate(model, data, ignore=-1)["loss"]
    assert history.loss == [pytest.approx(wanted, rel=1e-9)]


def test_refused(lb):
    data = X, Y
    for model, how, error, message in [
        (make(lb), {"steps": None}, ValueRangeError, "expected steps="),
        (make(lb), {"stateful": False}, ValueRangeError, "expected stateful=True"),
        (make(lb), {"steps": 0}, ValueRangeError, "steps: expected an integer >= 1"),
        (make(lb, bidirectional=True), {}, ValueRangeError, "one direction"),
        (lb.SequenceRegressor(lb.LSTM(3, 4), 2), {}, ShapeError, "an answer at every step"),
    ]:
        with pytest.raises(error, match=message):
            lb.fit(model, data, **{**HOW, **how})
    with pytest.raises(ValueRangeError, match="expected arrays"):
        lb.fit(make(lb), lambda: [data], **HOW)
