"""fit, evaluate, predict for NumPy models. The loop itself is `lstmbook.core.training.run`."""

import numpy as np

from lstmbook.core import training
from lstmbook.core.training import Batch, History
from lstmbook.errors import ValueRangeError
from lstmbook.numpy.models import SequenceClassifier, SequenceModel
from lstmbook.numpy.optimizers import Adam, Updater, clip_by_norm
from lstmbook.numpy.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training.run` wants it."""

    trims = True

    def __init__(self, model, optimizer=None, clip_norm=None):
        check_model(model)
        self.model, self.clip_norm = model, clip_norm
        if clip_norm is not None and not clip_norm > 0:
            raise ValueRangeError(f"clip_norm: expected a number above 0, got {clip_norm!r}")
        self.updater = Updater(optimizer or Adam(), model.params)

    def check(self, batch: Batch) -> None:
        """One prediction and one loss, so that wrong shapes are found before training starts."""
        small = Batch(batch.x[:1], batch.y[:1], None)
        self.model.loss(self.model(small.x, training=False), small.y)

    def update(self, batch: Batch) -> float:
        outputs = self.model(batch.x, batch.lengths)
        loss, doutputs = self.model.loss(outputs, batch.y, batch.lengths)
        self.model.backward(doutputs)
        grads = self.model.grads
        if self.clip_norm is not None:
            clip_by_norm(grads, self.clip_norm)
        self.updater.update(grads)
        return loss

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
    """Train a model.

    Parameters
    ----------
    model : SequenceClassifier or SequenceRegressor
    train, validation : (x, y) or (x, y, lengths), NumPy arrays
    epochs, batch_size : int
    optimizer : SGD, RMSprop, Adam or AdamW with its constants; Adam(1e-3) by default
    clip_norm : largest norm of all gradients together
    patience : stop after so many epochs without a better `monitor`, and go back to the best weights
    monitor : a name among the validation scores, "loss" or "accuracy"
    seed : for the order of batches
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
    parts = [
        model(batch.x, batch.lengths, training=False)
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
