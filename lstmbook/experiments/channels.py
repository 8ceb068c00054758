"""One kernel a channel against dense cells, on channels that need each other or not (3.2.3)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split
from lstmbook.experiments.plan import Experiment, Parts

CELLS = {
    "plain RNN": ("RNN", 16, {}),
    "dense, 2 cells": ("LSTM", 2, {}),
    "dense, 8 cells": ("LSTM", 8, {}),
    "dense, 32 cells": ("LSTM", 32, {}),
    "depthwise": ("DepthwiseLSTM", 8, {"kernel_size": 1}),
}
FIRST = 10  # steps that are not scored: the start is not known
LEVELS = np.linspace(1.0, 1.7, 8)  # one for each channel


def switches(x: np.ndarray) -> np.ndarray:
    """Channel k: +1 once x passes its level, until x falls below minus that level, then -1."""
    y, state = np.zeros_like(x), -np.ones(x[:, 0].shape)
    for t in range(x.shape[1]):
        state = np.where(x[:, t] > LEVELS, 1, np.where(x[:, t] < -LEVELS, -1, state))
        y[:, t] = state
    return y


def apart(n: int, seed) -> Split:
    """Noise (n, 40, 8) and what eight switches make of it: no channel helps another."""
    x = np.random.default_rng(seed).normal(size=(n, 40, 8)).astype("float32")
    return Split(x, switches(x))


def together(n: int, seed) -> Split:
    """Signs (n, 40, 8) and the product of each channel with its neighbour."""
    x = np.random.default_rng(seed).choice([-1, 1], (n, 40, 8)).astype("float32")
    return Split(x, x * np.roll(x, 1, axis=-1))


def parts(condition: str, seed: int) -> Parts:
    """40 sequences to train, 100 and 200 new ones; no two alike among so many possible."""
    task = {"apart": apart, "together": together}[condition]
    return Parts(*(task(n, (seed, k)) for k, n in enumerate((40, 100, 200))))


def model(contender: str, condition: str, seed: int) -> lb.SequenceRegressor:
    """Return the cell and a linear head on its h at every step."""
    cell, hidden, options = CELLS[contender]
    layer = getattr(lb, cell)(8, hidden, seed=seed, **options)
    return lb.SequenceRegressor(layer, 8, pooling=None, seed=seed)


def scores(model, parts: Parts, part: str) -> float:
    """Mean squared error after the first steps. Answering 0 gives 1."""
    data = getattr(parts, part)
    return float(((lb.predict(model, data.x) - data.y)[:, FIRST:] ** 2).mean())


def by_hand(condition: str, seed: int) -> float:
    """The switches with their levels known; the product of neighbours."""
    test = parts(condition, seed).test
    guess = switches(test.x) if condition == "apart" else test.x * np.roll(test.x, 1, axis=-1)
    return float(((guess - test.y)[:, FIRST:] ** 2).mean())


def linear(condition: str, seed: int) -> float:
    """A linear rule for each channel on its own last eight values, fitted by least squares."""
    data = parts(condition, seed)
    train, test = data.train, data.test
    steps = np.arange(FIRST, 40)[:, None] - np.arange(8)
    errors = []
    for k in range(8):
        past, new = (s.x[:, steps, k].reshape(-1, 8) for s in (train, test))
        past, new = (np.c_[x, np.ones(len(x))] for x in (past, new))
        w = np.linalg.lstsq(past, train.y[:, FIRST:, k].ravel(), rcond=None)[0]
        errors.append(np.mean((new @ w - test.y[:, FIRST:, k].ravel()) ** 2))
    return float(np.mean(errors))


EXPERIMENT = Experiment(
    name="channels",
    pages=("3.2.3",),
    title="mean squared error, by cell and by whether the channels need each other",
    task="apart: eight switches; together: products of neighbours; 40 sequences of 40 steps",
    network="linear head on h at every step",
    contenders=tuple(CELLS),
    conditions=("apart", "together"),
    parts=parts,
    model=model,
    rates=(0.01, 0.03, 0.1, 0.3),
    epochs=50,
    budgets=(1, 3, 10),
    score="mean squared error",
    better="low",
    guessing=1.0,
    batch_size=10,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(10, 11, 12, 13, 14),
    scores=scores,
    rules={"by hand": by_hand, "linear, eight values a channel": linear},
)
