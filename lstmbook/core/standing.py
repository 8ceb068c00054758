"""Where a training stands: its history, the weights that it has and those it would go back to."""

from typing import Any, NamedTuple

import numpy as np

from lstmbook.core import checkpoints, scores
from lstmbook.core.checkpoints import Found
from lstmbook.core.history import History
from lstmbook.errors import DivergedError, ValueRangeError


class Kept(NamedTuple):
    """Weights after an epoch (0: before the first), and the scores they have."""

    epoch: int
    weights: dict[str, np.ndarray]
    row: dict[str, float] | None = None


class Standing:
    """Where a training stands: its history, the last weights and the good ones, the order."""

    def __init__(self, engine: Any, how: Any):
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


def check_epoch(engine: Any, loss: float, found: Kept, good: Kept) -> None:
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
