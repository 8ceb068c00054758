"""The time loop: one layer in one direction over one batch, forward and backward through time.

The loop stands once, in `Pass`. How one step meets the weights stands in two forms, equal by test:

- `Taped`, any cell: project all steps, then one product per recurrent matrix and step. The operands
  go on a tape, so that each weight gradient is one product after the loop.
- `Stacked`, gated cells: x_t, h_{t-1} and 1 stand in one column S_t, all weights in one matrix M;
  z_t = M S_t is one product, backward M^T dz_t gives dx_t and dh_{t-1} together.

`at_once` has no loop over steps; `lstmbook.numpy.fast` has the RNN, the LSTM, the peephole LSTM and
the GRU once more, for speed.
"""

import math
from typing import Any

import numpy as np

from lstmbook.numpy.cells.base import Cell, GatedCell, outer


class Pass:
    """Forward and backward over time for one unit. Arrays are feature-major.

    Parameters
    ----------
    layer : the layer, for its cell, rates, random numbers and buffers
    p : dict, the unit's parameters by the variant's names
    unit : Unit
    lengths : int array (B,) or None
    training : bool
    """

    def __init__(self, layer, p, unit, lengths, training):
        self.layer, self.cell, self.p, self.unit = layer, layer.cell, p, unit
        self.lengths, self.training = lengths, training
        self.zoneout = layer.layout.zoneout

    def forward(self, x, s):
        """x (T, D, B), states s -> y (T, H, B), states after the last real step."""
        steps, self.batch = x.shape[0], x.shape[2]
        if self.unit.reverse:
            x = self.flip(x)
        self.caches, self.keeps = [], []
        self.begin(x, s)
        self.start = s
        y = np.empty((steps, *s[0].shape), x.dtype)
        for t in range(steps):
            new, cache = self.advance(t, s)
            if self.zoneout:
                new = self.hold(new, s)
            real = self.real(t)
            if real is None:
                s = new
                y[t] = s[0]
            else:
                s = tuple(np.where(real, n, o) for n, o in zip(new, s, strict=True))
                y[t] = np.where(real, s[0], 0)
            if self.training:
                self.caches.append(cache)
        return (self.flip(y) if self.unit.reverse else y), s

    def backward(self, dy, ds, grads):
        """dy (T, H, B), ds of the last states -> dx (T, D, B), ds of the first; adds to grads."""
        if self.unit.reverse:
            dy = self.flip(dy)
        self.begin_backward(dy)
        for t in reversed(range(len(dy))):
            real = self.real(t)
            if real is None:
                ds = (ds[0] + dy[t], *ds[1:])
                rest = None
            else:  # past its length a sequence's state passes through untouched
                rest = tuple(np.where(real, 0, d) for d in ds)
                ds = tuple(np.where(real, d, 0) for d in ds)
                ds = (ds[0] + np.where(real, dy[t], 0), *ds[1:])
            if self.zoneout:
                kept, ds = self.hold_backward(t, ds)
            ds = self.retreat(t, self.caches[t], ds, grads)
            if self.zoneout:
                ds = tuple(d + k for d, k in zip(ds, kept, strict=True))
            if rest is not None:
                ds = tuple(d + r for d, r in zip(ds, rest, strict=True))
        dx = self.finish(grads)
        self.caches = []
        return (self.flip(dx) if self.unit.reverse else dx), ds

    # What each form of a step writes.

    def begin(self, x, s) -> None:
        """Before the first step: x in this unit's direction, and the states to start from."""
        raise NotImplementedError

    def advance(self, t, s) -> tuple[tuple, Any]:
        """Step t from the states s -> the new states, and what its way back needs."""
        raise NotImplementedError

    def begin_backward(self, dy) -> None:
        """Before the first step back."""
        raise NotImplementedError

    def retreat(self, t, cache, ds, grads) -> tuple:
        """Step t backward: ds of its new states -> ds of the old ones."""
        raise NotImplementedError

    def finish(self, grads) -> np.ndarray:
        """After the last step back: the gradients of the weights are added; gives dx."""
        raise NotImplementedError

    def real(self, t):
        """Mask (B, 1...) of the sequences that have a step t; None where all have."""
        if self.lengths is None or t < self.lengths.min():
            return None
        return (t < self.lengths).reshape(-1, *[1] * (self.start[0].ndim - self.batch_axis - 1))

    @property
    def batch_axis(self):
        return len(self.layer.layout.states[self.unit.prefix + "h"])

    def flip(self, x):
        """Turn every sequence round within its own length; its own inverse on real steps."""
        if self.lengths is None:
            return x[::-1]
        t = np.arange(len(x))[:, None]
        source = np.where(t < self.lengths, self.lengths - 1 - t, t)
        return np.take_along_axis(x, source.reshape(len(x), 1, -1, *[1] * (x.ndim - 3)), axis=0)

    def hold(self, new, old):
        """Zoneout: a unit keeps its old value with the given chance; the mean when not training."""
        names, held = self.cell.variant.zoneout, []
        for name, state in zip(self.cell.variant.states, new, strict=True):
            rate = self.zoneout if name in names else 0.0
            if self.training and rate:
                rate = (self.layer.rng.random(state.shape) < rate).astype(state.dtype)
            held.append(rate)
        if self.training:
            self.keeps.append(held)
        return tuple(k * o + (1 - k) * n for k, n, o in zip(held, new, old, strict=True))

    def hold_backward(self, t, ds):
        kept = tuple(k * d for k, d in zip(self.keeps[t], ds, strict=True))
        return kept, tuple((1 - k) * d for k, d in zip(self.keeps[t], ds, strict=True))

    def buffer(self, name, shape):
        """An array kept by the layer between calls; new pages cost as much as the arithmetic."""
        buffers, key = self.layer._buffers, (name, self.unit.prefix, self.training)
        size = math.prod(shape)
        if key not in buffers or buffers[key].size < size:
            buffers[key] = np.empty(size, self.layer.dtype)
        return buffers[key][:size].reshape(shape)


