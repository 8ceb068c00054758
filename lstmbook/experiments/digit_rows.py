"""Digits read row by row, against simple methods on the same 450 images (page 6.4)."""

from functools import cache
from typing import Any

import numpy as np

from lstmbook import baselines, data
from lstmbook import numpy as lb
from lstmbook.data import Split
from lstmbook.experiments.plan import Experiment, Parts

CELLS = {"plain RNN": ("RNN", 132), "LSTM": ("LSTM", 64)}  # about 18,000 weights each
METHODS = {
    "logistic regression": baselines.logistic_regression,
    "nearest neighbour": baselines.nearest_neighbour,
}
SHIFTS = {"right": (2, 1), "left": (2, -1), "down": (1, 1), "up": (1, -1)}


@cache
def digits():
    """The data set, read once."""
    return data.digits()


def parts(condition: str, seed: int) -> Parts:
    """1,100 images to train on, 247 to choose with, 450 to test with, the same for each seed."""
    return Parts(digits().train, digits().validation, digits().test)


def model(contender: str, condition: str, seed: int):
    """A layer over eight rows; a head on the last h."""
    cell, size = CELLS[contender]
    return lb.SequenceClassifier(getattr(lb, cell)(8, size, seed=seed), classes=10, seed=seed)


def shifted(x: np.ndarray, direction: str) -> np.ndarray:
    """Images (n, 8, 8) moved by one pixel; what leaves is lost, what comes in is white."""
    axis, by = SHIFTS[direction]
    moved = np.roll(x, by, axis)
    edge: list[Any] = [slice(None)] * 3
    edge[axis] = 0 if by == 1 else -1
    moved[tuple(edge)] = 0
    return moved


@cache
def right_answers(method: str, direction: str = "") -> np.ndarray:
    """Which of the test images a simple method names right, as they are or shifted."""
    test = digits().test
    x = shifted(test.x, direction) if direction else test.x
    return METHODS[method](digits().train, Split(x, test.y))["prediction"] == test.y


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """Images that only one of two methods names right; and accuracy on shifted images."""
    x, y = parts.test.x, parts.test.y
    right, found = lb.predict(model, x).argmax(-1) == y, {}
    for method in METHODS:
        other = right_answers(method)
        found[f"right alone, against {method}"] = float((right & ~other).sum())
        found[f"right alone: {method}"] = float((other & ~right).sum())
    for direction in SHIFTS:
        moved = lb.predict(model, shifted(x, direction)).argmax(-1) == y
        found[f"moved {direction}"] = float(moved.mean())
    return found


def rule(method: str, direction: str = ""):
    """A simple method as a rule of the experiment."""
    return lambda condition, seed: float(right_answers(method, direction).mean())


EXPERIMENT = Experiment(
    name="digit_rows",
    pages=("6.4",),
    title="share of 450 test images named right, eight rows as eight steps",
    task="digits(): 1,100 images to train on, 247 to choose the rate with, 450 to test with",
    network="LSTM with 64 cells or RNN with 132 units, about 18,000 weights, head on the last h",
    contenders=tuple(CELLS),
    about={
        "plain RNN": "132 units, 18,612 weights",
        "LSTM": "64 cells, 18,688 weights",
    },
    conditions=("",),
    parts=parts,
    model=model,
    rates=(1e-3, 3e-3, 1e-2, 3e-2),
    epochs=15,
    budgets=(1, 3),
    score="accuracy",
    better="high",
    guessing=0.1,
    extra=extra,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=tuple(range(30, 50)),
    rules={
        **{method: rule(method) for method in METHODS},
        **{f"{m}, moved {d}": rule(m, d) for m in METHODS for d in SHIFTS},
    },
)
