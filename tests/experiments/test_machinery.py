"""Experiments: what is compared is fair, what is stored is what was run, a break loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstmbook import experiments
from lstmbook import numpy as lb
from lstmbook.data import tasks
from lstmbook.errors import DataFileError, UnknownNameError, ValueRangeError
from lstmbook.experiments import pieces
from lstmbook.experiments.__main__ import main
from lstmbook.experiments.book import Book, best_rate
from lstmbook.experiments.collect import result
from lstmbook.experiments.one_run import perform
from lstmbook.experiments.pace import Pace
from lstmbook.experiments.plan import Run
from lstmbook.experiments.runner import run_all

TINY = Path(__file__).with_name("tiny.py")
EXPERIMENT = experiments.find(str(TINY)).EXPERIMENT


def write(folder: Path, *changes: tuple[str, str], name: str = "recipe.py") -> str:
    """A recipe like tiny, changed."""
    text = TINY.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text)
    return str(folder / name)


def run(recipe: str, folder: Path, **more) -> dict:
    (book,) = run_all([recipe], folder, jobs=0, progress=False, **more)
    return result(book)


def same(made: dict) -> dict:
    """A result without what differs from run to run."""
    differs = ("seconds", "seconds_per_pass", "date")
    return {key: value for key, value in made.items() if key not in differs}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The tiny experiment, run once, without other processes."""
    return run(str(TINY), tmp_path_factory.mktemp("pieces"))


def test_a_result_holds_every_run_in_the_order_of_the_seeds(made):
    assert made["seeds"] == [14, 10, 12]
    assert list(made["scores"]) == ["LSTM", "GRU"]
    for contender in made["scores"]:
        for condition in ("4", "6"):
            assert list(made["scores"][contender][condition]) == ["1", "2"]
            assert made["extra"][contender][condition]["seed"] == [14, 10, 12]
            assert made["extra"][contender][condition]["steps"] == [20 + int(condition)] * 3
            assert made["rates"][contender][condition] in (1e-3, 1e-1)
            assert {len(s) for s in made["tuning"][contender][condition].values()} == {2}
    assert made["rules"]["the lag in hundredths"]["6"] == [0.0614, 0.061, 0.0612]
    assert made["weights"] == {"LSTM": 138, "GRU": 118}
    assert made["made by"] == "python -m lstmbook.experiments tiny"


def test_budgets_of_one_run_are_runs_of_that_length(made):
    for budget in (1, 2):
        for place, seed in enumerate(made["seeds"]):
            parts, model = EXPERIMENT.parts("6", seed), EXPERIMENT.model("LSTM", "6", seed)
            optimizer = lb.Adam(made["rates"]["LSTM"]["6"])
            given = {"batch_size": 8, "clip_norm": 1.0, "seed": seed, "progress": False}
            lb.fit(model, parts.train, epochs=budget, optimizer=optimizer, **given)
            expected = lb.evaluate(model, parts.test)["accuracy"]
            assert made["scores"]["LSTM"]["6"][str(budget)][place] == pytest.approx(expected)


RIGGED = """
def model(contender, condition, seed):
    built = lb.SequenceClassifier(getattr(lb, contender)(3, 4, seed=seed), classes=2, seed=seed)
    built.start = built.layer.params["W"].copy()
    return built


def moved(model, parts, part):
    ASKED.append(part)
    far = abs(model.layer.params["W"] - model.start).mean()
    return {sign}far if part == "validation" else {other}far


ASKED = []
"""


@pytest.mark.parametrize(("sign", "other", "chosen"), [("", "-", 1e-1), ("-", "", 1e-3)])
def test_the_rate_is_chosen_on_the_validation_part(tmp_path, sign, other, chosen):
    text = TINY.read_text()
    start, end = text.index("def model"), text.index("def extra")
    text = text[:start] + RIGGED.format(sign=sign, other=other) + text[end:]
    text = text.replace("    extra=extra,\n", "    scores=moved,\n")
    path = tmp_path / "rigged.py"
    path.write_text(text)
    made = run(str(path), tmp_path)
    assert {r for by in made["rates"].values() for r in by.values()} == {chosen}
    module = experiments.find(str(path))
    tuning = module.EXPERIMENT.tuning_runs("LSTM", "4")
    perform(module.EXPERIMENT, tuning[0])
    assert module.ASKED == ["validation", "validation"]  # the test part is not even looked at


