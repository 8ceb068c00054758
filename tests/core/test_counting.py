"""Weights, class weights and a label to ignore, the same in all three implementations."""

import numpy as np
import pytest

from lstmbook.errors import ShapeError, ValueRangeError

RNG = np.random.default_rng(3)
X = RNG.normal(size=(12, 5, 3))
LENGTHS = RNG.integers(1, 6, 12)
LABELS = RNG.integers(0, 3, (12, 5))
LABELS[RNG.random((12, 5)) < 0.3] = -1
NUMBERS = RNG.normal(size=(12, 2))
CLASS_WEIGHT = {0: 0.5, 2: 3.0}
QUIET = {"progress": False, "epochs": 1, "batch_size": 99}


def make(lb, kind="Classifier", outputs=3, pooling=None):
    return getattr(lb, f"Sequence{kind}")(lb.LSTM(3, 4, dtype="float64"), outputs, pooling=pooling)


def change(lb, model, *data, rate=0.5, **how):
    """What one update takes away from each weight, and the loss."""
    before = lb.get_weights(model)
    history = lb.fit(model, *data, optimizer=lb.SGD(rate), **{**QUIET, **how})
    after = lb.get_weights(model)
    return {name: (before[name] - after[name]) / rate for name in before}, history.loss[0]


def assert_close(one, two):
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, rtol=1e-9, atol=1e-12, err_msg=name)


def test_loss_gradient_and_scores_by_hand(lb):
    """Answer by answer: step weights, class weights, a label to ignore and padding together."""
    model, weights = make(lb), RNG.random((12, 5))
    z = lb.predict(model, X, LENGTHS)
    loss = right = total = 0.0
    db = np.zeros(3)
    for b in range(12):
        for t in range(LENGTHS[b]):
            k = LABELS[b, t]
            if k < 0:
                continue
            p = np.exp(z[b, t]) / np.exp(z[b, t]).sum()
            w = weights[b, t] * CLASS_WEIGHT.get(k, 1.0)
            loss, right, total = (
                loss - w * np.log(p[k]), right + w * (p.argmax() == k), total + w,
            )  # fmt: skip
            db += w * (p - np.eye(3)[k])
    how = {"weights": weights, "class_weight": CLASS_WEIGHT, "ignore": -1}
    data = X, LABELS, LENGTHS
    found = lb.evaluate(model, data, 5, **how)
    assert found == pytest.approx({"loss": loss / total, "accuracy": right / total})
    gradient, trained = change(lb, model, data, data, **how)
    assert trained == pytest.approx(loss / total)
    np.testing.assert_allclose(gradient["head.b"], db / total, rtol=1e-9)


def test_an_ignored_sequence_and_one_of_weight_0_might_as_well_not_be_there(lb):
    y = LABELS[:, 0]
    keep = y >= 0
    assert 0 < keep.sum() < 12
    alone, _ = change(lb, make(lb, pooling="last"), (X[keep], y[keep]))
    x = np.where(keep[:, None, None], X, 50.0)
    ignored, _ = change(lb, make(lb, pooling="last"), (x, y), ignore=-1)
    assert_close(alone, ignored)
    absent, _ = change(lb, make(lb, pooling="last"), (x, np.abs(y)), weights=1.0 * keep)
    assert_close(alone, absent)


def test_a_weight_of_2_is_the_sequence_twice(lb):
    weights = RNG.integers(0, 3, 12)
    rows = np.repeat(np.arange(12), weights)
    model = make(lb, "Regressor", 2, "mean")
    want = lb.evaluate(model, (X[rows], NUMBERS[rows], LENGTHS[rows]))
    data = X, NUMBERS, LENGTHS
    assert lb.evaluate(model, data, weights=weights) == pytest.approx(want)
    twice, _ = change(lb, make(lb, "Regressor", 2), (X[rows], np.repeat(NUMBERS[rows, None], 5, 1)))
    weighted, _ = change(
        lb, make(lb, "Regressor", 2), (X, np.repeat(NUMBERS[:, None], 5, 1)), weights=weights
    )
    assert_close(twice, weighted)


def test_balanced_classes_count_alike_and_the_loss_of_an_epoch_is_that_of_evaluate():
    from lstmbook import numpy as lb

    y = np.array([0] * 8 + [1] * 3 + [2])
    how = {"class_weight": "balanced"}
    model = make(lb, pooling="last")
    z = lb.predict(model, X)
    losses = np.log(np.exp(z).sum(1)) - z[np.arange(12), y]
    want = np.mean([losses[y == k].mean() for k in range(3)])
    assert lb.evaluate(model, (X, y), **how)["loss"] == pytest.approx(want)
    _, trained = change(lb, model, (X, y), rate=1e-12, batch_size=5, **how)
    assert trained == pytest.approx(want)


def test_a_batch_without_an_answer_that_counts_changes_nothing():
    from lstmbook import numpy as lb

    y = np.array([-1] * 11 + [2])
    model = make(lb, pooling="last")
    one, _ = change(lb, model, (X[11:], y[11:]))
    found, _ = change(lb, make(lb, pooling="last"), (X, y), batch_size=1, ignore=-1)
    assert_close(one, found)


CLASSES = np.abs(LABELS[:, 0])
REFUSED = [
    ({"weights": np.ones(5)}, ShapeError, r"one a sequence, \(12,\), got \(5,\)"),
    ({"weights": np.ones((12, 5))}, ShapeError, r"one a sequence, \(12,\), got \(12, 5\)"),
    ({"weights": -np.ones(12)}, ValueRangeError, "numbers >= 0, one of them above 0, got -1"),
    ({"weights": np.full(12, np.nan)}, ValueRangeError, "expected finite numbers"),
    ({"class_weight": "even"}, ValueRangeError, "expected 'balanced', a dict"),
    ({"class_weight": {3: 1.0}}, ValueRangeError, "a class: expected an integer from 0 to 2"),
    ({"class_weight": [1, 2]}, ShapeError, r"expected shape \(3,\)"),
    ({"ignore": 0.5}, ValueRangeError, "ignore: expected an integer"),
    ({"ignore": 0}, ValueRangeError, "expected at least one answer that counts"),
]


@pytest.mark.parametrize("how, error, message", REFUSED)
def test_refused_before_anything_changes(how, error, message):
    from lstmbook import numpy as lb

    y = CLASSES * (0 if how == {"ignore": 0} else 1)
    model = make(lb, pooling="last")
    before = lb.get_weights(model)
    for call in (lb.fit, lb.evaluate):
        with pytest.raises(error, match=message):
            call(model, (X, y), **how)
    assert_close(before, lb.get_weights(model))
    if "weights" not in how:
        with pytest.raises(ValueRangeError, match="expected a SequenceClassifier or a La"):
            lb.evaluate(make(lb, "Regressor", 2, "last"), (X, NUMBERS), **how)
