r"""Which change of the cell helps with the past, and which with the future (page 2.2)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts

DELAY = 4  # steps that the LSTM with a late answer waits


def wanted(x: np.ndarray, ask: str = "past") -> np.ndarray:
    """What is in the store where show is up: of the steps so far, or of those to come."""
    y, content = np.zeros((*x.shape[:2], 1)), np.zeros(len(x))
    steps = range(x.shape[1])
    for t in steps if ask == "past" else reversed(steps):
        value, write, wipe, show = x[:, t].T
        if ask == "future":
            y[:, t, 0] = show * content
        content = (1 - wipe) * content + write * value
        if ask == "past":
            y[:, t, 0] = show * content
    return y


def streams(n: int, seed: int, ask: str = "past", steps: int = 16) -> Split:
    """x (n, steps, 4): a value and the flags write, wipe, show; y (n, steps, 1)."""
    rng = np.random.default_rng(seed)
    x = np.zeros((n, steps, 4))
    x[:, :, 0] = rng.uniform(-1, 1, (n, steps)).round(1)
    x[:, :, 1:] = rng.random((n, steps, 3)) < (0.3, 0.15, 0.3)
    return Split(x, wanted(x, ask))


class LateAnswer(lb.SequenceRegressor):
    """Reads DELAY more steps, all 0, and gives the answer for step t at step t + DELAY."""

    def __call__(self, x, lengths=None, training=True):
        waiting = np.zeros((len(x), DELAY, x.shape[2]))
        return super().__call__(np.concatenate([x, waiting], axis=1), None, training)[:, DELAY:]

    def backward(self, dout):
        dx = super().backward(np.pad(dout, ((0, 0), (DELAY, 0), (0, 0))))
        return None if dx is None else dx[:, :-DELAY]


LAYERS = {  # the largest with at most 640 weights
    "plain RNN": lambda seed: lb.RNN(4, 22, seed=seed),
    "LSTM": lambda seed: lb.LSTM(4, 10, seed=seed),
    "coupled": lambda seed: lb.CoupledLSTM(4, 12, seed=seed),
    "matrix": lambda seed: lb.MLSTM(4, 31, seed=seed),
    "two ways": lambda seed: lb.LSTM(4, 6, bidirectional=True, seed=seed),
    "late answer": lambda seed: lb.LSTM(4, 10, seed=seed),
}


def parts(condition: str, seed: int) -> Parts:
    return Parts(*tasks.apart(streams, (384, 200, 500), seed=seed, ask=condition))


def model(contender: str, condition: str, seed: int):
    kind = LateAnswer if contender == "late answer" else lb.SequenceRegressor
    return kind(LAYERS[contender](seed), pooling=None, seed=seed)


def error(model, parts: Parts, which: str) -> float:
    """Root of the mean squared difference to what is wanted."""
    part = getattr(parts, which)
    return float(np.sqrt(((lb.predict(model, part.x) - part.y) ** 2).mean()))


def best_linear(parts: Parts, reach: int = 8) -> float:
    """Error of the best linear rule on the inputs of `reach` steps before and after each step."""

    def windows(x):
        padded = np.pad(x, ((0, 0), (reach, reach), (0, 0)))
        views = [padded[:, k : k + x.shape[1]] for k in range(2 * reach + 1)]
        return np.concatenate([*views, np.ones((*x.shape[:2], 1))], axis=2)

    features, answers = windows(parts.train.x), parts.train.y
    features, answers = features.reshape(-1, features.shape[2]), answers.reshape(-1, 1)
    weights = np.linalg.lstsq(features, answers, rcond=None)[0]
    return float(np.sqrt(((windows(parts.test.x) @ weights - parts.test.y) ** 2).mean()))


def always_zero(condition: str, seed: int) -> float:
    return float(np.sqrt((parts(condition, seed).test.y ** 2).mean()))


def best_late(condition: str, seed: int) -> float:
    """The right answer as far as it is known after `DELAY` more steps."""
    x, y = parts(condition, seed).test[:2]
    if condition == "past":
        return 0.0
    known = [wanted(x[:, : t + 1 + DELAY], condition)[:, t] for t in range(x.shape[1])]
    return float(np.sqrt(((np.stack(known, axis=1) - y) ** 2).mean()))


EXPERIMENT = Experiment(
    name="two_questions",
    pages=("2.2",),
    title="error on a question about the past and one about the future, by cell",
    task="a store with the flags write, wipe and show: 384 streams of 16 steps; error: root of "
    "the mean squared difference, on 500 other streams",
    network="one layer of at most 640 weights, linear head at every step",
    contenders=tuple(LAYERS),
    conditions=("past", "future"),
    parts=parts,
    model=model,
    rates=(0.01, 0.02, 0.05, 0.1),
    per_contender={"plain RNN": {"rates": (0.003, 0.01, 0.02, 0.05)}},  # as many, but smaller
    epochs=20,
    budgets=(1, 3, 10),
    score="error",
    better="low",
    guessing={"past": 0.36, "future": 0.33},  # always 0
    scores=error,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(60, 61, 62, 63, 64, 65),
    rules={
        "always 0": always_zero,
        "linear, 8 steps each way": lambda condition, seed: best_linear(parts(condition, seed)),
        "the best answer 4 steps late": best_late,
        "the rule itself, whole stream": lambda condition, seed: 0.0,
    },
)
