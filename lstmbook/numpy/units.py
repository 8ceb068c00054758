"""One call of a layer: its units one after the other, forward, and in reverse order back.

A unit is one of the stacked layers in one direction. Dropout between layers, and joining and
parting the two directions, stand here; the way of a unit through time is a `Pass`.
"""

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.core.merges import merged, parted
from lstmbook.numpy.at_once import AllAtOnce
from lstmbook.numpy.masks import Masked
from lstmbook.numpy.time_loop import Pass, Stacked, Taped


class Run:
    """One call: every unit's pass over the batch, kept for the way back."""

    def __init__(self, layer, lengths: np.ndarray | None, training: bool, mask=None):
        self.masked = None if mask is None else Masked(mask, layer.layout)
        self.lengths = lengths if self.masked is None else self.masked.lengths
        self.layer, self.training = layer, training
        self.passes: list = []
        self.masks: list = []
        self.factors: list = []
        self.dropped: dict[str, dict] = {}  # masks on recurrent matrices, by unit
        self.learned: list[str] = []  # states that started from parameters

    def forward(self, x, states):
        """x (T, D, B), states by name -> y (T, H, B), last states by name."""
        if self.masked is None:
            return self.through(x, states)
        y, ends = self.through(self.masked.to_start(x), states)
        return self.masked.to_place(y), self.masked.keep(ends, states)

    def backward(self, dy, dstates):
        """dy, gradients of the last states -> dx, those of the first; adds to `layer.grads`."""
        if self.masked is None:
            return self.back_through(dy, dstates)
        zeros = {name: np.zeros_like(d) for name, d in dstates.items()}
        mine = self.masked.keep(dstates, zeros)
        dy = self.masked.to_start(self.masked.zeros(dy))
        dx, starts = self.back_through(dy, mine)
        return self.masked.to_place(dx), self.masked.keep(starts, dstates)

    def through(self, x, states):
        layer, layout = self.layer, self.layer.layout
        ends = {}
        units = iter(layout.units)
        for depth in range(layout.layers):
            if depth and layout.dropout and self.training:
                keep = layer.rng.random(x.shape) >= layout.dropout
                self.masks.append((keep / (1 - layout.dropout)).astype(x.dtype))
                x = x * self.masks[-1]
            outputs = []
            for _ in range(1 + layout.bidirectional):
                unit = next(units)
                run = self._pass(unit, x.shape)
                names = state_names(layout, unit)
                y, end = run.forward(x, tuple(states[name] for name in names))
                outputs.append(y)
                ends.update(zip(names, end, strict=True))
                self.passes.append((unit, run))
            x = self.joined(outputs)
        self.y_shape = (x.shape[2], x.shape[0], x.shape[1], *x.shape[3:])
        return x, ends

    def back_through(self, dy, dstates):
        layer, layout = self.layer, self.layer.layout
        starts = {}
        passes = list(self.passes)
        for depth in reversed(range(layout.layers)):
            halves = self.parted(dy)
            parts = []
            for half in reversed(halves):
                unit, run = passes.pop()
                grads = {k: layer.grads[unit.prefix + k] for k in run.p}
                names = state_names(layout, unit)
                d, ds = run.backward(half, tuple(dstates[name] for name in names), grads)
                for name, mask in self.dropped.pop(unit.prefix, {}).items():
                    grads[name] *= mask
                parts.append(d)
                starts.update(zip(names, ds, strict=True))
            dx = parts[0] if len(parts) == 1 else parts[0] + parts[1]
            dy = dx * self.masks.pop() if depth and self.masks else dx
        return dy, {name: starts[name] for name in layout.states}

    def joined(self, outputs: list[np.ndarray]) -> np.ndarray:
        """The output of one layer from those of its directions (T, H, B)."""
        merge = self.layer.layout.merge
        if len(outputs) == 1:
            return outputs[0]
        if merge == "concat":
            return np.concatenate(outputs, axis=1)
        if merge == "product" and self.training:  # each is the factor of the other's gradient
            self.factors.append([np.array(y) for y in outputs])
        return merged(merge, *outputs)

    def parted(self, dy: np.ndarray) -> list[np.ndarray] | tuple:
        """Back through `joined`: the gradient for each direction."""
        layout = self.layer.layout
        if layout.merge == "concat":
            return np.split(dy, 1 + layout.bidirectional, axis=1)
        factors = self.factors.pop() if layout.merge == "product" else (None, None)
        return parted(layout.merge, dy, *factors)

    def _pass(self, unit, shape):
        layer, layout = self.layer, self.layer.layout
        p = {name: layer.params[unit.prefix + name] for name in layout.names}
        if layout.weight_drop and self.training:
            self.dropped[unit.prefix] = masks = {}
            for name in layout.recurrent:  # one mask for all steps and sequences
                keep = layer.rng.random(p[name].shape) >= layout.weight_drop
                masks[name] = (keep / (1 - layout.weight_drop)).astype(layer.dtype)
                p[name] = p[name] * masks[name]
        return form_of(layer)(layer, p, unit, self.lengths, self.training)


def form_of(layer) -> type[Pass]:
    """The `Pass` that a layer takes."""
    if isinstance(layer.form, type):
        return layer.form
    cell, layout = layer.cell, layer.layout
    forms = (AllAtOnce, getattr(cell, "fast", None), Stacked) if layer.form == "auto" else ()
    return next((form for form in forms if form and form.fits(cell, layout)), Taped)


def state_names(layout: Layout, unit) -> list[str]:
    """Names of one unit's states, in the variant's order."""
    return [unit.prefix + name for name in layout.variant.states]
