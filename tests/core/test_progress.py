"""What a training shows and tells: the bar, the history, and what counts as broken."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from lstmbook.core import scores, standing, training
from lstmbook.core.training import History, Settings
from lstmbook.errors import ValueRangeError
from tests.core.test_loop import TRAIN, Script


@pytest.fixture
def bars(monkeypatch):
    """Every bar that was made, with what happened to it."""
    made = []

    class Bar:
        def __init__(self, **how):
            self.how, self.seen, self.closed = how, [], 0
            made.append(self)

        def set_postfix(self, shown=(), **more):
            self.seen.append({**dict(shown), **more})

        def update(self):
            self.seen.append("update")

        def close(self):
            self.closed += 1

    auto = SimpleNamespace(tqdm=Bar)
    monkeypatch.setitem(sys.modules, "tqdm", SimpleNamespace(auto=auto))
    monkeypatch.setitem(sys.modules, "tqdm.auto", auto)
    return made


def train(engine, monkeypatch, validation=True, **how):
    rows = iter([{"mae": 0.12345}, {"mae": 2.0}, {"mae": 3.0}])
    monkeypatch.setattr(training, "evaluate", lambda *_: next(rows))
    how = Settings(epochs=3, batch_size=10, monitor="mae", **how)
    return training.run(engine, TRAIN, TRAIN if validation else None, how)


def test_the_bar_goes_on_once_an_epoch_and_is_closed(bars, monkeypatch):
    train(Script(losses={1: 0.98765, 2: 20000.0}), monkeypatch, progress=True)
    (bar,) = bars
    assert bar.how == {"total": 3, "unit": "epoch", "leave": False, "delay": 2}
    assert bar.seen == [
        {"train": "0.988", "mae": "0.123"},
        "update",
        {"train": "2e+04", "mae": "2"},
        "update",
        {"train": "1", "mae": "3"},
        "update",
    ]
    assert bar.closed == 1


def test_the_bar_without_validation_shows_the_loss_alone(bars, monkeypatch):
    train(Script(), monkeypatch, validation=False, progress=True)
    assert bars[0].seen[:2] == [{"train": "1"}, "update"]


def test_the_bar_is_closed_after_an_error_and_not_made_unasked(bars, monkeypatch):
    with pytest.raises(ValueRangeError):
        train(Script(losses={2: np.nan}), monkeypatch, progress=True)
    assert bars[0].closed == 1
    train(Script(), monkeypatch, progress=False)
    assert len(bars) == 1


def test_without_tqdm_there_is_no_bar_and_no_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert len(train(Script(), monkeypatch, progress=True).loss) == 3


def test_one_number_that_is_none_is_enough():
    good = {"W": np.ones((2, 3)), "b": np.zeros(3)}
    assert standing.all_finite(good) and standing.all_finite({})
    standing.check_start(good)
    for name, bad in (("W", np.nan), ("b", np.inf), ("b", -np.inf)):
        broken = {key: value.copy() for key, value in good.items()}
        broken[name].flat[-1] = bad
        assert not standing.all_finite(broken)
        with pytest.raises(ValueRangeError, match=f"NaN or infinity in {name};"):
            standing.check_start(broken)


def test_a_history_tells_its_curves_and_itself():
    history = History([1.0, 0.5], [{"loss": 3.0, "mae": 1.0}, {"loss": 2.0, "mae": 4.0}])
    assert history.curve() == [3.0, 2.0] and history.curve("mae") == [1.0, 4.0]
    assert repr(history) == "History(2 epochs, loss 0.5)"
    assert repr(History()) == "History(0 epochs)" and History().seconds == 0
    pytest.importorskip("matplotlib")
    assert history.plot().axes


def test_scores_of_logits_without_measure():
    logits, y = np.array([[1e4, -1e4, 0.0], [1.0, 2.0, 4.0]]), np.array([1, 2])
    found = scores.evaluate("classifier", logits, y, None, False)
    second = np.log(np.exp(-3) + np.exp(-2) + 1)
    assert found == pytest.approx({"loss": (2e4 + second) / 2, "accuracy": 0.5})
