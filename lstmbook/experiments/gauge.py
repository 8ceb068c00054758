"""A gauge that is emptied now and then: what the forget gate is for (page 4.1)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts

# name: cell, number of memory cells or units, start; about 350 trained weights each
CELLS = {
    "plain RNN": ("RNN", 17, "default"),
    "without forget gate": ("NoForgetGateLSTM", 9, "default"),
    "forget gate shut": ("LSTM", 9, "forget_bias(-30)"),  # its own 108 weights never move
    "forget gate free": ("LSTM", 8, "forget_bias(1)"),
}
EMPTIED = {"emptied": 0.1, "never emptied": 0.0}


def gauge(days: int = 50, emptied: float = 0.1, n: int = 400, seed: int = 0) -> Split:
    """n streams: x (n, days, 2) of rain and emptied; y (n, days, 1), rainy days since emptied."""
    rng = np.random.default_rng(seed)
    rain, empty = rng.random((n, days)) < 0.3, rng.random((n, days)) < emptied
    y, count = np.zeros((n, days, 1)), np.zeros(n)
    for t in range(days):
        count = np.where(empty[:, t], 0, count) + rain[:, t]
        y[:, t, 0] = count
    return Split(np.stack([rain, empty], axis=-1).astype("float32"), y)


def parts(condition: str, seed: int) -> Parts:
    """400 streams of 50 days to train on, 200 to choose with, 300 to test with."""
    return Parts(*tasks.apart(gauge, (400, 200, 300), seed=seed, emptied=EMPTIED[condition]))


def model(contender: str, condition: str, seed: int):
    """A layer and a linear head for every day."""
    cell, size, init = CELLS[contender]
    layer = getattr(lb, cell)(2, size, init=init, seed=seed)
    return lb.SequenceRegressor(layer, pooling=None, seed=seed)


def right(model, data: Split) -> float:
    """Share of days whose rounded answer is right."""
    return float((np.abs(lb.predict(model, data.x) - data.y) < 0.5).mean())


def scores(model, parts: Parts, part: str) -> float:
    """The share of days that are right, in one part."""
    return right(model, getattr(parts, part))


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """The same network on streams ten times as long."""
    long = gauge(days=500, emptied=EMPTIED[condition], n=30, seed=10**6)
    return {"500 days": right(model, long)}


def last_steps(data: Split, steps: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """What a linear rule sees at each step: the last `steps` inputs and a 1; and the targets."""
    x = np.pad(data.x, ((0, 0), (steps - 1, 0), (0, 0))).astype("float64")
    seen = [x[:, k : k + data.x.shape[1]] for k in range(steps)]
    rows = np.concatenate([*seen, np.ones_like(x[:, steps - 1 :, :1])], axis=-1)
    return rows.reshape(-1, rows.shape[-1]), data.y.reshape(-1)


def linear(condition: str, seed: int) -> float:
    """Least squares over the rain and the emptyings of the last ten days."""
    data = parts(condition, seed)
    weights = np.linalg.lstsq(*last_steps(data.train), rcond=None)[0]
    rows, y = last_steps(data.test)
    return float((np.abs(rows @ weights - y) < 0.5).mean())


EXPERIMENT = Experiment(
    name="gauge",
    pages=("4.1",),
    title="share of days right: rainy days since the gauge was last emptied",
    task="gauge(days=50): 400 streams to train on, 300 new ones",
    network="8 or 9 memory cells (17 units), linear head at every step; 324 to 352 trained weights",
    contenders=tuple(CELLS),
    about={
        "plain RNN": "17 units",
        "without forget gate": "9 cells; the rule of 1997: f = 1",
        "forget gate shut": "9 cells; b_f = -30, so f = 0 and stays 0",
        "forget gate free": "8 cells, b_f = 1 at the start",
    },
    conditions=tuple(EMPTIED),
    parts=parts,
    model=model,
    rates=(3e-3, 1e-2, 3e-2, 1e-1),
    epochs=12,
    budgets=(1, 3, 10),
    score="share of days right",
    better="high",
    guessing={"emptied": 0.244, "never emptied": 0.070},  # the best constant answer
    scores=scores,
    extra=extra,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34),
    rules={"linear in the last 10 days": linear},
)
