r"""One run: a network trained without a break and scored on its way, or one rule measured."""

import math
import time
from collections.abc import Callable

import numpy as np

from lstmbook.core import training
from lstmbook.core.batches import as_batch
from lstmbook.core.optimizers import Adam
from lstmbook.errors import DivergedError
from lstmbook.experiments.plan import Experiment, Parts, Run
from lstmbook.numpy.engine import Engine

PARTS = {"tuning": ("validation",), "stored": ("validation", "test"), "again": ("test",)}
DIGITS = 6  # of a stored score


class Diverged(Exception):  # noqa: N818
    """The loss became NaN or infinite."""


class Stopped(Exception):  # noqa: N818
    """The run was asked to end early; it leaves nothing."""


class ScoredOnTheWay(Engine):
    r"""An engine that takes scores after the marked epochs, of the parts that the run may see."""

    def __init__(self, experiment: Experiment, run: Run, parts: Parts, stopped: Callable):
        model = experiment.model(run.contender, run.condition, run.seed)
        super().__init__(model)
        self.prepare(Adam(run.rate or 0.0), experiment.clip_norm_of(run.contender))
        self.experiment, self.run, self.parts, self.stopped = experiment, run, parts, stopped
        self.epoch = 0
        self.scores: dict[str, dict[str, float]] = {part: {} for part in PARTS[run.kind]}

    def update(self, batch) -> float:
        if self.stopped():
            raise Stopped
        loss = super().update(batch)
        if not math.isfinite(loss):
            raise Diverged
        return loss

    def checked(self, part):
        """A part as the loop wants it."""
        return as_batch("train", part, self.model, self.dtype)

    def score(self, history) -> None:
        """Called once after each epoch."""
        self.epoch += 1
        if self.epoch in self.run.marks:
            for part, scores in self.scores.items():
                score = self.experiment.measure(self.model, self.parts, part)
                if not math.isfinite(score):
                    raise Diverged
                scores[str(self.epoch)] = round(score, DIGITS)


def perform(experiment: Experiment, run: Run, stopped: Callable[[], bool] = lambda: False) -> dict:
    r"""Do a run and return its piece.

    A training whose loss becomes NaN ends there: its scores from then on are the guess, and the
    piece says "diverged".
    """
    started = time.perf_counter()
    piece: dict = {"run": run._asdict()}
    with np.errstate(all="ignore"):
        if run.kind == "rule":
            value = experiment.rules[run.contender](run.condition, run.seed)
            piece["value"] = round(float(value), DIGITS)
        else:
            piece.update(train(experiment, run, stopped))
    piece["seconds"] = round(time.perf_counter() - started, 2)
    return piece


def train(experiment: Experiment, run: Run, stopped: Callable[[], bool]) -> dict:
    r"""Train one network; return its scores at the marks, its weights, and what is extra."""
    parts = checked(experiment.parts(run.condition, run.seed))
    engine = ScoredOnTheWay(experiment, run, parts, stopped)
    losses, diverged = [], False
    try:
        history = training.run(
            engine,
            engine.checked(parts.train),
            None,
            training.Settings(
                run.epochs, experiment.batch_size, seed=run.seed, callbacks=(engine.score,)
            ),
        )
        if history.interrupted:
            raise KeyboardInterrupt
        losses = history.loss
    except (Diverged, DivergedError):
        diverged = True
        for scores in engine.scores.values():
            for mark in run.marks:
                scores.setdefault(str(mark), experiment.guess(run.condition))
    piece = {
        **engine.scores,
        "diverged": diverged,
        "loss": round(losses[-1], DIGITS) if losses else None,
        "weights": int(sum(value.size for value in engine.model.params.values())),
    }
    if run.kind == "stored" and experiment.extra is not None:
        extra = None if diverged else experiment.extra(engine.model, parts, run.condition)
        piece["extra"] = extra and {key: round(float(v), DIGITS) for key, v in extra.items()}
    return piece


def checked(parts) -> Parts:
    if not isinstance(parts, Parts):
        raise TypeError(
            f"parts: expected the recipe to give Parts(train, validation, test), "
            f"got {type(parts).__name__}"
        )
    return parts
