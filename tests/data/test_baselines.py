"""Baselines against scikit-learn or an independent computation, and their errors."""

import numpy as np
import pytest

from lstmbook import baselines, errors
from lstmbook.data import Split
from lstmbook.errors import MissingExtraError, ShapeError, ValueRangeError

RNG = np.random.default_rng(0)
W = RNG.normal(size=(6, 2))


def labelled(n):
    x = RNG.normal(size=(n, 3, 2)) * [1, 50]
    return Split(x, (x.reshape(n, 6) @ W[:, 0] > 0).astype(np.int64))


def valued(n, lengths=None):
    x = RNG.normal(size=(n, 3, 2))
    return Split(x, x.reshape(n, 6) @ W + 5 + RNG.normal(size=(n, 2)) / 10, lengths)


TRAIN, TEST = labelled(200), labelled(80)
TRAIN_V, TEST_V = valued(200), valued(80)


def test_one_interface():
    for method in (
        baselines.majority,
        baselines.nearest_neighbour,
        baselines.logistic_regression,
    ):
        scores = method(TRAIN, TEST)
        assert scores["prediction"].shape == TEST.y.shape
        assert scores["accuracy"] == np.mean(scores["prediction"] == TEST.y)
    for method in (baselines.mean, baselines.ridge):
        scores = method(TRAIN_V, TEST_V)
        assert scores["prediction"].shape == TEST_V.y.shape
        assert scores["mse"] == pytest.approx(np.mean((scores["prediction"] - TEST_V.y) ** 2))
        assert scores["rmse"] == pytest.approx(scores["mse"] ** 0.5) and scores["mae"] > 0


def test_majority_counts_the_training_part():
    train = Split(np.zeros((3, 1)), np.array([4, 4, 2]))
    assert set(baselines.majority(train, TEST)["prediction"]) == {4}


def test_nearest_neighbour_equals_scikit_learn():
    from sklearn.neighbors import KNeighborsClassifier

    a, b = TRAIN.x.reshape(200, -1), TEST.x.reshape(80, -1)
    expected = KNeighborsClassifier(1).fit(a, TRAIN.y).predict(b)
    assert np.array_equal(baselines.nearest_neighbour(TRAIN, TEST)["prediction"], expected)


def test_logistic_regression_is_scaled():
    scores = baselines.logistic_regression(TRAIN, TEST)
    assert scores["accuracy"] > 0.9 and scores["probability"].shape == (80, 2)
    stretched = [Split(s.x * [1000, 0.01] + 3, s.y) for s in (TRAIN, TEST)]
    again = baselines.logistic_regression(*stretched)
    assert np.allclose(again["probability"], scores["probability"], atol=1e-3)
    flat = baselines.logistic_regression(TRAIN, TEST, strength=1e6)["probability"]
    assert np.ptp(flat[:, 1]) < 0.01


@pytest.mark.parametrize("strength", [0.5, 40.0])
def test_ridge_equals_scikit_learn(strength):
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import StandardScaler

    scale = StandardScaler().fit(TRAIN_V.x.reshape(200, -1))
    a, b = (scale.transform(s.x.reshape(len(s.x), -1)) for s in (TRAIN_V, TEST_V))
    expected = Ridge(alpha=strength).fit(a, TRAIN_V.y).predict(b)
    got = baselines.ridge(TRAIN_V, TEST_V, strength=strength)["prediction"]
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_persistence_takes_the_last_real_step():
    x = np.arange(12.0).reshape(2, 3, 2)
    test = Split(x, np.array([0.0, 0.0]), np.array([3, 1]))
    assert baselines.persistence(test, test, feature=1)["prediction"].tolist() == [5.0, 7.0]
    whole = test._replace(lengths=None, y=np.zeros((2, 1)))
    assert baselines.persistence(whole, whole)["prediction"].tolist() == [[4.0], [10.0]]


def test_climatology_goes_round_the_turn_of_the_year():
    days = np.arange(1, 366)
    season = np.cos(2 * np.pi * days / 366)
    year = Split(np.zeros((365, 1)), season)
    scores = baselines.climatology(year, year, train_day=days, test_day=days, window=2)
    assert scores["mae"] < 0.002
    around = [365, 1, 2, 3]  # within two days of day 1; day 366 does not occur
    assert scores["prediction"][0] == pytest.approx(np.mean([season[d - 1] for d in around]))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: baselines.majority(TRAIN_V, TEST), ShapeError, "train.y: expected class numbers"),
        (lambda: baselines.majority(TRAIN, TEST_V), ShapeError, "test.y: expected class numbers"),
        (lambda: baselines.ridge(TRAIN, TEST), ShapeError, r"train.y: expected values \(float\)"),
        (lambda: baselines.mean(TRAIN_V, TEST), ShapeError, "test.y: expected values"),
        (
            lambda: baselines.majority(TRAIN._replace(y=TRAIN.y[1:]), TEST),
            ShapeError,
            "train.x 200, train.y 199",
        ),
        (
            lambda: baselines.logistic_regression(TRAIN, TEST, strength=0),
            ValueRangeError,
            "strength: expected a number from 1e-09",
        ),
        (
            lambda: baselines.logistic_regression(TRAIN, TEST, steps=0),
            ValueRangeError,
            "steps: .* got 0",
        ),
        (
            lambda: baselines.nearest_neighbour(TRAIN._replace(x=TRAIN.x * np.nan), TEST),
            ValueRangeError,
            "x: expected finite numbers, got 1200 NaN",
        ),
        (
            lambda: baselines.nearest_neighbour(Split(np.array(["a"]), np.array([1])), TEST),
            ShapeError,
            "x: expected numbers",
        ),
        (
            lambda: baselines.persistence(TRAIN_V, TEST_V),
            ShapeError,
            r"one value a sequence, got \(80, 3, 2\) and \(80, 2\)",
        ),
        (
            lambda: baselines.persistence(TRAIN_V, TEST_V._replace(y=TEST_V.y[:, 0]), feature=2),
            ValueRangeError,
            "feature: .* from 0 to 1, got 2",
        ),
        (
            lambda: baselines.climatology(
                TRAIN_V, TEST_V, train_day=np.zeros(200), test_day=np.ones(80)
            ),
            ValueRangeError,
            "train_day: expected days from 1 to 366",
        ),
        (
            lambda: baselines.climatology(
                TRAIN_V, TEST_V, train_day=np.ones(200), test_day=np.full(80, 180)
            ),
            ValueRangeError,
            "day 180 has none: widen window",
        ),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_without_scikit_learn(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr(errors.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"'sklearn', .*pip install lstmbook\[data\]"):
        baselines.logistic_regression(TRAIN, TEST)
