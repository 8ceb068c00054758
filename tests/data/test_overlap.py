"""New means new: over all tasks, data sets and recipes, no test example is known by value."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import data, experiments
from lstmbook.data import Split, tasks
from lstmbook.data.tasks.parts import sequences

from .test_downloaded import SPAM, SPEECH, copy_of

TASKS = {  # what each takes, and the sizes of the parts: some have few sequences
    "adding": ({"length": 22}, (60, 20, 20)),
    "continual": ({"steps": 30}, (60, 20, 20)),
    "copying": ({"lag": 5}, (60, 20, 20)),
    "counting": ({"largest": 10}, (5, 2, 3)),
    "embedded_reber": ({}, (60, 20, 20)),
    "memory": ({"lag": 10}, (60, 20, 20)),
    "multiplication": ({"length": 22}, (60, 20, 20)),
    "noise_free_lag": ({"lag": 10}, (60, 20, 20)),
    "parity": ({"length": 12}, (60, 20, 20)),
    "spikes": ({"count": 6}, (30, 10, 10)),
    "temporal_order": ({}, (60, 20, 20)),
    "two_sequence": ({}, (60, 20, 20)),
}


def known(*parts: Split) -> int:
    """How many sequences stand in more than one part, by value."""
    seen, twice = set(), 0
    for part in parts:
        if np.asarray(part.x).dtype.kind in "fiub":
            keys = {(x.shape, x.astype("float64").tobytes()) for x, _ in sequences(part)}
        else:
            keys = set(map(str, part.x))
        twice += len(keys & seen)
        seen |= keys
    return twice


def test_the_count_counts():
    one, two = tasks.memory(3, n=30, seed=0), tasks.memory(3, n=30, seed=1)
    assert known(one, two) == 0 and known(one, Split(one.x[:7].astype(int), one.y[:7])) == 7


def test_every_task_is_here():
    assert set(tasks.__all__) - {"apart", "legal_symbols"} == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_tasks(name):
    options, sizes = TASKS[name]
    parts = tasks.apart(getattr(tasks, name), sizes, seed=3, **options)
    assert [len(part.x) for part in parts] == list(sizes) and known(*parts) == 0


def test_digits():
    pytest.importorskip("sklearn")
    for seed in (0, 1):
        given = data.digits(seed=seed)
        assert known(given.train, given.validation, given.test) == 0


@copy_of(SPAM)
def test_spam():
    given = data.spam()
    assert known(given.train, given.validation, given.test) == 0


@copy_of(SPEECH)
def test_spoken_digits():
    given = data.spoken_digits()
    assert known(given.train, given.validation, given.test) == 0


RECIPES = [name for name in experiments.names() if hasattr(experiments.find(name), "EXPERIMENT")]


@pytest.mark.parametrize("name", RECIPES)
def test_recipes(name):
    recipe = experiments.find(name).EXPERIMENT
    parts = recipe.parts(recipe.conditions[0], recipe.seeds[0])
    assert known(parts.train, parts.validation, parts.test) == 0
