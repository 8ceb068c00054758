"""fit, evaluate, predict for PyTorch models, see `lstmbook.core.fitting`."""

from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import torch

from lstmbook.core.batches import Batch, batches, weights_of
from lstmbook.core.fitting import bind
from lstmbook.core.generators import random_states, set_random_states
from lstmbook.core.models import taught
from lstmbook.errors import ValueRangeError
from lstmbook.torch.arrays import asarray, numpy_dtype, to_numpy
from lstmbook.torch.models import SequenceModel
from lstmbook.torch.optimizers import Updater, clip_by_norm
from lstmbook.torch.precision import Precision
from lstmbook.torch.weights import get_weights, set_weights


class Engine:
    """One model with its optimizer, as `lstmbook.core.training` wants it."""

    Model, trims = SequenceModel, True
    refuses: ClassVar[dict[str, str]] = {}

    def __init__(self, model: SequenceModel):
        self.model, self.dtype = model, numpy_dtype(model.layer.dtype)
        self.state: Any = None  # of the layer, where batches go on from it

    @contextmanager
    def at_work(self, seed: int, device=None):
        with on_device(self.model, device), own_random_numbers(self.model, seed):
            yield

    def prepare(self, optimizer, clip_norm, precision=None):
        if not any(parameter.requires_grad for parameter in self.model.parameters()):
            raise ValueRangeError(
                "model: expected a weight to train, got all frozen; model.requires_grad_(True) "
                "frees them"
            )
        self.precision = Precision(precision, self.model.layer.device.type)
        self.updater, self.clip_norm = Updater(optimizer, self.model), clip_norm
        self.model.zero_grad()  # what a backward of the reader's own left behind

    def update(self, batch: Batch) -> torch.Tensor:
        loss = self.loss(batch)
        self.precision.scaled(loss).backward()
        self.change()
        return loss.detach()

    def update_together(self, group, shares) -> list[torch.Tensor]:
        losses = []
        for batch, share in zip(group, shares, strict=True):
            if share == 0:
                self.read_on([batch])
                losses.append(torch.zeros(()))
                continue
            loss = self.loss(batch)
            self.precision.scaled(loss * share).backward()
            losses.append(loss.detach())
        self.change()
        return losses

    def loss(self, batch: Batch) -> torch.Tensor:
        """The loss in training; where a state is carried, on from there."""
        with mode(self.model, training=True), self.precision.at_work():
            outputs = self.forward(batch)
            return self.model.loss(outputs, batch.y, batch.lengths, **weights_of(batch))

    def forward(self, batch: Batch) -> torch.Tensor:
        """Outputs; the state that is carried on is cut off from its past."""
        model, x = self.model, inputs(self.model, batch.x)
        if batch.goes_on is None:
            return model(x, batch.lengths, **taught(model, batch.y))
        x = x if model.embedding is None else model.embedding(x)
        y, state = model.layer(x, self.state if batch.goes_on else None, batch.lengths)
        self.state = detached(state)
        return model.answer(y)

    def read_on(self, group) -> None:
        with torch.no_grad(), mode(self.model, training=True), self.precision.at_work():
            for batch in group:
                self.forward(batch)

    def change(self) -> None:
        """The change of the weights."""
        self.precision.unscale(self.updater)
        if self.clip_norm is not None:
            grads = self.model.grads
            clip_by_norm({n: g for n, g in grads.items() if g is not None}, self.clip_norm)
        self.precision.step(self.updater)

    def outputs(self, data: Batch, batch_size: int) -> np.ndarray:
        model, trims = self.model, self.model.pooling is not None
        with torch.no_grad(), mode(model, training=False), on_device(model):
            parts = [
                to_numpy(model(inputs(model, batch.x), batch.lengths, **taught(model, batch.y)))
                for batch in batches(data, batch_size, trims=trims)
            ]
        return np.concatenate(parts)

    def get_weights(self):
        return get_weights(self.model)

    def set_weights(self, weights):
        set_weights(self.model, weights)

    def memory(self):
        arrays = {f"{slot} {k}": to_numpy(v) for (k, slot), v in self.updater.memory().items()}
        arrays |= {f"random {n}": r.get_rng_state().numpy() for n, r in generators(self.model)}
        plain = {"updates": self.updater.updates, "random": random_states(self.model)}
        return arrays, {**plain, **self.precision.memory()}

    def set_memory(self, arrays, plain):
        self.precision.set_memory(plain)
        set_random_states(self.model, plain["random"])
        self.updater.updates, memory = plain["updates"], {}
        for slot_and_name, value in arrays.items():
            slot, name = slot_and_name.split(" ")
            memory[name, slot] = torch.from_numpy(value)
        for name, random in generators(self.model):
            random.set_rng_state(memory.pop((name, "random")))
        self.updater.set_memory({(int(k), slot): v for (k, slot), v in memory.items()})


fit, predict, evaluate = bind(Engine, __name__)


def inputs(model: SequenceModel, x: np.ndarray) -> torch.Tensor:
    """Numbers or ids as the model takes them, where it is."""
    if model.embedding is not None:
        return torch.as_tensor(x, device=model.layer.device)
    return asarray(x, model.layer.dtype, model.layer.device)


@contextmanager
def mode(model, training: bool):
    """Training or evaluation mode for a while; then each module is in its own again."""
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was in before:
            module.training = was


@contextmanager
def on_device(model, device=None):
    """The model on that device for a while; None for a GPU, where there is one, from the CPU."""
    was = model.layer.device
    if device is None and was.type == "cpu" and torch.cuda.is_available():
        device = "cuda"
    if device is not None:
        check_device(device)
        model.to(device)
    try:
        yield
    finally:
        if device is not None:
            model.to(was)


def check_device(device) -> None:
    """Raise ValueRangeError unless there is such a device."""
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, TypeError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueRangeError(
            f"device: expected one that is here, such as 'cpu', got {device!r} ({reason})"
        ) from error


def detached(state):
    """A state as the layer gives it, without its past."""
    if isinstance(state, dict):
        return {name: value.detach() for name, value in state.items()}
    return tuple(value.detach() for value in state)


def generators(model) -> list:
    """What draws dropout: of the CPU, and of the GPU where the model is on one."""
    if model.layer.device.type == "cuda":
        return [("cpu", torch), ("cuda", torch.cuda)]
    return [("cpu", torch)]


@contextmanager
def own_random_numbers(model, seed: int):
    """Dropout by this seed; the reader's own random numbers go on as if nothing had been drawn."""
    device = model.layer.device
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
