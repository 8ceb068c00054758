"""fit, evaluate, predict for NumPy models, see `lstmbook.core.fitting`."""

from contextlib import nullcontext
from typing import ClassVar

import numpy as np

from lstmbook.core.batches import Batch, batches, weights_of
from lstmbook.core.fitting import bind
from lstmbook.core.generators import random_states, set_random_states
from lstmbook.core.models import taught
from lstmbook.numpy.models import SequenceModel
from lstmbook.numpy.optimizers import Updater, clip_by_norm
from lstmbook.numpy.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training` wants it."""

    Model, trims = SequenceModel, True
    refuses: ClassVar[dict[str, str]] = {
        "precision": "in NumPy the layer's dtype, float32 or float64, says what is computed in",
        "device": "NumPy computes on the CPU",
    }

    def __init__(self, model: SequenceModel):
        self.model, self.dtype = model, model.layer.dtype.name
        self.state = None  # of the layer, where batches go on from it

    def at_work(self, seed: int, device=None):
        return nullcontext()

    def prepare(self, optimizer, clip_norm, precision=None):
        self.updater, self.clip_norm = Updater(optimizer, self.model.params), clip_norm

    def update(self, batch: Batch) -> float:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # found by the loop
            loss, grads = self.gradients(batch)
            self.change(grads)
        return loss

    def update_together(self, group, shares) -> list[float]:
        losses, together = [], {}
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for batch, share in zip(group, shares, strict=True):
                if share == 0:
                    self.read_on([batch])
                    losses.append(0.0)
                    continue
                loss, grads = self.gradients(batch)
                losses.append(loss)
                for name, g in grads.items():
                    together[name] = together.get(name, 0) + share * g
            self.change(together)
        return losses

    def gradients(self, batch: Batch):
        """Forward and backward: the loss, and gradients by name."""
        outputs = self.forward(batch)
        loss, doutputs = self.model.loss(outputs, batch.y, batch.lengths, **weights_of(batch))
        self.model.backward(doutputs)
        return loss, self.model.grads

    def forward(self, batch: Batch) -> np.ndarray:
        """Outputs in training; where a state is carried, on from there."""
        if batch.goes_on is None:
            return self.model(batch.x, batch.lengths, **taught(self.model, batch.y))
        x = batch.x if self.model.embedding is None else self.model.embedding(batch.x)
        y, self.state = self.model.layer(x, self.state if batch.goes_on else None, batch.lengths)
        return self.model.answer(y)

    def read_on(self, group) -> None:
        for batch in group:
            self.forward(batch)

    def change(self, grads: dict) -> None:
        """The change of the weights."""
        if self.clip_norm is not None:
            clip_by_norm(grads, self.clip_norm)
        self.updater.update(grads)

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        trims = self.model.pooling is not None
        with np.errstate(over="ignore", invalid="ignore"):
            return np.concatenate(
                [
                    self.model(
                        batch.x, batch.lengths, training=False, **taught(self.model, batch.y)
                    )
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
        return arrays, {**plain, "random": random_states(self.model)}

    def set_memory(self, arrays, plain):
        self.updater.updates = plain["updates"]
        for slot_and_name, value in arrays.items():
            slot, name = slot_and_name.split(" ")
            self.updater.memory[name][slot] = value
        set_random_states(self.model, plain["random"])


fit, predict, evaluate = bind(Engine, __name__)
