"""The loop itself, with an engine that only says what it is told."""

from types import SimpleNamespace

import numpy as np
import pytest

from lstmbook.core import scores, standing, training
from lstmbook.core.batches import Batch
from lstmbook.core.training import Settings
from lstmbook.errors import DivergedError, ValueRangeError

LEVELS = (0.1, 0.9)
X = np.arange(10.0).reshape(10, 1, 1)
TRAIN = Batch(X, X[:, 0])


class Script:
    """Epoch k leaves the weight k; losses, weights and scores can be given by epoch."""

    trims, dtype = True, "float64"

    def __init__(self, per_epoch=1, losses=None, weights=None, kind="regressor"):
        self.model = SimpleNamespace(
            kind=kind, pooling="last", per_step=False, levels=LEVELS, reads_target=False
        )
        self.per_epoch, self.losses, self.given = per_epoch, losses or {}, weights or {}
        self.updates, self.w, self.seen = 0, 0.0, []

    @property
    def epoch(self):
        return -(-self.updates // self.per_epoch)

    def update(self, batch):
        self.updates += 1
        self.seen.append(batch.x.ravel().tolist())
        self.w = self.given.get(self.epoch, float(self.epoch))
        return self.losses.get(self.updates, 1.0)

    def get_weights(self):
        return {"w": np.array([self.w])}

    def set_weights(self, weights):
        (self.w,) = weights["w"]


def run(engine, rows=None, monitor="loss", monkeypatch=None, **how):
    """Train with the rows as scores of epoch 1, 2, ..."""
    how = {"epochs": 6, "batch_size": 10, "monitor": monitor, **how}
    if rows is not None:
        rows = iter(rows)
        monkeypatch.setattr(training, "evaluate", lambda *_: {monitor: next(rows)})
    return training.run(engine, TRAIN, None if rows is None else TRAIN, Settings(**how))


FALLING, RISING = [3.0, 1.0, 2.0, 2.5, 9.0, 9.0], [0.1, 0.9, 0.5, 0.4, 0.0, 0.0]


@pytest.mark.parametrize("kind", scores.SCORES)
def test_early_stopping_knows_which_way_each_score_is_better(kind, monkeypatch):
    for name, score in scores.SCORES[kind].items():
        engine = Script(kind=kind)
        rows = RISING if score.higher_is_better else FALLING
        history = run(engine, rows, name, monkeypatch, patience=2)
        assert (history.best_epoch, engine.w, len(history.loss)) == (2, 2.0, 4), name


def perfect_answer(kind):
    """Targets, and outputs that could not be better."""
    rng = np.random.default_rng(0)
    if kind in ("classifier", "language"):
        y = rng.integers(0, 3, 20)
        return y, 9 * np.eye(3)[y]
    if kind == "labeller":
        y = rng.integers(0, 3, (20, 2))
        path = np.stack([y[:, 0], np.full(20, 3), y[:, 1]], axis=1)
        return y, 9 * np.eye(4)[path]
    if kind == "decoder":  # with help, and behind that without
        y = rng.integers(0, 3, (20, 2))
        path = np.concatenate([y, np.full((20, 1), 3)] * 2, axis=1)
        return y, 9 * np.eye(4)[path]
    y = rng.normal(size=(20, 3))
    return y, y if kind == "regressor" else y[..., None] + [-0.01, 0.01]


@pytest.mark.parametrize("kind", scores.SCORES)
def test_a_perfect_answer_has_the_better_score(kind):
    y, perfect = perfect_answer(kind)
    model = SimpleNamespace(kind=kind, levels=LEVELS)
    good, bad = (
        scores.evaluate(model, outputs, y, None, False, scores.SCORES[kind])
        for outputs in (perfect, -perfect + 1)
    )
    for name in scores.SCORES[kind]:
        assert standing.better(model, name, good, bad) and not standing.better(
            model, name, bad, good
        )
        assert not standing.better(model, name, good, good)


def test_without_patience_the_last_weights_stay(monkeypatch):
    engine = Script()
    history = run(engine, FALLING, "loss", monkeypatch)
    assert history.best_epoch is None and engine.w == 6 and len(history.loss) == 6


def test_scores_by_hand():
    logits = np.array([[[1.0, 3.0], [0.0, 0.0]], [[2.0, 2.0], [5.0, 1.0]]])
    y = np.array([[1, 1], [1, 1]])
    found = scores.evaluate("classifier", logits, y, np.array([1, 2]), True)
    losses = [np.log(1 + np.exp(-2)), np.log(2), np.log(1 + np.exp(4))]
    assert found == pytest.approx({"loss": np.mean(losses), "accuracy": 1 / 3})
    outputs, y = np.array([[[1.0], [9.0]], [[3.0], [5.0]]]), np.zeros((2, 2, 1))
    found = scores.evaluate("regressor", outputs, y, np.array([1, 2]), True, ["rmse", "mse"])
    wanted = {"loss": 35 / 3, "mae": 3, "mse": 35 / 3, "rmse": (35 / 3) ** 0.5}
    assert found == pytest.approx(wanted)


def test_a_short_last_batch_counts_by_its_sequences():
    engine = Script(per_epoch=2, losses={1: 1.0, 2: 6.0})
    history = run(engine, epochs=1, batch_size=8)
    assert [len(batch) for batch in engine.seen] == [8, 2]
    assert history.loss == [pytest.approx((8 * 1 + 2 * 6) / 10)]


def test_every_epoch_has_an_order_of_its_own_and_the_seed_decides():
    orders = []
    for seed in (0, 0, 1):
        engine = Script(per_epoch=3)
        run(engine, epochs=2, batch_size=4, seed=seed)
        one, two = engine.seen[:3], engine.seen[3:]
        assert sorted(sum(one, [])) == sorted(sum(two, [])) == list(range(10))
        assert one != two
        orders.append(engine.seen)
    assert orders[0] == orders[1] != orders[2]


@pytest.mark.parametrize(
    "broken, what",
    [
        ({"losses": {3: np.nan}}, "the loss became nan"),
        ({"losses": {3: np.inf}}, "the loss became inf"),
        ({"weights": {3: np.nan}}, "the weights became NaN"),
        ({"weights": {3: -np.inf}}, "the weights became NaN"),
    ],
)
def test_what_diverges_goes_back_to_the_epoch_before(broken, what):
    engine = Script(**broken)
    with pytest.raises(DivergedError, match=f"{what}.* in epoch 3; .* weights of epoch 2 again"):
        run(engine)
    assert engine.w == 2


def test_what_diverges_goes_back_to_the_best_weights(monkeypatch):
    engine = Script(losses={4: np.nan})
    with pytest.raises(DivergedError, match="in epoch 4; the model has the weights of epoch 2"):
        run(engine, FALLING, "mae", monkeypatch, patience=5)
    assert engine.w == 2


def test_scores_that_are_not_finite_are_found(monkeypatch):
    engine = Script()
    with pytest.raises(DivergedError, match="scores on the validation data .* start weights again"):
        run(engine, [np.nan] * 6, "mae", monkeypatch)
    assert engine.w == 0


def test_a_refusal_by_a_layer_with_nan_weights_is_a_divergence():
    class Refuses(Script):
        def update(self, batch):
            super().update(batch)
            if self.epoch == 2:
                self.w = np.nan
                raise ValueRangeError("x: expected finite numbers")
            return 1.0

    engine = Refuses()
    with pytest.raises(DivergedError, match="the weights of epoch 1 again"):
        run(engine)
    assert engine.w == 1


def test_other_errors_pass_through():
    class Fails(Script):
        def update(self, batch):
            raise ValueRangeError("something else")

    with pytest.raises(ValueRangeError, match="something else"):
        run(Fails())


@pytest.mark.parametrize("patience", [None, 5])
def test_an_interrupt_keeps_the_weights_of_that_moment(patience, monkeypatch):
    def interrupt(history):
        if len(history.loss) == 4:
            raise KeyboardInterrupt

    engine = Script()
    history = run(engine, FALLING, "loss", monkeypatch, patience=patience, callbacks=(interrupt,))
    assert history.interrupted and engine.w == 4
    assert history.best_epoch == (2 if patience else None)


def test_an_interrupt_leaves_no_nan():
    class Stops(Script):
        def update(self, batch):
            super().update(batch)
            if self.epoch == 3:
                self.w = np.nan
                raise KeyboardInterrupt
            return 1.0

    engine = Stops()
    assert run(engine).interrupted and engine.w == 2


def test_callbacks_see_every_epoch_and_can_end_the_training(monkeypatch):
    seen, after = [], []

    def stop(history):
        seen.append((len(history.loss), dict(history.validation[-1]), history.best_epoch))
        if len(history.loss) == 4:
            raise StopIteration

    engine = Script()
    history = run(engine, FALLING, "mae", monkeypatch, patience=5, callbacks=(stop, after.append))
    assert [epoch for epoch, _, _ in seen] == [1, 2, 3, 4] and len(after) == 3
    assert seen[2] == (3, {"mae": 2.0}, 2) and after[0] is history
    assert not history.interrupted and engine.w == 2  # as if it were over: the best weights


def test_errors_in_a_callback_are_the_readers_own():
    def fail(history):
        raise ZeroDivisionError

    engine = Script()
    with pytest.raises(ZeroDivisionError):
        run(engine, callbacks=(fail,))
    assert engine.w == 1


def test_a_layer_of_the_readers_own_needs_no_more_than_a_call():
    """As the one that `films` puts round a ConvLSTM: it has no switch for its state."""
    from lstmbook import numpy as lb
    from lstmbook.experiments import films

    model = films.model(films.EXPERIMENT.contenders[0], "48", 0)
    assert not hasattr(model.layer, "return_state")
    part = films.parts("48", 0).train
    lb.fit(model, (part.x[:4], part.y[:4]), epochs=1, progress=False)
