r"""Gates, candidate and states of a layer at every step, by the letters of its equations."""

from collections.abc import Mapping

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.errors import unknown_name
from lstmbook.tracing.observed import lengths_of, own_time, watched


class Record(dict[str, np.ndarray]):
    r"""Arrays by name, batch first, as `trace` gives them.

    Keys are the letters of the variant's equations (`record.variant.equations`): gates, candidate
    and states, each (B, T, H), and `x`, `y`. With several layers or directions the letters carry
    the prefix of the weights: `l0.i`, `l0.reverse.c`, `l1.h`.

    Attributes
    ----------
    variant : Variant
        The cell, with its equations and references.
    layout : Layout
        Sizes, layers, directions, options.
    lengths : ndarray (B,) of int
        Real steps of each sequence; T for all of them where none were given.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], layout: Layout, lengths):
        super().__init__(arrays)
        self.layout, self.variant, self.lengths = layout, layout.variant, lengths

    def __missing__(self, name):
        raise unknown_name("name in this record", name, self)

    def __repr__(self) -> str:
        s, (batch, steps) = self.layout, self["y"].shape[:2]
        rows: dict[tuple, list[str]] = {}
        for name, value in self.items():
            prefix, _, letter = name.rpartition(".")
            rows.setdefault((prefix and prefix + ": ", value.shape), []).append(letter)
        head = f"Record of {s.variant.name}({s.input_size}, {s.hidden_size}): "
        lines = [f"  {prefix}{' '.join(names)} {shape}" for (prefix, shape), names in rows.items()]
        return "\n".join([f"{head}{batch} sequences, {steps} steps", *lines])


def trace(layer, x, lengths=None, state=None) -> Record:
    r"""Run a layer and write down its gates, candidate and states at every step.

    Parameters
    ----------
    layer : a recurrent layer or model of ours in any of the three implementations, or a layer of
        `torch.nn` or Keras that `lstmbook.convert` can read
    x : array (B, T, D); ids (B, T) for a model with an embedding
    lengths : ints (B,) or None
    state : as the layer takes it, or None

    Returns
    -------
    Record
        `y` is what the layer returns when it is not training, so 0 past a sequence's length.
        Everything else is NaN there: no step was made, and a plot leaves a gap. A reverse
        direction is written down in the sequence's own time: its entry at t is the step that
        read x_t.

    Raises
    ------
    ShapeError, ValueRangeError
        As the layer itself.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> record = trace(lb.LSTM(2, 3), np.ones((1, 4, 2)))
    >>> record
    Record of LSTM(2, 3): 1 sequences, 4 steps
      i f g o h c y (1, 4, 3)
      x (1, 4, 2)
    >>> c = record["f"][:, 1] * record["c"][:, 0] + record["i"][:, 1] * record["g"][:, 1]
    >>> bool(np.allclose(c, record["c"][:, 1]))
    True
    """
    twin, passes, x = watched(layer, x)
    y = twin(x, state, lengths, training=False)[0]
    batch, steps = x.shape[:2]
    lengths = lengths_of(lengths, batch, steps)
    arrays = {}
    for run in passes:
        unit = run.unit
        for name, value in run.columns(x.ndim - 3).items():
            value = value[own_time(unit, lengths, steps)]  # (T, B, ...)
            arrays[unit.prefix + name] = np.ascontiguousarray(np.moveaxis(value, 0, 1))
    past = np.arange(steps) >= lengths[:, None]
    for value in arrays.values():
        value[past] = np.nan
    return Record({**arrays, "x": x, "y": y}, twin.layout, lengths)
