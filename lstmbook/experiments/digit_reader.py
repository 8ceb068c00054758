r"""The stored model that names a handwritten digit from its eight rows (page 6.4)."""

import numpy as np

from lstmbook import data
from lstmbook import numpy as lb
from lstmbook.core.schedules import cosine

TITLE = "reads a handwritten digit row by row"
PAGES = ("6.4",)


def make(progress: bool = True) -> tuple:
    """Train; return the model and what its card says of it."""
    digits = data.digits()
    # size, rate and epochs were chosen on the validation part; then it joins the training data
    parts = (digits.train, digits.validation)
    train = [np.concatenate([getattr(part, key) for part in parts]) for key in "xy"]
    fit = {"epochs": 40, "batch_size": 32, "clip_norm": 1.0, "seed": 1}
    updates = fit["epochs"] * -(-len(train[0]) // fit["batch_size"])
    model = lb.SequenceClassifier(lb.LSTM(8, 64, seed=1), classes=10, seed=1)
    lb.fit(model, train, optimizer=lb.Adam(cosine(1e-2, updates)), progress=progress, **fit)
    return model, {
        "title": TITLE,
        "data": f"{digits.name}: {digits.source}; {len(train[0])} train, {len(digits.test.y)} test",
        "licence": digits.licence,
        "input": "x (B, 8, 8): step t is row t from the top, in 0..1",
        "training": {**fit, "optimizer": "Adam, rate 1e-2 along half a cosine to 0"},
        "score": {"test accuracy": round(lb.evaluate(model, digits.test)["accuracy"], 3)},
        "baselines": {name: score.value for name, score in digits.baselines.items()},
    }
