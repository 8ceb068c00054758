"""How the stored results were made. A recipe gives the numbers and what the file says of them."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data.tasks import memory

HIDDEN = 24
# name: (cell, start weights by name, input bias where it is set besides)
STARTS = {
    "forget 0": ("LSTM", "forget_bias(0)", None),
    "forget 1": ("LSTM", "forget_bias(1)", None),
    "forget 1, input -5": ("LSTM", "forget_bias(1)", -5.0),
    "forget 5": ("LSTM", "forget_bias(5)", None),
    "forget 5, input -5": ("LSTM", "forget_bias(5)", -5.0),
    "chrono, b_f alone": ("LSTM", "chrono({lag})", 0.0),
    "chrono": ("LSTM", "chrono({lag})", None),
    "f = 1": ("NoForgetGateLSTM", "default", None),
    "f = 1, input -5": ("NoForgetGateLSTM", "default", -5.0),
}
LAGS = (10, 30, 100, 200)
SEEDS = range(5)
LONGER = ("forget 1", "forget 5")  # at lag 100, with ten times as many epochs


def accuracy(start: str, lag: int, seed: int, epochs: int = 6) -> float:
    """Train one network on `memory(lag)`; the share of 500 new sequences that it answers right."""
    train = memory(lag=lag, classes=4, n=2000, seed=seed)
    test = memory(lag=lag, classes=4, n=500, seed=100 + seed)
    cell, init, input_bias = STARTS[start]
    layer = getattr(lb, cell)(5, HIDDEN, init=init.format(lag=lag), seed=seed)
    if input_bias is not None:
        layer.params["b"][:HIDDEN] = input_bias  # i is the first block of both cells
    model = lb.SequenceClassifier(layer, classes=4, seed=seed)
    more = {"optimizer": lb.Adam(5e-3), "clip_norm": 1.0, "seed": seed, "progress": False}
    lb.fit(model, train, epochs=epochs, **more)
    return round(lb.evaluate(model, test)["accuracy"], 3)


def bias_against_lag(progress: bool = True) -> dict:
    """Which start of the biases lets training bridge which lag (page 4.5)."""
    runs = [(s, lag, 6) for s in STARTS for lag in LAGS] + [(s, 100, 60) for s in LONGER]
    table: dict = {"accuracy": {}, "longer": {}}
    for start, lag, epochs in runs:
        part = table["accuracy" if epochs == 6 else "longer"]
        seeds = [accuracy(start, lag, seed, epochs) for seed in SEEDS]
        part.setdefault(start, {})[str(lag)] = seeds
        if progress:
            print(f"{start:26s} lag {lag:3d}, {epochs} epochs: {np.mean(seeds):.2f}", flush=True)
    return {
        "title": "share answered right, by start of the biases and lag",
        "task": "memory(lag, classes=4, window=20), 2000 sequences to train on, 500 new ones",
        "network": f"{HIDDEN} cells, linear head on the last h",
        "training": "6 epochs, batches of 32, Adam(5e-3), clip_norm 1.0; longer: 60 epochs",
        "seeds": list(SEEDS),
        "guessing": 0.25,
        **table,
    }


RECIPES = {"bias_against_lag": bias_against_lag}
