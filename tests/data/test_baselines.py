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
        (
            lambda: baselines.majority(TRAIN._replace(y=TRAIN.y[:, None]), TEST),
            ShapeError,
            r"train.y: expected class numbers \(N,\), got int64 of shape \(200, 1\)",
        ),
        (
            lambda: baselines.majority(TRAIN, TEST._replace(y=TEST.y * 1.0)),
            ShapeError,
            r"test.y: expected class numbers \(N,\), got float64 of shape \(80,\)",
        ),
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
            "feature: .* from 0 to 1",
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


EVERY = {
    "majority": {},
    "nearest_neighbour": {},
    "logistic_regression": {},
    "mean": {},
    "ridge": {},
    "persistence": {},
    "climatology": dict(train_day=np.arange(200) + 1, test_day=np.arange(80) + 3),
}
CLASSES = ("majority", "nearest_neighbour", "logistic_regression")


def call(name, train=None, test=None):
    """Run a baseline on fitting parts, one of which may be given."""
    if name in CLASSES:
        own = TRAIN, TEST
    elif name == "persistence":
        own = TRAIN_V._replace(y=TRAIN_V.y[:, 0]), TEST_V._replace(y=TEST_V.y[:, :1])
    else:
        own = TRAIN_V, TEST_V
    train, test = (change(part) if change else part for change, part in zip((train, test), own))
    return getattr(baselines, name)(train, test, **EVERY[name])


def test_every_baseline_is_listed_here():
    assert set(baselines.__all__) == set(EVERY) | {"features"}


@pytest.mark.parametrize("name", EVERY)
def test_no_baseline_sees_the_test_targets(name):
    def other(part):
        return part._replace(y=part.y[::-1] * 0 + (1 if name in CLASSES else 100))

    seen, unseen = call(name), call(name, test=other)
    np.testing.assert_array_equal(seen["prediction"], unseen["prediction"])
    score = "accuracy" if name in CLASSES else "mae"
    assert seen[score] != unseen[score]


@pytest.mark.parametrize("name", ["nearest_neighbour", "logistic_regression", "ridge"])
def test_no_baseline_learns_from_the_test_inputs(name):
    """Each test example is told alike, whichever others stand beside it."""
    every = call(name)["prediction"]
    few = call(name, test=lambda part: Split(part.x[5:8], part.y[5:8]))["prediction"]
    np.testing.assert_allclose(few, every[5:8], atol=1e-12)


@pytest.mark.parametrize("name", EVERY)
def test_training_targets_decide(name):
    def other(part):
        return part._replace(y=1 - part.y)

    same = np.array_equal(call(name)["prediction"], call(name, train=other)["prediction"])
    assert same == (name == "persistence")


@pytest.mark.parametrize("name", EVERY)
def test_scores_are_those_of_the_prediction(name):
    got = call(name)
    truth = TEST.y if name in CLASSES else TEST_V.y
    truth = truth[:, :1] if name == "persistence" else truth
    assert got["prediction"].shape == truth.shape
    if name in CLASSES:
        assert got["accuracy"] == np.mean(got["prediction"] == truth)
        return
    off = got["prediction"] - truth
    expected = (off**2).mean(), (off**2).mean() ** 0.5, np.abs(off).mean()
    assert (got["mse"], got["rmse"], got["mae"]) == pytest.approx(expected)


DAMAGED = {
    ": .* one number of examples|^expected one number": lambda p: p._replace(y=p.y[1:]),
    ": expected at least one example": lambda p: Split(p.x[:0], p.y[:0]),
    ".lengths: .* from 1 to 3": lambda p: p._replace(lengths=np.full(len(p.x), 4)),
    ".lengths: .* from 1 to 3, got 0 to 2": lambda p: p._replace(lengths=np.arange(len(p.x)) % 3),
    ".lengths: .* float64": lambda p: p._replace(lengths=np.full(len(p.x), 1.5)),
}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("message", DAMAGED)
@pytest.mark.parametrize("side", ["train", "test"])
def test_parts_are_checked(name, message, side):
    if (name, side) == ("persistence", "train"):  # which it does not look at
        return
    with pytest.raises((ShapeError, ValueRangeError), match=side + message):
        call(name, **{side: DAMAGED[message]})


