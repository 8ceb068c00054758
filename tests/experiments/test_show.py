"""Tables, differences and tests of stored results, against scipy and numbers worked by hand."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

from lstmbook import experiments, results
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.experiments.compare import t_975, t_interval

from .test_machinery import EXPERIMENT, TINY

A, B = [0.9, 0.95, 0.8, 0.99, 0.97], [0.3, 0.9, 0.7, 0.26, 0.95]
RESULT = {
    "name": "made_up",
    "contenders": ["long name", "B"],
    "conditions": ["30", "50"],
    "budgets": [1, 3],
    "epochs": 6,
    "score": "accuracy",
    "better": "high",
    "guessing": 0.25,
    "perfect": 1.0,
    "seeds": [1, 2, 3, 4, 5],
    "scores": {
        "long name": {"30": {"1": A, "3": B}, "50": {"1": A, "3": A}},
        "B": {"30": {"1": B, "3": A}, "50": {"1": B, "3": B}},
    },
    "rules": {"always one": {"30": [0.25, 0.26], "50": [0.24, 0.25]}},
}


def test_a_table_of_one_budget_shows_every_seed(capsys):
    experiments.table(RESULT, budget=1, condition="30")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "30: accuracy after 6 passes, 5 seeds",
        "long name   0.900 0.950 0.800 0.990 0.970   mean 0.922 (0.800 to 0.990)",
        "B           0.300 0.900 0.700 0.260 0.950   mean 0.622 (0.260 to 0.950), 2 of 5 at chance",
        "always one  0.255 (0.250 to 0.260)   (rule)",
        "guessing    0.250",
    ]


def test_a_table_over_budgets_and_of_all_conditions(capsys):
    experiments.table(RESULT)
    first, second = capsys.readouterr().out.split("\n\n")
    assert first.startswith("30: accuracy after 6, 18 passes") and second.startswith("50: ")
    assert "0.622 (0.260 to 0.950), 2 of 5 at chance   0.922 (0.800 to 0.990)" in first
    experiments.table(RESULT, condition="50")
    assert capsys.readouterr().out == second


def test_at_chance_where_low_is_better(capsys):
    errors = {
        "guessing": {"30": 0.2, "50": 1.0},
        "perfect": 0.0,
        "better": "low",
        "scores": {c: {"30": {"1": [0.17, 0.185, 0.3]}} for c in RESULT["contenders"]},
    }
    experiments.table(RESULT | errors, 1, "30")
    assert "2 of 3 at chance" in capsys.readouterr().out


def test_the_interval_of_a_difference(capsys):
    stats = pytest.importorskip("scipy.stats")
    found = experiments.difference(RESULT, "long name", "B", "30", 1)
    expected = stats.ttest_rel(A, B).confidence_interval(0.95)
    assert found.mean == pytest.approx(np.mean(A) - np.mean(B))
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=1e-4)
    assert "long name - B, 30: accuracy +0.300" in capsys.readouterr().out
    assert experiments.difference(RESULT, "B", "long name", "30").mean == pytest.approx(0.3)


def test_students_t():
    stats = pytest.importorskip("scipy.stats")
    for freedom in [*range(1, 40), 100, 1000]:
        assert t_975(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1e-4)
    assert t_interval(np.array([1.0, 3.0])).low == pytest.approx(2 - 12.7062)
    with pytest.raises(ShapeError, match="at least 2 seeds"):
        t_interval(np.array([1.0]))


def test_mcnemar():
    stats = pytest.importorskip("scipy.stats")
    for only_a, only_b, both in [(6, 0, 3), (3, 9, 0), (5, 5, 1), (0, 0, 4), (300, 261, 9)]:
        a = np.repeat([True, False, True, False], [only_a, only_b, both, 2])
        b = np.repeat([False, True, True, False], [only_a, only_b, both, 2])
        found = experiments.mcnemar(a, b)
        assert found[:2] == (only_a, only_b)
        n = only_a + only_b
        expected = stats.binomtest(only_a, n).pvalue if n else 1.0
        assert found.p == pytest.approx(expected, rel=1e-9)
    # by hand: one of 8 against seven, 2 (1 + 8) / 2^8
    assert experiments.mcnemar([1] * 7 + [0], [0] * 7 + [1]).p == 18 / 256
    large = experiments.mcnemar(np.arange(9000) % 3 > 0, np.arange(9000) % 3 == 0)
    assert 0 <= large.p < 1e-100  # 2^9000 is no float
    with pytest.raises(ShapeError, match="two rows of equal length"):
        experiments.mcnemar([1, 0], [1])


def test_bootstrap_draws_pairs():
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    a = rng.random(300)
    b = a - 0.05 + 0.01 * rng.normal(size=300)  # far apart as pairs, not as two samples
    found = experiments.bootstrap(a, b)
    other = stats.bootstrap((a - b,), np.mean, method="percentile", random_state=1)
    assert found.mean == pytest.approx((a - b).mean())
    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval), abs=1e-4)
    assert found == experiments.bootstrap(a, b)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: experiments.table(RESULT, 2), "unknown budget 2; expected one of: 1, 3"),
        (lambda: experiments.table(RESULT, condition="40"), "unknown condition '40'"),
        (lambda: experiments.difference(RESULT, "A", "B", "30"), "unknown contender 'A'"),
        (lambda: experiments.difference(RESULT, "B", "B"), "condition: expected one of"),
        (lambda: experiments.difference(RESULT, "B", "B", "30", 9), "unknown budget 9"),
    ],
)
def test_what_was_not_run_is_named(call, message):
    with pytest.raises((UnknownNameError, ValueRangeError), match=message):
        call()


def test_rerun_trains_the_stored_seed(tmp_path, monkeypatch):
    made = {key: getattr(EXPERIMENT, key) for key in ("contenders", "conditions", "budgets")}
    rates = {c: {"4": 1e-1, "6": 1e-3} for c in EXPERIMENT.contenders}
    made |= {"rates": rates, "epochs": 1, "seeds": [14, 10, 12]}
    (tmp_path / "tiny.json").write_text(json.dumps(made))
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    found = experiments.find(str(TINY))
    monkeypatch.setattr(experiments, "find", lambda name: found)
    one_run = importlib.import_module("lstmbook.experiments.one_run")
    score = experiments.rerun("tiny", "GRU", "6", 12, budget=2)
    stored = one_run.perform(EXPERIMENT, EXPERIMENT.stored_runs("GRU", "6", 1e-3)[2])
    assert score == stored["test"]["2"]
    assert experiments.rerun("tiny", "GRU") == experiments.rerun("tiny", "GRU", "4", 14, 1)
    with pytest.raises(UnknownNameError, match="unknown seed 11; expected one of: 14, 10, 12"):
        experiments.rerun("tiny", "GRU", "6", 11)
