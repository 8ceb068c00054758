"""GRU against LSTM at equal weights, on handwritten digits, each at its own rate (page 3.2.2)."""

from lstmbook import data
from lstmbook import numpy as lb
from lstmbook.experiments.plan import Experiment, Parts

CELLS = {
    "plain RNN, 57 units": ("RNN", 57, {}),
    "LSTM, 32 cells": ("LSTM", 32, {}),
    "LSTM, 27 cells": ("LSTM", 27, {}),
    "GRU, reset after": ("GRU", 32, {}),
    "GRU, reset before": ("GRU", 32, {"reset_after": False}),
}


def parts(condition: str, seed: int) -> Parts:
    """Return the book's one division of the digits: the seed changes the network alone."""
    digits = data.digits()
    return Parts(digits.train, digits.validation, digits.test)


def model(contender: str, condition: str, seed: int) -> lb.SequenceClassifier:
    """Return a cell that reads a row of pixels a step, and a linear head on its last h."""
    cell, hidden, options = CELLS[contender]
    layer = getattr(lb, cell)(8, hidden, seed=seed, **options)
    return lb.SequenceClassifier(layer, classes=10, seed=seed)


def baseline(name: str):
    """Return a rule: the stored baseline of the digits, the same for each seed."""
    return lambda condition, seed: data.digits().baselines[name].value


EXPERIMENT = Experiment(
    name="gru_digits",
    pages=("3.2.2",),
    title="share of 450 test digits read right, by cell",
    task="digits(), rows of 8 pixels: 1100 to train, 247 to choose the rate, 450 to test",
    network="32 GRU units, 27 or 32 LSTM cells, 57 plain units; linear head on the last h",
    contenders=tuple(CELLS),
    conditions=("",),
    parts=parts,
    model=model,
    rates=(0.005, 0.01, 0.02, 0.05),
    epochs=10,
    budgets=(1, 3, 10),
    score="accuracy",
    better="high",
    guessing=0.1,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(10, 11, 12, 13, 14),
    rules={name: baseline(name) for name in ("logistic regression", "nearest neighbour")},
)
