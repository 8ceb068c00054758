"""A recipe of two passes for the tests of the machinery; nothing of it is stored."""

import os
import time

from lstmbook import numpy as lb
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts


def parts(condition, seed):
    time.sleep(float(os.environ.get("TINY_SLEEP", 0)))
    return Parts(*tasks.apart(tasks.memory, (48, 16, 24), seed=seed, lag=int(condition), classes=2))


def model(contender, condition, seed):
    built = lb.SequenceClassifier(getattr(lb, contender)(3, 4, seed=seed), classes=2, seed=seed)
    built.said_seed = seed
    return built


def extra(model, parts, condition):
    return {"seed": model.said_seed, "steps": parts.test.x.shape[1]}


EXPERIMENT = Experiment(
    name="tiny",
    pages=("0.0",),
    title="does the machinery work",
    task="memory(lag, classes=2)",
    network="4 cells",
    contenders=("LSTM", "GRU"),
    conditions=("4", "6"),
    parts=parts,
    model=model,
    extra=extra,
    rates=(1e-3, 1e-1),
    epochs=1,
    budgets=(1, 2),
    tuning_budget=2,
    guessing=0.5,
    batch_size=8,
    seeds=(14, 10, 12),
    rules={"the lag in hundredths": lambda condition, seed: int(condition) / 100 + seed / 10000},
)
