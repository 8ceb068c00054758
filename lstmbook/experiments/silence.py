"""Answer only when asked, or once at the end: what the output gate is for (page 4.4)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.gauge import last_steps
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.experiments.sensor import root_mean_square

# name: cell, numbers of memory cells or units for "asked" and "at the end", output bias
CELLS = {
    "plain RNN": ("RNN", 10, 51, None),
    "output gate shut": ("LSTM", 4, 24, -30.0),
    "without output gate": ("NoOutputGateLSTM", 5, 28, None),
    "free, no tanh on c": ("NoOutputActivationLSTM", 4, 24, None),
    "free": ("LSTM", 4, 24, None),
}
LAG = 30


def ask(steps: int = 50, n: int = 400, seed: int = 0) -> Split:
    """x (n, steps, 3) of value, mark, asked; y the last marked value, 0 where nobody asks."""
    rng = np.random.default_rng(seed)
    value = rng.uniform(-1, 1, (n, steps))
    mark, asked = rng.random((n, steps)) < 0.1, rng.random((n, steps)) < 0.2
    mark[:, 0] = True
    last = np.maximum.accumulate(np.where(mark, np.arange(steps), 0), axis=1)
    y = (np.take_along_axis(value, last, axis=1) * asked)[..., None]
    return Split(np.stack([value, mark, asked], axis=-1).astype("float32"), y)


def parts(condition: str, seed: int) -> Parts:
    """400 streams of `ask`; or 600 sequences of `memory` over an exact lag of 30."""
    if condition == "asked":
        return Parts(*tasks.apart(ask, (400, 200, 300), seed=seed))
    more = {"lag": LAG, "classes": 4, "window": 1}
    return Parts(*tasks.apart(tasks.memory, (600, 300, 500), seed=seed, **more))


def model(contender: str, condition: str, seed: int):
    """A layer and a linear head, for every step or for the last h."""
    cell, few, many, output_bias = CELLS[contender]
    inputs, size = (3, few) if condition == "asked" else (5, many)
    start = "default" if condition == "asked" or cell == "RNN" else f"chrono({LAG})"
    layer = getattr(lb, cell)(inputs, size, init=start, seed=seed)
    if output_bias is not None:
        layer.params["b"][-size:] = output_bias  # the last block is o
    if condition == "asked":
        return lb.SequenceRegressor(layer, pooling=None, seed=seed)
    return lb.SequenceClassifier(layer, classes=4, seed=seed)


def saved(answers: np.ndarray, data: Split) -> float:
    """Error at the steps that ask, by how much smaller than that of always saying 0."""
    asked = data.x[:, :, 2] == 1
    return 1 - root_mean_square((answers - data.y)[asked]) / root_mean_square(data.y[asked])


def scores(model, parts: Parts, part: str) -> float:
    """0 for the best constant answer, 1 for no error."""
    data = getattr(parts, part)
    if data.y.ndim == 3:
        return saved(lb.predict(model, data.x), data)
    return (lb.evaluate(model, data)["accuracy"] - 0.25) / 0.75


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """Errors, in the units of the task, where somebody asks and where nobody does."""
    if condition != "asked":
        return {}
    off, asked = lb.predict(model, parts.test.x) - parts.test.y, parts.test.x[:, :, 2] == 1
    return {
        "error when asked": root_mean_square(off[asked]),
        "error else": root_mean_square(off[~asked]),
    }


def linear(condition: str, seed: int) -> float:
    """Least squares over the last ten steps (asked); no rule for the other task: guessing."""
    if condition != "asked":
        return 0.0
    data = parts(condition, seed)
    weights = np.linalg.lstsq(*last_steps(data.train), rcond=None)[0]
    return saved((last_steps(data.test)[0] @ weights).reshape(data.test.y.shape), data.test)


EXPERIMENT = Experiment(
    name="silence",
    pages=("4.4",),
    title="share of the error saved: 0 for the best constant answer, 1 for no error",
    task=f"asked: ask(steps=50); at the end: memory(lag={LAG}, classes=4, window=1)",
    network="117 to 140 weights (asked), about 2,900 (at the end; chrono start), linear head",
    contenders=tuple(CELLS),
    about={
        "plain RNN": "10 and 51 units",
        "output gate shut": "4 and 24 cells; b_o = -30, so o = 0 and stays 0",
        "without output gate": "5 and 28 cells; o = 1",
        "free, no tanh on c": "4 and 24 cells; h = o * c",
        "free": "4 and 24 cells",
    },
    conditions=("asked", "at the end"),
    parts=parts,
    model=model,
    rates=(3e-3, 1e-2, 3e-2, 1e-1),
    epochs=10,
    budgets=(1, 3, 10),
    score="share of the error saved",
    better="high",
    guessing=0.0,
    scores=scores,
    extra=extra,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34),
    rules={"linear in the last 10 steps": linear},
)