@pytest.mark.parametrize("name", ["nearest_neighbour", "logistic_regression", "ridge"])
def test_features_are_as_many_in_both_parts(name):
    with pytest.raises(ShapeError, match="test.x: expected 6 numbers .* got 4"):
        call(name, test=lambda part: part._replace(x=part.x[:, 1:]))


def test_targets_are_of_one_shape():
    with pytest.raises(ShapeError, match="as in train.y"):
        call("ridge", test=lambda part: part._replace(y=part.y[:, 0]))
    with pytest.raises(ValueRangeError, match=r"train.y: .* the first at \(3, 1\)"):
        bad = TRAIN_V.y.copy()
        bad[3, 1] = np.nan
        call("mean", train=lambda part: part._replace(y=bad))


def test_features_are_flat_rows_of_float64():
    x = np.arange(24, dtype="uint8").reshape(4, 3, 2)
    got = baselines.features(Split(x, np.zeros(4, int)))
    assert got.dtype == np.float64 and np.array_equal(got, np.arange(24.0).reshape(4, 6))


@pytest.mark.parametrize("shape", [(200, 1, 1), (200, 1, 5), (200, 7)])
def test_one_step_one_feature_and_no_steps(shape):
    x = np.random.default_rng(5).normal(size=shape)
    train = Split(x, x.reshape(200, -1)[:, :1] * 3 + 2)
    test = Split(x[:1], train.y[:1])
    assert baselines.ridge(train, test, strength=0.0)["mae"] < 1e-9
    assert baselines.mean(train, test)["prediction"] == pytest.approx(train.y.mean())
    kinds = Split(x, (train.y[:, 0] > 2).astype("uint8"))
    for name in CLASSES[1:]:
        assert getattr(baselines, name)(kinds, Split(x[:1], kinds.y[:1]))["accuracy"] == 1


def test_logistic_regression_by_its_condition():
    """At the optimum the gradient of the penalized loss is zero, for the penalty that was asked."""
    scores = {}
    for strength in (0.5, 20.0):
        got = baselines.logistic_regression(TRAIN, TRAIN, strength=strength)
        a = TRAIN.x.reshape(200, -1)
        a = (a - a.mean(0)) / a.std(0)
        logit = np.log(got["probability"][:, 1] / got["probability"][:, 0])
        w = np.linalg.lstsq(np.c_[a, np.ones(200)], logit, rcond=None)[0][:-1]
        slope = a.T @ (got["probability"][:, 1] - TRAIN.y)
        np.testing.assert_allclose(slope + strength * w, 0, atol=2e-2)
        scores[strength] = np.abs(w).max()
        assert got["prediction"].tolist() == got["probability"].argmax(1).tolist()
    assert scores[20.0] < 0.7 * scores[0.5]


def test_logistic_regression_stops_when_it_is_told(recwarn):
    whole, early = (baselines.logistic_regression(TRAIN, TEST, steps=n) for n in (1000, 2))
    assert early["steps"] == 2 < whole["steps"] < 1000
    assert not np.allclose(whole["probability"], early["probability"], atol=1e-3)
    assert not recwarn.list
    with pytest.raises(ValueRangeError, match="at least two classes"):
        baselines.logistic_regression(TRAIN._replace(y=TRAIN.y * 0), TEST)


def test_ridge_without_penalty_on_dependent_features():
    x = np.random.default_rng(6).normal(size=(50, 4, 1))
    x[:, 3] = x[:, 0] + x[:, 1]
    part = Split(x, x[:, :, 0] @ [1.0, 2.0, 3.0, 0.5])
    assert baselines.ridge(part, part, strength=0.0)["mae"] < 1e-9


