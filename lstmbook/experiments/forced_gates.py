r"""What a cell loses when one of its gates is held open or shut (page 2.1)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook import trace
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.experiments.two_questions import best_linear, error, streams

FLAGS = ("write", "wipe", "show")  # columns 1 to 3 of x


def shut_forget_gate(seed: int):
    """An LSTM whose forget gate is 0 and stays there: at a bias of -30 its slope is 1e-13."""
    layer = lb.LSTM(4, 5, seed=seed)
    layer.params["W"][:, 5:10] = layer.params["U"][:, 5:10] = 0
    layer.params["b"][5:10] = -30
    return layer


LAYERS = {  # 144 to 150 weights that training can move
    "all gates free": lambda seed: lb.LSTM(4, 4, seed=seed),
    "forget gate open": lambda seed: lb.NoForgetGateLSTM(4, 5, seed=seed),
    "forget gate shut": shut_forget_gate,
    "input gate open": lambda seed: lb.NoInputGateLSTM(4, 5, seed=seed),
    "output gate open": lambda seed: lb.NoOutputGateLSTM(4, 5, seed=seed),
    "plain RNN": lambda seed: lb.RNN(4, 10, seed=seed),
}


def parts(condition: str, seed: int) -> Parts:
    return Parts(*tasks.apart(streams, (600, 300, 500), seed=seed, steps=24))


def model(contender: str, condition: str, seed: int):
    return lb.SequenceRegressor(LAYERS[contender](seed), pooling=None, seed=seed)


def moved_by(layer, x: np.ndarray, flag: str, step: int = 12) -> dict[str, np.ndarray]:
    """Gate -> (cells,): how far it goes up if this flag is put up at `step`, nothing else changed.

    The mean over all streams of x. What got before `step` is the same, and so is h.
    """
    gates = []
    for value in (0, 1):
        changed = x[:, : step + 1].copy()
        changed[:, step, 1 + FLAGS.index(flag)] = value
        record = trace(layer, changed)
        gates.append({gate: record[gate][:, step].mean(axis=0) for gate in "ifo"})
    return {gate: gates[1][gate] - gates[0][gate] for gate in "ifo"}


def heard(model, parts: Parts, condition: str) -> dict[str, float]:
    """Gate and flag -> how far the gate moves, without its sign, mean over the cells."""
    if not isinstance(model.layer, lb.LSTM):
        return {}
    moved = {flag: moved_by(model.layer, parts.test.x, flag) for flag in FLAGS}
    return {
        f"{gate} {flag}": float(np.abs(by_gate[gate]).mean())
        for flag, by_gate in moved.items()
        for gate in "ifo"
    }


def always_zero(condition: str, seed: int) -> float:
    return float(np.sqrt((parts(condition, seed).test.y ** 2).mean()))


EXPERIMENT = Experiment(
    name="forced_gates",
    pages=("2.1",),
    title="error, with one gate held open or shut and all other weights trained",
    task="a store with the flags write, wipe and show: 600 streams of 24 steps; error: root of "
    "the mean squared difference, on 500 other streams",
    network="one layer, 144 to 150 weights that training can move, linear head at every step",
    contenders=tuple(LAYERS),
    conditions=("",),
    parts=parts,
    model=model,
    rates=(0.01, 0.02, 0.05, 0.1),
    per_contender={"plain RNN": {"rates": (0.003, 0.01, 0.02, 0.05)}},  # as many, but smaller
    epochs=15,
    budgets=(1, 3, 10),
    score="error",
    better="low",
    guessing=0.38,  # always 0
    scores=error,
    extra=heard,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(50, 51, 52, 53, 54, 55, 56, 57),
    rules={
        "always 0": always_zero,
        "linear, 8 steps each way": lambda condition, seed: best_linear(parts(condition, seed)),
    },
)
