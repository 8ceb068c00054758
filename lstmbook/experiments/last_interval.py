r"""Was the last spike 49 or 50 steps after the one before (page 3.2.1)?"""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts


def spikes_apart(n: int, seed: int, interval: int = 49) -> Split:
    """Three spikes; y is 1 where the last comes interval + 1 steps after the second, else 0.

    The first comes after 1 to 20 steps, the second 1 to 20 steps later, and the sequence ends at
    the third. So there are 20 * 20 * 2 = 800 different sequences. x (n, interval + 41, 1).
    """
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    gaps = np.column_stack([rng.integers(1, 21, (n, 2)), interval + y])
    places = gaps.cumsum(axis=1) - 1
    x = np.zeros((n, interval + 41, 1), dtype=np.float32)
    x[np.arange(n)[:, None], places, 0] = 1
    return Split(x, y, places[:, -1] + 1)


LAYERS = {  # 320 to 344 weights each
    "plain RNN": lambda seed: lb.RNN(1, 17, seed=seed),
    "LSTM": lambda seed: lb.LSTM(1, 8, init="forget_bias(3)", seed=seed),
    "peephole": lambda seed: lb.PeepholeLSTM(1, 8, init="forget_bias(3)", seed=seed),
}


def parts(condition: str, seed: int) -> Parts:
    return Parts(*tasks.apart(spikes_apart, (400, 100, 200), seed=seed, interval=int(condition)))


def model(contender: str, condition: str, seed: int):
    return lb.SequenceClassifier(LAYERS[contender](seed), classes=2, seed=seed)


def linear(condition: str, seed: int) -> float:
    """Least squares on the last interval + 2 steps, counted back from the end."""
    back = np.arange(1, int(condition) + 3)

    def features(part):
        rows = np.arange(len(part.x))[:, None]
        values = part.x[rows, part.lengths[:, None] - back, 0]
        return np.column_stack([values, np.ones(len(values))])

    drawn = parts(condition, seed)
    train, test = drawn.train, drawn.test
    weights = np.linalg.lstsq(features(train), train.y, rcond=None)[0]
    return float(((features(test) @ weights > 0.5) == test.y).mean())


EXPERIMENT = Experiment(
    name="last_interval",
    pages=("3.2.1",),
    title="share answered right: the time between two spikes, told to the step",
    task="three spikes; is the last interval F or F + 1 steps? 400 of the 800 sequences to learn "
    "from, accuracy on 200 others",
    network="one layer with 320 to 344 weights, last output, linear head",
    contenders=tuple(LAYERS),
    conditions=("20", "49"),
    parts=parts,
    model=model,
    rates=(0.001, 0.002, 0.005, 0.01),
    epochs=30,
    budgets=(1, 3, 10),
    score="accuracy",
    better="high",
    guessing=0.5,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(70, 71, 72, 73, 74, 75, 76, 77),
    rules={
        "a spike F steps before the last?": lambda condition, seed: 1.0,
        "linear, the last F + 2 steps": linear,
    },
)
