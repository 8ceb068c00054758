"""What the tasks draw: every value of every range comes, each as often as the text says."""

import numpy as np
import pytest

from lstmbook.data import Split, tasks
from lstmbook.data.tasks import parts
from lstmbook.data.tasks._reber import GRAPH, SYMBOLS
from lstmbook.errors import UnknownNameError, ValueRangeError
from tests.data.test_tasks import EVERY, words


def even(values, among, tolerance=0.25):
    """Whether `values` takes each of `among`, and nothing else, about equally often."""
    found, counts = np.unique(values, return_counts=True)
    share = counts * len(among) / counts.sum()
    return found.tolist() == sorted(among) and np.abs(share - 1).max() < tolerance


def test_even_is_strict():
    rng = np.random.default_rng(0)
    assert even(rng.integers(5, size=5000), range(5))
    assert not even(rng.integers(4, size=5000), range(5))
    assert not even(rng.integers(6, size=5000), range(5))
    assert not even(np.minimum(rng.integers(7, size=5000), 4), range(5))


def test_memory():
    x, y, _ = tasks.memory(lag=3, classes=5, n=6000, seed=1, window=4)
    when = x[:, :, 5].argmax(1)
    assert even(when, range(4))
    symbols = x[:, :, :5].argmax(2)
    for label in range(5):  # the place tells nothing of the symbol
        assert even(when[y == label], range(4))
    for step in range(7):
        assert even(symbols[:, step], range(5))
        assert even(symbols[when != step, step], range(5))


def test_marked_pairs():
    for task, low in ((tasks.adding, -1), (tasks.multiplication, 0)):
        x, _, lengths = task(length=40, n=5000, seed=2)
        assert even(lengths, range(40, 45))
        marks = [np.flatnonzero(row[:, 1] == 1) for row in x]
        both = np.array(marks)
        # one among ten; one among the first 19 that are free: both together by hand
        assert both.max() == 19 and both.min() == 0
        late = both[both[:, 1] > 9]
        assert even(late[:, 0], range(10)) and even(late[:, 1], range(10, 20))
        early = both[both[:, 1] <= 9]
        assert len(early) / 5000 == pytest.approx(9 / 19, abs=0.03)
        assert even(early.ravel(), range(10))
        values = x[:, 1:40, 0].ravel()
        assert even(np.floor((values - low) / (1 - low) * 10), range(10), 0.05)
        first = x[:, 0, 1] == 1
        assert even(np.floor((x[~first, 0, 0] - low) / (1 - low) * 5), range(5))


@pytest.mark.parametrize("symbols", [2, 3])
def test_temporal_order(symbols):
    split = tasks.temporal_order(symbols, n=6000, seed=3)
    assert even(split.lengths, range(100, 111))
    spans = [(10, 20), (50, 60)] if symbols == 2 else [(10, 20), (33, 43), (66, 76)]
    numbers = split.x.argmax(2)
    place = np.array([np.flatnonzero(row >= 6) for row in numbers])
    for k, (first, last) in enumerate(spans):
        assert even(place[:, k], range(first, last + 1))
    middle = numbers[:, 1:99]
    assert even(middle[middle < 6], (2, 3, 4, 5), 0.02)
    for step in (1, 30, 98):
        assert even(numbers[:, step][numbers[:, step] < 6], (2, 3, 4, 5))


def test_two_sequence():
    x, y, lengths = tasks.two_sequence("3b", length=30, informative=2, n=6000, seed=4)
    assert even(lengths, range(30, 34)) and np.bincount(y).tolist() == [3000, 3000]
    for step in (2, 15, 29):  # behind the informative ones nothing tells the class
        for label in (0, 1):
            part = x[y == label, step, 0]
            assert part.mean() == pytest.approx(0, abs=0.04)
            assert part.std() == pytest.approx(0.2**0.5, abs=0.02)
    for step in (0, 1):
        assert x[y == 1, step, 0].mean() == pytest.approx(1, abs=0.04)
    _, target, _ = tasks.two_sequence("3c", length=30, n=6000, seed=4)
    assert target.std() == pytest.approx((0.09 + 0.1) ** 0.5, abs=0.02)


