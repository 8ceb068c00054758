"""ConvLSTM against dense networks: how many films teach a motion (page 3.2.7)."""

import numpy as np

from lstmbook import numpy as lb
from lstmbook.data import Split, tasks
from lstmbook.experiments.plan import Experiment, Parts
from lstmbook.numpy import losses

SIZE, STEPS = 7, 10


def films(n: int, seed: int = 0, size: int = SIZE) -> Split:
    """One bright dot, thrown back at the border: frames, and each frame's next one.

    x and y are (n, STEPS - 1, size * size), a row of pixels a frame.
    """
    r = np.random.default_rng(seed)
    place, move = r.integers(size, size=(n, 2)), r.integers(3, size=(n, 2)) - 1
    move[(move == 0).all(axis=1)] = 1
    frames = np.zeros((n, STEPS, size, size), "float32")
    for t in range(STEPS):
        frames[np.arange(n), t, place[:, 0], place[:, 1]] = 1
        out = (place + move < 0) | (place + move >= size)
        move = np.where(out, -move, move)
        place = place + move
    frames = frames.reshape(n, STEPS, -1)
    return Split(frames[:, :-1], frames[:, 1:])


class OnPictures:
    """A layer of pictures (B, T, D, height, width) that reads rows of pixels, D = 1."""

    def __init__(self, layer):
        self.layer, self.dtype, self.params = layer, layer.dtype, layer.params
        self.layout = lb.LSTM(SIZE**2, 1).layout  # what is checked: a row of pixels a step

    @property
    def grads(self):
        return self.layer.grads

    def __call__(self, x, training=True):
        side = int(x.shape[-1] ** 0.5)
        y = self.layer(x.reshape(*x.shape[:2], 1, side, side), training=training)[0]
        return np.moveaxis(y, 2, -1).reshape(*x.shape, -1)  # channels last, for the head

    def backward(self, d):
        side = int(d.shape[2] ** 0.5)
        d = d.reshape(*d.shape[:2], side, side, -1)
        return self.layer.backward(np.moveaxis(d, -1, 2))


class Film(lb.SequenceRegressor):
    """A recurrent layer and a head: a logit for each pixel of the next frame."""

    def __init__(self, layer, seed: int):
        self.space = layer.layout.variant.space == (2,)
        super().__init__(layer, 1 if self.space else SIZE**2, pooling=None, seed=seed)
        self.outputs = SIZE**2
        self.head.params["b"][:] = -4  # nearly all pixels are dark
        if self.space:
            self.layer = OnPictures(layer)

    def __call__(self, x, lengths=None, training=True):
        y = self.layer(x, training=training)
        return self.head(y)[..., 0] if self.space else self.head(y[0])

    def loss(self, logits, target, lengths=None):
        return losses.binary_cross_entropy(logits, target)

    def backward(self, d):
        return self.layer.backward(self.head.backward(d[..., None] if self.space else d))[0]


CELLS = {
    "ConvLSTM, 6 channels": lambda seed: lb.ConvLSTM2D(1, 6, seed=seed),
    "dense LSTM, 32 cells": lambda seed: lb.LSTM(SIZE**2, 32, seed=seed),
    "dense LSTM, 6 cells": lambda seed: lb.LSTM(SIZE**2, 6, seed=seed),
    "plain RNN, 70 units": lambda seed: lb.RNN(SIZE**2, 70, seed=seed),
}


def parts(condition: str, seed: int) -> Parts:
    """All 312 films that exist, dealt out. 192 rows to train each time: as many updates."""
    train, validation, test = tasks.apart(films, (192, 40, 80), seed=seed)
    kept = int(condition)
    few = (np.tile(part[:kept], (192 // kept, 1, 1)) for part in train[:2])
    return Parts(Split(*few), validation, test)


def model(contender: str, condition: str, seed: int) -> Film:
    """Return the network with its start weights."""
    return Film(CELLS[contender](seed), seed)


def brightest(frames: np.ndarray) -> np.ndarray:
    """Place (row, column) of the brightest of the pixels on the last axis."""
    return np.stack(divmod(frames.argmax(-1), int(frames.shape[-1] ** 0.5)), -1)


def share_right(guess: np.ndarray, wanted: np.ndarray) -> float:
    """Share of the frames, from the second answer on, with the brightest pixel in its place."""
    return float((guess[:, 1:] == wanted[:, 1:]).all(-1).mean())


def scores(model, parts: Parts, part: str) -> float:
    """Return the share of frames right."""
    data = getattr(parts, part)
    return share_right(brightest(lb.predict(model, data.x)), brightest(data.y))


def extra(model, parts: Parts, condition: str) -> dict[str, float]:
    """The same on its own films and, where the layer can read them, on larger ones."""
    own = scores(model, parts, "train")
    if not model.space:
        return {"own films": own}
    large = films(100, seed=999, size=10)
    guess = model(large.x, training=False)
    right = share_right(brightest(guess), brightest(large.y))
    return {"own films": own, "10 x 10": right}


def same_step(turn: bool):
    """Return a rule: the last step again; at the border it stays inside, or turns round."""

    def rule(condition: str, seed: int) -> float:
        test = parts(condition, seed).test
        place = brightest(test.x)
        step = np.diff(place, axis=1)
        then = place[:, 1:] + step
        out = (then < 0) | (then >= SIZE)
        then = np.where(out, place[:, 1:] - step, then) if turn else then.clip(0, SIZE - 1)
        return float((then == brightest(test.y)[:, 1:]).all(-1).mean())

    return rule


EXPERIMENT = Experiment(
    name="films",
    pages=("3.2.7",),
    title="share of frames predicted right, by network and number of films",
    task="a dot on 7 x 7 pixels, thrown back at the border; 48 or 192 films, 80 others to test",
    network="ConvLSTM 1,543 weights; dense LSTM 12,113 or 1,687; plain RNN 11,879",
    contenders=tuple(CELLS),
    conditions=("48", "192"),
    parts=parts,
    model=model,
    rates=(0.005, 0.01, 0.02),
    epochs=15,
    budgets=(1, 3, 10),
    score="share right",
    better="high",
    guessing=1 / 49,
    batch_size=32,
    clip_norm=1.0,
    tuning_seeds=(0, 1),
    seeds=(10, 11, 12, 13, 14),
    scores=scores,
    extra=extra,
    rules={"same step again": same_step(False), "same step, turned round": same_step(True)},
)
