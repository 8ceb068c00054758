"""How the stored models were trained. A recipe gives the model and what its card says of it."""

import numpy as np

from lstmbook import data
from lstmbook import numpy as lb
from lstmbook.core.schedules import cosine
from lstmbook.data.tasks import memory


def digit_reader(progress: bool = True) -> tuple:
    """Names a handwritten digit from its eight rows (page 6.4)."""
    digits = data.digits()
    # size, rate and epochs were chosen on the validation part; then it joins the training data
    parts = (digits.train, digits.validation)
    train = [np.concatenate([getattr(part, key) for part in parts]) for key in "xy"]
    fit = {"epochs": 40, "batch_size": 32, "clip_norm": 1.0, "seed": 1}
    updates = fit["epochs"] * -(-len(train[0]) // fit["batch_size"])
    model = lb.SequenceClassifier(lb.LSTM(8, 64, seed=1), classes=10, seed=1)
    lb.fit(model, train, optimizer=lb.Adam(cosine(1e-2, updates)), progress=progress, **fit)
    return model, {
        "title": "reads a handwritten digit row by row",
        "data": f"{digits.name}: {digits.source}; {len(train[0])} train, {len(digits.test.y)} test",
        "licence": digits.licence,
        "input": "x (B, 8, 8): step t is row t from the top, in 0..1",
        "training": {**fit, "optimizer": "Adam, rate 1e-2 along half a cosine to 0"},
        "score": {"test accuracy": round(lb.evaluate(model, digits.test)["accuracy"], 3)},
        "baselines": {name: score.value for name, score in digits.baselines.items()},
    }


def memory_keeper(progress: bool = True) -> tuple:
    """Tells at the end which symbol was flagged over a hundred steps ago (page 3.1)."""
    train = memory(lag=100, classes=4, n=2000, seed=0)
    test = memory(lag=100, classes=4, n=500, seed=100)
    fit = {"epochs": 6, "batch_size": 32, "clip_norm": 1.0, "seed": 0}
    model = lb.SequenceClassifier(lb.LSTM(5, 24, init="chrono(100)"), classes=4)
    lb.fit(model, train, optimizer=lb.Adam(5e-3), progress=progress, **fit)
    return model, {
        "title": "keeps one symbol for over a hundred steps",
        "data": "memory(lag=100, classes=4), generated; 2000 train, 500 test",
        "licence": "MIT",
        "input": "x (B, T, 5): one of four symbols, and a flag",
        "training": {**fit, "start": "chrono(100)", "optimizer": "Adam, rate 5e-3"},
        "score": {"test accuracy": round(lb.evaluate(model, test)["accuracy"], 3)},
        "baselines": {"guessing": 0.25},
    }


RECIPES = {"digit_reader": digit_reader, "memory_keeper": memory_keeper}
