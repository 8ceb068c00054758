"""The tasks: targets by an independent rule, lags, balance, seeds, errors."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmbook.data import Split, tasks
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=15, deadline=None)

EVERY = {
    "memory": dict(lag=12, n=60),
    "adding": dict(length=30, n=60),
    "multiplication": dict(length=30, n=60),
    "temporal_order": dict(n=60),
    "two_sequence": dict(length=30, n=60),
    "noise_free_lag": dict(lag=12, n=60),
    "embedded_reber": dict(n=60),
    "continual": dict(steps=40, n=10),
    "spikes": dict(interval=9, n=60),
    "counting": dict(n=60),
    "parity": dict(n=60),
    "copying": dict(lag=5, n=20),
}


def words(split, letters):
    """Spell the one-hot rows of a split, without padding."""
    lengths = split.lengths if split.lengths is not None else [split.x.shape[1]] * len(split.x)
    return ["".join(letters[k] for k in row[:L].argmax(1)) for row, L in zip(split.x, lengths)]


def test_every_task_is_listed_here():
    assert set(EVERY) == set(tasks.__all__) - {"apart", "legal_symbols"}


@pytest.mark.parametrize("name", EVERY)
def test_form_and_seed(name):
    make = getattr(tasks, name)
    one, same, other = (make(**EVERY[name], seed=s) for s in (3, 3, 4))
    assert isinstance(one, Split)
    assert one.x.ndim == 3 and one.x.dtype == np.float32
    assert one.y.dtype in (np.int64, np.float32) and len(one.y) == len(one.x) == EVERY[name]["n"]
    for a, b in zip(one, same):
        np.testing.assert_array_equal(a, b)
    assert one.x.shape != other.x.shape or not np.array_equal(one.x, other.x)
    if one.lengths is not None:
        assert one.lengths.min() >= 1 and one.lengths.max() == one.x.shape[1]
        past = np.arange(one.x.shape[1])[None] >= one.lengths[:, None]
        assert not one.x[past].any()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("bad, got", [(dict(n=0), "n:"), (dict(seed=-1), "seed:")])
def test_count_and_seed_are_checked(name, bad, got):
    with pytest.raises(ValueRangeError, match=f"{got} expected an integer >="):
        getattr(tasks, name)(**EVERY[name] | bad)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: tasks.memory(lag=0), "lag: expected an integer >= 1, got 0"),
        (lambda: tasks.memory(classes=1), "classes: expected an integer >= 2"),
        (lambda: tasks.memory(window=0), "window: expected an integer >= 1"),
        (lambda: tasks.memory(lag=2.5), "lag: .* got 2.5"),
        (lambda: tasks.memory(lag=True), "lag: .* got True"),
        (lambda: tasks.adding(length=21), "length: expected an integer >= 22"),
        (lambda: tasks.multiplication(length=5), "length: .* got 5"),
        (lambda: tasks.temporal_order(symbols=4), "symbols: expected .* from 2 to 3, got 4"),
        (lambda: tasks.two_sequence(informative=101), "informative: .* from 1 to 100, got 101"),
        (lambda: tasks.noise_free_lag(lag=1), "lag: .* got 1"),
        (lambda: tasks.noise_free_lag("2a", distractors=9), "distractors: .*2c.* got 9"),
        (lambda: tasks.continual(steps=9), "steps: .* got 9"),
        (lambda: tasks.spikes(interval=0), "interval: .* got 0"),
        (lambda: tasks.spikes(delays=1), "delays: .* got 1"),
        (lambda: tasks.counting(smallest=5, largest=4), "largest: .* >= 5, got 4"),
        (lambda: tasks.counting(letters=4), "letters: .* got 4"),
        (lambda: tasks.parity(length=0), "length: .* got 0"),
        (lambda: tasks.copying(classes=1), "classes: .* got 1"),
    ],
)
def test_arguments_are_checked(call, message):
    with pytest.raises(ValueRangeError, match=message):
        call()


@pytest.mark.parametrize("make", [tasks.two_sequence, tasks.noise_free_lag])
def test_forms_are_checked(make):
    with pytest.raises(UnknownNameError, match="unknown form '7z'; expected one of"):
        make("7z")


@few
@given(SEEDS, st.integers(1, 30), st.integers(2, 9), st.integers(1, 6))
def test_memory(seed, lag, classes, window):
    x, y, lengths = tasks.memory(lag, classes, n=4 * classes, seed=seed, window=window)
    assert x.shape == (4 * classes, window + lag, classes + 1) and lengths is None
    assert set(np.unique(x)) == {0, 1} and set(np.unique(x[..., :-1].sum(2))) == {1}
    for row, label in zip(x, y):
        (when,) = np.flatnonzero(row[:, -1])
        assert when < window and row[when, label] == 1
    assert np.bincount(y, minlength=classes).tolist() == [4] * classes


def test_memory_distractors_tell_nothing():
    x, y, _ = tasks.memory(lag=20, classes=4, n=8000, seed=1, window=1)
    agreement = (x[:, 1:, :4].argmax(2) == y[:, None]).mean()
    assert abs(agreement - 1 / 4) < 0.005
    flags = tasks.memory(lag=20, classes=4, n=8000, seed=1).x[:, :, 4].sum(0)
    assert not flags[20:].any() and np.abs(flags[:20] / 8000 - 1 / 20).max() < 0.01


@pytest.mark.parametrize("make, low, rule", [
    (tasks.adding, -1, lambda a, b: 0.5 + (a + b) / 4),
    (tasks.multiplication, 0, lambda a, b: a * b),
])  # fmt: skip
def test_marked_pairs(make, low, rule):
    x, y, lengths = make(length=60, n=800, seed=5)
    assert set(lengths) == set(range(60, 67))
    first_marked = 0
    for row, target, steps in zip(x, y, lengths):
        values, markers = row[:steps].T
        (i, j) = places = [t for t in range(steps) if markers[t] == 1]
        assert i <= 9 and j <= 29
        assert low <= values.min() and values.max() <= 1
        assert markers[-1] == -1 and (markers[0] == -1 or 0 in places)
        assert sum(markers == 0) == steps - len({0, steps - 1, i, j})
        if 0 in places:
            first_marked += 1
            assert values[0] == (0 if low else 1)
        assert target[0] == pytest.approx(rule(values[i], values[j]), abs=1e-6)
    assert 50 < first_marked < 180  # 1/10 + 9/10 * 1/29 of 800 is 105


def test_adding_chance_level():
    y = tasks.adding(length=100, n=5000, seed=0).y
    assert np.mean((y - 0.5) ** 2) == pytest.approx(1 / 24, rel=0.08)
    y = tasks.multiplication(length=100, n=5000, seed=0).y
    assert np.mean((y - 0.25) ** 2) == pytest.approx(7 / 144, rel=0.3)


@pytest.mark.parametrize("symbols, spans", [
    (2, [(10, 20), (50, 60)]),
    (3, [(10, 20), (33, 43), (66, 76)]),
])  # fmt: skip
def test_temporal_order(symbols, spans):
    split = tasks.temporal_order(symbols, n=400, seed=2)
    names = {"XX": 0, "XY": 1, "YX": 2, "YY": 3} if symbols == 2 else None
    for word, label in zip(words(split, "EBabcdXY"), split.y):
        assert re.fullmatch(r"E[abcdXY]+B", word) and 100 <= len(word) <= 110
        found = [(t, s) for t, s in enumerate(word) if s in "XY"]
        assert all(a <= t <= b for (t, _), (a, b) in zip(found, spans, strict=True))
        text = "".join(s for _, s in found)
        assert label == (names[text] if names else int(text.replace("X", "0").replace("Y", "1"), 2))
    assert set(np.bincount(split.y)) == {400 // 2**symbols}


@pytest.mark.parametrize("form", ["3a", "3b", "3c"])
def test_two_sequence(form):
    x, y, lengths = tasks.two_sequence(form, length=50, informative=3, n=4000, seed=1)
    assert set(lengths) == set(range(50, 56))
    start, rest = x[:, :3, 0], x[:, 3:50, 0]
    assert rest.mean() == pytest.approx(0, abs=0.01) and rest.var() == pytest.approx(0.2, rel=0.03)
    if form == "3b":
        right = np.where(y == 1, 1.0, -1.0)
        assert (start - right[:, None]).var() == pytest.approx(0.2, rel=0.1)
        assert np.bincount(y).tolist() == [2000, 2000]
    elif form == "3a":
        assert np.array_equal(start, np.tile(np.where(y == 1, 1.0, -1.0)[:, None], 3))
    else:
        assert y.shape == (4000, 1) and set(np.unique(start)) == {-1, 1}
        for sign, centre in ((1, 0.2), (-1, 0.8)):
            part = y[start[:, 0] == sign]
            assert part.mean() == pytest.approx(centre, abs=0.03)
            assert part.var() == pytest.approx(0.1, rel=0.1)


def test_noise_free_lag_2a_and_2b():
    for form in ("2a", "2b"):
        split = tasks.noise_free_lag(form, lag=6, n=50, seed=4)
        letters = "abcdexy"
        seen = set()
        for word, target in zip(words(split, letters), split.y):
            after = "".join(letters[k] for k in target)
            assert word[1:] == after[:-1] and word[0] == after[-1] and word[0] in "xy"
            assert len(word) == 6 and set(word[1:]) <= set("abcde")
            seen.add(word)
        assert seen == {"xabcde", "yabcde"} if form == "2a" else len(seen) > 40
        assert np.bincount(split.y[:, -1])[-2:].tolist() == [25, 25]


def test_noise_free_lag_2c():
    split = tasks.noise_free_lag("2c", lag=20, n=2000, seed=4, distractors=5)
    assert split.x.shape[2] == 9
    for word, label in zip(words(split, "klmnoebxy"), split.y):
        assert re.fullmatch(r"b[xy][klmno]+e", word) and word[1] == "xy"[label]
    extra = split.lengths - 3 - 20
    assert extra.min() == 0 and extra.mean() == pytest.approx(9, rel=0.1)


def is_reber(text):
    """Say whether a string has the Reber grammar, by the regular expression of its automaton."""
    # From node 3 (after B P): T* V, then V ends, or P X comes back to 3, or P S ends.
    three = r"(?:T*VPX)*T*V(?:V|PS)"
    return re.fullmatch(rf"B(?:TS*X(?:S|X{three})|P{three})E", text) is not None


def test_reber_strings_by_regular_expression():
    split = tasks.embedded_reber(n=400, seed=9)
    for word, target, steps in zip(words(split, "BTPSXVE"), split.y, split.lengths):
        text = word + "BTPSXVE"[target[steps - 1]]
        assert text[1:] == "".join("BTPSXVE"[k] for k in target[:steps])
        assert not target[steps:].any()
        assert text[0] == "B" and text[-1] == "E" and text[1] == text[-2] and text[1] in "TP"
        assert is_reber(text[2:-2]), text
    assert split.lengths.min() == 8  # the shortest string has 9 symbols
    assert 150 < sum(word[1] == "T" for word in words(split, "BTPSXVE")) < 250


def test_continual_is_strings_without_ends():
    split = tasks.continual(steps=200, n=5, seed=3)
    assert split.lengths is None
    for word, target in zip(words(split, "BTPSXVE"), split.y):
        text = word + "BTPSXVE"[target[-1]]
        assert "".join("BTPSXVE"[k] for k in target) == text[1:]
        whole = re.findall(r"B([TP])(B[TPSXV]+E)\1E", text)
        assert len(whole) >= 8 and all(is_reber(inner) for _, inner in whole)
        joined = "".join(f"B{a}{inner}{a}E" for a, inner in whole)
        assert text.startswith(joined)


@pytest.mark.parametrize("split", [tasks.embedded_reber(60, 1), tasks.continual(120, 6, 1)])
def test_legal_symbols(split):
    legal = tasks.legal_symbols(split)
    lengths = split.lengths if split.lengths is not None else np.full(len(split.x), 120)
    real = np.arange(split.x.shape[1])[None] < lengths[:, None]
    assert not legal[~real].any()
    assert set(legal[real].sum(1)) == {1, 2}
    assert np.take_along_axis(legal, split.y[..., None], 2)[..., 0][real].all()
    # inside the grammar two are possible, at the repetition and the end one
    assert (legal[real].sum(1) == 2).mean() > 0.3


def test_legal_symbols_checks():
    with pytest.raises(ShapeError, match=r"x: expected \(n, T, 7\), got"):
        tasks.legal_symbols(tasks.parity(n=3))
    x = np.zeros((1, 2, 7), dtype=np.float32)
    x[0, :, 0] = 1  # B B
    with pytest.raises(ValueRangeError, match="expected one of T, P in the grammar, got B"):
        tasks.legal_symbols(Split(x, np.zeros((1, 2), int)))


@few
@given(SEEDS, st.integers(1, 12), st.integers(2, 4), st.integers(1, 4))
def test_spikes(seed, interval, delays, count):
    x, y, lengths = tasks.spikes(interval, delays, count, n=12, seed=seed)
    for row, label, steps in zip(x, y, lengths):
        times = [-1, *np.flatnonzero(row[:, 0])]
        assert len(times) == count + 1 and times[-1] == steps - 1
        gaps = np.diff(times)
        assert gaps.min() >= interval and gaps.max() < interval + delays
        assert gaps[-1] == interval + label
    assert np.bincount(y, minlength=delays).tolist() == [12 // delays] * delays


@pytest.mark.parametrize("letters", [2, 3])
def test_counting(letters):
    split = tasks.counting(2, 6, letters, n=200, seed=1)
    names = "Sab" + ("c" if letters == 3 else "") + "E"
    sizes = set()
    for word, target, steps in zip(words(split, names), split.y, split.lengths):
        m = word.count("a")
        sizes.add(m)
        text = "S" + "a" * m + "b" * m + ("c" * m if letters == 3 else "") + "E"
        assert word + "E" == text
        assert "".join(names[k] for k in target[:steps]) == text[1:]
    assert sizes == {2, 3, 4, 5, 6}


def test_parity():
    last, every = (tasks.parity(7, n=200, seed=1, every_step=e) for e in (False, True))
    for row, end, steps in zip(last.x[..., 0], last.y, every.y):
        ones, odd = 0, []
        for bit in row:
            ones += int(bit)
            odd.append(ones & 1)
        assert odd == steps.tolist() and odd[-1] == end
    assert 70 < last.y.sum() < 130


def test_copying():
    split = tasks.copying(lag=7, symbols=4, classes=3, n=20, seed=1)
    for word, target in zip(words(split, "012_!"), split.y):
        text = word[:4]
        assert word == text + "_" * 6 + "!" + "_" * 4 and set(text) <= set("012")
        assert "".join("012_!"[k] for k in target) == "_" * 11 + text
