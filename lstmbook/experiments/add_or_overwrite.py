"""Counting adds, the latest value overwrites: what two independent gates are for (page 4.3)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.experiments.sensor import root_mean_square, sensor

# name: cell, numbers of memory cells or units for "count" and "latest"; about equal weights
CELLS = {
    "plain RNN": ("RNN", 18, 17),
    "only adds": ("LSTM", 12, 12),  # i and f held at 1: their weights never move
    "never adds": ("CoupledLSTM", 9, 9),
    "free": ("LSTM", 8, 8),
}


def strings(smallest: int, largest: int) -> Split:
    """One string a^n b^n of each length n from smallest to largest, as in `counting`."""
    drawn = tasks.counting(smallest, largest, n=100 * (largest - smallest + 1), seed=0)
    first = [int((drawn.real_steps == 2 * n + 1).argmax()) for n in range(smallest, largest + 1)]
    return Split(drawn.x[first], drawn.y[first], drawn.real_steps[first])


def parts(condition: str, seed: int) -> Parts:
    """Train on n = 1 to 10, choose with n = 11 to 13, test with n = 14 to 20; or the sensor."""
    if condition == "count":
        train = tasks.counting(1, 10, n=500, seed=seed)
        return Parts(train, strings(11, 13), strings(14, 20))
    return Parts(*tasks.apart(sensor, (400, 200, 300), seed=seed))


def model(contender: str, condition: str, seed: int):
    """A layer and a linear head for every step."""
    cell, *sizes = CELLS[contender]
    size, inputs = sizes[condition != "count"], 4 if condition == "count" else 2
    layer = getattr(lb, cell)(inputs, size, seed=seed)
    if contender == "only adds":
        layer.params["b"][: 2 * size] = 30  # blocks i and f: in float32 both gates are exactly 1
    if condition == "count":
        return lb.SequenceClassifier(layer, classes=4, pooling=None, seed=seed)
    return lb.SequenceRegressor(layer, pooling=None, seed=seed)


def counted(model, data: Split) -> float:
    """Share of the strings in which each letter after the first b, and the end, is right."""
    best = lb.predict(model, data.x, data.lengths).argmax(-1)
    steps, end = np.arange(data.x.shape[1]), data.real_steps[:, None]
    due = (steps > end // 2) & (steps < end)
    return float(((best == data.y) | ~due).all(axis=1).mean())


def scores(model, parts: Parts, part: str) -> float:
    """Strings counted; or by how much the error is smaller than that of always saying 0."""
    data = getattr(parts, part)
    if data.lengths is not None:
        return counted(model, data)
    off = root_mean_square(lb.predict(model, data.x) - data.y)
    return 1 - off / root_mean_square(data.y)


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """On the lengths of training too, and one by one up to n = 40."""
    if condition != "count":
        return {}
    right = [counted(model, strings(n, n)) for n in range(1, 41)]
    first_wrong = right.index(0.0) if 0.0 in right else 40
    return {"n = 1 to 10": float(np.mean(right[:10])), "right up to n": float(first_wrong)}


EXPERIMENT = Experiment(
    name="add_or_overwrite",
    pages=("4.3",),
    title="count: share of strings right; latest: error saved against always saying 0",
    task="count: a^n b^n, trained on n = 1 to 10, tested on n = 14 to 20; latest: sensor(steps=50)",
    network="about 400 trained weights (count), about 350 (latest), linear head at every step",
    contenders=tuple(CELLS),
    about={
        "plain RNN": "18 and 17 units",
        "only adds": "12 cells; b_i = b_f = 30, so i = f = 1 and stay 1",
        "never adds": "9 cells; f = 1 - i",
        "free": "8 cells",
    },
    conditions=("count", "latest"),
    parts=parts,
    model=model,
    rates=(3e-3, 1e-2, 3e-2, 1e-1),
    epochs=12,
    budgets=(1, 3, 10),
    score="share",
    better="high",
    guessing=0.0,
    scores=scores,
    extra=extra,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34),
    rules={},
)
