"""Windows of a table: each value at its place, and nothing that was fitted has seen the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmbook.data import Table, pad, rolling_origin, windows
from lstmbook.data._words import Vocabulary, words
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError

PARTS = ("train", "validation", "test")


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(60, 120),
    length=st.integers(1, 9),
    target=st.integers(0, 2),
    horizon=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    scale=st.sampled_from(["train", "none"]),
)
def test_every_value_stands_where_it_was(n, length, target, horizon, scale):
    table = np.random.default_rng(n).normal(3, 5, (n, 3))
    cut = windows(table, length, horizon, target=target, scale=scale)
    early = table[: cut.cuts[0]]
    mean, spread = (early.mean(0), early.std(0)) if scale == "train" else (np.zeros(3), np.ones(3))
    for name in PARTS:
        part, rows = getattr(cut, name), cut.origins[name]
        assert len(rows) == len(part.x) == len(part.y) > 0
        for x, y, t in zip(part.x, part.y, rows):
            assert x == pytest.approx((table[t - length + 1 : t + 1] - mean) / spread, abs=1e-4)
            want = [(table[t + h, target] - mean[target]) / spread[target] for h in horizon]
            assert y == pytest.approx(want, abs=1e-4)
        assert cut.unscale(part.y)[:, 0] == pytest.approx(
            table[rows + horizon[0], target], abs=1e-3
        )
    ahead = max(horizon)
    assert cut.origins["train"][-1] + ahead <= cut.cuts[0] - 1 <= cut.origins["validation"][0]
    assert cut.origins["validation"][-1] + ahead <= cut.cuts[1] - 1 <= cut.origins["test"][0]
    assert cut.origins["test"][-1] + ahead == n - 1 and cut.origins["train"][0] == length - 1


@pytest.mark.parametrize("missing", ["refuse", "mask", "last", "drop"])
def test_the_future_changes_nothing_that_was_seen(missing):
    rng = np.random.default_rng(5)
    table = rng.normal(size=(100, 2))
    if missing != "refuse":
        table[rng.random((100, 2)) < 0.08] = np.nan
    other = table.copy()
    other[80:] = 1000 * rng.normal(size=(20, 2))
    one, two = (windows(t, 4, 2, missing=missing, cuts=(50, 75, 100)) for t in (table, other))
    assert (one.train.x == two.train.x).all() and (one.train.y == two.train.y).all()
    assert (one.mean == two.mean).all() and (one.spread == two.spread).all()
    before = one.origins["test"] < 78  # their target too stands before row 80
    same = one.origins["test"][before]
    assert len(same) > 0
    rows = np.isin(two.origins["test"], same)
    assert (one.test.x[before] == two.test.x[rows]).all()


def test_missing_values():
    heat = np.array([np.nan, 4.0, np.nan, np.nan, 8, 6, np.nan, 2, 4, 6, 8, 2])
    table = {"heat": heat, "rain": np.arange(12.0)}
    cut = windows(table, 3, 1, cuts=(6, 9, 12), missing="mask", target="rain")
    assert cut.columns == ("heat", "rain", "heat seen", "heat since")
    assert cut.mean[0] == pytest.approx(6) and cut.train.x[0, :, 0] == pytest.approx(
        np.array([0, -2, -2]) / np.std([4, 8, 6])
    )
    assert cut.train.x[0, :, 2].tolist() == [0, 1, 0]
    assert cut.train.x[1, :, 3] == pytest.approx([0, 1 / 3, 2 / 3])
    last = windows(table, 3, 1, cuts=(6, 9, 12), missing="last", target="rain")
    assert last.columns == ("heat", "rain") and (last.train.x == cut.train.x[..., :2]).all()
    raw = windows(table, 3, 1, cuts=(6, 9, 12), missing="last", target="rain", scale="none")
    assert raw.train.x[0, :, 0] == pytest.approx([6, 4, 4])  # the training mean before the first
    # a target that is missing has no window; with "drop" nor has a window with a gap
    goals = windows(table, 2, 1, cuts=(6, 9, 12), missing="mask", target="heat")
    assert goals.origins["train"].tolist() == [3, 4] and goals.origins["validation"].tolist() == [
        6,
        7,
    ]
    heat[2] = 5.0  # rows 1 and 2 are whole now, and so are 7 to 11
    whole = windows(table, 2, 1, cuts=(6, 9, 12), missing="drop", target="rain")
    assert [whole.origins[p].tolist() for p in PARTS] == [[2], [5], [8, 9, 10]]


def test_missing_values_are_not_dropped_in_silence():
    with pytest.raises(ValueRangeError, match=r"1, the first in row 3, column 'a'.*missing='mask'"):
        windows({"a": [1, 2, 3, np.nan, 5, 6, 7, 8, 9, 10, 11, 12], "b": range(12)}, 2)
    with pytest.raises(ValueRangeError, match="column 'a' has none"):
        windows({"a": [np.nan] * 12 + [1.0] * 4, "b": range(16)}, 2, target="b", missing="mask")


def test_options():
    table = np.random.default_rng(1).normal(size=(80, 3))
    all_, thin = windows(table, 5, 1), windows(table, 5, 1, every=4)
    assert (thin.train.x == all_.train.x[::4]).all() and (thin.test.x == all_.test.x).all()
    some = windows(table, 5, 1, target=0, inputs=[2, 1])
    assert (some.train.x == all_.train.x[:, :, [2, 1]]).all() and some.columns == ("2", "1")
    line = windows(np.arange(60.0), 4)
    assert line.train.x.shape[1:] == (4, 1)
    table[:, 1] = 7.0  # a constant column has no spread to divide by
    assert np.isfinite(windows(table, 5, 1).train.x).all()
    assert "rows 1, 3 ahead: train" in repr(windows(table, 5, [1, 3]))
    assert "row 2 ahead: train" in repr(windows(table, 5, 2))


def test_data_frames_and_tables():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": np.arange(50.0), "b": np.arange(50) ** 2})
    cut = windows(frame, 3, 2, target="b")
    assert (
        cut.columns == ("a", "b")
        and (cut.train.y == windows(frame.to_numpy(), 3, 2, target=1).train.y).all()
    )
    time = np.arange(50).astype("datetime64[D]")
    table = Table({"a": frame["a"].to_numpy()}, time, "t", "here", "none", "50", cuts=(20, 30, 50))
    assert (
        windows(table, 3).cuts == (20, 30, 50)
        and windows(table, 3, cuts=(30, 40, 50)).cuts[0] == 30
    )
    with pytest.raises(ValueRangeError, match="time order"):
        Table({"a": np.arange(50.0)}, time[::-1], "t", "here", "none", "50", cuts=(20, 30, 50))
    frame["day"] = "Monday"
    with pytest.raises(ShapeError, match="leave out columns of text"):
        windows(frame, 3)


@pytest.mark.parametrize(
    "change, error, match",
    [
        ({"length": 0}, ValueRangeError, "length"),
        ({"horizon": 0}, ValueRangeError, "horizon"),
        ({"horizon": []}, ValueRangeError, "horizon"),
        ({"target": "c"}, UnknownNameError, "target: expected one of a, b"),
        ({"target": 2}, ValueRangeError, "target"),
        ({"inputs": ["a", "x"]}, UnknownNameError, "inputs"),
        ({"inputs": []}, ValueRangeError, "inputs"),
        ({"shares": (0.5, 0.5)}, ValueRangeError, "shares"),
        ({"shares": (0.5, 0.6, -0.1)}, ValueRangeError, "shares"),
        ({"cuts": (5, 5, 10)}, ValueRangeError, "cuts"),
        ({"cuts": (5, 9, 99)}, ValueRangeError, "cuts"),
        ({"cuts": (0, 9, 20)}, ValueRangeError, "cuts"),
        ({"scale": "all"}, UnknownNameError, "scale"),
        ({"missing": "zero"}, UnknownNameError, "missing"),
        ({"every": 0}, ValueRangeError, "every"),
        ({"length": 39}, ValueRangeError, "at least one window"),
        ({"table": {"a": [1.0, np.inf] * 20, "b": range(40)}}, ValueRangeError, "row 1, column 0"),
        ({"table": {"a": [1.0, 2], "b": [1.0]}}, ShapeError, "one length"),
        ({"table": np.zeros((4, 2, 2))}, ShapeError, "N, K"),
        ({"table": "text"}, ShapeError, "expected numbers"),
    ],
)
def test_errors(change, error, match):
    options = {"table": {"a": np.arange(40.0), "b": np.arange(40.0)}, "length": 3, "horizon": 1}
    with pytest.raises(error, match=match):
        windows(**(options | change))


def test_rolling_origin():
    cuts = list(rolling_origin(103, folds=4, test=7, validation=11, train=20))
    assert len(cuts) == 4 and cuts[-1][2] == 103
    for (a, b, c), later in zip(cuts, [*cuts[1:], None]):
        assert (b - a, c - b) == (11, 7) and a >= 20
        assert later is None or later[1] == c  # the next test part begins where this one ends
    for bad in ({"folds": 0}, {"test": 0}, {"folds": 20}, {"train": 99}):
        with pytest.raises(ValueRangeError):
            rolling_origin(**({"n": 103, "folds": 4, "test": 7, "validation": 11} | bad))


def test_vocabulary():
    texts = ["The cat saw the dog.", "the DOG sat"]
    book = Vocabulary(texts)
    assert book.tokens[4:6] == ("the", "dog") and len(book) == 4 + 6
    assert book.decode(book.encode("the bird sat", start=True, end=True)) == "the <unknown> sat"
    assert book.encode("the", start=True, end=True) == [2, 4, 3]
    assert len(Vocabulary(texts, least=2)) == 6 and len(Vocabulary(texts, most=1)) == 5
    letters = Vocabulary(texts, tokens="characters")
    assert letters.decode(letters.encode("the cat")) == "the cat" and "T" in letters
    own = Vocabulary(texts, tokens=lambda text: text.split())
    assert "dog." in own and "dog" not in own
    ids, lengths = book.array(["the cat", "", "dog"], end=True)
    assert lengths.tolist() == [3, 1, 2] and ids[0, 2] == 3 and ids[2, 2] == 0
    assert book.array(["", "dog"])[0].tolist() == [[1], [5]]  # an empty text is unknown
    assert words("It's 3.5 o’clock…") == ["it's", "3", ".", "5", "o’clock", "…"]
    for wrong in ("one text", [1, 2]):
        with pytest.raises(ShapeError):
            Vocabulary(wrong)
    with pytest.raises(ValueRangeError, match="occurs 9 times"):
        Vocabulary(texts, least=9)
    with pytest.raises(UnknownNameError):
        Vocabulary(texts, tokens="letters")
    with pytest.raises(ValueRangeError):
        book.decode([99])
    assert Vocabulary(["<pad> a <unknown>"], tokens=str.split).tokens[4:] == ("a",)


def test_pad():
    rng = np.random.default_rng(2)
    rows = [rng.normal(size=(n, 2)) for n in (3, 1, 5)]
    x, lengths = pad(rows, value=-1)
    assert x.shape == (3, 5, 2) and lengths.tolist() == [3, 1, 5] and x.dtype == np.float64
    for row, got, n in zip(rows, x, lengths):
        assert (got[:n] == row).all() and (got[n:] == -1).all()
    assert pad([[1, 2, 3], [4]], longest=2)[0].tolist() == [[1, 2], [4, 0]]
    assert pad([[1.5, 2], [4]])[0].dtype == np.float32
    both = [np.zeros(2, np.float32), np.ones(3)]
    assert pad(both)[0].dtype == np.float64 and pad(both[::-1])[0].dtype == np.float64
    ragged = [[[1, 2], [3]]]
    wide = [np.zeros((2, 3)), np.zeros((2, 4))]
    for wrong in ([], [[]], [[1], [[1, 2]]], "text", [["a"]], wide, ragged):
        with pytest.raises(ShapeError):
            pad(wrong)
    with pytest.raises(ValueRangeError, match="longest"):
        pad([[1, 2]], longest=0)