def test_ties_between_rates():
    runs = EXPERIMENT.tuning_runs("LSTM", "4")
    assert [r.rate for r in runs] == [1e-3, 1e-3, 1e-1, 1e-1]

    def best(*scores, diverged=(0, 0, 0, 0), **more):
        tuned = {
            r: {"validation": dict(zip("12", s)), "diverged": d}
            for r, s, d in zip(runs, scores, diverged)
        }
        return best_rate(replace(EXPERIMENT, **more), tuned)

    low, high = (0.5, 0.6), (0.5, 0.9)
    assert best(low, low, low, high) == 1e-1
    assert best(low, low, low, high, better="low", perfect=None) == 1e-3
    assert best((0.5, 1.0), (0.5, 1.0), (0.6, 1.0), (0.5, 1.0)) == 1e-1  # sooner
    assert best(low, low, low, low) == 1e-3
    assert best(low, low, low, low, diverged=(1, 0, 0, 0)) == 1e-1


def test_a_diverged_run_counts_as_the_guess(tmp_path):
    recipe = write(
        tmp_path,
        ("    built.said_seed = seed\n", "    built.said_seed = seed\n    spoil(built, seed)\n"),
        (
            "def extra",
            'def spoil(built, seed):\n    if seed == 10:\n        built.params["layer.W"][:] = '
            'float("nan")\n\n\ndef extra',
        ),
    )
    made = run(recipe, tmp_path)
    for contender in ("LSTM", "GRU"):
        assert made["diverged"][contender] == {"4": [10], "6": [10]}
        for scores in made["scores"][contender]["4"].values():
            assert scores[1] == 0.5 and len(scores) == 3
        assert made["extra"][contender]["4"]["seed"] == [14, None, 12]


def start(recipe, folder, *more):
    command = [sys.executable, "-m", "lstmbook.experiments", str(recipe), "--jobs", "2"]
    command += ["--pieces", str(folder / "pieces"), "--folder", str(folder), *more]
    return subprocess.Popen(
        command,
        env=os.environ | {"TINY_SLEEP": "0.1", "PYTHONPATH": str(TINY.parents[2])},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finished(folder: Path) -> dict:
    return {path: path.stat().st_mtime_ns for path in folder.glob("pieces/tiny/*.json")}


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="processes are killed as a group")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_what_is_finished_survives_a_break(tmp_path, made, how):
    first = start(TINY, tmp_path)
    until = time.monotonic() + 60
    while len(finished(tmp_path)) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(first.pid, how)
    said, _ = first.communicate(timeout=30)
    if how == signal.SIGINT:
        assert first.returncode == 130 and "the same command goes on" in said
    kept = finished(tmp_path)
    total = Book(str(TINY), tmp_path / "pieces").total()
    assert 3 <= len(kept) < total and not (tmp_path / "tiny.json").exists()
    second = start(TINY, tmp_path)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 0 and "tiny.json" in said
    after = finished(tmp_path)
    assert len(after) == total and kept.items() <= after.items()
    assert same(json.loads((tmp_path / "tiny.json").read_text())) == same(made)


