"""Dataset, splits and the loaders that need no download."""

import subprocess
import sys

import numpy as np
import pytest

from lstmbook import baselines, data, errors
from lstmbook.data import Dataset, Split, by_group, stratified
from lstmbook.errors import MissingExtraError, ShapeError, ValueRangeError

PLAIN = dict(name="toy", source="here", licence="none", size="3", real=False)


def part(n=3, **change):
    values = dict(x=np.zeros((n, 4, 2)), y=np.zeros(n, dtype=int), lengths=None)
    return Split(**(values | change))


def test_dataset_says_what_it_is():
    toy = Dataset(part(3), part(1), part(2), **PLAIN, classes=("a", "b"))
    text = repr(toy)
    assert text.splitlines() == [
        "toy: 3 (generated)",
        "  parts      train 3, validation 1, test 2",
        "  classes    2: a, b",
        "  source     here",
        "  licence    none",
    ]
    scores = {"guess": data.Baseline(0.25, "accuracy", "always a")}
    real = PLAIN | dict(real=True)
    more = repr(Dataset(part(3), part(4), part(2), **real, baselines=scores))
    assert "(real)" in more and "train 3, validation 4, test 2" in more
    assert "baseline   guess: accuracy 0.250" in more and "classes" not in more
    assert "toy: 3 (generated)" in text and "validation 1, test 2" in text and "2: a, b" in text


@pytest.mark.parametrize(
    "bad, error, message",
    [
        (dict(y=np.zeros(2, int)), ShapeError, "got toy.test.x 3, toy.test.y 2"),
        (
            dict(x=np.zeros((0, 4, 2)), y=np.zeros(0)),
            ValueRangeError,
            "toy.test: expected at least",
        ),
        (dict(y=np.array([0, np.nan, 1])), ValueRangeError, r"toy.test.y: .* the first at \(1,\)"),
        (dict(lengths=np.array([1.0, 2, 3])), ValueRangeError, "whole numbers .*got float64"),
        (dict(lengths=np.array([[1], [2], [3]])), ValueRangeError, r"got int64 \(3, 1\)"),
        (dict(y=np.array([0, 1, 2])), ValueRangeError, "class numbers from 0 to 1, got 0 to 2"),
        (dict(y=np.array([0, -1, 1])), ValueRangeError, "class numbers from 0 to 1, got -1 to 1"),
        (dict(lengths=np.array([1, 2])), ShapeError, "toy.test.lengths 2"),
        (dict(lengths=np.array([1, 2, 5])), ValueRangeError, "from 1 to 4, got 1 to 5"),
        (dict(lengths=np.array([0, 2, 4])), ValueRangeError, "from 1 to 4, got 0 to 4"),
        (dict(x=np.array(["a", "b", "c"]), lengths=np.ones(3, int)), ShapeError, "expected None"),
    ],
)
def test_dataset_checks_its_parts(bad, error, message):
    with pytest.raises(error, match=message):
        Dataset(part(), part(), part(**bad), **PLAIN, classes=("a", "b"))
    for message in ("toy.train", "toy.validation"):
        three = [part(), part(), part()]
        three[message == "toy.validation"] = part(**bad)
        with pytest.raises(error, match=message):
            Dataset(*three, **PLAIN, classes=("a", "b"))


def test_every_part_is_a_split():
    for wrong in (None, part().x, (part().x, part().y)):
        with pytest.raises(ShapeError, match="toy.validation: expected a Split"):
            Dataset(part(), wrong, part(), **PLAIN)


def test_dataset_without_names_of_classes_takes_all():
    for y in (np.array([0, 7, -1]), np.array([0.5, 2, 9]), np.array([[1.0], [2], [3]])):
        assert Dataset(part(), part(), part(y=y), **PLAIN).test.y is y
    lengths = np.array([1, 4, 2], "uint8")
    assert Dataset(part(lengths=lengths), part(), part(), **PLAIN).train.lengths is lengths


def test_stratified_parts_are_disjoint_and_even():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    parts = stratified(y, (60, 25, 15), seed=4)
    assert sorted(np.concatenate(parts)) == list(range(100))
    for k, size in zip(parts, (60, 25, 15)):
        assert np.abs(np.bincount(y[k], minlength=3) - size * np.array([0.5, 0.3, 0.2])).max() <= 1
    assert all(np.array_equal(a, b) for a, b in zip(parts, stratified(y, (60, 25, 15), seed=4)))
    assert not np.array_equal(parts[0], stratified(y, (60, 25, 15), seed=5)[0])


def test_by_group_keeps_groups_together():
    groups = np.random.default_rng(0).integers(40, size=500)
    parts = by_group(groups, (0.7, 0.1, 0.2), seed=1)
    assert sorted(np.concatenate(parts)) == list(range(500))
    owners = [set(groups[k]) for k in parts]
    assert not owners[0] & owners[1] and not owners[0] & owners[2] and not owners[1] & owners[2]
    assert [len(k) / 500 for k in parts] == pytest.approx([0.7, 0.1, 0.2], abs=0.06)


def test_splitting_errors():
    with pytest.raises(ValueRangeError, match=r"add up to 4, got \[2, 1\]"):
        stratified(np.zeros(4, int), (2, 1))
    with pytest.raises(ValueRangeError, match="shares: expected numbers above 0 with sum 1"):
        by_group(np.arange(9), (0.5, 0.4))
    with pytest.raises(ValueRangeError, match="at least 2 different groups, got 1"):
        by_group(np.zeros(9), (0.5, 0.5))


