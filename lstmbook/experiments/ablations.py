"""Which part of the cell does a task need: the eight changes of Greff et al. (3.2.4, 3.2.2)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook import trace, variants
from lstmbook.data import Split
from lstmbook.data.tasks import counting
from lstmbook.experiments.plan import Experiment, Parts

NAMES = {
    "V": "PeepholeLSTM",
    "NIG": "NoInputGateLSTM",
    "NFG": "NoForgetGateLSTM",
    "NOG": "NoOutputGateLSTM",
    "NIAF": "NoInputActivationLSTM",
    "NOAF": "NoOutputActivationLSTM",
    "NP": "LSTM",
    "CIFG": "CoupledLSTM",
    "FGR": "FullGateLSTM",
    "GRU": "GRU",
    "RNN": "RNN",
}
UNITS = {"GRU": 9, "RNN": 18}  # about the weights of eight LSTM cells
REACH = 100


def build(short: str, D: int, H: int, **more):
    """Return a layer of that short name, with peepholes where they can be chosen."""
    if "peepholes" in variants.get(NAMES[short]).options:
        more["peepholes"] = True
    return getattr(lb, NAMES[short])(D, H, **more)


def totals(steps: int, n: int, seed) -> tuple[np.ndarray, np.ndarray]:
    """Return x (n, steps, 3): value, count, reset; y (n, steps, 1), the running total."""
    r = np.random.default_rng(seed)
    value = r.uniform(-1, 1, (n, steps))
    count, reset = r.random((n, steps)) < 0.5, r.random((n, steps)) < 0.1
    y, total = np.zeros((n, steps)), np.zeros(n)
    for t in range(steps):
        total = np.where(reset[:, t], 0, total) + count[:, t] * value[:, t]
        y[:, t] = total
    x = np.stack([value, count, reset], axis=-1)
    return x.astype("float32"), y[..., None].astype("float32")


def strings(counts) -> Split:
    """Return the strings S a..a b..b E, one for each number of a's."""
    each = [counting(m, m, n=1) for m in counts]
    longest = max(len(s.x[0]) for s in each)
    x, y = np.zeros((len(each), longest, 4), "float32"), np.zeros((len(each), longest), int)
    for k, s in enumerate(each):
        x[k, : len(s.x[0])], y[k, : len(s.y[0])] = s.x[0], s.y[0]
    return Split(x, y, np.array([len(s.x[0]) for s in each]))


def parts(condition: str, seed: int) -> Parts:
    """Values are continuous, so no stream occurs twice; the counted lengths are disjoint."""
    if condition == "total":
        sizes = ((960, 30), (200, 30), (200, 30))
        return Parts(*(Split(*totals(T, n, (seed, k))) for k, (n, T) in enumerate(sizes)))
    train = counting(1, 10, n=640, seed=seed)
    return Parts(train, strings(range(11, 30, 2)), strings(range(12, 31, 2)))


def model(contender: str, condition: str, seed: int):
    """Return eight cells (GRU and RNN: as many units as give that many weights) and a head."""
    units = UNITS.get(contender, 8)
    if condition == "total":
        layer = build(contender, 3, units, seed=seed)
        return lb.SequenceRegressor(layer, 1, pooling=None, seed=seed)
    layer = build(contender, 4, units, seed=seed)
    return lb.SequenceClassifier(layer, classes=4, pooling=None, seed=seed)


def counted(guess: np.ndarray, data) -> np.ndarray:
    """Return for each string whether all is right from the first b on, the end included."""
    step = np.arange(data.x.shape[1])
    asked = step >= data.x[..., 2].argmax(axis=1)[:, None]
    asked &= step < data.lengths[:, None]
    return ((guess == data.y) | ~asked).all(axis=1)


def error(model, data) -> float:
    """Squared error over that of always 0; for strings, the share that is not counted right."""
    if isinstance(model, lb.SequenceClassifier):
        return float(1 - counted(lb.predict(model, data).argmax(-1), data).mean())
    return float(np.mean((lb.predict(model, data.x) - data.y) ** 2) / np.mean(data.y**2))


def scores(model, parts: Parts, part: str) -> float:
    """Return the error on that part."""
    return error(model, getattr(parts, part))


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """Longer than in training: streams of 400 steps, strings up to a hundred a's."""
    if condition == "total":
        x, y = totals(400, 40, (len(parts.test.x), 9))
        record = trace(model.layer, x)
        state = np.abs(record["c" if "c" in record else "h"]).max()
        return {"error on 400 steps": error(model, Split(x, y)), "largest state": float(state)}
    data = strings(range(1, REACH + 1))
    right = counted(lb.predict(model, data).argmax(-1), data)
    return {"counts to": float(REACH if right.all() else right.argmin())}


def by_hand(condition: str, seed: int) -> float:
    """One running number: add what counts, clear it; or add an a, take off a b."""
    test = parts(condition, seed).test
    total = np.zeros(len(test.x))
    guess = np.zeros(test.y.shape)
    for t, now in enumerate(np.moveaxis(test.x, 1, 0)):
        if condition == "total":
            total = (1 - now[:, 2]) * total + now[:, 1] * now[:, 0]
            guess[:, t, 0] = total
        else:
            total = total + now[:, 1] - now[:, 2]
            guess[:, t] = np.where(total > 0, 2, 3)  # b while some are open, then E
    if condition == "count":
        return float(1 - counted(guess, test).mean())
    return float(np.mean((guess - test.y) ** 2) / np.mean(test.y**2))


def linear(condition: str, seed: int) -> float:
    """A linear rule on the last ten steps, fitted by least squares."""
    data = parts(condition, seed)
    train, test = data.train, data.test

    def last_ten(x):
        padded = np.pad(x, ((0, 0), (9, 0), (0, 0)))
        steps = [padded[:, k : k + x.shape[1]] for k in range(10)]
        return np.concatenate([*steps, np.ones((*x.shape[:2], 1))], axis=-1)

    real = np.ones(train.x.shape[:2], bool)
    if condition == "count":
        real = np.arange(train.x.shape[1]) < train.real_steps[:, None]
    wanted = train.y if condition == "total" else np.eye(4)[train.y]
    w = np.linalg.lstsq(last_ten(train.x)[real], wanted[real], rcond=None)[0]
    guess = last_ten(test.x) @ w
    if condition == "count":
        return float(1 - counted(guess.argmax(-1), test).mean())
    return float(np.mean((guess - test.y) ** 2) / np.mean(test.y**2))


EXPERIMENT = Experiment(
    name="ablations",
    pages=("3.2.4", "3.2.2"),
    title="error of the nine cells of Greff et al., of the GRU and of the plain RNN",
    task=(
        "total: running total with resets, 960 streams of 30 steps, 200 new ones; "
        "count: a^m b^m with m up to 10, test on m = 12, 14, ..., 30"
    ),
    network="8 cells, GRU 9 units, RNN 18 units; linear head at every step",
    contenders=tuple(NAMES),
    conditions=("total", "count"),
    parts=parts,
    model=model,
    rates=(0.02, 0.05, 0.1),
    epochs=5,
    budgets=(1, 3, 10),
    score="error",
    better="low",
    guessing=1.0,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(10, 11, 12, 13, 14),
    scores=scores,
    extra=extra,
    rules={"by hand": by_hand, "linear, last ten steps": linear},
)
