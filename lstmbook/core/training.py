"""The training loop, once for all three implementations. NumPy arrays in, plain numbers out.

A framework supplies an `Engine`: one update on a batch, outputs, weights out and in. Early
stopping, history, checkpoints and progress are here; where batches come from is in `sources`; what
a reader calls is in `fitting`.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, SupportsFloat

import numpy as np

from lstmbook.core import checkpoints, scores
from lstmbook.core.batches import Batch, batches
from lstmbook.core.checkpoints import Found, Place
from lstmbook.core.history import History, progress_bar
from lstmbook.core.schedules import Plateau
from lstmbook.errors import DivergedError, ValueRangeError


class Engine(Protocol):
    """What a framework supplies: a class that takes a model.

    Attributes
    ----------
    Model : its class of models
    model : the model at work
    trims : whether batches are cut to their longest sequence
    dtype : NumPy's name of the model's float type
    """

    Model: type
    trims: bool
    model: Any
    dtype: str

    def prepare(self, optimizer, clip_norm: float | None) -> None:
        """Make ready for updates; raises if nothing can be trained."""

    def at_work(self, seed: int) -> AbstractContextManager:
        """Where the training goes on: on a device, with random numbers of its own."""
        ...

    def update(self, batch: Batch) -> SupportsFloat:
        """One step of the optimizer -> the loss."""
        ...

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        """What the model gives outside training, (B, K) or (B, T, K)."""
        ...

    def get_weights(self) -> dict[str, np.ndarray]: ...
    def set_weights(self, weights: dict[str, np.ndarray]) -> None: ...

    def memory(self) -> tuple[dict[str, np.ndarray], dict]:
        """What the next updates depend on beside the weights: as arrays, and as plain values."""
        ...

    def set_memory(self, arrays: dict[str, np.ndarray], plain: dict) -> None: ...


class Settings(NamedTuple):
    """The checked arguments of `fit` that the loop needs."""

    epochs: int
    batch_size: int
    patience: int | None = None
    monitor: str = "loss"
    seed: int = 0
    progress: bool = False
    callbacks: tuple[Callable, ...] = ()
    plateau: Plateau | None = None
    place: Place | None = None


class Kept(NamedTuple):
    """Weights after an epoch (0: before the first), and the scores they have."""

    epoch: int
    weights: dict[str, np.ndarray]
    row: dict[str, float] | None = None


class Standing:
    """Where a training stands: its history, the last weights and the good ones, the order."""

    def __init__(self, engine: Engine, how: Settings):
        self.engine, self.how = engine, how
        self.rng, self.history = np.random.default_rng(how.seed), History()
        self.last = self.good = Kept(0, engine.get_weights())
        self.heard: float | None = None  # the best score that a plateau was told of
        self.spent = 0.0

    def take(self, found: Found) -> None:
        """Go on from a checkpoint."""
        self.history, epochs = found.history, len(found.history.loss)
        rows = found.history.validation
        for row in rows:
            self.tell(row)
        self.last = self.good = Kept(epochs, found.arrays["weights"], rows[-1] if rows else None)
        if found.history.best_epoch is not None:
            at = found.history.best_epoch
            self.good = Kept(at, found.arrays["best"], rows[at - 1] if at else None)
        self.rng.bit_generator.state = found.order
        self.engine.set_weights(self.last.weights)
        self.engine.set_memory(found.arrays["memory"], found.plain)
        self.spent = found.history.seconds

    def add(self, loss: float, row: dict[str, float] | None) -> None:
        """Note an epoch that ended well."""
        how, history = self.how, self.history
        found = Kept(self.last.epoch + 1, self.engine.get_weights(), row)
        check_epoch(self.engine, loss, found, self.good)
        history.loss.append(loss)
        if row is not None:
            history.validation.append(row)
            self.tell(row)
        self.last = found
        if (
            row is None
            or how.patience is None
            or better(self.engine.model, how.monitor, row, self.good.row)
        ):
            self.good = found
        if how.patience is not None:
            history.best_epoch = self.good.epoch

    def tell(self, row: dict[str, float]) -> None:
        """Let the rate know how the epoch was."""
        if self.how.plateau is not None:
            name = self.how.monitor
            best = None if self.heard is None else {name: self.heard}
            was_better = better(self.engine.model, name, row, best)
            self.heard = row[name] if was_better else self.heard
            self.how.plateau.hear(was_better)

    def write(self) -> None:
        """Put it on disk, if there is a place for it."""
        if self.how.place is not None:
            memory, plain = self.engine.memory()
            arrays = {"weights": self.last.weights, "best": self.good.weights, "memory": memory}
            order = dict(self.rng.bit_generator.state)
            checkpoints.write(self.how.place, Found(self.history, arrays, order, plain))

    @property
    def over(self) -> bool:
        """Whether all epochs are done, or early stopping has waited long enough."""
        how, done = self.how, self.last.epoch
        waited = how.patience is not None and done - self.good.epoch >= how.patience
        return done >= how.epochs or waited


def run(engine: Engine, train: Batch, validation: Batch | None, how: Settings) -> History:
    """Train for some epochs; see `fitting` for what the model has at the end, in every case."""
    started, at = time.perf_counter(), Standing(engine, how)
    found = None if how.place is None else checkpoints.read(how.place, engine.get_weights)
    if found is not None:
        at.take(found)
    history = at.history
    bar = progress_bar(how.epochs, how.progress, at.last.epoch)
    try:
        while not at.over:
            loss = one_epoch(engine, train, how.batch_size, at.rng)
            row = None if validation is None else evaluate(engine, validation, (how.monitor,))
            at.add(loss, row)
            history.seconds = at.spent + time.perf_counter() - started
            at.write()
            bar(history)
            try:
                for callback in how.callbacks:
                    callback(history)
            except StopIteration:
                break
    except KeyboardInterrupt:
        history.interrupted = True
        if not all_finite(engine.get_weights()):
            engine.set_weights(at.last.weights)
    finally:
        bar(None)
    if not history.interrupted and at.good is not at.last:
        engine.set_weights(at.good.weights)
    history.seconds = at.spent + time.perf_counter() - started
    return history


def one_epoch(engine: Engine, train: Batch, size: int, rng: np.random.Generator) -> float:
    """One pass over the data -> its mean loss, each batch counted by the answers it has.

    Those are what the loss is a mean over: sequences, or with an output at every step real steps.
    """
    per_step = engine.model.per_step
    losses, answers = [], []
    for batch in batches(train, size, rng, engine.trims, per_step):
        if batch.weights is not None and not batch.weights.any():
            continue  # no answer in it counts, and so none has a gradient
        try:
            losses.append(engine.update(batch))
        except ValueRangeError:
            if all_finite(engine.get_weights()):
                raise
            return np.nan  # a layer refused to read what NaN weights had made
        answers.append(answers_in(batch, per_step))
    return float(np.average([float(value) for value in losses], weights=answers))


def answers_in(batch: Batch, per_step: bool) -> float:
    """How many answers the loss of a batch is a mean over, each counted by its weight."""
    if batch.weights is not None:
        return float(batch.weights.sum())
    return len(batch.x) if batch.lengths is None or not per_step else int(batch.lengths.sum())


def evaluate(engine: Engine, data: Batch, names=(), batch_size: int = 256) -> dict[str, float]:
    """Scores of the model on checked data."""
    try:
        outputs = engine.outputs(data, batch_size)
    except ValueRangeError:
        if all_finite(engine.get_weights()):
            raise
        return {"loss": np.nan}
    model = engine.model
    per_step = model.pooling is None
    return scores.evaluate(model, outputs, data.y, data.lengths, per_step, names, data.weights)


def better(model, name: str, row: dict, best: dict | None) -> bool:
    """Whether a score is better than the best so far."""
    if best is None:
        return True
    higher = scores.get(model, name).higher_is_better
    return row[name] > best[name] if higher else row[name] < best[name]


def check_start(weights: dict) -> None:
    """Raise ValueRangeError for a model that is broken before training."""
    broken = [name for name, value in weights.items() if not np.isfinite(value).all()]
    if broken:
        raise ValueRangeError(
            f"model: expected finite weights, got NaN or infinity in {', '.join(broken)}; build "
            "it anew or load other weights"
        )


def all_finite(weights: dict) -> bool:
    return all(np.isfinite(value).all() for value in weights.values())


def check_epoch(engine: Engine, loss: float, found: Kept, good: Kept) -> None:
    """Put good weights back and raise DivergedError if an epoch ended in NaN or infinity."""
    if not np.isfinite(loss):
        what = f"the loss became {loss}"
    elif not all_finite(found.weights):
        what = "the weights became NaN or infinite"
    elif found.row is not None and not np.isfinite(list(found.row.values())).all():
        what = f"the scores on the validation data became {found.row}"
    else:
        return
    engine.set_weights(good.weights)
    has = f"the weights of epoch {good.epoch}" if good.epoch else "its start weights"
    raise DivergedError(
        f"training: {what} in epoch {found.epoch}; the model has {has} again; use a smaller "
        "learning rate or clip_norm=1.0, and look for outliers in x and y"
    )
