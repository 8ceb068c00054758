"""A stream of embedded Reber strings: what the cell of 1997 learns, and what forgetting buys.

Page 1.2. Networks of about equal weights learn from pieces of 60 or 600 letters, the state 0 before
each, and are scored on streams of 2,000 letters without a mark: how often the repeated letter is
right.
"""

from collections import Counter, defaultdict

import numpy as np

from lstmbook import numpy as lb
from lstmbook import trace
from lstmbook.data import tasks
from lstmbook.experiments.plan import Experiment, Parts

CELLS = {
    "plain RNN": ("RNN", 35),
    "rule of 1997": ("NoForgetGateLSTM", 19),
    "rule of 2000": ("LSTM", 16),
}
PIECES = {"60": 600, "600": 96}  # letters of a piece: number of pieces
CONTEXT = 9  # letters that the table of the simple rule looks back


def parts(condition: str, seed: int) -> Parts:
    """Pieces to train, 10 streams each to choose and to test."""
    train = tasks.apart(tasks.continual, (PIECES[condition],), seed=seed, steps=int(condition))[0]
    long = tasks.apart(tasks.continual, (10, 10), seed=5000 + seed, steps=2000)
    return Parts(train, *long)


def model(contender: str, condition: str, seed: int) -> lb.SequenceClassifier:
    cell, units = CELLS[contender]
    layer = getattr(lb, cell)(7, units, seed=seed)
    return lb.SequenceClassifier(layer, classes=7, pooling=None, seed=seed)


def repeats(split) -> np.ndarray:
    """True (n, T) where only T or only P may follow: the repeated letter comes next."""
    legal = tasks.legal_symbols(split)  # (n, T, 7), letters B T P S X V E
    return (legal.sum(-1) == 1) & legal[..., 1:3].any(-1)


def hits(network, split) -> np.ndarray:
    """Where the repeated letter is named right: 1 or 0, NaN at all other steps (n, T)."""
    right = lb.predict(network, split).argmax(-1) == split.y
    return np.where(repeats(split), right, np.nan)


def scores(network, data: Parts, part: str) -> float:
    """Share of the repeated letters named right, over the whole streams."""
    return float(np.nanmean(hits(network, getattr(data, part))))


def extra(network, data: Parts, condition: str) -> dict[str, float]:
    """The same by place in the stream, far beyond it, and the size of c at its end."""
    right = hits(network, data.test)
    longer = tasks.continual(steps=20_000, n=5, seed=9000)
    measured = {
        "letters 1-100": float(np.nanmean(right[:, :100])),
        "letters 1901-2000": float(np.nanmean(right[:, -100:])),
        "letters 19001-20000": float(np.nanmean(hits(network, longer)[:, -1000:])),
    }
    record = trace(network.layer, data.test.x)
    if "c" in record:
        end = np.abs(record["c"][:, -1])  # (10, H)
        measured["largest |c| at letter 2000"] = float(end.max())
        measured["cells with |c| below 5 at letter 2000"] = float((end < 5).sum(1).mean())
    return measured


def table_of_contexts(condition: str, seed: int) -> float:
    """The commonest next letter after the last 9, 8, ... letters of the training pieces."""
    data = parts(condition, seed)
    following = defaultdict(Counter)
    for row, after in zip(data.train.x.argmax(-1), data.train.y, strict=True):
        for t, letter in enumerate(after):
            for n in range(min(CONTEXT, t + 1) + 1):
                following[tuple(row[t + 1 - n : t + 1])][letter] += 1
    right = []
    for row, after, asked in zip(
        data.test.x.argmax(-1), data.test.y, repeats(data.test), strict=True
    ):
        for t in np.flatnonzero(asked):
            lengths = range(min(CONTEXT, t + 1), -1, -1)
            known = next(c for n in lengths if (c := tuple(row[t + 1 - n : t + 1])) in following)
            right.append(following[known].most_common(1)[0][0] == after[t])
    return float(np.mean(right))


def knows_the_grammar(condition: str, seed: int) -> float:
    """Repeats the letter after the B that began the string; E and B mark where it began."""
    test, right = parts(condition, seed).test, []
    for row, after, asked in zip(test.x.argmax(-1), test.y, repeats(test), strict=True):
        second = row[1]
        for t in range(2, len(row)):
            if row[t - 2] == 6 and row[t - 1] == 0:  # E, B: the letter after them counts
                second = row[t]
            if asked[t]:
                right.append(second == after[t])
    return float(np.mean(right))


EXPERIMENT = Experiment(
    name="reber_stream",
    pages=("1.2",),
    title="Stream of embedded Reber strings: the repeated letter, by budget",
    task=(
        "continual: 600 pieces of 60 letters, or 96 of 600, to train; 10 streams of 2,000 letters "
        "to choose, 10 to test"
    ),
    network="about 1,500 weights: 35 units, 19 cells of 1997, 16 cells of 2000, and a head",
    contenders=tuple(CELLS),
    conditions=tuple(PIECES),
    parts=parts,
    model=model,
    rates=(3e-3, 1e-2, 3e-2),
    epochs=6,
    budgets=(1, 3, 10),
    score="repeated letters right",
    better="high",
    guessing=0.5,
    scores=scores,
    batch_size=16,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(30, 31, 32, 33, 34, 35),
    rules={
        "table of the last 9 letters": table_of_contexts,
        "knows the grammar": knows_the_grammar,
    },
    extra=extra,
)
