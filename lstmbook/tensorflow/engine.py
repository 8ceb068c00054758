"""fit, evaluate, predict for TensorFlow models, see `lstmbook.core.fitting`.

TensorFlow itself is imported where it is used: the layers also run on Keras' other backends.
"""

from contextlib import nullcontext
from typing import ClassVar

import numpy as np
from keras import ops

from lstmbook.core.batches import Batch, batches
from lstmbook.core.fitting import bind
from lstmbook.core.generators import holders
from lstmbook.core.models import taught
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
    refuses: ClassVar[dict[str, str]] = {
        "precision": "in TensorFlow the layer's dtype says it; build the layer with "
        "dtype='mixed_bfloat16', whose weights stay float32",
        "device": "TensorFlow takes a GPU if there is one; write with tf.device(...): around the "
        "building of the model and fit",
    }

    def __init__(self, model: SequenceModel):
        self.model, self.dtype = model, numpy_dtype(model.layer.compute_dtype)
        self.graphs: dict = {}
        self.state: dict = {}  # of the layer, where batches go on from it

    def at_work(self, seed: int, device=None):
        return nullcontext()

    def prepare(self, optimizer, clip_norm, precision=None):
        params = {name: v for name, v in self.model.params.items() if v.trainable}
        if not params:
            raise ValueRangeError(
                "model: expected a weight to train, got all frozen; model.trainable = True frees "
                "them"
            )
        self.updater, self.clip_norm = Updater(optimizer, params), clip_norm

    def update(self, batch: Batch):
        given = {**self.given(batch), **self.next()}
        loss, self.state = self.run(self.one_update, given)
        return loss

    def update_together(self, group, shares) -> list:
        losses, together = [], {}
        for batch, share in zip(group, shares, strict=True):
            if share == 0:
                self.read_on([batch])
                losses.append(0.0)
                continue
            loss, grads, self.state = self.run(self.gradients, self.given(batch))
            losses.append(loss)
            for name, g in grads.items():
                part = g * ops.convert_to_tensor(share, g.dtype)
                together[name] = together[name] + part if name in together else part
        self.run(self.change_by, {**together, **self.next()}, exact=True)
        return losses

    def read_on(self, group) -> None:
        for batch in group:
            given = self.given(batch._replace(y=None, weights=None))
            _, self.state = self.run(self.forward, given)

    def next(self) -> dict:
        """Rate and number of the next update."""
        rate, t = (ops.convert_to_tensor(v, "float64") for v in self.updater.next())
        return {"rate": rate, "t": t}

    def given(self, batch: Batch) -> dict:
        """A batch as tensors by name, and the state that it goes on from, if it does."""
        given = as_tensors(self.model, batch)
        if batch.goes_on is None:
            return given
        layout, dtype = self.model.layer.layout, self.model.layer.compute_dtype
        sizes = layout.states.items()
        zeros = {n: ops.zeros((len(batch.x), *size), dtype) for n, size in sizes}
        if layout.starts:
            given["fresh"] = ops.convert_to_tensor(0.0 if batch.goes_on else 1.0, dtype)
        return {**given, **(self.state if batch.goes_on else zeros)}

    def one_update(self, x, y, rate, t, lengths=None, weights=None, **state):
        """Forward, backward and the change of the weights; gives loss and state."""
        loss, grads, state = self.gradients(x, y, lengths, weights, **state)
        self.change(grads, rate, t)
        return loss, state

    def gradients(self, x, y, lengths=None, weights=None, **state):
        """Forward and backward: loss, gradients by name and state."""
        import tensorflow as tf

        params, more = self.updater.params, {} if weights is None else {"weights": weights}
        with tf.GradientTape() as tape:
            outputs, state = self.forward(x, lengths, taught(self.model, y), **state)
            loss = self.model.loss(outputs, y, lengths, **more)
        grads = tape.gradient(loss, list(params.values()))
        grads = [tf.zeros_like(w) if g is None else g for g, w in zip(grads, params.values())]
        return loss, {name: tf.convert_to_tensor(g) for name, g in zip(params, grads)}, state

    def forward(self, x, lengths=None, teaching: dict | None = None, **state):
        """Outputs in training; where there is a state, on from it: that after it, too."""
        model = self.model
        if not state:
            return model(x, lengths, training=True, **(teaching or {})), {}
        x = x if model.embedding is None else model.embedding(x)
        fresh, layer = state.pop("fresh", None), model.layer
        for name, start in layer.layout.starts.items():  # what is learned, in the place of zeros
            state[name] = state[name] + fresh * ops.cast(layer.params[start], state[name].dtype)
        y, ends = layer(x, layer.layout.state_as_given(state), lengths, training=True)
        ends = ends if isinstance(ends, dict) else dict(zip(state, ends, strict=True))
        return model.answer(y), ends

    def change_by(self, rate, t, **grads):
        """`change` as a graph of its own."""
        self.change(grads, rate, t)

    def change(self, grads: dict, rate, t) -> None:
        """The change of the weights."""
        if self.clip_norm is not None:
            grads, _ = clip_by_norm(grads, self.clip_norm)
        self.updater.apply(grads, rate, t)

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        # one graph for all batches; that of the validation data serves every epoch
        once = not self.graphs and len(data.x) <= batch_size
        parts = []
        data = data._replace(y=data.y if self.model.reads_target else None, weights=None)
        for batch in batches(data, batch_size, trims=False):
            given = as_tensors(self.model, batch)
            parts.append(to_numpy(self.answer(**given) if once else self.run(self.answer, given)))
        return np.concatenate(parts)

    def answer(self, x, lengths=None, y=None):
        """The model outside training."""
        return self.model(x, lengths, training=False, **taught(self.model, y))

    def run(self, function, given: dict, exact: bool = False):
        """A method as one graph, traced once for tensors of one shape but for their number."""
        key = (function.__name__, *((n, tuple(v.shape[1:])) for n, v in given.items()))
        if key not in self.graphs:
            self.graphs[key] = traced(function, given, exact)
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
        randoms = holders(self.model, "random").items()
        return found | {f"random {name}": seed.state for name, seed in randoms}


fit, predict, evaluate = bind(Engine, __name__)


def traced(function, given: dict, exact: bool = False):
    """The graph of a function of tensors like those given, the number of sequences left open."""
    import tensorflow as tf

    specs = [
        tf.TensorSpec(v.shape if exact or not v.shape.rank else (None, *v.shape[1:]), v.dtype)
        for v in given.values()
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