def test_noise_free_lag():
    split = tasks.noise_free_lag("2b", lag=6, n=6000, seed=5)
    numbers = split.x.argmax(2)
    for step in range(1, 6):
        assert even(numbers[:, step], range(5))
    assert even(numbers[:, 0], (5, 6), 1e-9)
    split = tasks.noise_free_lag("2c", lag=4, n=6000, seed=5, distractors=3)
    numbers = split.x.argmax(2)
    for step in range(2, 6):
        assert even(numbers[:, step], range(3))
    extra = split.lengths - 7
    for k in range(4):  # each further step is the end with probability 1/10
        assert (extra[extra >= k] == k).mean() == pytest.approx(0.1, abs=0.02)
    # p = lag where it is not told
    assert tasks.noise_free_lag("2c", lag=4, n=3, seed=5).x.shape[2] == 8
    assert tasks.noise_free_lag(lag=4, n=3).x.shape == (3, 4, 5)


def test_spikes():
    split = tasks.spikes(interval=3, delays=3, count=4, n=6000, seed=6)
    times = np.array([np.flatnonzero(row[:, 0]) for row in split.x])
    gaps = np.diff(times, axis=1, prepend=-1)
    for k in range(4):
        assert even(gaps[:, k], (3, 4, 5))
    assert even(split.y, range(3), 1e-9)
    assert tasks.spikes(n=40).lengths.min() == 98  # two spikes, 49 or 50 steps apart