def test_stop_after_ends_in_time_and_keeps_pieces(tmp_path, capsys):
    recipe = write(tmp_path, ('"TINY_SLEEP", 0', '"NOT_SET", 0.2'))
    given = [recipe, "--jobs", "0", "--pieces", str(tmp_path), "--folder", str(tmp_path)]
    assert main([*given, "--stop-after", "0.5"]) == 0
    assert "runs left; run the command again" in capsys.readouterr().out
    left = Book(recipe, tmp_path).left()
    assert 0 < left < Book(recipe, tmp_path).total()


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (("batch_size=8", "batch_size=16"), 0),
        (("(3, 4, seed=seed)", "(3, 5, seed=seed)"), 0),
        (("int(condition) / 100", "int(condition) / 50"), 0),
        (("does the machinery work", "another title"), 34),
        (('"""A recipe', '"""Another text of a recipe'), 34),
        (("seeds=(14, 10, 12)", "seeds=(14, 10, 12, 13)"), 34),
        (("rates=(1e-3, 1e-1)", "rates=(1e-3, 1e-1, 1e-2)"), 34),
    ],
)
def test_pieces_belong_to_a_recipe(tmp_path, change, kept):
    run(write(tmp_path), tmp_path)
    book = Book(write(tmp_path, change), tmp_path)
    assert sum(1 for _ in (tmp_path / "tiny").glob("*.json")) == 34
    if "rates" in change[0]:
        assert len(book.done) == 16 + 6  # the tuning and the rules; the rate is not known yet
    else:
        assert len(book.done) == kept
    assert book.left() == book.total() - len(book.done)


def test_a_help_beside_the_recipe_counts_as_part_of_it(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "help_of_tiny.py").write_text("def cells():\n    return 4\n")
    changes = [
        ("import os\n", "import os\n\nfrom help_of_tiny import cells\n"),
        ("(3, 4, s", "(3, cells(), s"),
    ]
    recipe = write(tmp_path, *changes)
    before = Book(recipe, tmp_path).identity
    (tmp_path / "help_of_tiny.py").write_text("def cells():\n    return 5\n")
    assert Book(recipe, tmp_path).identity != before


def test_a_damaged_piece_is_run_again(tmp_path):
    book = Book(str(TINY), tmp_path)
    first = book.ready()[0]
    book.path(first).parent.mkdir()
    book.path(first).write_text('{"run": {"kind')
    assert Book(str(TINY), tmp_path).left() == book.total()


def test_several_share_one_pool_and_the_longest_starts_first(tmp_path, capfd):
    short = write(tmp_path, ('name="tiny"', 'name="short"'), name="short.py")
    long = write(tmp_path, ('name="tiny"', 'name="long"'), name="long.py")
    books = [Book(short, tmp_path), Book(long, tmp_path)]
    for book, seconds in zip(books, (1.0, 5.0)):
        first = book.ready()[0]
        piece = {"validation": {"1": 0.5, "2": 0.5}, "diverged": False, "seconds": seconds}
        book.add(first, piece)
    pace = Pace(books)
    tuning, longer = books[0].ready()[0], books[1].ready()[0]
    assert pace.path(books[0], tuning) == pytest.approx(0.5 * (2 + 2))  # with what waits for it
    assert pace.path(books[1], longer) == pytest.approx(2.5 * (2 + 2))
    assert (
        main([short, long, "--jobs", "2", "--pieces", str(tmp_path), "--folder", str(tmp_path)])
        == 0
    )
    ours = [same(json.loads((tmp_path / f"{name}.json").read_text())) for name in ("short", "long")]
    assert ours[0]["scores"] == ours[1]["scores"]


def test_an_error_of_a_recipe_comes_through(tmp_path):
    recipe = write(
        tmp_path, ("    built.said_seed = seed\n", "    built.said_seed = 1 // (seed - 12)\n")
    )
    for jobs in (0, 1):
        with pytest.raises(ZeroDivisionError):
            run_all([recipe], tmp_path, jobs=jobs, progress=False)
    assert Book(recipe, tmp_path).left() < Book(recipe, tmp_path).total()


