"""What a plan does: which runs, with which scores taken when; and the key that a piece has."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.experiments import pieces, show
from lstmbook.experiments.collect import collapse, weights
from lstmbook.experiments.plan import Run

from .test_machinery import EXPERIMENT

PLAN = replace(EXPERIMENT, epochs=6, budgets=(1, 3, 10), tuning_budget=3)


def test_the_tuning_ends_at_its_budget_and_takes_scores_on_its_way():
    runs = PLAN.tuning_runs("GRU", "6")
    assert runs == [
        Run("tuning", "GRU", "6", rate, seed, 18, (6, 18))
        for rate in (1e-3, 1e-1)
        for seed in PLAN.tuning_seeds
    ]
    between = replace(PLAN, tuning_budget=2).tuning_runs("GRU", "6")[0]
    assert (between.epochs, between.marks) == (12, (6, 12))
    longer = replace(PLAN, tuning_budget=20).tuning_runs("GRU", "6")[0]
    assert (longer.epochs, longer.marks) == (120, (6, 18, 60, 120))


def test_what_is_stored_is_trained_to_the_longest_budget_on_every_seed():
    assert PLAN.stored_runs("LSTM", "4", 0.25) == [
        Run("stored", "LSTM", "4", 0.25, seed, 60, (6, 18, 60)) for seed in (14, 10, 12)
    ]
    two = replace(PLAN, rules={"b": lambda *_: 0.0, "a": lambda *_: 1.0})
    assert two.rule_runs() == [
        Run("rule", rule, condition, None, seed, 0, ())
        for rule in ("b", "a")
        for condition in ("4", "6")
        for seed in (14, 10, 12)
    ]


def test_the_best_score_and_the_guess():
    assert replace(PLAN, perfect=None, better="low").perfect == 0
    assert replace(PLAN, perfect=None, better="high").perfect == 1
    assert replace(PLAN, perfect=7.0).perfect == 7
    by_condition = replace(PLAN, guessing={"6": 0.1, "4": 0.2})
    assert (by_condition.guess("4"), by_condition.guess("6"), PLAN.guess("6")) == (0.2, 0.1, 0.5)


def test_a_score_of_ones_own_is_a_plain_number():
    own = replace(PLAN, scores=lambda model, parts, part: len(part))
    assert own.measure(None, None, "test") == 4.0
    assert isinstance(own.measure(None, None, "validation"), float)


@pytest.mark.parametrize("value", [0, -1, 1.0, "2"])
@pytest.mark.parametrize("what", ["epochs", "batch_size", "tuning_budget"])
def test_whole_numbers_of_at_least_one(what, value):
    with pytest.raises(ValueRangeError, match=f"{what}: expected a whole number of at least 1"):
        replace(PLAN, **{what: value})
    assert getattr(replace(PLAN, **{what: 1}), what) == 1


def test_what_changes_no_number_is_not_in_the_identity():
    full = '''
"""A title."""
import numpy as np

def f(x):
    "What it does."
    y = "kept: no text of a function alone"
    return y, x  # new

def empty():
    """Nothing."""

class A:
    """Text."""
    z: int = 3

other = Other(title="kept")
E = Experiment(name="a", parts=f, seeds=(1, 2), batch_size=8)
'''
    wanted = (
        "import numpy as np\n\ndef f(x):\n    y = 'kept: no text of a function alone'\n"
        "    return (y, x)\n\ndef empty():\n    pass\n\nclass A:\n    z: int = 3\n"
        "other = Other(title='kept')\nE = Experiment(parts=f, batch_size=8)"
    )
    assert pieces.reduced(full) == wanted


def test_a_piece_goes_to_disk_whole_and_comes_back(tmp_path):
    run = PLAN.stored_runs("LSTM", "4", 0.25)[0]
    path = pieces.path_of(tmp_path, "tiny", "recipe", run)
    assert path.parent == tmp_path / "tiny" and len(path.stem) == 24 and path.suffix == ".json"
    assert path == pieces.path_of(Path(tmp_path), "tiny", "recipe", run)
    assert path != pieces.path_of(tmp_path, "tiny", "another", run)
    assert pieces.read(path) is None
    pieces.write(path, {"score": 0.1, "name": "Größe"})
    assert pieces.read(path) == {"score": 0.1, "name": "Größe"}
    assert "Größe" in path.read_text("utf-8")
    assert list(path.parent.iterdir()) == [path]


def test_weights_are_told_by_condition_where_they_differ():
    trained = {("LSTM", "4"): [{"weights": 10}], ("LSTM", "6"): [{"weights": 10}]}
    trained |= {("GRU", "4"): [{"weights": 10}], ("GRU", "6"): [{"weights": 12}]}
    assert weights(PLAN, trained, "LSTM") == 10
    assert weights(PLAN, trained, "GRU") == {"4": 10, "6": 12}


def test_lists_of_numbers_stand_on_one_line_each():
    text = '{\n "a": [\n  1,\n  2\n ],\n "b": {\n  "c": [\n   0.5\n  ]\n }\n}'
    assert collapse(text) == '{\n "a": [1, 2],\n "b": {\n  "c": [0.5]\n }\n}'


def test_a_row_is_broken_where_the_page_ends(capsys):
    show.print_row("name", ["x" * 37, "y" * 38, "z"], 6)  # 6 + 37 + 3 + 38 = 84
    assert capsys.readouterr().out == f"name  {'x' * 37}   {'y' * 38}\n      z\n"
    show.print_row("name", ["x" * 37, "y" * 39, "z"], 6)
    assert capsys.readouterr().out == f"name  {'x' * 37}\n      {'y' * 39}   z\n"


def test_short_numbers():
    for value, text in [
        (0.01, "0.010"),
        (0.0099999, "0.01"),
        (0.00999, "0.00999"),
        (-0.5, "-0.500"),
        (-0.00012345, "-0.000123"),
        (0.0, "0.000"),
        (1234.5678, "1234.568"),
    ]:
        assert show.short(value) == text


def test_at_chance_is_less_than_a_tenth_of_the_way():
    result = {"guessing": 0.5, "perfect": 1.0}
    assert show.at_chance(result, [0.4, 0.5, 0.549, 0.551, 1.0]) == 3
    low = {"guessing": {"a": 0.2, "b": 2.0}, "perfect": 0.0}
    assert show.at_chance(low, [0.3, 0.19, 0.17, 0.0], "a") == 2
    assert show.at_chance(low, [1.9, 1.7], "b") == 1


@pytest.mark.parametrize("what", ["contenders", "conditions", "rates", "seeds", "pages"])
def test_lists_name_each_thing_once(what):
    twice = (getattr(EXPERIMENT, what)[0],) * 2
    for wrong in (twice, ()):
        with pytest.raises(ValueRangeError, match=f"{what}: expected different"):
            replace(EXPERIMENT, **{what: wrong})
    as_list = replace(EXPERIMENT, **{what: list(getattr(EXPERIMENT, what))})
    assert getattr(as_list, what) == tuple(getattr(EXPERIMENT, what))


def test_a_setting_of_its_own_belongs_to_a_contender_that_is_there():
    own = replace(EXPERIMENT, per_contender={"GRU": {"rates": (3e-3, 3e-1)}})
    assert own.rates_of("GRU") == (3e-3, 3e-1) and own.rates_of("LSTM") == EXPERIMENT.rates
    with pytest.raises(UnknownNameError, match="contender in per_contender: 'RNN'"):
        replace(EXPERIMENT, per_contender={"RNN": {"rates": (1e-3, 1e-1)}})
    with pytest.raises(UnknownNameError, match="setting in per_contender: 'seed'"):
        replace(EXPERIMENT, per_contender={"GRU": {"seed": 1}})


def test_rates_are_chosen_at_three_times_the_budget_unless_it_is_said_otherwise():
    assert {f.name: f.default for f in fields(EXPERIMENT)}["tuning_budget"] == 3