def test_counting_parity_and_copying():
    split = tasks.counting(3, 7, n=6000, seed=7)
    assert even((split.lengths - 1) // 2, range(3, 8))
    split = tasks.parity(6, n=6000, seed=7)
    for step in range(6):
        assert even(split.x[:, step, 0], (0, 1), 0.1)
    split = tasks.copying(lag=2, symbols=4, classes=3, n=6000, seed=7)
    for step in range(4):
        assert even(split.x[:, step].argmax(1), range(3))
    assert tasks.copying(n=2).x.shape == (2, 70, 10)  # as in the paper


def test_reber_takes_every_way_equally_often():
    ways = {}
    split = tasks.embedded_reber(n=4000, seed=8)
    outer = []
    for word in words(split, SYMBOLS):
        outer.append(word[1])
        node = 0
        for symbol in word[2:]:
            if node == len(GRAPH):
                break
            ways.setdefault(node, []).append(symbol)
            node = GRAPH[node][symbol]
    assert even(outer, "PT", 0.1)
    assert set(ways) == set(range(7))
    for node, symbols in ways.items():
        assert even(symbols, list(GRAPH[node]), 0.1)


def strings(kind):
    """(Split, per sequence the list of its whole strings)."""
    if kind == "embedded":
        split = tasks.embedded_reber(n=300, seed=9)
        last = [SYMBOLS[y[n - 1]] for y, n in zip(split.y, split.lengths)]
        return split, [[w + end] for w, end in zip(words(split, SYMBOLS), last)]
    split = tasks.continual(steps=250, n=20, seed=9)
    found = []
    for word in words(split, SYMBOLS):
        whole, now = [], ""
        for symbol in word:  # an inner string has no E before its end, and is followed by one more
            now += symbol
            if len(now) > 8 and symbol == "E" and now.count("E") == 2:
                whole.append(now)
                now = ""
        found.append(whole)
    return split, found


@pytest.mark.parametrize("kind", ["embedded", "continual"])
def test_exactly_one_of_t_and_p_is_legal_at_the_repetition(kind):
    split, found = strings(kind)
    legal = tasks.legal_symbols(split)
    seen = {"T": 0, "P": 0}
    for row, target, whole in zip(legal, split.y, found):
        start = 0
        for text in whole:
            due = start + len(text) - 3  # the step whose target is the repetition
            allowed = {SYMBOLS[k] for k in np.flatnonzero(row[due])}
            assert allowed == {text[1]} == {SYMBOLS[target[due]]}
            ending = {SYMBOLS[k] for k in np.flatnonzero(row[due + 1])}
            assert ending == {"E"}
            choice = {SYMBOLS[k] for k in np.flatnonzero(row[start])}
            assert choice == {"T", "P"}
            seen[text[1]] += 1
            start += len(text)
    assert min(seen.values()) > 60


def test_legal_is_what_really_follows():
    """After every common beginning, legal is what has followed in thousands of strings."""
    split = tasks.embedded_reber(n=2500, seed=10)
    legal = tasks.legal_symbols(split)
    follows, told = {}, {}
    for word, target, row in zip(words(split, SYMBOLS), split.y, legal):
        for t in range(len(word)):
            follows.setdefault(word[: t + 1], []).append(target[t])
            told[word[: t + 1]] = set(np.flatnonzero(row[t]).tolist())
    common = [start for start, after in follows.items() if len(after) > 30]
    assert len(common) > 60
    for start in common:
        assert set(np.array(follows[start]).tolist()) == told[start], start


@pytest.mark.parametrize("name", EVERY)
def test_one_sequence_and_no_sequence_twice_in_a_row(name):
    task = getattr(tasks, name)
    one = task(**EVERY[name] | dict(n=1), seed=2)
    assert len(one.x) == len(one.y) == 1 and np.isfinite(one.x).all()
    several = task(**EVERY[name] | dict(n=5), seed=2)
    assert len(several.x) == 5
    # what is drawn for one sequence is not what is drawn for the next
    many = task(**EVERY[name] | dict(n=40), seed=2)
    keys = {x.tobytes() for x, _ in parts.sequences(many)}
    assert len(keys) > (3 if name in ("spikes", "counting") else 1 if "free" in name else 9)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("bad", [0, -3, 2.5, float("nan"), float("inf"), "4", None, True, [3]])
def test_impossible_numbers_are_refused(name, bad):
    task = getattr(tasks, name)
    defaults = [k for k, v in EVERY_NUMBER[name].items() if not (bad == 0 and v == "from 0")]
    for argument in defaults:
        with pytest.raises((ValueRangeError, UnknownNameError), match=argument):
            task(**{argument: bad})


EVERY_NUMBER = {
    "adding": dict(length=1, n=1, seed="from 0"),
    "continual": dict(steps=1, n=1, seed="from 0"),
    "copying": dict(lag=1, symbols=1, classes=1, n=1, seed="from 0"),
    "counting": dict(smallest=1, largest=1, letters=1, n=1, seed="from 0"),
    "embedded_reber": dict(n=1, seed="from 0"),
    "memory": dict(lag=1, classes=1, window=1, n=1, seed="from 0"),
    "multiplication": dict(length=1, n=1, seed="from 0"),
    "noise_free_lag": dict(form=1, lag=1, n=1, seed="from 0"),
    "parity": dict(length=1, n=1, seed="from 0"),
    "spikes": dict(interval=1, delays=1, count=1, n=1, seed="from 0"),
    "temporal_order": dict(symbols=1, n=1, seed="from 0"),
    "two_sequence": dict(form=1, length=1, informative=1, n=1, seed="from 0"),
}


OF_THE_PAPERS = {  # what a call without arguments draws: sizes that the texts and papers name
    "adding": dict(length=100, n=1000),
    "continual": dict(steps=300, n=100),
    "copying": dict(lag=50, symbols=10, classes=8, n=1000),
    "counting": dict(smallest=1, largest=10, letters=2, n=1000),
    "embedded_reber": dict(n=256),
    "memory": dict(lag=80, classes=4, n=3000, window=20),
    "multiplication": dict(length=100, n=1000),
    "noise_free_lag": dict(form="2b", lag=100, n=1000),
    "parity": dict(length=20, n=1000, every_step=False),
    "spikes": dict(interval=49, delays=2, count=2, n=1000),
    "temporal_order": dict(symbols=2, n=1000),
    "two_sequence": dict(form="3a", length=100, informative=3, n=1000),
}


@pytest.mark.parametrize("name", EVERY)
def test_a_call_without_arguments(name):
    task = getattr(tasks, name)
    for own, told in zip(task(), task(**OF_THE_PAPERS[name], seed=0)):
        np.testing.assert_array_equal(own, told)


@pytest.mark.parametrize("bad", [0, "2", 1.5, [3]])
def test_more_impossible_numbers(bad):
    with pytest.raises(ValueRangeError, match="distractors"):
        tasks.noise_free_lag("2c", distractors=bad)
    with pytest.raises(ValueRangeError, match="every_step"):
        tasks.parity(every_step=bad)


def test_the_least_numbers_work():
    """The numbers that are just possible: each gives a task that is still one."""
    x, y, _ = tasks.memory(lag=1, classes=2, n=2, window=1)
    assert x.shape == (2, 2, 3) and np.array_equal(x[:, 0, :2].argmax(1), y)
    assert tasks.copying(1, 1, 2, n=3).x.shape == (3, 3, 4)
    assert tasks.parity(1, n=4).x.shape == (4, 1, 1)
    assert set(tasks.spikes(1, 2, 1, n=4).lengths) == {1, 2}
    assert tasks.counting(1, 1, n=2).x.shape == (2, 3, 4)
    assert tasks.noise_free_lag("2b", 2, n=2).x.shape == (2, 2, 3)
    assert tasks.noise_free_lag("2c", 2, n=2, distractors=1).x.shape[2] == 5
    assert tasks.continual(10, n=2).x.shape == (2, 10, 7)
    for task in (tasks.adding, tasks.multiplication):
        x, _, lengths = task(length=22, n=400)
        assert set(lengths) == {22, 23, 24}
        assert (np.sum(x[..., 1] == 1, axis=1) == 2).all()
    assert set(tasks.two_sequence(length=2, informative=2, n=4).x.ravel()) == {-1, 1}


def test_apart_draws_again_until_there_are_enough(monkeypatch):
    """Several draws: each sequence once, classes even in each part, the task's own targets."""
    drawn = []

    def task(n, seed, lag):
        drawn.append((n, seed))
        return tasks.memory(lag=lag, classes=3, n=n, seed=seed, window=1)

    # 3 ** 4 = 81 sequences, of which 75 are wanted: one draw of 100 does not have them
    sizes = (60, 9, 6)
    found = tasks.apart(task, sizes, seed=4, lag=3)
    assert len(drawn) > 2 and {n for n, _ in drawn} == {100}
    assert len({seed for _, seed in drawn}) == len(drawn)
    keys = [x.tobytes() for part in found for x in part.x]
    assert len(set(keys)) == len(keys) == 75
    for part, size in zip(found, sizes):
        assert len(part.x) == len(part.y) == size and part.lengths is None
        assert np.bincount(part.y, minlength=3).tolist() == [size // 3] * 3
        assert np.array_equal(part.x[:, 0, :3].argmax(1), part.y)
    drawn.clear()
    tasks.apart(task, (300, 100), seed=4, lag=9)
    assert drawn[0][0] == 400


def test_apart_keeps_lengths_and_targets():
    for name in ("counting", "spikes", "adding", "embedded_reber", "noise_free_lag"):
        options = {k: v for k, v in EVERY[name].items() if k != "n"}
        options |= {"counting": dict(largest=30), "spikes": dict(count=6)}.get(name, {})
        every = getattr(tasks, name)(**options, n=20, seed=1)
        for part in tasks.apart(getattr(tasks, name), (12, 5), seed=1, **options):
            assert part.x.dtype == every.x.dtype and part.y.dtype == every.y.dtype
            assert part.y.ndim == every.y.ndim and part.x.shape[2] == every.x.shape[2]
            assert (part.lengths is None) == (every.lengths is None)
            if part.lengths is None:
                continue
            assert part.lengths.max() == part.x.shape[1] and part.lengths.min() > 0
            past = np.arange(part.x.shape[1])[None] >= part.lengths[:, None]
            assert not part.x[past].any()
            if name == "counting":
                for word, y, n in zip(words(part, "SabE"), part.y, part.lengths):
                    assert "S" + "".join("SabE"[k] for k in y[:n]) == word + "E"
                    assert not y[n:].any()
            if name == "adding":
                for x, y in zip(part.x, part.y):
                    assert y[0] == pytest.approx(0.5 + x[x[:, 1] == 1, 0].sum() / 4, abs=1e-6)
            if name == "spikes":
                assert len(set(part.lengths)) > 1


def test_apart_counts_draws_in_vain():
    calls = []

    def two(n, seed):
        calls.append(seed)
        x = np.arange(2.0).reshape(2, 1, 1)
        return Split(x, np.array([0, 1]))

    with pytest.raises(ValueRangeError, match="3 in all, found 2"):
        tasks.apart(two, (2, 1))
    assert len(calls) == parts.IN_VAIN + 1
    assert [len(part.x) for part in tasks.apart(two, (1, 1))] == [1, 1]


@pytest.mark.parametrize("sizes", [5, "55", None, (), {3, 4}])
def test_apart_wants_a_list_of_sizes(sizes):
    with pytest.raises(ValueRangeError, match="sizes: expected"):
        tasks.apart(tasks.parity, sizes)


def test_apart_takes_no_n():
    with pytest.raises(ValueRangeError, match="n: expected sizes alone"):
        tasks.apart(tasks.parity, (3, 4), n=7)
    with pytest.raises(ValueRangeError, match="seed"):
        tasks.apart(tasks.parity, (3, 4), seed=-1)
    assert len(tasks.apart(tasks.parity, np.array([3, 4]))) == 2
