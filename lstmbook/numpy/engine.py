"""fit, evaluate, predict for NumPy models, see `lstmbook.core.fitting`."""

from contextlib import nullcontext

import numpy as np

from lstmbook.core.batches import Batch, batches, weights_of
from lstmbook.core.fitting import bind
from lstmbook.numpy.models import SequenceModel
from lstmbook.numpy.optimizers import Updater, clip_by_norm
from lstmbook.numpy.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training` wants it."""

    Model, trims = SequenceModel, True

    def __init__(self, model: SequenceModel):
        self.model, self.dtype = model, model.layer.dtype.name

    def at_work(self, seed: int):
        return nullcontext()

    def prepare(self, optimizer, clip_norm):
        self.updater, self.clip_norm = Updater(optimizer, self.model.params), clip_norm

    def update(self, batch: Batch) -> float:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # found by the loop
            outputs = self.model(batch.x, batch.lengths)
            loss, doutputs = self.model.loss(outputs, batch.y, batch.lengths, **weights_of(batch))
            self.model.backward(doutputs)
            grads = self.model.grads
            if self.clip_norm is not None:
                clip_by_norm(grads, self.clip_norm)
            self.updater.update(grads)
        return loss

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        trims = self.model.pooling is not None
        with np.errstate(over="ignore", invalid="ignore"):
            return np.concatenate(
                [
                    self.model(batch.x, batch.lengths, training=False)
                    for batch in batches(data, batch_size, trims=trims)
                ]
            )

    def get_weights(self):
        return get_weights(self.model)

    def set_weights(self, weights):
        set_weights(self.model, weights)

    def memory(self):
        memory, plain = self.updater.memory, {"updates": self.updater.updates}
        arrays = {f"{slot} {n}": v for n, slots in memory.items() for slot, v in slots.items()}
        randoms = random_states(self.model)
        return arrays, {**plain, "random": {n: rng.bit_generator.state for n, rng in randoms}}

    def set_memory(self, arrays, plain):
        self.updater.updates = plain["updates"]
        for slot_and_name, value in arrays.items():
            slot, name = slot_and_name.split(" ")
            self.updater.memory[name][slot] = value
        for name, rng in random_states(self.model):
            rng.bit_generator.state = plain["random"][name]


def random_states(model) -> list:
    """The generators of dropout and zoneout, by the part that has one."""
    found = {name: getattr(part, "rng", None) for name, part in model.parts.items()}
    return [(n, rng) for n, rng in found.items() if isinstance(rng, np.random.Generator)]


fit, predict, evaluate = bind(Engine, __name__)
