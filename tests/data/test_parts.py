"""Parts that share no sequence: by value, for every task."""

import numpy as np
import pytest

from lstmbook.data import by_group, tasks
from lstmbook.errors import ShapeError, ValueRangeError
from tests.data.test_tasks import EVERY


def values(part):
    """The real steps of every sequence, as bytes."""
    lengths = [part.x.shape[1]] * len(part.x) if part.lengths is None else part.lengths
    return [x[:n].tobytes() for x, n in zip(part.x, lengths, strict=True)]


def few_enough(name):
    options = {k: v for k, v in EVERY[name].items() if k != "n"}
    return options | {"spikes": {"count": 6}, "counting": {"largest": 40}}.get(name, {})


@pytest.mark.parametrize("name", EVERY)
def test_no_sequence_stands_in_two_parts(name):
    parts = tasks.apart(getattr(tasks, name), (20, 7, 5), seed=3, **few_enough(name))
    assert [len(part.x) for part in parts] == [20, 7, 5]
    together = sum(map(values, parts), [])
    assert len(set(together)) == len(together) == 32


@pytest.mark.parametrize("name", ["memory", "embedded_reber", "spikes", "copying"])
def test_sequences_are_the_tasks_own(name):
    """A drawn sequence has the target that the task gives to it."""
    options = few_enough(name)
    task = getattr(tasks, name)
    known = {}
    for seed in range(400):
        part = task(n=60, seed=seed, **options)
        known |= dict(zip(values(part), part.y, strict=True))
    found = 0
    for part in tasks.apart(task, (30, 10), seed=1, **options):
        for key, y in zip(values(part), part.y, strict=True):
            if key in known:
                found += 1
                n = min(np.size(known[key]), np.size(y))
                np.testing.assert_array_equal(np.ravel(known[key])[:n], np.ravel(y)[:n])
    assert found or name not in ("embedded_reber", "spikes")


def test_classes_are_balanced_in_every_part_and_the_seed_decides():
    one, again, other = (
        tasks.apart(tasks.memory, (40, 12, 8), seed=s, lag=3, classes=4) for s in (1, 1, 2)
    )
    for part in one:
        counts = np.bincount(part.y, minlength=4)
        assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(one[2].x, again[2].x)
    assert not np.array_equal(one[2].x, other[2].x)
    assert len(set(one[0].y[:8])) > 1  # in random order, not sorted by class


def test_more_than_there_are_is_refused_and_all_that_there_are_is_not():
    train, test = tasks.apart(tasks.parity, (6, 2), length=3)
    assert len(train.x) + len(test.x) == 8
    with pytest.raises(ValueRangeError, match=r"10 in all, found 8"):
        tasks.apart(tasks.parity, (6, 4), length=3)
    with pytest.raises(ValueRangeError, match=r"found 4"):  # four distinct sequences
        tasks.apart(tasks.spikes, (4, 1), interval=9, delays=2, count=2)


@pytest.mark.parametrize("sizes", [(0, 3), (3, -1), (2.5, 1), ("3", 1)])
def test_sizes_are_checked(sizes):
    with pytest.raises(ValueRangeError, match="sizes: expected an integer >= 1"):
        tasks.apart(tasks.parity, sizes, length=9)


@pytest.mark.parametrize(
    "groups, shares",
    [(2, [0.8, 0.2]), (5, [0.7, 0.15, 0.15]), (3, [0.05, 0.05, 0.9]), (3, [0.98, 0.01, 0.01])],
)
def test_no_part_is_empty_and_no_group_is_torn(groups, shares):
    rng = np.random.default_rng(0)
    for seed in range(20):
        member = rng.integers(groups, size=60)
        member[:groups] = np.arange(groups)
        parts = by_group(member, shares, seed=seed)
        assert all(len(part) for part in parts)
        assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(60))
        sets = [set(member[part]) for part in parts]
        assert sum(map(len, sets)) == groups


def test_shares_are_met_where_groups_are_many():
    member = np.repeat(np.arange(200), 3)
    sizes = [len(part) for part in by_group(member, [0.7, 0.2, 0.1], seed=5)]
    assert np.abs(np.array(sizes) / 600 - [0.7, 0.2, 0.1]).max() < 0.01


@pytest.mark.parametrize("shares", [[], [0.5, 0.6], [1.2, -0.2], [float("nan"), 0.5]])
def test_shares_are_checked(shares):
    with pytest.raises(ValueRangeError, match="shares: expected numbers above 0"):
        by_group(np.arange(6), shares)


def test_groups_are_checked():
    with pytest.raises(ShapeError, match="groups"):
        by_group(np.zeros((3, 2)), [0.5, 0.5])
