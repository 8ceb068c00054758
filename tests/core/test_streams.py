"""Training on batches that somebody else makes, because all of them together do not fit."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError

RNG = np.random.default_rng(6)
X = RNG.normal(size=(14, 5, 3))
Y = RNG.integers(0, 2, 14)
LENGTHS = RNG.integers(1, 6, 14)
CUTS = [slice(0, 6), slice(6, 12), slice(12, 14)]
BATCHES = [(X[cut], Y[cut], LENGTHS[cut]) for cut in CUTS]
QUIET = {"progress": False}


def make(lb):
    return lb.SequenceClassifier(lb.LSTM(3, 4, dtype="float64"), 2)


def by_hand(lb, given, epochs=2):
    """One call a batch: plain SGD remembers nothing in between."""
    model, losses = make(lb), []
    for _ in range(epochs):
        found = [
            lb.fit(model, batch, epochs=1, batch_size=99, optimizer=lb.SGD(0.3), **QUIET).loss[0]
            for batch in given
        ]
        losses.append(np.average(found, weights=[len(batch[0]) for batch in given]))
    return lb.get_weights(model), losses


def assert_same(lb, model, history, wanted):
    weights, losses = wanted
    np.testing.assert_allclose(history.loss, losses, rtol=1e-9)
    for name, value in lb.get_weights(model).items():
        np.testing.assert_allclose(value, weights[name], rtol=1e-9, atol=1e-12, err_msg=name)


class ReadAgain:
    def __iter__(self):
        return iter(BATCHES)


def test_any_source_of_the_same_batches_trains_alike():
    from lstmbook import numpy as lb

    wanted = by_hand(lb, BATCHES)
    for source, more in [
        (lambda: (batch for batch in BATCHES), {}),
        (ReadAgain(), {}),
        (iter(BATCHES * 3), {"steps_per_epoch": 3}),
        (lambda: iter(BATCHES * 3), {"steps_per_epoch": 3}),
    ]:
        model = make(lb)
        history = lb.fit(model, source, epochs=2, optimizer=lb.SGD(0.3), **more, **QUIET)
        assert_same(lb, model, history, wanted)


def test_data_loader():
    torch = pytest.importorskip("torch")
    from lstmbook import torch as lb

    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y), torch.tensor(LENGTHS))
    loader, model = torch.utils.data.DataLoader(data, batch_size=6), make(lb)
    history = lb.fit(model, loader, epochs=2, optimizer=lb.SGD(0.3), **QUIET)
    assert_same(lb, model, history, by_hand(lb, BATCHES))


def test_tf_data():
    tf = pytest.importorskip("tensorflow")
    from lstmbook import tensorflow as lb

    data, model = tf.data.Dataset.from_tensor_slices((X, Y, LENGTHS)).batch(6), make(lb)
    history = lb.fit(model, data, epochs=1, optimizer=lb.SGD(0.3), **QUIET)
    assert_same(lb, model, history, by_hand(lb, BATCHES, epochs=1))


def test_the_fourth_part_of_a_batch_is_weights_and_labels_can_be_ignored():
    from lstmbook import numpy as lb

    weights = RNG.random(14)
    y = np.where(np.arange(14) == 3, -1, Y)
    results = []
    for source, more in [
        (lambda: [(X, y, LENGTHS, weights)], {}),
        ((X, y, LENGTHS), {"weights": weights, "batch_size": 99}),
    ]:
        model = make(lb)
        lb.fit(model, source, epochs=1, optimizer=lb.SGD(0.3), ignore=-1, **more, **QUIET)
        results.append(lb.get_weights(model))
    for name, value in results[0].items():
        np.testing.assert_allclose(value, results[1][name], rtol=1e-9)


BAD = (X[:2, :, :2], Y[:2])
REFUSED = [
    (lambda: iter(BATCHES), {}, ValueRangeError, "read only once.* give steps_per_epoch="),
    (lambda: (X, Y), {"steps_per_epoch": 2}, ValueRangeError, "only where train gives batches"),
    (lambda: ReadAgain(), {"weights": Y}, ValueRangeError, r"\(x, y, lengths, weights\)"),
    (lambda: ReadAgain(), {"class_weight": "balanced"}, ValueRangeError, "needs all labels"),
    (lambda: lambda: 3, {}, ShapeError, "a function that makes a generator of batches, got int"),
    (lambda: lambda: [], {}, ValueRangeError, "at least one batch in epoch 1, got 0"),
    (lambda: iter(BATCHES), {"steps_per_epoch": 4}, ValueRangeError, "4 batches in epoch 1, got 3"),
    (lambda: lambda: [*BATCHES, BAD], {}, ShapeError, "train batch 4 x: expected D = 3"),
    (
        lambda: iter(BATCHES),
        {"steps_per_epoch": 3, "checkpoint": "t.npz"},
        ValueRangeError,
        "cannot be read again",
    ),
]


@pytest.mark.parametrize("source, how, error, message", REFUSED)
def test_refused_with_the_weights_as_they_were(source, how, error, message):
    from lstmbook import numpy as lb

    model = make(lb)
    before = lb.get_weights(model)
    with pytest.raises(error, match=message):
        lb.fit(model, source(), **how, **QUIET)
    for name, value in lb.get_weights(model).items():
        np.testing.assert_array_equal(value, before[name])


def test_scores_are_taken_of_arrays():
    from lstmbook import numpy as lb

    message = r"expected \(x, y\) or \(x, y, lengths\) of arrays, got list_iterator"
    with pytest.raises(ShapeError, match=f"data: {message}"):
        lb.evaluate(make(lb), iter(BATCHES))
    with pytest.raises(ShapeError, match=f"validation: {message}"):
        lb.fit(make(lb), (X, Y), iter(BATCHES))


def test_a_generator_that_ends_leaves_the_weights_of_the_last_whole_epoch():
    from lstmbook import numpy as lb

    model, whole = make(lb), make(lb)
    given = {"steps_per_epoch": 3, "optimizer": lb.SGD(0.3), **QUIET}
    with pytest.raises(ValueRangeError, match="3 batches in epoch 2, got 2; give a function"):
        lb.fit(model, iter(BATCHES + BATCHES[:2]), epochs=2, **given)
    lb.fit(whole, iter(BATCHES), epochs=1, **given)
    for name, value in lb.get_weights(whole).items():
        np.testing.assert_array_equal(lb.get_weights(model)[name], value)
