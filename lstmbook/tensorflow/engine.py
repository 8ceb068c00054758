"""fit, evaluate, predict for TensorFlow models, see `lstmbook.core.fitting`.

TensorFlow itself is imported where it is used: the layers also run on Keras' other backends.
"""

from contextlib import nullcontext

import numpy as np
from keras import ops

from lstmbook.core.batches import Batch, batches
from lstmbook.core.fitting import bind
from lstmbook.errors import ValueRangeError
from lstmbook.tensorflow.arrays import numpy_dtype, to_numpy
from lstmbook.tensorflow.models import SequenceModel
from lstmbook.tensorflow.optimizers import Updater, clip_by_norm
from lstmbook.tensorflow.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training` wants it.

    An update is one TensorFlow graph, traced once: batches keep their number of steps, and how many
    sequences they have is left open.
    """

    Model, trims = SequenceModel, False

    def __init__(self, model: SequenceModel):
        self.model, self.dtype = model, numpy_dtype(model.layer.compute_dtype)
        self._update = self._predict = None

    def at_work(self, seed: int):
        return nullcontext()

    def prepare(self, optimizer, clip_norm):
        params = {name: v for name, v in self.model.params.items() if v.trainable}
        if not params:
            raise ValueRangeError(
                "model: expected a weight to train, got all frozen; model.trainable = True frees "
                "them"
            )
        self.updater, self.clip_norm = Updater(optimizer, params), clip_norm

    def update(self, batch: Batch):
        x, y = as_input(self.model, batch.x), ops.convert_to_tensor(batch.y)
        rate, t = (ops.convert_to_tensor(v, "float64") for v in self.updater.next())
        given = [x, y, rate, t, *as_lengths(batch)]
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

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        run = self._predict
        if run is None and (self._update is not None or len(data.x) > batch_size):
            # one graph for all batches; that of the validation data serves every epoch
            run = self._predict = compiled(self.model, data)
        elif run is None:
            run = self.eager
        parts = [
            to_numpy(run(as_input(self.model, batch.x), *as_lengths(batch)))
            for batch in batches(data, batch_size, trims=False)
        ]
        return np.concatenate(parts)

    def eager(self, x, lengths=None):
        return self.model(x, lengths, training=False)

    def get_weights(self):
        return get_weights(self.model)

    def set_weights(self, weights):
        set_weights(self.model, weights)


fit, predict, evaluate = bind(Engine, __name__)


def compiled(model, data: Batch):
    """The model as one graph for batches of any number of sequences like these."""
    given = [as_input(model, data.x[:1]), *as_lengths(data)]

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
    return ops.cast(ops.convert_to_tensor(x), dtype)


def as_lengths(batch: Batch) -> list:
    """The lengths as a tensor in a list, which is empty where there are none."""
    return [] if batch.lengths is None else [ops.convert_to_tensor(batch.lengths, "int32")]
