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
        self.graphs: dict = {}

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
        rate, t = (ops.convert_to_tensor(v, "float64") for v in self.updater.next())
        given = {**as_tensors(self.model, batch), "rate": rate, "t": t}
        return self.run(self.one_update, given)

    def one_update(self, x, y, rate, t, lengths=None, weights=None):
        """Forward, backward and the change of the weights; gives the loss."""
        loss, grads = self.gradients(x, y, lengths, weights)
        self.change(grads, rate, t)
        return loss

    def gradients(self, x, y, lengths=None, weights=None):
        """Forward and backward: the loss, and gradients by name."""
        import tensorflow as tf

        params, more = self.updater.params, {} if weights is None else {"weights": weights}
        with tf.GradientTape() as tape:
            outputs = self.model(x, lengths, training=True)
            loss = self.model.loss(outputs, y, lengths, **more)
        grads = tape.gradient(loss, list(params.values()))
        grads = [tf.zeros_like(w) if g is None else g for g, w in zip(grads, params.values())]
        return loss, {name: tf.convert_to_tensor(g) for name, g in zip(params, grads)}

    def change(self, grads: dict, rate, t) -> None:
        """The change of the weights."""
        if self.clip_norm is not None:
            grads, _ = clip_by_norm(grads, self.clip_norm)
        self.updater.apply(grads, rate, t)

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        # one graph for all batches; that of the validation data serves every epoch
        once = not self.graphs and len(data.x) <= batch_size
        parts = []
        for batch in batches(data._replace(y=None, weights=None), batch_size, trims=False):
            given = as_tensors(self.model, batch)
            parts.append(to_numpy(self.answer(**given) if once else self.run(self.answer, given)))
        return np.concatenate(parts)

    def answer(self, x, lengths=None):
        """The model outside training."""
        return self.model(x, lengths, training=False)

    def run(self, function, given: dict):
        """A method as one graph, traced once for tensors of one shape but for their number."""
        key = (function.__name__, *((n, tuple(v.shape[1:])) for n, v in given.items()))
        if key not in self.graphs:
            self.graphs[key] = traced(function, given)
        return self.graphs[key](*given.values())

    def get_weights(self):
        return get_weights(self.model)

    def set_weights(self, weights):
        set_weights(self.model, weights)

    def memory(self):
        arrays = {name: np.array(to_numpy(v)) for name, v in self.kept().items()}
        return arrays, {"updates": self.updater.updates}

    def set_memory(self, arrays, plain):
        self.updater.updates = plain["updates"]
        for name, variable in self.kept().items():
            variable.assign(arrays[name])

    def kept(self) -> dict:
        """The variables of the optimizer and those of dropout."""
        memory = self.updater.memory
        found = {f"{slot} {n}": v for n, slots in memory.items() for slot, v in slots.items()}
        randoms = {n: getattr(part, "random", None) for n, part in self.model.parts.items()}
        return found | {f"random {n}": r.state for n, r in randoms.items() if r is not None}


fit, predict, evaluate = bind(Engine, __name__)


def traced(function, given: dict):
    """The graph of a function of tensors like those given, the number of sequences left open."""
    import tensorflow as tf

    specs = [
        tf.TensorSpec((None, *v.shape[1:]) if v.shape.rank else (), v.dtype) for v in given.values()
    ]

    def by_name(*tensors):
        return function(**dict(zip(given, tensors, strict=True)))

    return tf.function(by_name, input_signature=specs, autograph=False).get_concrete_function()


def as_tensors(model, batch: Batch) -> dict:
    """What a batch has, by name: x in the model's float type, ids and lengths as integers."""
    dtype = "int32" if model.embedding is not None else model.layer.compute_dtype
    tensors = {"x": ops.cast(ops.convert_to_tensor(batch.x), dtype)}
    if batch.y is not None:
        tensors["y"] = ops.convert_to_tensor(batch.y)
    if batch.lengths is not None:
        tensors["lengths"] = ops.convert_to_tensor(batch.lengths, "int32")
    if batch.weights is not None:
        tensors["weights"] = ops.convert_to_tensor(batch.weights, "float64")
    return tensors
