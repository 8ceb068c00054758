"""LayerNorm against the scale of the input; projection on copying (pages 3.2.5 and 3.2.6)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts

# contender: cell, cells at about 1,500 weights, options
CELLS = {
    "LSTM": ("LSTM", 16, {}),
    "LSTM, W / scale": ("LSTM", 16, {}),
    "LayerNormLSTM": ("LayerNormLSTM", 15, {}),
    "projected": ("ProjectedLSTM", 24, {"proj_size": 8}),
    "LSTM, 8 cells": ("LSTM", 8, {}),
    "plain RNN": ("RNN", 36, {}),
}
SCALES = ("0.1", "1", "10", "100")


def parts(condition: str, seed: int) -> Parts:
    """Return the flagged symbol, inputs times the scale; or six symbols to repeat."""
    if condition == "copy":
        options = {"lag": 3, "symbols": 6, "classes": 4}
        return Parts(*tasks.apart(tasks.copying, (960, 200, 300), seed=seed, **options))
    options = {"lag": 5, "classes": 4, "window": 3}
    drawn = tasks.apart(tasks.memory, (480, 200, 300), seed=seed, **options)
    return Parts(*(Split(part.x * np.float32(condition), part.y) for part in drawn))


def model(contender: str, condition: str, seed: int) -> lb.SequenceClassifier:
    """Return the cell and a head: on the last h, or at every step to copy."""
    cell, hidden, options = CELLS[contender]
    copy = condition == "copy"
    layer = getattr(lb, cell)(6 if copy else 5, hidden, seed=seed, **options)
    if contender == "LSTM, W / scale" and not copy:
        layer.params["W"] /= np.float32(condition)  # the sums at the start are those of scale 1
    if copy:
        return lb.SequenceClassifier(layer, classes=6, pooling=None, seed=seed)
    return lb.SequenceClassifier(layer, classes=4, seed=seed)


def scores(model, parts: Parts, part: str) -> float:
    """Share of the answers that are right; of a string to copy its six symbols count."""
    data = getattr(parts, part)
    guess = lb.predict(model, data.x).argmax(-1)
    if model.pooling is None:
        guess, wanted = guess[:, -6:], data.y[:, -6:]
        return float((guess == wanted).mean())
    return float((guess == data.y).mean())


def by_hand(condition: str, seed: int) -> float:
    """Read the flagged symbol, or the first six."""
    test = parts(condition, seed).test
    if condition == "copy":
        return float((test.x[:, :6].argmax(-1) == test.y[:, -6:]).mean())
    flagged = test.x[np.arange(len(test.x)), test.x[..., 4].argmax(1), :4].argmax(-1)
    return float((flagged == test.y).mean())


EXPERIMENT = Experiment(
    name="connections",
    pages=("3.2.5", "3.2.6"),
    title="share answered right, by scale of the input, and on copying",
    task=(
        "memory(lag=5, window=3) times 0.1, 1, 10, 100, 480 sequences; "
        "copy: copying(lag=3, symbols=6, classes=4), 960; 200 to choose the rate, 300 to test"
    ),
    network="about 1,500 weights (LSTM, 8 cells: 480), linear head",
    contenders=tuple(CELLS),
    conditions=(*SCALES, "copy"),
    parts=parts,
    model=model,
    rates=(0.003, 0.01, 0.03),
    epochs=8,
    budgets=(1, 3, 10),
    score="share right",
    better="high",
    guessing=0.25,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(10, 11, 12, 13, 14),
    scores=scores,
    rules={"by hand": by_hand},
)
