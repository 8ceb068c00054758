"""The time loop: one layer in one direction over one batch. Arrays are batch first.

What a step does is the cell's; here are lengths, direction, dropout in the recurrence and zoneout.
The loop stands once, in `loop`. Cells whose gates do not see h can do without it: `at_once`.

In float16 and bfloat16 only products are computed in that type. Everything else, and the states
from step to step, is float32: sums over many steps need its digits, exponents its range.
"""

import keras
from keras import ops

from lstmbook.core.merges import merged
from lstmbook.tensorflow.arrays import dtype_of, wide


def run(layer, unit, x, s, lengths, training):
    """x (B, T, D), states, lengths (B,) or None -> y (B, T, H), states after the last real step."""
    real = None
    if lengths is not None:
        real = ops.arange(ops.shape(x)[1]) < lengths[:, None]
        x = ops.where(spread(real, x), x, 0)  # whatever stands in the padding, even NaN
    if unit.reverse:
        x = flip(x, lengths)
    # read here once, not in every step
    p = {
        name: ops.cast(layer.params[unit.prefix + name], layer.compute_dtype)
        for name in layer.layout.names
    }
    if training and layer.layout.weight_drop:  # one mask for all steps and sequences
        for name in layer.layout.recurrent:
            p[name] = keras.random.dropout(p[name], layer.layout.weight_drop, seed=layer.random)
    y, s = layer.run_unit(unit, p, x, s, lengths, real, training)
    y, s = ops.cast(y, x.dtype), tuple(ops.cast(state, x.dtype) for state in s)
    return (flip(y, lengths) if unit.reverse else y), s


def loop(layer, p, x, s, real, training):
    """Step by step, any cell."""
    cell, layout = layer.cell, layer.layout
    a, s = wide(cell.project(p, x)), tuple(wide(state) for state in s)
    wide_p = {name: wide(value) for name, value in p.items()}
    size = a.shape[2]
    dot = Dot(layer, p)
    if training and layout.recurrent_dropout:  # a first step tells the shapes
        dot.rate = layout.recurrent_dropout
        cell.step(wide_p, a[:, 0], s, dot)
        dot.rate = 0.0
    if layout.zoneout and training:  # what is drawn goes through the loop beside a
        a = ops.concatenate([a, *zoneout_masks(layer, a, s)], axis=2)

    def step(a, s):
        if layout.zoneout:
            a, *drawn = ops.split(a, [size], axis=1) if training else [a]
            s = hold(layer, cell.step(wide_p, a, s, dot), s, *drawn)
        else:
            s = cell.step(wide_p, a, s, dot)
        return s[0], s

    return over_time(step, a, s, real)


class Dot:
    """`dot(name, v)` of a cell's step: v's product with the matrix p[name].

    While `rate` is not 0 each call draws the mask by which v is dropped out from then on.
    """

    def __init__(self, layer, p):
        self.layer, self.p, self.masks, self.rate = layer, p, {}, 0.0

    def __call__(self, name, v):
        if self.rate:
            ones = ops.ones_like(v)
            self.masks[name] = keras.random.dropout(ones, self.rate, seed=self.layer.random)
        v = v * self.masks[name] if name in self.masks else v
        weight = self.layer.cell.part(self.p, name)
        return wide(self.layer.cell.product(weight, ops.cast(v, weight.dtype)))


def over_time(step, inputs, s, real=None):
    """y_t, s_t = step(inputs_t, s_{t-1}) for all t; inputs (B, T, ...) -> y (B, T, ...), last s.

    Where `real` (B, T) is false, y is 0 and s stays as it was. The loop is that of
    `keras.layers.RNN`: one step is traced, whatever T is.
    """
    rnn = keras.layers.RNN(
        _KerasCell(step, s),
        return_sequences=True,
        return_state=True,
        zero_output_for_mask=True,
        dtype=dtype_of(s[0]),
        name="loop",
    )
    y, *s = rnn.call(inputs, initial_state=list(s), mask=real)
    return y, tuple(s)


class _KerasCell:
    """What `keras.layers.RNN` wants of a cell, around a step."""

    def __init__(self, step, s):
        self.step, self.compute_dtype = step, dtype_of(s[0])
        self.state_size = [1] * len(s)  # asked for, not used: the states are always given

    def __call__(self, inputs, states):
        y, s = self.step(inputs, tuple(states))
        return y, list(s)

    call = __call__


def at_once(cell, p, x, s, lengths, real):
    """All steps at once, for cells with a `parallel` form."""
    batch, steps = ops.shape(x)[:2]
    last = ops.full((batch,), steps - 1, "int32") if lengths is None else lengths - 1
    s = tuple(wide(state) for state in s)
    h, s = cell.parallel(p, wide(cell.project(p, x)), s, last)
    return (h if real is None else ops.where(real[..., None], h, 0)), s


def joined(layout, outputs: list):
    """The output of one layer (B, T, H) from those of its directions."""
    if len(outputs) == 1:
        return outputs[0]
    if layout.merge == "concat":
        return ops.concatenate(outputs, axis=2)
    return merged(layout.merge, *outputs)


def flip(x, lengths):
    """Reverse every sequence within its own length; its own inverse on real steps."""
    if lengths is None:
        return ops.flip(x, axis=1)
    t = ops.arange(ops.shape(x)[1])[None]
    lengths = lengths[:, None]
    source = ops.where(t < lengths, lengths - 1 - t, t)
    return ops.take_along_axis(x, spread(source, x), axis=1)


def spread(mask, x):
    """mask (B, T) with axes of size 1 for the others of x (B, T, ...)."""
    return ops.reshape(mask, (*ops.shape(mask), *[1] * (len(x.shape) - 2)))


def zoneout_masks(layer, a, s):
    """For every step and state that zoneout may hold, 1 where it does; to stand beside a."""
    held = zip(layer.variant.states, s, strict=True)
    shape = ops.shape(a)
    for name, state in held:
        if name in layer.variant.zoneout:
            draws = keras.random.uniform((*shape[:2], *ops.shape(state)[1:]), seed=layer.random)
            yield ops.cast(draws < layer.layout.zoneout, a.dtype)


def hold(layer, new, old, drawn=None):
    """Zoneout: a unit keeps its old value with the given chance; the mean when not training."""
    held, at = [], 0
    for name, n, o in zip(layer.variant.states, new, old, strict=True):
        if name not in layer.variant.zoneout:
            held.append(n)
            continue
        keep = layer.layout.zoneout
        if drawn is not None:
            keep, at = drawn[:, at : at + n.shape[1]], at + n.shape[1]
        held.append(keep * o + (1 - keep) * n)
    return tuple(held)
