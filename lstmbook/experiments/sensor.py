"""The last marked value among noise: what the input gate is for (page 4.2)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook import trace
from lstmbook.data import Split, tasks
from lstmbook.experiments.gauge import last_steps
from lstmbook.experiments.plan import Experiment, Parts

# name: cell, number of memory cells or units, input bias; about 350 weights each
CELLS = {
    "plain RNN": ("RNN", 17, None),
    "input gate shut": ("LSTM", 8, -30.0),
    "without input gate": ("NoInputGateLSTM", 9, None),
    "free, from bias 0": ("LSTM", 8, None),
    "free, from bias -3": ("LSTM", 8, -3.0),
}


def sensor(steps: int = 50, n: int = 400, seed: int = 0) -> Split:
    """x (n, steps, 2) of value and mark; y (n, steps, 1), the last marked value."""
    rng = np.random.default_rng(seed)
    value, mark = rng.uniform(-1, 1, (n, steps)), rng.random((n, steps)) < 0.05
    mark[:, 0] = True
    last = np.maximum.accumulate(np.where(mark, np.arange(steps), 0), axis=1)
    y = np.take_along_axis(value, last, axis=1)[..., None]
    return Split(np.stack([value, mark], axis=-1).astype("float32"), y)


def parts(condition: str, seed: int) -> Parts:
    """400 streams of 50 steps to train on, 200 to choose with, 300 to test with."""
    return Parts(*tasks.apart(sensor, (400, 200, 300), seed=seed))


def model(contender: str, condition: str, seed: int):
    """A layer and a linear head for every step."""
    cell, size, input_bias = CELLS[contender]
    layer = getattr(lb, cell)(2, size, seed=seed)
    if input_bias is not None:
        layer.params["b"][:size] = input_bias  # the first block is i
    return lb.SequenceRegressor(layer, pooling=None, seed=seed)


def root_mean_square(off: np.ndarray) -> float:
    """Root of the mean of the squares."""
    return float(np.sqrt((off**2).mean()))


def scores(model, parts: Parts, part: str) -> float:
    """Root mean squared error over all steps of one part."""
    data = getattr(parts, part)
    return root_mean_square(lb.predict(model, data.x) - data.y)


def with_gate(model, x: np.ndarray, gate=lambda i: i) -> np.ndarray:
    """Answers of an LSTM with gate(i) in place of its input gates i (n, H) at every step."""
    p = model.layer.params
    h = c = np.zeros((len(x), len(p["U"])), dtype=x.dtype)
    answers = []
    for t in range(x.shape[1]):
        z = x[:, t] @ p["W"] + h @ p["U"] + p["b"]
        i, f, g, o = np.split(z, 4, axis=-1)
        c = _sigmoid(f) * c + gate(_sigmoid(i)) * np.tanh(g)
        h = _sigmoid(o) * np.tanh(c)
        answers.append(model.head(h))
    return np.stack(answers, axis=1)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """Input gates and candidates, cell by cell, at marked steps and at the others."""
    record, data = trace(model.layer, parts.test.x), parts.test
    mark = data.x[:, :, 1] == 1
    found = {}
    for letter in "ig":
        if letter in record:
            size = np.abs(record[letter])
            at, other = size[mark].mean(0), size[~mark].mean(0)
            found[f"{letter}: cells larger by 0.2 at marks"] = float((at > other + 0.2).sum())
            found[f"{letter}: cells smaller by 0.2 at marks"] = float((at < other - 0.2).sum())
            found[f"{letter}: mean over cells at marks"] = float(at.mean())
            found[f"{letter}: mean over cells elsewhere"] = float(other.mean())
    if "i" in record and "f" in record:
        own = record["i"].mean((0, 1))  # each cell's own mean gate, the same at every step
        fixed = with_gate(model, data.x, lambda i: own + 0 * i)
        found["error as trained"] = root_mean_square(with_gate(model, data.x) - data.y)
        found["error with each cell's own mean gate"] = root_mean_square(fixed - data.y)
    return found


def always_zero(condition: str, seed: int) -> float:
    """Say 0 at every step."""
    return root_mean_square(parts(condition, seed).test.y)


def linear(condition: str, seed: int) -> float:
    """Least squares over values and marks of the last ten steps."""
    data = parts(condition, seed)
    weights = np.linalg.lstsq(*last_steps(data.train), rcond=None)[0]
    rows, y = last_steps(data.test)
    return root_mean_square(rows @ weights - y)


EXPERIMENT = Experiment(
    name="sensor",
    pages=("4.2",),
    title="error (root mean square) on the last marked value",
    task="sensor(steps=50): 400 streams to train on, 300 new ones",
    network="8 or 9 memory cells (17 units), linear head at every step; 324 to 352 weights",
    contenders=tuple(CELLS),
    about={
        "plain RNN": "17 units",
        "input gate shut": "8 cells; b_i = -30, so i = 0 and stays 0",
        "without input gate": "9 cells; i = 1",
        "free, from bias 0": "8 cells, b_i = 0 at the start",
        "free, from bias -3": "8 cells, b_i = -3 at the start",
    },
    conditions=("",),
    parts=parts,
    model=model,
    rates=(3e-3, 1e-2, 3e-2, 1e-1),
    epochs=12,
    budgets=(1, 3, 10),
    score="error",
    better="low",
    guessing=0.577,
    scores=scores,
    extra=extra,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34),
    rules={"always 0": always_zero, "linear in the last 10 steps": linear},
)
