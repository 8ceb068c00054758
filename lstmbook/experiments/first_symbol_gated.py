"""Name the first symbol after a lag of 50: which cell, with which start, within which budget.

Pages 1.2 and 1.3. The cell of 1997, the LSTM with three starts, the peephole LSTM, the GRU, and a
plain network about as heavy as the LSTM; task and recipe as in `first_symbol_plain`.
"""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.experiments.first_symbol_plain import (
    asked_at,
    first_symbol,
    last_symbol,
    linear,
    parts,
)
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.tracing import gradient_against_lag

CELLS = {
    "plain RNN, 52 units": ("RNN", 52, "default"),
    "rule of 1997": ("NoForgetGateLSTM", 24, "default"),
    "LSTM, as PyTorch": ("LSTM", 24, "pytorch"),
    "LSTM, forget bias 1": ("LSTM", 24, "forget_bias(1)"),
    "LSTM, chrono": ("LSTM", 24, "chrono({lag})"),
    "peephole, forget bias 1": ("PeepholeLSTM", 24, "forget_bias(1)"),
    "peephole, chrono": ("PeepholeLSTM", 24, "chrono({lag})"),
    "GRU, keep bias 0": ("GRU", 24, "default"),
    "GRU, keep bias 1": ("GRU", 24, "forget_bias(1)"),
    "GRU, chrono": ("GRU", 24, "chrono({lag})"),
}


def model(contender: str, condition: str, seed: int) -> lb.SequenceClassifier:
    cell, units, init = CELLS[contender]
    layer = getattr(lb, cell)(5, units, init=init.format(lag=condition), seed=seed)
    return lb.SequenceClassifier(layer, classes=4, seed=seed)


def extra(network: lb.SequenceClassifier, data: Parts, condition: str) -> dict[str, float]:
    """Measured on the trained network: its gradient, and what it knows at other lags."""
    lag = int(condition)
    curve = gradient_against_lag(network.layer, data.test.x[:64])
    return {
        "one step later": asked_at(network, lag + 1),
        "at twice the lag": asked_at(network, 2 * lag),
        "log10 gradient, lag against 0": float(np.log10(curve[lag] / curve[0])),
    }


EXPERIMENT = Experiment(
    name="first_symbol_gated",
    pages=("1.2", "1.3"),
    title="Lag 50: which cell and which start name the first symbol, in which budget",
    task=(
        "memory(lag=50, classes=4, window=1): 2,000 sequences to train, 300 to choose, 500 to test"
    ),
    network="24 cells (plain network: 52 units, about as many weights as the LSTM)",
    contenders=tuple(CELLS),
    conditions=("50",),
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
