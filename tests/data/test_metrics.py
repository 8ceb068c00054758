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


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.accuracy([0, 1], [0]), ShapeError, "got truth 2, prediction 1"),
        (lambda: metrics.accuracy([0, 1], np.eye(2)), ShapeError, "logits.argmax"),
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