def test_estimate_and_listing(tmp_path, capsys):
    assert main([str(TINY), "--estimate", "--pieces", str(tmp_path), "--jobs", "2"]) == 0
    assert "tiny: 34 of 34 runs left" in capsys.readouterr().out
    assert main([]) == 0
    assert (
        "digit_reader: reads a handwritten digit row by row (page 6.4), made 20"
        in capsys.readouterr().out
    )
    with pytest.raises(UnknownNameError, match="unknown experiment 'tiny'; expected one of: "):
        main(["tiny"])
    with pytest.raises(DataFileError, match="found none"):
        main([str(tmp_path / "none.py")])
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(DataFileError, match="define EXPERIMENT or make, found neither"):
        main([str(tmp_path / "empty.py")])


def test_parts_that_share_a_sequence_are_refused():
    train, validation, test = tasks.apart(tasks.memory, (30, 10, 10), lag=5)
    experiments.Parts(train, validation, test)
    mixed = test.x.astype("float64").copy()
    mixed[3] = validation.x[7]
    mixed[3][mixed[3] == 0] = -0.0
    with pytest.raises(ValueRangeError, match="got 1 of 10 test sequences also in validation"):
        experiments.Parts(train, validation, (mixed, test.y))
    padded = np.pad(train.x[:4], ((0, 0), (0, 2), (0, 0)))
    lengths = np.full(4, train.x.shape[1])
    with pytest.raises(ValueRangeError, match="got 4 of 4 test sequences also in train"):
        experiments.Parts(train, validation, (padded, train.y[:4], lengths))
    experiments.Parts(train, validation, (padded, train.y[:4]))  # two steps more: other sequences


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "two words"}, "name: expected letters"),
        ({"contenders": ("LSTM", "LSTM")}, "contenders: expected different ones"),
        ({"conditions": ()}, "conditions: expected different ones, at least one"),
        ({"seeds": (1, 5)}, r"seeds: expected none that chose the rates, got \[1\]"),
        ({"budgets": (3, 1)}, "budgets: expected rising"),
        ({"budgets": (0, 1)}, "budgets: expected a whole number"),
        ({"epochs": 1.5}, "epochs: expected a whole number"),
        ({"rates": (0.0, 1.0)}, "rates of LSTM: expected above 0"),
        ({"rates": ()}, "rates: expected different ones"),
        ({"better": "more"}, "unknown direction"),
        ({"per_contender": {"RNN": {}}}, "unknown contender in per_contender: 'RNN'"),
        ({"per_contender": {"GRU": {"epochs": 9}}}, "unknown setting in per_contender: 'epochs'"),
        ({"per_contender": {"GRU": {"rates": (1e-3,)}}}, "rates of GRU: expected 2, as many"),
        ({"guessing": {"4": 0.5}}, "guessing: expected one for each"),
    ],
)
def test_a_plan_checks_itself(change, message):
    with pytest.raises((ValueRangeError, UnknownNameError), match=message):
        replace(EXPERIMENT, **change)


def test_a_contender_may_have_its_own_grid():
    own = replace(EXPERIMENT, per_contender={"GRU": {"rates": (0.3, 0.4), "clip_norm": None}})
    assert {r.rate for r in own.tuning_runs("GRU", "4")} == {0.3, 0.4}
    assert own.clip_norm_of("GRU") is None and own.clip_norm_of("LSTM") == 1.0


def test_a_score_that_does_not_exist_is_named():
    wrong = replace(EXPERIMENT, score="f2")
    with pytest.raises(UnknownNameError, match="score 'f2'; expected one of: loss, accuracy"):
        perform(wrong, Run("tuning", "LSTM", "4", 1e-3, 0, 1, (1,)))


def test_the_key_of_a_piece_holds_the_run(tmp_path):
    one = EXPERIMENT.stored_runs("LSTM", "4", 1e-3)[0]
    others = [
        one,
        one._replace(seed=3),
        one._replace(rate=2e-3),
        one._replace(condition="5"),
        one._replace(contender="GRU"),
        one._replace(epochs=3),
        one._replace(kind="tuning"),
    ]
    assert len({pieces.path_of(tmp_path, "tiny", "recipe", run) for run in others}) == 7
