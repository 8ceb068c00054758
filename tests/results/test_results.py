"""Stored results: each has its recipe, its seeds and versions, and messages that help."""

from __future__ import annotations

import json

import pytest

from lstmbook import experiments, results
from lstmbook.errors import DataFileError, UnknownNameError

MADE = results.names()


@pytest.mark.parametrize("name", MADE)
def test_a_result_says_how_it_was_made(name):
    stored = results.load(name)
    assert stored["made by"] == f"python -m lstmbook.experiments {name}"
    assert {"title", "task", "network", "training", "versions", "date", "seconds"} <= set(stored)


@pytest.mark.parametrize("name", MADE)
def test_any_reader_of_json_reads_it(name):
    text = (results.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    json.loads(text, parse_constant=lambda what: pytest.fail(f"{what} is not JSON"))


@pytest.mark.parametrize("name", MADE)
def test_a_result_is_of_the_recipe_that_stands_there(name):
    stored, recipe = results.load(name), experiments.find(name).EXPERIMENT
    for what in "contenders conditions budgets seeds pages".split():
        assert stored[what] == list(getattr(recipe, what)), what
    for what in "title task network score better guessing epochs".split():
        assert stored[what] == getattr(recipe, what), what
    assert len(stored["seeds"]) >= 5
    assert not set(stored["seeds"]) & set(recipe.tuning_seeds)
    for contender in recipe.contenders:
        for condition in recipe.conditions:
            scores = stored["scores"][contender][condition]
            assert list(scores) == [str(budget) for budget in recipe.budgets]
            assert {len(seeds) for seeds in scores.values()} == {len(recipe.seeds)}
            assert stored["rates"][contender][condition] in recipe.rates_of(contender)


def test_messages(tmp_path):
    with pytest.raises(UnknownNameError, match="result 'lag_and_starts'; expected one of"):
        results.load("lag_and_starts")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(DataFileError, match="not JSON"):
        results.load("broken", tmp_path)