class Taped(Pass):
    """Any cell. See the module's text."""

    def begin(self, x, s):
        self.x = np.array(x) if self.training else None  # the caller may use x again
        self.a = self.cell.project(self.p, x)
        self.tape: dict[str, np.ndarray] = {}
        self.masks: dict[str, np.ndarray] = {}

    def advance(self, t, s):
        self.t = t
        return self.cell.step(self.p, self.a[t], s, self.dot)

    def dot(self, name, v):
        rate = self.layer.layout.recurrent_dropout
        if rate and self.training:
            if name not in self.masks:  # one mask for the whole sequence
                keep = self.layer.rng.random(v.shape) >= rate
                self.masks[name] = (keep / (1 - rate)).astype(v.dtype)
            v = v * self.masks[name]
        if self.training:
            self.write(self.tape, "v", name, v)
        return self.cell.product(self.cell.part(self.p, name), v)

    def begin_backward(self, dy):
        self.da = self.operands("da", self.a.shape)
        self.back: dict[str, np.ndarray] = {}

    def retreat(self, t, cache, ds, grads):
        self.t = t
        self.da[t], ds = self.cell.step_backward(self.p, cache, ds, self.dot_T, grads)
        return ds

    def dot_T(self, name, dz):
        self.write(self.back, "dz", name, dz)
        dv = self.cell.product_T(self.cell.part(self.p, name), dz)
        return dv * self.masks[name] if name in self.masks else dv

    def finish(self, grads):
        for name, v in self.tape.items():
            weight, grad = self.cell.part(self.p, name), self.cell.part(grads, name)
            grad += self.cell.product_grad(weight, v, self.back[name])
        return self.cell.project_backward(self.p, self.x, self.da, grads)

    def write(self, tape, kind, name, v):
        if name not in tape:
            tape[name] = self.operands(kind + name, (len(self.a), *v.shape))
        tape[name][self.t] = v

    def operands(self, name, shape):
        """A buffer (T, F, B) that lies as (F, T, B): `outer` reads it as one matrix, uncopied."""
        steps, features, *rest = shape
        return self.buffer(name, (features, steps, *rest)).swapaxes(0, 1)


class Stacked(Pass):
    """Gated cells. See the module's text."""

    @staticmethod
    def fits(cell, layout) -> bool:
        usual = type(cell).step is GatedCell.step and type(cell).product is Cell.product
        return usual and not layout.recurrent_dropout

    def begin(self, x, s):
        steps, inputs, batch = x.shape
        hidden = len(s[0])
        self.inputs, self.end = inputs, inputs + hidden
        self.M = np.concatenate([self.p["W"], self.p["U"], self.p["b"][None]]).T.copy()
        self.S = self.buffer("S", (steps, self.end + 1, batch))
        self.S[:, :inputs] = x
        self.S[:, -1] = 1
        self.Z = self.buffer("Z", (steps if self.training else 1, len(self.M), batch))

    def advance(self, t, s):
        column, z = self.S[t], self.Z[t if self.training else 0]
        column[self.inputs : self.end] = s[0]
        np.matmul(self.M, column, out=z)
        return self.cell.rule(self.p, z, s)

    def begin_backward(self, dy):
        self.MT = self.M.T[:-1].copy()
        self.dZ = self.buffer("dZ", self.Z.shape)
        self.dS = self.buffer("dS", (len(dy), self.end, self.batch))

    def retreat(self, t, cache, ds, grads):
        dh, *others = self.cell.rule_backward(self.p, cache, ds, self.dZ[t], grads)
        d = np.matmul(self.MT, self.dZ[t], out=self.dS[t])[self.inputs :]
        return (d if isinstance(dh, float) else d + dh, *others)

    def finish(self, grads):
        dM = outer(self.S, self.dZ)
        grads["W"] += dM[: self.inputs]
        grads["U"] += dM[self.inputs : -1]
        grads["b"] += dM[-1]
        return self.dS[:, : self.inputs]
