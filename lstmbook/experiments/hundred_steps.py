r"""Which cell and which start bridge 10 and 100 steps, within which budget (page 3.1)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts

LAYERS = {
    "plain RNN": lambda lag, seed: lb.RNN(5, 49, seed=seed),
    "LSTM, forget bias 1": lambda lag, seed: lb.LSTM(5, 24, seed=seed),
    "LSTM, chrono": lambda lag, seed: lb.LSTM(5, 24, init=f"chrono({lag})", seed=seed),
}


def parts(condition: str, seed: int) -> Parts:
    sizes = (2000, 300, 500)
    return Parts(*tasks.apart(tasks.memory, sizes, seed=seed, lag=int(condition), window=1))


def model(contender: str, condition: str, seed: int):
    layer = LAYERS[contender](condition, seed)
    return lb.SequenceClassifier(layer, classes=4, seed=seed)


def commonest(condition: str, seed: int) -> float:
    train, _, test = parts(condition, seed)
    return float((test.y == np.bincount(train.y).argmax()).mean())


EXPERIMENT = Experiment(
    name="hundred_steps",
    pages=("3.1",),
    title="A symbol named 10 and 100 steps later",
    task="memory(lag, classes=4, window=1): 2,000 sequences, accuracy on 500 others",
    network="one layer with 2,695 (RNN) or 2,880 weights, last output, linear head",
    contenders=tuple(LAYERS),
    conditions=("10", "100"),
    parts=parts,
    model=model,
    rates=(0.0005, 0.001, 0.002, 0.005),
    epochs=6,
    budgets=(1, 3, 10),
    score="accuracy",
    better="high",
    guessing=0.25,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(40, 41, 42, 43, 44),
    rules={
        "the symbol of the first step": lambda condition, seed: 1.0,
        "always the commonest": commonest,
    },
)