@pytest.mark.parametrize(
    "sizes", [(2, 2.0), (2, 1.5), (4, 0), (5, -1), (2, True), 4, None, "22", (np.nan, 4)]
)
def test_sizes_are_checked(sizes):
    with pytest.raises(ValueRangeError, match="sizes: expected"):
        stratified(np.zeros(4, int), sizes)


@pytest.mark.parametrize("y", [np.zeros((4, 1), int), np.zeros(0, int), np.zeros(4), 4])
def test_classes_to_draw_apart_are_checked(y):
    with pytest.raises(ShapeError, match="y: expected classes"):
        stratified(y, (2, 2))


@pytest.mark.parametrize("seed", [-1, 1.5, None, "0"])
def test_seeds_are_checked(seed):
    for draw in (
        lambda: stratified(np.zeros(4, int), (2, 2), seed),
        lambda: by_group(np.arange(4), (0.5, 0.5), seed),
    ):
        with pytest.raises(ValueRangeError, match="seed"):
            draw()


@pytest.mark.parametrize("shares", ["0.5", 0.5, None, ("a", "b"), (0.5, 0.5j)])
def test_shares_are_numbers(shares):
    with pytest.raises(ValueRangeError, match="shares: expected"):
        by_group(np.arange(4), shares)


def test_every_example_comes_into_each_part_with_some_seed():
    """No part of the data is never drawn: over seeds, each may be training and test example."""
    y, groups = np.repeat([0, 1], [7, 5]), np.arange(12) // 2
    for draw in (
        lambda seed: stratified(y, (6, 4, 2), seed),
        lambda seed: by_group(groups, (0.5, 0.3, 0.2), seed),
    ):
        found = [set(), set(), set()]
        for seed in range(60):
            for part, indices in zip(found, draw(seed), strict=True):
                part |= set(indices.tolist())
                assert indices.tolist() == sorted(set(indices.tolist()))
        assert found == [set(range(12))] * 3


def test_the_seed_is_0_where_none_is_told():
    y = np.arange(40) % 2
    for draw in (
        lambda **seed: stratified(y, (30, 10), **seed),
        lambda **seed: by_group(np.arange(40), (0.6, 0.4), **seed),
    ):
        assert np.array_equal(draw()[0], draw(seed=0)[0])
        assert not np.array_equal(draw()[0], draw(seed=1)[0])


def test_one_part_is_all_of_it():
    assert stratified(np.array([1, 0, 1]), [3])[0].tolist() == [0, 1, 2]
    assert by_group(np.array(["b", "a", "b"]), [1.0])[0].tolist() == [0, 1, 2]
    assert [len(part) for part in stratified(np.array([3]), np.array([1]))] == [1]


def test_by_group_cuts_where_the_middle_of_a_group_lies():
    """Groups of 6, 1, 1 and 2 in drawn order: against the rule in plain words."""
    sizes = {"a": 6, "b": 1, "c": 1, "d": 2}
    groups = np.repeat(list(sizes), list(sizes.values()))
    for seed in range(30):
        order = np.random.default_rng(seed).permutation(4)
        expected, place = [[], []], 0
        for name in np.array(list(sizes))[order]:
            expected[int(place + sizes[name] / 2 >= 0.6 * 10)].append(name)
            place += sizes[name]
        if not all(expected):
            continue  # the group at the end goes to the part that would be empty
        parts = by_group(groups, (0.6, 0.4), seed)
        assert [set(groups[part]) for part in parts] == [set(names) for names in expected]


def test_digits():
    digits = data.digits()
    parts = (digits.train, digits.validation, digits.test)
    assert [len(p.y) for p in parts] == [1100, 247, 450]
    for p in parts:
        assert p.x.shape[1:] == (8, 8) and p.x.dtype == np.float32 and p.y.dtype == np.int64
        assert p.x.min() == 0 and p.x.max() == 1
        share = np.bincount(p.y) / len(p.y)
        assert np.abs(share - 0.1).max() < 0.006
    # every image of the package is in exactly one part, rows in order
    from sklearn.datasets import load_digits

    raw = load_digits()
    ours = sorted((p.x[k] * 16).astype(int).tobytes() for p in parts for k in range(len(p.x)))
    assert ours == sorted(image.astype(int).tobytes() for image in raw.images)
    assert digits.real and digits.classes == tuple("0123456789") and "CC BY" in digits.licence
    assert not np.array_equal(data.digits(seed=1).test.x, digits.test.x)
    assert data.digits(seed=1).baselines == {}


@pytest.mark.parametrize("name", ["majority", "logistic regression", "nearest neighbour"])
def test_digits_baselines_are_what_is_stored(name):
    digits = data.digits()
    got = getattr(baselines, name.replace(" ", "_"))(digits.train, digits.test)["accuracy"]
    # one test digit is 0.0022; the solver may flip one between processors
    assert got == pytest.approx(digits.baselines[name].value, abs=0.004)


def test_digits_without_scikit_learn(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr(errors.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"pip install lstmbook\[data\]"):
        data.digits()


def test_import_is_light():
    code = (
        "import sys, lstmbook, lstmbook.data, lstmbook.plots, lstmbook.metrics, lstmbook.baselines;"
        "print([m for m in ('torch', 'tensorflow', 'matplotlib', 'sklearn', 'pooch', 'requests')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
