"""Metrics against scikit-learn on random data, and their errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmbook import metrics
from lstmbook.errors import ShapeError, ValueRangeError

few = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 10_000)
sk = pytest.importorskip("sklearn.metrics")


@few
@given(SEEDS, st.integers(2, 5), st.integers(1, 60))
def test_class_metrics_equal_scikit_learn(seed, classes, n):
    rng = np.random.default_rng(seed)
    truth, got = rng.integers(classes, size=(2, n))
    assert metrics.accuracy(truth, got) == pytest.approx(sk.accuracy_score(truth, got))
    np.testing.assert_array_equal(
        metrics.confusion_matrix(truth, got, classes),
        sk.confusion_matrix(truth, got, labels=np.arange(classes)),
    )
    three = sk.precision_recall_fscore_support(truth, got, labels=[1], zero_division=0)
    assert metrics.precision_recall_f1(truth, got) == pytest.approx([v[0] for v in three[:3]])
    assert metrics.f1(truth, got) == pytest.approx(three[2][0])
    macro = sk.f1_score(truth, got, average="macro", zero_division=0)
    assert metrics.f1(truth, got, positive=None) == pytest.approx(macro)


@few
@given(SEEDS, st.integers(2, 80), st.integers(1, 3))
def test_score_metrics_equal_scikit_learn(seed, n, digits):
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.r_[0, 1, rng.integers(2, size=n - 2)])
    score = rng.random(n).round(digits)  # with ties
    assert metrics.auroc(truth, score) == pytest.approx(sk.roc_auc_score(truth, score))
    expected = sk.average_precision_score(truth, score)
    assert metrics.average_precision(truth, score) == pytest.approx(expected)


@few
@given(SEEDS, st.integers(1, 60))
def test_value_metrics_equal_scikit_learn(seed, n):
    truth, got = np.random.default_rng(seed).normal(size=(2, n))
    assert metrics.mse(truth, got) == pytest.approx(sk.mean_squared_error(truth, got))
    assert metrics.rmse(truth, got) == pytest.approx(sk.root_mean_squared_error(truth, got))
    assert metrics.mae(truth, got) == pytest.approx(sk.mean_absolute_error(truth, got))


def slow_distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    change = slow_distance(a[1:], b[1:]) + (a[0] != b[0])
    return min(slow_distance(a[1:], b) + 1, slow_distance(a, b[1:]) + 1, change)


@few
@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_edit_distance_equals_its_definition(a, b):
    assert metrics.edit_distance(a, b) == slow_distance(a, b) == metrics.edit_distance(b, a)


def test_error_rate_weighs_by_length():
    assert metrics.error_rate(["ab", "cdef"], ["ab", "cdxx"]) == pytest.approx(2 / 6)
    assert metrics.error_rate(["a"], ["bbb"]) == 3.0  # may exceed 1


def test_mean_and_spread():
    assert metrics.mean_and_spread([0.9, 1.0]) == pytest.approx((0.95, np.std([0.9, 1], ddof=1)))


def test_macro_f1_by_hand():
    """Class 2 is only predicted, class 3 only real: both count, with 0."""
    truth, got = [0, 0, 1, 1, 3], [0, 2, 1, 1, 1]
    by_class = [2 * 1 / (1 + 2), 2 * 2 / (3 + 2), 0, 0]
    assert metrics.f1(truth, got, positive=None) == pytest.approx(sum(by_class) / 4)
    assert metrics.f1(truth, got, positive=0) == pytest.approx(by_class[0])
    assert metrics.f1(truth, got) == metrics.f1(truth, got, positive=1)
    three = metrics.precision_recall_f1(truth, got)
    assert three == metrics.precision_recall_f1(truth, got, positive=1)
    assert metrics.precision_recall_f1(truth, got, 1) == pytest.approx((2 / 3, 1, 0.8))
    assert metrics.precision_recall_f1(truth, got, 0) == pytest.approx((1, 1 / 2, 2 / 3))
    assert metrics.precision_recall_f1(truth, got, 2) == (0, 0, 0)  # nothing of it is real
    assert metrics.precision_recall_f1(truth, got, 3) == (0, 0, 0)  # nothing of it was found
    assert metrics.precision_recall_f1(truth, got, 7) == (0, 0, 0)


def test_names_of_classes():
    truth, got = ["ham", "spam", "ham"], ["ham", "spam", "spam"]
    assert metrics.accuracy(truth, got) == pytest.approx(2 / 3)
    assert metrics.precision_recall_f1(truth, got, "spam") == pytest.approx((0.5, 1, 2 / 3))
    assert metrics.f1(truth, got, None) == pytest.approx(2 / 3)


def test_a_label_at_every_step_and_one_example():
    truth, got = np.arange(12).reshape(2, 3, 2) % 3, np.zeros((2, 3, 2), int)
    assert metrics.accuracy(truth, got) == pytest.approx(1 / 3)
    assert metrics.confusion_matrix(truth, got).tolist() == [[4, 0, 0]] * 3
    assert metrics.accuracy([1], [0]) == 0 and metrics.accuracy([True], [1]) == 1
    assert metrics.confusion_matrix([0], [0]).tolist() == [[1]]
    assert metrics.confusion_matrix([0, 1], [0, 2]).shape == (3, 3)  # the largest is predicted
    assert metrics.confusion_matrix([3], [0], classes=5).sum(1).tolist() == [0, 0, 0, 1, 0]


def test_small_types_count_as_far_as_large_ones():
    truth, got = np.array([200, 7], "uint8"), np.array([199, 7], "uint8")
    assert metrics.confusion_matrix(truth, got)[200, 199] == 1
    assert metrics.mse(truth[::-1], truth) == 193**2
    assert metrics.mae(np.array([250], "uint8"), np.array([255], "uint8")) == 5
    half = np.array([60000.0, -60000.0], "float16")
    assert metrics.mae(half, -half) == pytest.approx(2 * 60000, rel=1e-3)
    assert metrics.mean_and_spread(np.array([250, 255], "uint8"))[0] == 252.5


def test_value_metrics_by_hand():
    truth, got = np.array([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]]), np.array([[1, 4, 1], [0, 0, -5]])
    assert metrics.mae(truth, got) == pytest.approx(10 / 6)  # not the largest, 5; not the sum
    assert metrics.mse(truth, got) == pytest.approx(38 / 6)
    assert metrics.rmse(truth, got) == pytest.approx((38 / 6) ** 0.5)
    for score in (metrics.mae, metrics.mse, metrics.rmse):
        assert type(score(truth, got)) is float and score(got, truth) == score(truth, got)


def test_auroc_and_precision_count_pairs():
    truth, score = [1, 0, 1, 0, 0, 1], [0.9, 0.9, 0.5, 0.4, 0.5, 0.1]
    pairs = [(p, n) for p in (0.9, 0.5, 0.1) for n in (0.9, 0.4, 0.5)]
    wins = sum((p > n) + (p == n) / 2 for p, n in pairs)
    assert metrics.auroc(truth, score) == pytest.approx(wins / len(pairs))
    # thresholds 0.9: 1 of 2, 0.5: 2 of 4, 0.4 brings none, 0.1: 3 of 6
    assert metrics.average_precision(truth, score) == pytest.approx((1 / 2 + 2 / 4 + 3 / 6) / 3)
    assert metrics.auroc([0, 1], [1, 2]) == metrics.average_precision([True, False], [2, 1]) == 1
    assert metrics.auroc([1, 0], [1, 2]) == 0


def test_scores_are_plain_numbers():
    for score in (metrics.accuracy, metrics.f1, metrics.auroc, metrics.average_precision):
        assert type(score([0, 1], [0, 1])) is float
    assert all(type(v) is float for v in metrics.precision_recall_f1([0, 1], [0, 1]))
    assert all(type(v) is float for v in metrics.mean_and_spread([[1, 2], [3, 4]]))
    assert type(metrics.edit_distance("a", "b")) is int


def test_edit_distance_on_lists():
    assert metrics.edit_distance(["the", "cat"], ["the", "big", "cat"]) == 1
    assert metrics.edit_distance(np.array([1, 2, 3]), [3]) == 2
    assert metrics.error_rate([[1, 2, 3], [4]], [[3], [4, 4]]) == pytest.approx(3 / 4)


HIDDEN = np.ma.masked_array([0, 1], mask=[True, False])


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.accuracy([0, 1], [0]), ShapeError, "got truth 2, prediction 1"),
        (lambda: metrics.accuracy([0, 1], np.eye(2)), ShapeError, "logits.argmax"),
        (lambda: metrics.accuracy([0, 1], [0.2, 0.9]), ValueRangeError, "prediction: .* logits"),
        (lambda: metrics.accuracy([0.0, 1.0], [0, 1]), ValueRangeError, "truth: .* float64"),
        (lambda: metrics.f1([0, 1], [None, 1]), ValueRangeError, "prediction: .* object"),
        (lambda: metrics.accuracy([0, 1], ["0", "1"]), ValueRangeError, "got one of each"),
        (lambda: metrics.accuracy(["0", "1"], [0, 1]), ValueRangeError, "got one of each"),
        (lambda: metrics.accuracy([[0], [1, 2]], [0, 1]), ShapeError, "truth: .* one length"),
        (lambda: metrics.accuracy(HIDDEN, [0, 1]), ValueRangeError, "truth: expected no mask"),
        (lambda: metrics.mae([0, 1], HIDDEN), ValueRangeError, "prediction: expected no mask"),
        (lambda: metrics.auroc([0, 1], HIDDEN), ValueRangeError, "score: expected no mask"),
        (lambda: metrics.mse([0j, 1], [0, 1]), ValueRangeError, "truth: expected real"),
        (lambda: metrics.mse([0, 1], ["a", "b"]), ValueRangeError, "prediction: expected numbers"),
        (lambda: metrics.mean_and_spread([1, np.nan]), ValueRangeError, "values: "),
        (lambda: metrics.confusion_matrix(["a"], ["b"]), ValueRangeError, "number them first"),
        (lambda: metrics.confusion_matrix([0], [10**9]), ValueRangeError, "at most 10000"),
        (lambda: metrics.confusion_matrix([0], [0], 0), ValueRangeError, "classes: "),
        (lambda: metrics.confusion_matrix([0], [0], 1.5), ValueRangeError, "classes: "),
        (lambda: metrics.confusion_matrix([0], [1], 1), ValueRangeError, "0 to 0, got 0 to 1"),
        (lambda: metrics.f1([0, 1], [0, 1], "ham"), ValueRangeError, "positive: .* class number"),
        (lambda: metrics.f1(["a", "b"], ["a", "b"]), ValueRangeError, "positive: .* the name"),
        (lambda: metrics.auroc([0, 2], [0.1, 0.2]), ValueRangeError, "both 0 and 1"),
        (lambda: metrics.auroc([[0, 1]], [[0.1, 0.2]]), ShapeError, r"shape \(N,\)"),
        (lambda: metrics.average_precision([0, 0], [0.1, 0.2]), ValueRangeError, "both 0 and 1"),
        (lambda: metrics.accuracy([], []), ValueRangeError, "at least one example"),
        (lambda: metrics.accuracy(1, 1), ShapeError, "got a single number"),
        (
            lambda: metrics.confusion_matrix([0, 3], [0, 1], 3),
            ValueRangeError,
            "0 to 2, got 0 to 3",
        ),
        (lambda: metrics.confusion_matrix([-1], [0]), ValueRangeError, "got -1 to 0"),
        (lambda: metrics.auroc([1, 1], [0.1, 0.2]), ValueRangeError, "both 0 and 1"),
        (lambda: metrics.auroc([1, 0], [0.1, np.nan]), ValueRangeError, "score: .* 1 NaN"),
        (lambda: metrics.auroc([1, 0], [[0.1, 0.2]]), ShapeError, r"shape \(N,\)"),
        (
            lambda: metrics.mse([1.0, 2.0], [[1.0], [2.0]]),
            ShapeError,
            r"\(2,\), prediction \(2, 1\)",
        ),
        (lambda: metrics.mae([], []), ValueRangeError, "at least one value"),
        (lambda: metrics.rmse([1.0], [np.inf]), ValueRangeError, "prediction: .*infinite"),
        (lambda: metrics.error_rate(["a"], []), ShapeError, "got 1 and 0"),
        (lambda: metrics.error_rate([""], ["a"]), ValueRangeError, "at least one true symbol"),
        (lambda: metrics.mean_and_spread([1.0]), ValueRangeError, "at least two runs, got 1"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
