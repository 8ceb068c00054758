"""The training loop, once for all three implementations. NumPy arrays in, plain numbers out.

A framework supplies an `Engine`: one update on a batch, scores, weights out and in. The order of
batches, early stopping, history, progress and checks are here.
"""

import time
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError


class Batch(NamedTuple):
    """x (B, T, D) or ids (B, T), y, lengths (B,) or None."""

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray | None = None


class Engine(Protocol):
    """What a framework supplies to `run`."""

    trims: bool  # whether batches are cut to their longest sequence

    def update(self, batch: Batch) -> float: ...
    def evaluate(self, data: Batch) -> dict[str, float]: ...
    def get_weights(self) -> dict: ...
    def set_weights(self, weights: dict) -> None: ...


@dataclass
class History:
    """What happened in training.

    Attributes
    ----------
    loss : list of float, mean training loss of each epoch
    validation : list of dict, scores on the validation data after each epoch
    best_epoch : int or None, with early stopping the epoch (from 1) whose weights were kept
    interrupted : bool, stopped by the keyboard; the model keeps the weights it had
    seconds : float, wall time
    """

    loss: list[float] = field(default_factory=list)
    validation: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int | None = None
    interrupted: bool = False
    seconds: float = 0.0

    def curve(self, name: str = "loss") -> list[float]:
        """One validation score over the epochs."""
        return [scores[name] for scores in self.validation]

    def plot(self):
        """Training curve as a Matplotlib figure."""
        from lstmbook import plots

        return plots.training_curve(self)

    def __repr__(self) -> str:
        last = f", loss {self.loss[-1]:.3g}" if self.loss else ""
        return f"History({len(self.loss)} epochs{last})"


