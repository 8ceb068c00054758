r"""Which start of the biases bridges which lag, within which budget (pages 1.2, 3.1 and 4.5)."""

from lstmbook import baselines
from lstmbook import numpy as lb
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts

HIDDEN = 24
# name: (cell, start weights by name, input bias where it is set besides)
STARTS = {
    "forget 0": ("LSTM", "forget_bias(0)", None),
    "forget 1": ("LSTM", "forget_bias(1)", None),
    "forget 5": ("LSTM", "forget_bias(5)", None),
    "forget 1, input -5": ("LSTM", "forget_bias(1)", -5.0),
    "forget 5, input -5": ("LSTM", "forget_bias(5)", -5.0),
    "chrono": ("LSTM", "chrono({lag})", None),
    "chrono, b_f alone": ("LSTM", "chrono({lag})", 0.0),
    "f = 1": ("NoForgetGateLSTM", "default", None),
    "f = 1, input -5": ("NoForgetGateLSTM", "default", -5.0),
    "RNN": ("RNN", "default", None),
}
RNN_HIDDEN = 51  # 2,907 weights in the layer, 2,880 in the LSTM


def parts(condition: str, seed: int) -> Parts:
    """The flagged symbol is always the first: the lag is exact."""
    given = {"lag": int(condition), "classes": 4, "window": 1}
    return Parts(*tasks.apart(tasks.memory, (1400, 300, 500), seed=seed, **given))


def model(contender: str, condition: str, seed: int):
    """A network with the start of that name; T_max of chrono is the lag."""
    cell, init, input_bias = STARTS[contender]
    hidden = RNN_HIDDEN if cell == "RNN" else HIDDEN
    layer = getattr(lb, cell)(5, hidden, init=init.format(lag=condition), seed=seed)
    if input_bias is not None:
        layer.params["b"][:hidden] = input_bias  # i is the first block of both cells
    return lb.SequenceClassifier(layer, classes=4, seed=seed)


def linear(condition: str, seed: int) -> float:
    """A linear classifier that sees all steps at once, as no recurrent network does."""
    drawn = parts(condition, seed)
    return baselines.logistic_regression(drawn.train, drawn.test)["accuracy"]


def looked_up(condition: str, seed: int) -> float:
    """The rule in one line: the answer is the symbol of the first step."""
    test = parts(condition, seed).test
    return float((test.x[:, 0, :4].argmax(axis=1) == test.y).mean())


EXPERIMENT = Experiment(
    name="lag_and_start",
    pages=("1.2", "3.1", "4.5"),
    title="share answered right, by start of the biases, lag and budget",
    task=(
        "memory(lag, classes=4, window=1): the flagged symbol is the first, the answer is due "
        "exactly `lag` steps later; 1400 sequences to train on, 300 to choose the rate, 500 new "
        "ones to score; other ones for every seed"
    ),
    network=f"{HIDDEN} cells (RNN: {RNN_HIDDEN} units), linear head on the last h",
    contenders=tuple(STARTS),
    about={
        "forget 0": "all biases 0",
        "forget 1": "b_f = 1, the others 0: the usual start",
        "forget 5": "b_f = 5, the others 0",
        "forget 1, input -5": "b_f = 1, b_i = -5",
        "forget 5, input -5": "b_f = 5, b_i = -5",
        "chrono": "b_f = ln u with u from 1 to T_max - 1, b_i = -b_f; T_max is the lag",
        "chrono, b_f alone": "b_f as in chrono, b_i = 0",
        "f = 1": "no forget gate, all biases 0",
        "f = 1, input -5": "no forget gate, b_i = -5",
        "RNN": "plain network with about as many weights",
    },
    conditions=("30", "100"),
    parts=parts,
    model=model,
    rates=(2e-3, 6e-3, 2e-2),
    per_contender={"RNN": {"rates": (5e-4, 2e-3, 6e-3)}},  # as many, but smaller
    guessing=0.25,
    seeds=(20, 21, 22, 23, 24, 25, 26, 27),
    rules={"first symbol, looked up": looked_up, "linear model of all steps": linear},
)
