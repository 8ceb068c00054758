"""One layer in one direction over one batch. Arrays are batch-first.

The loop stands once, in `loop`. Cells whose gates do not see h can do without it: `at_once`.
"""

import keras
from keras import ops


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
    y, s = layer.run_unit(unit, p, x, s, lengths, real, training)
    return (flip(y, lengths) if unit.reverse else y), s


def loop(layer, p, x, s, real, training):
    """Step by step, any cell."""
    cell, layout = layer.cell, layer.layout
    p = cell.prepare(p)
    a = cell.project(p, x)
    size = a.shape[2]
    masks = recurrent_masks(layer, p, a[:, 0], s) if training else {}
    if layout.zoneout and training:  # what is drawn goes through the loop beside a
        a = ops.concatenate([a, *zoneout_masks(layer, a, s)], axis=2)

    def dot(name, v):
        return cell.product(p[name], v * masks[name] if name in masks else v)

    def step(a, s):
        if layout.zoneout:
            a, *drawn = ops.split(a, [size], axis=1) if training else [a]
            s = hold(layer, cell.step(p, a, s, dot), s, *drawn)
        else:
            s = cell.step(p, a, s, dot)
        return s[0], s

    return over_time(step, a, s, real)


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
        dtype=keras.backend.standardize_dtype(s[0].dtype),
        name="loop",
    )
    y, *s = rnn.call(inputs, initial_state=list(s), mask=real)
    return y, tuple(s)


class _KerasCell:
    """What `keras.layers.RNN` wants of a cell, around a step."""

    def __init__(self, step, s):
        self.step, self.compute_dtype = step, keras.backend.standardize_dtype(s[0].dtype)
        self.state_size = [1] * len(s)  # asked for, not used: the states are always given

    def __call__(self, inputs, states):
        y, s = self.step(inputs, tuple(states))
        return y, list(s)

    call = __call__


def at_once(cell, p, x, s, lengths, real):
    """All steps at once, for cells with a `parallel` form."""
    batch, steps = ops.shape(x)[:2]
    last = ops.full((batch,), steps - 1, "int32") if lengths is None else lengths - 1
    h, s = cell.parallel(p, cell.project(p, x), s, last)
    return (h if real is None else ops.where(real[..., None], h, 0)), s


def flip(x, lengths):
    """Turn every sequence round within its own length; its own inverse on real steps."""
    if lengths is None:
        return ops.flip(x, axis=1)
    t = ops.arange(ops.shape(x)[1])[None]
    lengths = lengths[:, None]
    source = ops.where(t < lengths, lengths - 1 - t, t)
    return ops.take_along_axis(x, spread(source, x), axis=1)


def spread(mask, x):
    """mask (B, T) with axes of size 1 for the others of x (B, T, ...)."""
    return ops.reshape(mask, (*ops.shape(mask), *[1] * (len(x.shape) - 2)))


def recurrent_masks(layer, p, a, s):
    """One mask a sequence for what enters each recurrent matrix; a first step tells the shapes."""
    rate, masks = layer.layout.recurrent_dropout, {}

    def dot(name, v):
        masks[name] = keras.random.dropout(ops.ones_like(v), rate, seed=layer.random)
        return layer.cell.product(p[name], v)

    if rate:
        layer.cell.step(p, a, s, dot)
    return masks


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
