"""fit, evaluate, predict for PyTorch models. The loop itself is `lstmbook.core.training.run`."""

from contextlib import contextmanager

import numpy as np
import torch

from lstmbook.core import training
from lstmbook.core.training import Batch, History
from lstmbook.errors import ValueRangeError
from lstmbook.torch.arrays import asarray, to_numpy
from lstmbook.torch.models import SequenceClassifier, SequenceModel
from lstmbook.torch.optimizers import Adam, Updater, clip_by_norm
from lstmbook.torch.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training.run` wants it."""

    trims = True

    def __init__(self, model, optimizer=None, clip_norm=None):
        check_model(model)
        self.model, self.clip_norm = model, clip_norm
        if clip_norm is not None and not clip_norm > 0:
            raise ValueRangeError(f"clip_norm: expected a number above 0, got {clip_norm!r}")
        self.updater = Updater(optimizer or Adam(), model)

    def check(self, batch: Batch) -> None:
        """One prediction and one loss, so that wrong shapes are found before training starts."""
        with torch.no_grad(), mode(self.model, training=False):
            self.model.loss(self.model(inputs(self.model, batch.x[:1])), batch.y[:1])

    def update(self, batch: Batch) -> torch.Tensor:
        with mode(self.model, training=True):
            outputs = self.model(inputs(self.model, batch.x), batch.lengths)
        loss = self.model.loss(outputs, batch.y, batch.lengths)
        loss.backward()
        if self.clip_norm is not None:
            grads = self.model.grads
            clip_by_norm({n: g for n, g in grads.items() if g is not None}, self.clip_norm)
        self.updater.update()
        return loss.detach()

    def evaluate(self, data: Batch) -> dict[str, float]:
        return evaluate(self.model, data)

    def get_weights(self):
        return get_weights(self.model)

    def set_weights(self, weights):
        set_weights(self.model, weights)


def fit(
    model: SequenceModel,
    train,
    validation=None,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    optimizer=None,
    clip_norm: float | None = None,
    patience: int | None = None,
    monitor: str = "loss",
    seed: int = 0,
    progress: bool = True,
) -> History:
    """Train a model, on a GPU where there is one; then the model is back where it was.

    Parameters
    ----------
    model : SequenceClassifier or SequenceRegressor
    train, validation : (x, y) or (x, y, lengths), NumPy arrays
    epochs, batch_size : int
    optimizer : SGD, RMSprop, Adam or AdamW with its constants; Adam(1e-3) by default
    clip_norm : largest norm of all gradients together
    patience : stop after so many epochs without a better `monitor`, and go back to the best weights
    monitor : a name among the validation scores, "loss" or "accuracy"
    seed : for the order of batches and for dropout
    progress : show a bar

    Returns
    -------
    History
        Also after an interrupt by keyboard; the model then keeps what it has learnt so far.

    Raises
    ------
    ShapeError, ValueRangeError
        For data that does not fit the model, and when the loss becomes NaN.
    """
    check_model(model)
    with on_gpu(model), own_random_numbers(model, seed):
        return training.run(
            Engine(model, optimizer, clip_norm),
            train,
            validation,
            epochs=epochs,
            batch_size=batch_size,
            patience=patience,
            monitor=monitor,
            seed=seed,
            progress=progress,
        )


def predict(model: SequenceModel, x, lengths=None, batch_size: int = 256) -> np.ndarray:
    """Outputs of the model for x (B, T, D), or a Split, as one NumPy array."""
    check_model(model)
    data = training.as_batch("x", x if lengths is None else (x, None, lengths), targets=False)
    with torch.no_grad(), mode(model, training=False), on_gpu(model):
        parts = [
            to_numpy(model(inputs(model, batch.x), batch.lengths))
            for batch in training.batches(data, batch_size, trims=model.pooling is not None)
        ]
    return np.concatenate(parts)


def evaluate(model: SequenceModel, data, batch_size: int = 256) -> dict[str, float]:
    """Scores on (x, y) or (x, y, lengths): loss and accuracy, or loss (MSE) and mae."""
    check_model(model)
    return training.evaluate(
        lambda x, lengths: predict(model, x, lengths, batch_size),
        "classifier" if isinstance(model, SequenceClassifier) else "regressor",
        training.as_batch("data", data),
        model.pooling is None,
    )


def check_model(model) -> None:
    """Raise ShapeError unless this is a model of this implementation."""
    if not isinstance(model, SequenceModel):
        raise training.ShapeError(
            f"model: expected a SequenceClassifier or SequenceRegressor, got {type(model).__name__}"
        )


def inputs(model: SequenceModel, x: np.ndarray) -> torch.Tensor:
    """Numbers or ids as the model takes them, where it is."""
    if model.embedding is not None:
        return torch.as_tensor(x, device=model.layer.device)
    return asarray(x, model.layer.dtype, model.layer.device)


@contextmanager
def mode(model, training: bool):
    """Training or evaluation mode for a while."""
    before = model.training
    model.train(training)
    try:
        yield
    finally:
        model.train(before)


@contextmanager
def on_gpu(model):
    """A model that lies on the CPU goes to the GPU, if there is one, and back at the end."""
    moves = model.layer.device.type == "cpu" and torch.cuda.is_available()
    if moves:
        model.to("cuda")
    try:
        yield
    finally:
        if moves:
            model.to("cpu")


@contextmanager
def own_random_numbers(model, seed: int):
    """Dropout by this seed; the reader's own random numbers go on as if nothing had been drawn."""
    device = model.layer.device
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
