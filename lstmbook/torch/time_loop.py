"""The time loop: one layer in one direction over one batch.

What a step does is the cell's; here are lengths, direction, dropout in the recurrence and zoneout.
Autograd goes back through the loop.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.core.layout import Layout, Unit
from lstmbook.core.merges import merged
from lstmbook.torch.cells.base import Cell, GatedCell, States
from lstmbook.torch.products import product

HALF = (torch.float16, torch.bfloat16)


class Lengths:
    """Lengths on the device, with what the loop asks of them.

    Attributes
    ----------
    real : bool tensor (T, B), whether a sequence has a step t
    last : int tensor (B,), the last real step
    shortest : int, the steps that all sequences have; 0 where that would stall a GPU
    """

    def __init__(self, lengths: Tensor, steps: int, shortest: int):
        t = torch.arange(steps, device=lengths.device)[:, None]
        self.lengths, self.shortest = lengths, shortest
        self.real, self.last = t < lengths, lengths - 1
        # the step that a reverse direction reads at t: its own inverse on real steps
        self.reversed = torch.where(self.real, self.last - t, t)

    def only_real(self, x: Tensor) -> Tensor:
        """x (T, B, ...) with 0 past the lengths."""
        return torch.where(with_axes_of(x, self.real), x, 0)


class Pass:
    """One unit's way through time. Arrays are time first: (T, B, features), with space behind.

    In float16 and bfloat16 only products are computed in that type. Everything else, and the states
    from step to step, is float32: sums over many steps need its digits, exponents its range.

    Parameters
    ----------
    layer : the layer, for its cell, form and rates
    p : dict, the unit's parameters by the variant's names
    unit : Unit
    lengths : Lengths or None
    """

    def __init__(self, layer, p: dict[str, Tensor], unit: Unit, lengths: Lengths | None):
        self.cell, self.p, self.unit, self.lengths = layer.cell, p, unit, lengths
        layout = layer.layout
        self.training, self.zoneout = layer.training, layout.zoneout
        self.recurrent_dropout = layout.recurrent_dropout if layer.training else 0.0
        self.half = layer.dtype in HALF
        fast = layer.form == "auto"
        plain = type(self.cell).step is GatedCell.step and type(self.cell).product is Cell.product
        self.addmm = fast and plain and not self.recurrent_dropout and not self.half
        self.parallel = fast and layout.variant.parallel and not self.zoneout
        self.masks: dict[str, Tensor] = {}
        self.parts: dict[str, Tensor] = {}

    def forward(self, x: Tensor, s: States) -> tuple[Tensor, States]:
        """x (T, B, D), states s -> y (T, B, H), states after the last real step."""
        if self.unit.reverse:
            x = self.flip(x)
        a = self.cell.project(self.p, x)
        if self.half:
            a, s = a.float(), tuple(state.float() for state in s)
        y, s = (self.at_once if self.parallel else self.loop)(a, s)
        if self.half:
            y, s = y.to(x.dtype), tuple(state.to(x.dtype) for state in s)
        if self.lengths is not None:
            y = self.lengths.only_real(y)
        return (self.flip(y) if self.unit.reverse else y), s

    def loop(self, a: Tensor, s: States) -> tuple[Tensor, States]:
        ys = []
        for t, a_t in enumerate(a.unbind(0)):
            new = self.advance(a_t, s)
            if self.zoneout:
                new = self.hold(new, s)
            if self.lengths is not None and t >= self.lengths.shortest:
                # past its length a sequence's state stays as it is
                real = self.lengths.real[t]
                pairs = zip(new, s, strict=True)
                new = tuple(torch.where(with_axes_of(n, real), n, o) for n, o in pairs)
            s = new
            ys.append(s[0])
        return torch.stack(ys), s

    def advance(self, a: Tensor, s: States) -> States:
        if self.addmm:  # one call for a + h U
            return self.cell.rule(self.p, product(s[0], self.p["U"], a), s)
        return self.cell.step(self.p, a, s, self.dot)

    def at_once(self, a: Tensor, s: States) -> tuple[Tensor, States]:
        """All steps at once, for cells with a `parallel` form."""
        steps, batch = a.shape[:2]
        if self.lengths is None:
            last = torch.full((batch,), steps - 1, device=a.device)
        else:
            last = self.lengths.last
        return self.cell.parallel(self.p, a, s, last)

    def dot(self, name: str, v: Tensor) -> Tensor:
        if self.recurrent_dropout:
            if name not in self.masks:  # one mask for the whole sequence
                keep = 1 - self.recurrent_dropout
                self.masks[name] = torch.bernoulli(torch.full_like(v, keep)) / keep
            v = v * self.masks[name]
        if name not in self.parts:
            self.parts[name] = self.cell.part(self.p, name)
        weight = self.parts[name]
        return self.cell.product(weight, v.to(weight.dtype) if self.half else v)

    def flip(self, x: Tensor) -> Tensor:
        """Reverse every sequence within its own length; its own inverse on real steps."""
        if self.lengths is None:
            return x.flip(0)
        return x[self.lengths.reversed, torch.arange(x.shape[1], device=x.device)]

    def hold(self, new: States, old: States) -> States:
        """Zoneout: a unit keeps its old value with the given chance; the mean when not training."""
        names, held = self.cell.variant.zoneout, []
        for name, n, o in zip(self.cell.variant.states, new, old, strict=True):
            if name not in names:
                held.append(n)
            elif self.training:
                held.append(torch.where(torch.rand_like(n) < self.zoneout, o, n))
            else:
                held.append(self.zoneout * o + (1 - self.zoneout) * n)
        return tuple(held)


def with_axes_of(x: Tensor, mask: Tensor) -> Tensor:
    """The mask with axes of size 1 at its end, as many axes as x has."""
    return mask.reshape(*mask.shape, *[1] * (x.ndim - mask.ndim))


def dropped_params(layer) -> dict[str, Tensor]:
    """Parameters by name; with `weight_drop` in training, one mask a call on the recurrent ones."""
    params, layout = layer.params, layer.layout
    if layout.weight_drop and layer.training:
        for name in (unit.prefix + own for unit in layout.units for own in layout.recurrent):
            params[name] = F.dropout(params[name], layout.weight_drop)
    return params


def joined(layout: Layout, outputs: list[Tensor]) -> Tensor:
    """The output of one layer (T, B, H) from those of its directions."""
    if len(outputs) == 1:
        return outputs[0]
    return torch.cat(outputs, dim=2) if layout.merge == "concat" else merged(layout.merge, *outputs)
