"""Stored results: each has its recipe, its seeds and versions, and messages that help."""

from __future__ import annotations

import json

import pytest

from lstmbook import results
from lstmbook.errors import DataFileError, UnknownNameError
from lstmbook.results import recipes
from lstmbook.results.__main__ import main, make


@pytest.mark.parametrize("name", results.names())
def test_a_result_says_how_it_was_made(name):
    stored = results.load(name)
    assert name in recipes.RECIPES
    assert stored["made by"] == f"python -m lstmbook.results make {name}"
    assert {"title", "task", "training", "seeds", "versions", "date"} <= set(stored)


def test_every_start_has_every_lag_and_seed():
    stored = results.load("bias_against_lag")
    assert list(stored["accuracy"]) == list(recipes.STARTS)
    for by_lag in stored["accuracy"].values():
        assert list(by_lag) == [str(lag) for lag in recipes.LAGS]
        assert all(len(seeds) == len(stored["seeds"]) for seeds in by_lag.values())


def test_make_writes_what_load_reads(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(recipes, "STARTS", {"forget 1": ("LSTM", "forget_bias(1)", None)})
    monkeypatch.setattr(recipes, "LAGS", (3,))
    monkeypatch.setattr(recipes, "LONGER", ())
    monkeypatch.setattr(recipes, "accuracy", lambda *run: 0.5)
    made = make("bias_against_lag", tmp_path)
    assert results.load("bias_against_lag", tmp_path) == json.loads(json.dumps(made))
    assert '"3": [0.5, 0.5, 0.5, 0.5, 0.5]' in (tmp_path / "bias_against_lag.json").read_text()


def test_the_command_lists(capsys):
    main([])
    assert "bias_against_lag: share answered right" in capsys.readouterr().out


def test_messages(tmp_path):
    with pytest.raises(UnknownNameError, match="bias_against_lag"):
        results.load("bias_against_lags")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(DataFileError, match="not JSON"):
        results.load("broken", tmp_path)
