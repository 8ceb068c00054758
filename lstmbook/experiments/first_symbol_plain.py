"""Name the first symbol: how far a plain recurrent network gets, by its start and its budget.

Pages 1.1 and 1.2. Three starts of U for a tanh network of 24 units, and the start of PyTorch once
more after some passes over shorter lags (a curriculum). All are trained alike from there.
"""

import numpy as np

from lstmbook import baselines
from lstmbook import numpy as lb
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.tracing import gradient_against_lag

STARTS = {"U as PyTorch": "pytorch", "U orthogonal": "default", "U identity": "default"}
CURRICULUM = "U as PyTorch, shorter lags first"
LADDER = {"20": (5,), "50": (5,), "100": (5, 50)}  # what the curriculum trains at before
LADDER_PASSES, LADDER_RATE = 6, 2e-3


def draw(lag: int, seed: int, sizes: tuple[int, ...] = (2000, 300, 500)) -> list:
    """Sequences of this lag, all distinct by value."""
    return tasks.apart(tasks.memory, sizes, seed=seed, lag=lag, classes=4, window=1)


def parts(condition: str, seed: int) -> Parts:
    return Parts(*draw(int(condition), seed))


def model(contender: str, condition: str, seed: int) -> lb.SequenceClassifier:
    layer = lb.RNN(5, 24, init=STARTS.get(contender, "pytorch"), seed=seed)
    if contender == "U identity":
        layer.params["U"][...] = np.eye(24)
    network = lb.SequenceClassifier(layer, classes=4, seed=seed)
    for lag in LADDER[condition] if contender == CURRICULUM else ():
        shorter = draw(lag, 1000 + seed, (2000,))[0]
        lb.fit(
            network,
            shorter,
            epochs=LADDER_PASSES,
            optimizer=lb.Adam(LADDER_RATE),
            clip_norm=1.0,
            seed=seed,
            progress=False,
        )
    return network


def asked_at(network: lb.SequenceClassifier, lag: int) -> float:
    """Share of 500 sequences of another lag that are answered right, without more training."""
    return lb.evaluate(network, draw(lag, 2000, (500,))[0])["accuracy"]


def extra(network: lb.SequenceClassifier, data: Parts, condition: str) -> dict[str, float]:
    """Measured on the trained network: its U, its gradient, and what it knows one step later."""
    lag, U = int(condition), network.layer.params["U"].astype("float64")
    curve = gradient_against_lag(network.layer, data.test.x[:64])
    return {
        "one step later": asked_at(network, lag + 1),
        "radius of U": float(np.abs(np.linalg.eigvals(U)).max()),
        "log10 gradient, lag against 0": float(np.log10(curve[lag] / curve[0])),
    }


def first_symbol(condition: str, seed: int) -> float:
    test = parts(condition, seed).test
    return float((test.x[:, 0, :4].argmax(-1) == test.y).mean())


def last_symbol(condition: str, seed: int) -> float:
    test = parts(condition, seed).test
    return float((test.x[:, -1, :4].argmax(-1) == test.y).mean())


def linear(condition: str, seed: int) -> float:
    data = parts(condition, seed)
    return baselines.logistic_regression(data.train, data.test)["accuracy"]


EXPERIMENT = Experiment(
    name="first_symbol_plain",
    pages=("1.1", "1.2"),
    title="Plain network: which start names the first symbol, at which lag, in which budget",
    task="memory(lag, classes=4, window=1): 2,000 sequences to train, 300 to choose, 500 to test",
    network="tanh network, 24 units, 720 weights and a head of 100",
    contenders=(*STARTS, CURRICULUM),
    conditions=tuple(LADDER),
    parts=parts,
    model=model,
    rates=(1e-3, 2e-3, 5e-3, 1e-2),
    epochs=4,
    budgets=(1, 3, 10),
    score="accuracy",
    better="high",
    guessing=0.25,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34, 35, 36, 37),
    rules={
        "name the first symbol": first_symbol,
        "name the last symbol": last_symbol,
        "logistic regression on all steps": linear,
    },
    extra=extra,
)