def run(
    engine: Engine,
    train,
    validation=None,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    patience: int | None = None,
    monitor: str = "loss",
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train for some epochs; see `fit` of an implementation for the arguments."""
    train = as_batch("train", train)
    check_trainable(engine, train)
    if validation is not None:
        validation = as_batch("validation", validation)
    for name, number in (("epochs", epochs), ("batch_size", batch_size)):
        if not isinstance(number, int | np.integer) or number < 1:
            raise ValueRangeError(f"{name}: expected an integer >= 1, got {number!r}")
    if patience is not None and validation is None:
        raise ValueRangeError("patience: early stopping needs validation data; give validation=")
    rng = np.random.default_rng(seed)
    history, started = History(), time.perf_counter()
    best, best_weights = None, None
    bar = progress_bar(epochs, progress)
    try:
        for epoch in range(1, epochs + 1):
            losses, sizes = [], []
            for batch in batches(train, batch_size, rng, engine.trims):
                losses.append(engine.update(batch))
                sizes.append(len(batch.x))
            history.loss.append(float(np.average([float(v) for v in losses], weights=sizes)))
            if not np.isfinite(history.loss[-1]):
                raise ValueRangeError(
                    f"training: the loss became {history.loss[-1]} in epoch {epoch}; use a smaller "
                    "learning rate or clip_norm=1.0, and look for outliers in x and y"
                )
            if validation is not None:
                history.validation.append(engine.evaluate(validation))
                score = history.validation[-1][monitor]
                better = -score if monitor == "loss" else score
                if patience is not None and (best is None or better > best):
                    best, history.best_epoch = better, epoch
                    best_weights = engine.get_weights()
            bar(history)
            if patience is not None and epoch - history.best_epoch >= patience:
                break
    except KeyboardInterrupt:
        history.interrupted = True
    finally:
        bar(None)
    if best_weights is not None:
        engine.set_weights(best_weights)
    history.seconds = time.perf_counter() - started
    return history


def check_trainable(engine: Engine, train: Batch) -> None:
    """Let the engine's model look at the data before anything runs, if it can."""
    check = getattr(engine, "check", None)
    if check is not None:
        check(train)


def batches(data: Batch, size: int, rng: np.random.Generator | None = None, trims: bool = True):
    """Cut data into batches, shuffled if `rng` is given; padding beyond the longest is cut off."""
    order = np.arange(len(data.x)) if rng is None else rng.permutation(len(data.x))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        x, y = data.x[chosen], data.y[chosen]
        lengths = None if data.lengths is None else data.lengths[chosen]
        if lengths is not None and trims:
            longest = lengths.max()
            per_step = y.ndim > 1 and y.shape[1] == x.shape[1]
            x, y = x[:, :longest], y[:, :longest] if per_step else y
        yield Batch(x, y, lengths)


def as_batch(name: str, data, targets: bool = True) -> Batch:
    """(x, y), (x, y, lengths), a Split, or x alone, checked.

    Raises
    ------
    ShapeError
        If the parts do not have the same number of sequences, or are empty.
    ValueRangeError
        For NaN or infinity, or lengths out of range.
    """
    if isinstance(data, tuple | list) and 2 <= len(data) <= 3:
        x, y, lengths = (*data, None)[:3]
    elif not targets:
        x, y, lengths = data, None, None
    else:
        raise ShapeError(
            f"{name}: expected (x, y) or (x, y, lengths) of arrays, got {type(data).__name__}"
        )
    x = np.asarray(x)
    y = np.zeros(len(x)) if y is None else np.asarray(y)
    if x.dtype == object or y.dtype == object:
        raise ShapeError(f"{name}: expected arrays of numbers; pad sequences on the right")
    if len(x) == 0:
        raise ShapeError(f"{name}: expected at least one sequence, got none")
    if len(x) != len(y):
        raise ShapeError(
            f"{name}: expected as many targets as sequences, got {len(y)} and {len(x)}"
        )
    for part, values in (("x", x), ("y", y)):
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ValueRangeError(
                f"{name} {part}: expected finite numbers, got NaN or infinity; fill or drop them"
            )
    if lengths is not None:
        lengths = np.asarray(lengths)
        if lengths.shape != (len(x),) or lengths.dtype.kind not in "iu":
            raise ShapeError(
                f"{name} lengths: expected {len(x)} integers, got {lengths.dtype} {lengths.shape}"
            )
        if lengths.min() < 1 or lengths.max() > x.shape[1]:
            raise ValueRangeError(
                f"{name} lengths: expected 1 <= length <= T = {x.shape[1]}, got "
                f"{lengths.min()} to {lengths.max()}"
            )
    return Batch(x, y, lengths)


def progress_bar(epochs: int, wanted: bool):
    """A function to call with the history after each epoch, and with None at the end."""
    if not wanted:
        return lambda history: None
    try:
        from tqdm.auto import tqdm
    except ModuleNotFoundError:
        return lambda history: None
    bar = tqdm(total=epochs, unit="epoch", leave=False, delay=2)

    def show(history: History | None) -> None:
        if history is None:
            bar.close()
            return
        scores = history.validation[-1] if history.validation else {}
        bar.set_postfix(
            train=f"{history.loss[-1]:.3g}", **{k: f"{v:.3g}" for k, v in scores.items()}
        )
        bar.update()

    return show


def evaluate(predict, kind: str, data: Batch, per_step: bool) -> dict[str, float]:
    """Scores of predictions, in NumPy for all three.

    Parameters
    ----------
    predict : function of x and lengths
    kind : "classifier" (loss: cross-entropy; accuracy) or "regressor" (loss: MSE; mae)
    per_step : whether there is an output at every step; then steps past the length do not count
    """
    from lstmbook.numpy import losses  # here: lstmbook.numpy imports this module

    outputs = predict(data.x, data.lengths).astype("float64")
    mask = None
    if per_step and data.lengths is not None:
        mask = np.arange(outputs.shape[1]) < data.lengths[:, None]
    if kind == "classifier":
        loss, _ = losses.cross_entropy(outputs, data.y, mask)
        right = outputs.argmax(axis=-1) == data.y
        return {
            "loss": loss,
            "accuracy": float(right.mean() if mask is None else right[mask].mean()),
        }
    loss, _ = losses.mse(outputs, data.y, mask)
    errors = np.abs(outputs - data.y)
    return {"loss": loss, "mae": float(errors.mean() if mask is None else errors[mask].mean())}
