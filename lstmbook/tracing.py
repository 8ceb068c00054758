r"""What every gate and state did at every step, and how far back the gradient reaches.

The layer may be one of ours (NumPy, PyTorch, TensorFlow), a model of ours, or a reader's own
`torch.nn` or Keras layer: its weights are taken to a NumPy layer, which is run with all that its
cells compute written down.
"""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from lstmbook.core.layout import Layout, Unit
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name
from lstmbook.numpy.arrays import asarray
from lstmbook.numpy.recurrent import Recurrent
from lstmbook.numpy.time_loop import Taped


class Record(dict):
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


def gradient_against_lag(layer, x, lengths=None, state=None, to: str = "x") -> np.ndarray:
    r"""How strongly the last output depends on what was k steps before it.

    Entry k is the mean over the batch of

    .. math:: \left\lVert \partial \textstyle\sum_j h_{T,j} \,/\, \partial v_{T-k} \right\rVert_2

    where T is the last real step of each sequence and v is the input x (`to="x"`), one state after
    step T-k (`to="c"`, or `to="l0.c"` with several layers), or all states after that step
    together (`to="state"`). The states count as independent variables: what h_{T-k} owes to
    c_{T-k} is not counted in `to="c"`, so its entry 0 is 0. No dropout.

    The same number in PyTorch: `y[:, -1].sum().backward(); x.grad.norm(dim=-1).mean(0).flip(0)`.

    Parameters
    ----------
    layer, x, lengths, state
        As for `trace`; x (B, T, D).
    to : "x", "state", or the name of a state

    Returns
    -------
    array (T,)
        Sequences shorter than k + 1 steps do not count in entry k; NaN where none is left.

    Raises
    ------
    ValueRangeError
        For a bidirectional layer: it reads from both ends, so that a lag has no one meaning.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> rnn = lb.RNN(1, 8, init="pytorch")
    >>> lag = gradient_against_lag(rnn, np.zeros((1, 50, 1)))
    >>> bool(lag[40] < 1e-3 * lag[0])
    True
    """
    twin, passes, x = watched(layer, x)
    layout = twin.layout
    if layout.bidirectional:
        raise ValueRangeError(
            "gradient_against_lag: expected one direction, got a bidirectional layer; "
            "build a layer of one direction from its weights"
        )
    if to not in ("x", "state", *layout.states):
        raise unknown_name("variable", to, ["x", "state", *layout.states])
    batch, steps = x.shape[:2]
    y = twin(x, state, lengths)[0]
    lengths = lengths_of(lengths, batch, steps)
    dy = np.zeros_like(y)
    dy[np.arange(batch), lengths - 1] = 1
    dx, _ = twin.backward(dy)
    if to == "x":
        squares = (dx.astype("float64") ** 2).reshape(batch, steps, -1).sum(axis=-1)
    else:
        wanted = layout.states if to == "state" else (to,)
        squares = sum(state_squares(passes, name, batch, steps) for name in wanted)
        if to in ("state", f"{last_prefix(layout)}h"):
            size = np.prod(y.shape[2:])
            squares[np.arange(batch), lengths - 1] += size  # dh_T/dh_T
    lags = lengths[:, None] - 1 - np.arange(steps)  # of every step t
    norms = np.sqrt(squares)
    return np.array(
        [norms[lags == k].mean() if (lags == k).any() else np.nan for k in range(steps)]
    )


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

    off = {"dropout": 0.0, "recurrent_dropout": 0.0, "return_state": True}
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


def state_squares(passes, name: str, batch: int, steps: int) -> np.ndarray:
    """Squared norm (B, T) of the gradient for one state after every step but the last."""
    squares = np.zeros((batch, steps))
    for run in passes:
        for index, letter_ in enumerate(run.names):
            if run.unit.prefix + letter_ == name:
                for t in range(1, steps):  # what a step returns belongs to the state before it
                    d = run.dstates[t][index].astype("float64")
                    axis = len(run.layer.layout.states[name])
                    squares[:, t - 1] = (np.moveaxis(d, axis, 0).reshape(batch, -1) ** 2).sum(1)
    return squares


def last_prefix(layout: Layout) -> str:
    return layout.units[-1].prefix


def letter(name: str) -> bool:
    """Whether a cached value is one of the equations' letters, not a helper such as `tanh_c`."""
    return len(name) == 1
