"""fit, evaluate, predict for TensorFlow models. The loop itself is `lstmbook.core.training.run`.

TensorFlow itself is imported where it is used: the layers also run on Keras' other backends.
"""

import numpy as np
from keras import ops

from lstmbook.core import training
from lstmbook.core.training import Batch, History
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy.losses import check_classes, check_same
from lstmbook.tensorflow.arrays import to_numpy
from lstmbook.tensorflow.models import SequenceClassifier, SequenceModel
from lstmbook.tensorflow.optimizers import Adam, Updater, clip_by_norm
from lstmbook.tensorflow.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training.run` wants it.

    An update is one TensorFlow graph, traced once: batches keep their number of steps, and how many
    sequences they have is left open.
    """

    trims = False

    def __init__(self, model, optimizer=None, clip_norm=None):
        check_model(model)
        self.model, self.clip_norm = model, clip_norm
        if clip_norm is not None and not clip_norm > 0:
            raise ValueRangeError(f"clip_norm: expected a number above 0, got {clip_norm!r}")
        params = {name: v for name, v in model.params.items() if v.trainable}
        self.updater = Updater(optimizer or Adam(), params)
        self._update = self._predict = None

    def check(self, batch: Batch) -> None:
        """Shapes and classes of all targets, so that nothing is found out in mid-training."""
        small = to_numpy(self.model(as_input(self.model, batch.x[:1]), training=False))
        outputs = np.broadcast_to(small, (len(batch.y), *small.shape[1:]))
        check = check_classes if isinstance(self.model, SequenceClassifier) else check_same
        check(outputs, batch.y)

    def update(self, batch: Batch):
        x, y = as_input(self.model, batch.x), ops.convert_to_tensor(batch.y)
        rate, t = (ops.convert_to_tensor(v, "float64") for v in self.updater.next())
        given = [x, y, rate, t]
        if batch.lengths is not None:
            given.append(ops.convert_to_tensor(batch.lengths, "int32"))
        if self._update is None:
            self._update = traced(self.one_update, given)
        return self._update(*given)

    def one_update(self, x, y, rate, t, lengths=None):
        """Forward, backward and the change of the weights; gives the loss."""
        import tensorflow as tf

        params = self.updater.params
        with tf.GradientTape() as tape:
            loss = self.model.loss(self.model(x, lengths, training=True), y, lengths)
        grads = tape.gradient(loss, list(params.values()))
        grads = [tf.zeros_like(w) if g is None else g for g, w in zip(grads, params.values())]
        grads = {name: tf.convert_to_tensor(g) for name, g in zip(params, grads)}
        if self.clip_norm is not None:
            grads, _ = clip_by_norm(grads, self.clip_norm)
        self.updater.apply(grads, rate, t)
        return loss

    def evaluate(self, data: Batch) -> dict[str, float]:
        if self._predict is None:
            self._predict = compiled(self.model, data)
        return scores(self.model, data, lambda x, n: outputs(self.model, x, n, 256, self._predict))

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
    run = compiled(model, data) if len(data.x) > batch_size else model
    return outputs(model, data.x, data.lengths, batch_size, run)


def evaluate(model: SequenceModel, data, batch_size: int = 256) -> dict[str, float]:
    """Scores on (x, y) or (x, y, lengths): loss and accuracy, or loss (MSE) and mae."""
    check_model(model)
    batch = training.as_batch("data", data)
    return scores(model, batch, lambda x, lengths: predict(model, x, lengths, batch_size))


def scores(model, data: Batch, run) -> dict[str, float]:
    kind = "classifier" if isinstance(model, SequenceClassifier) else "regressor"
    return training.evaluate(run, kind, data, model.pooling is None)


def outputs(model, x, lengths, batch_size: int, run) -> np.ndarray:
    """What `run` gives for x, batch by batch."""
    data = Batch(x, np.zeros(len(x)), lengths)
    parts = []
    for batch in training.batches(data, batch_size, trims=False):
        given = [as_input(model, batch.x)]
        if batch.lengths is not None:
            given.append(ops.convert_to_tensor(batch.lengths, "int32"))
        parts.append(to_numpy(run(*given)))
    return np.concatenate(parts)


def compiled(model, data: Batch):
    """The model as one graph for batches of any number of sequences like these."""
    given = [as_input(model, data.x[:1])]
    if data.lengths is not None:
        given.append(ops.convert_to_tensor(data.lengths[:1], "int32"))

    def run(x, lengths=None):
        return model(x, lengths, training=False)

    return traced(run, given)


def traced(function, given):
    """The graph of a function of tensors like those given, the number of sequences left open."""
    import tensorflow as tf

    specs = [tf.TensorSpec((None, *v.shape[1:]) if v.shape.rank else (), v.dtype) for v in given]
    return tf.function(function, input_signature=specs, autograph=False).get_concrete_function()


def as_input(model, x):
    """x in the model's float type; ids as integers."""
    dtype = "int32" if model.embedding is not None else model.layer.compute_dtype
    return ops.convert_to_tensor(np.asarray(x, dtype))


def check_model(model) -> None:
    """Raise ShapeError unless this is a model of this implementation."""
    if not isinstance(model, SequenceModel):
        raise ShapeError(
            f"model: expected a SequenceClassifier or SequenceRegressor, got {type(model).__name__}"
        )