def test_the_defaults_are_those_that_are_documented():
    for strength, name in ((1.0, "ridge"), (1.0, "logistic_regression")):
        method, own = getattr(baselines, name), (TRAIN_V, TEST_V)
        own = own if name == "ridge" else (TRAIN, TEST)
        assert np.array_equal(
            method(*own)["prediction"], method(*own, strength=strength)["prediction"]
        )
    given = dict(train_day=np.arange(200) + 1, test_day=np.arange(80) + 287)
    method = baselines.climatology
    full = method(TRAIN_V, TEST_V, **given, window=90)
    same = method(TRAIN_V, TEST_V, **given, window=90, period=366)
    assert np.array_equal(full["prediction"], same["prediction"])
    near = dict(train_day=np.arange(200) + 1, test_day=np.arange(80) + 30)
    assert np.array_equal(
        method(TRAIN_V, TEST_V, **near)["prediction"],
        method(TRAIN_V, TEST_V, **near, window=15)["prediction"],
    )


@pytest.mark.parametrize("kind", ["int64", "uint16", "float64"])
def test_climatology_by_counting(kind):
    rng = np.random.default_rng(7)
    period, window = 20, 2
    train_day = np.r_[np.arange(1, 21), rng.integers(1, 21, size=180)].astype(kind)
    test_day = rng.integers(1, 21, size=80).astype(kind)
    got = baselines.climatology(
        TRAIN_V, TEST_V, train_day=train_day, test_day=test_day, window=window, period=period
    )["prediction"]
    for k, day in enumerate(test_day):
        around = {(int(day) + shift - 1) % period + 1 for shift in range(-window, window + 1)}
        rows = [y for y, d in zip(TRAIN_V.y, train_day) if int(d) in around]
        np.testing.assert_allclose(got[k], np.mean(rows, axis=0), atol=1e-12)


@pytest.mark.parametrize(
    "bad, message",
    [
        (dict(window=-1), "window"),
        (dict(window=1.5), "window"),
        (dict(period=0), "period"),
        (dict(train_day=np.full(200, 1.5)), "train_day: expected whole"),
        (dict(test_day=np.full(80, np.nan)), "test_day: expected whole"),
        (dict(test_day=np.array(["1"] * 80)), "test_day: expected whole"),
        (dict(test_day=np.full(80, 201), period=200), "test_day: expected days from 1 to 200"),
    ],
)
def test_climatology_checks_its_numbers(bad, message):
    with pytest.raises(ValueRangeError, match=message):
        baselines.climatology(TRAIN_V, TEST_V, **EVERY["climatology"] | bad)


@pytest.mark.parametrize("side", ["train", "test"])
def test_climatology_wants_a_day_for_each_target(side):
    given = EVERY["climatology"]
    with pytest.raises(ShapeError, match=f"{side}_day"):
        baselines.climatology(TRAIN_V, TEST_V, **given | {f"{side}_day": given[f"{side}_day"][:-1]})


def test_climatology_of_the_day_itself():
    day = np.arange(80) % 4 + 1
    got = baselines.climatology(TEST_V, TEST_V, train_day=day, test_day=day, window=0)
    expected = [TEST_V.y[day == d].mean(0) for d in day]
    np.testing.assert_allclose(got["prediction"], expected, atol=1e-12)


def test_persistence_reads_no_padding_and_no_training_part():
    rng = np.random.default_rng(8)
    x, lengths = rng.normal(size=(30, 5, 3)), rng.integers(1, 6, size=30).astype("uint8")
    test = Split(x, rng.normal(size=30), lengths)
    train = Split(rng.normal(size=(4, 2, 9)), rng.normal(size=4))
    for feature in (0, 2):
        got = baselines.persistence(train, test, feature=feature)["prediction"]
        assert got.tolist() == [x[k, n - 1, feature] for k, n in enumerate(lengths)]
    assert np.array_equal(
        baselines.persistence(train, test)["prediction"], x[range(30), lengths - 1, 0]
    )


def test_without_scikit_learn(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr(errors.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"'sklearn', .*pip install lstmbook\[data\]"):
        baselines.logistic_regression(TRAIN, TEST)
    baselines.majority(TRAIN, TEST)
    baselines.mean(TRAIN_V, TEST_V)
