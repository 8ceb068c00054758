r"""A layer's NumPy twin that writes down every step and every gradient."""

from typing import ClassVar

import numpy as np

from lstmbook.core.layout import Unit
from lstmbook.errors import ShapeError
from lstmbook.numpy.arrays import asarray
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.numpy.time_loop import Taped


class Observed(Taped):
    """The step-by-step form of a pass that keeps the cache of every step and every gradient.

    A layer whose `form` is a class of passes runs on it. `watched` gives it a subclass of this
    one, in whose `passes` every pass writes itself down, one for each layer and direction.
    """

    passes: list

    def forward(self, x, s):
        self.steps, self.states, self.dstates = [], [], {}
        self.passes.append(self)
        y, end = super().forward(x, s)
        self.states = [*self.states[1:], end]
        return y, end

    def advance(self, t, s):
        self.states.append(s)
        new, cache = super().advance(t, s)
        self.steps.append({name: np.array(value) for name, value in cache.items() if letter(name)})
        return new, cache

    def hold(self, new, old):
        """Zoneout by its mean, also on the way to a gradient."""
        rates = [self.zoneout * (name in self.cell.variant.zoneout) for name in self.names]
        self.keeps.append(rates)
        return tuple(k * o + (1 - k) * n for k, n, o in zip(rates, new, old, strict=True))

    def hold_backward(self, t, ds):
        self.kept, ds = super().hold_backward(t, ds)
        return self.kept, ds

    def retreat(self, t, cache, ds, grads):
        ds = super().retreat(t, cache, ds, grads)
        kept = self.kept if self.zoneout else [0.0] * len(ds)
        shapes = [state.shape for state in self.start]
        self.dstates[t] = [np.broadcast_to(d + k, n) for d, k, n in zip(ds, kept, shapes)]
        return ds

    @property
    def names(self):
        return list(self.cell.variant.states)

    def columns(self, space: int) -> dict[str, np.ndarray]:
        """Everything seen, (T, B, ...), in the order in which the steps were made."""
        gates = {name: np.stack([s[name] for s in self.steps]) for name in self.steps[0]}
        states = zip(self.names, zip(*self.states, strict=True), strict=True)
        arrays = gates | {name: np.stack(values) for name, values in states}
        order = (*self.cell.variant.gates, *self.names)
        order = [name for name in dict.fromkeys((*order, *arrays)) if name in arrays]
        return {name: np.moveaxis(arrays[name], -1 - space, 1) for name in order}


def watched(layer, x):
    """A NumPy layer like this one that writes down its passes; their list; x as it takes it.

    It is a new layer of the same cell and weights, without dropout: what is written down is what
    the layer computes when it is not training.
    """
    from lstmbook import convert  # here: convert needs the implementations
    from lstmbook.convert.between import settings_of

    source = convert.as_numpy(layer)
    x = x.detach().cpu() if hasattr(x, "detach") else x
    if hasattr(source, "head"):
        x = x if source.embedding is None else source.embedding(x)
        source = source.layer

    class Watching(Observed):
        passes: ClassVar[list] = []

    class Twin(Recurrent):
        Cell = type(source.cell)

    off = {"dropout": 0.0, "recurrent_dropout": 0.0, "weight_drop": 0.0, "return_state": True}
    twin = Twin(**settings_of(source, "numpy") | off)
    twin.params, twin.form = source.params, Watching
    x = asarray(x, twin.dtype)
    if x.ndim < 3:
        raise ShapeError(f"x: expected (B, T, D), got shape {x.shape}")
    return twin, Watching.passes, x


def lengths_of(lengths, batch: int, steps: int) -> np.ndarray:
    """Real steps of every sequence, as integers that may be reckoned with."""
    return np.full(batch, steps) if lengths is None else np.array(lengths).astype("int64")


def own_time(unit: Unit, lengths: np.ndarray, steps: int):
    """Index that takes (T, B) in the order of reading to the sequence's own time."""
    t, b = np.arange(steps)[:, None], np.arange(len(lengths))
    return (np.where(t < lengths, lengths - 1 - t, t) if unit.reverse else t, b)


def letter(name: str) -> bool:
    """Whether a cached value is one of the equations' letters, not a helper such as `tanh_c`."""
    return len(name) == 1
