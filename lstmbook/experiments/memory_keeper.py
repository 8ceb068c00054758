r"""The stored model that tells which symbol was flagged over a hundred steps ago (page 3.1)."""

from lstmbook import numpy as lb
from lstmbook.data.tasks import memory

TITLE = "keeps one symbol for over a hundred steps"
PAGES = ("3.1",)


def make(progress: bool = True) -> tuple:
    """Train; return the model and what its card says of it."""
    train = memory(lag=100, classes=4, n=2000, seed=0)
    test = memory(lag=100, classes=4, n=500, seed=100)
    fit = {"epochs": 6, "batch_size": 32, "clip_norm": 1.0, "seed": 0}
    model = lb.SequenceClassifier(lb.LSTM(5, 24, init="chrono(100)"), classes=4)
    lb.fit(model, train, optimizer=lb.Adam(5e-3), progress=progress, **fit)
    return model, {
        "title": TITLE,
        "data": "memory(lag=100, classes=4), generated; 2000 train, 500 test",
        "licence": "MIT",
        "input": "x (B, T, 5): one of four symbols, and a flag",
        "training": {**fit, "start": "chrono(100)", "optimizer": "Adam, rate 5e-3"},
        "score": {"test accuracy": round(lb.evaluate(model, test)["accuracy"], 3)},
        "baselines": {"guessing": 0.25},
    }
