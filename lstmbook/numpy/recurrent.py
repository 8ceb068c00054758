"""The NumPy layer: what it is given is checked, what it gives has the batch first.

Inside, arrays are feature-major: x (T, D, B), states (H, B); with space (T, D, B, width).
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from lstmbook.core.checks import Seed, check_bool, check_finite
from lstmbook.core.layout import Layout, check_form
from lstmbook.core.masks import as_mask
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy import stream
from lstmbook.numpy.arrays import as_dtype, as_input, batch_first, time_first
from lstmbook.numpy.states import add_start_gradients, as_states, started
from lstmbook.numpy.units import Run


class Recurrent:
    r"""A recurrent layer: any cell, stacked, in one or two directions.

    Parameters
    ----------
    input_size, hidden_size : int
        D and H.
    layers : int
        Stacked layers.
    bidirectional : bool
        Also read from the last real step to the first.
    merge : "concat", "sum", "mean" or "product"
        How the outputs of two directions become one: y (B, T, 2H), or (B, T, H) for the others.
    learned_state : bool
        The states to start from, where a call is given none, are parameters `h0`, `c0`, ... (H,),
        zeros at first.
    dropout : float
        Rate between layers, in training; needs `layers` of 2 or more.
    recurrent_dropout : float
        Rate of one mask a sequence on what enters the recurrent matrices (Gal & Ghahramani 2016).
    weight_drop : float
        Rate of one mask a call on the recurrent matrices themselves (Merity et al. 2018).
    zoneout : float
        Chance that a unit keeps its old state (Krueger et al. 2017).
    return_state : bool
        With False a call gives y alone.
    form : "auto" or "steps"
        Which of several equal ways is taken through time. "auto": the fastest that this cell and
        these settings allow. "steps": the loop that calls the cell's `step` and `rule` at every
        step, as their code shows it.
    dtype : "float32" or "float64"
    init : str
        Start weights by name, see `lstmbook.core.initializers`.
    seed : int or numpy.random.Generator
    **options
        Options of the variant, see `variant.options`.

    Attributes
    ----------
    params, grads : dict of str to array
        By canonical name: `W`, `U`, `b`, ..., with a prefix such as `l1.` or `l0.reverse.` where
        there are several layers or directions.

    Raises
    ------
    ValueRangeError, UnknownNameError
        For a size, rate or name that cannot be.
    """

    Cell: type

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        merge: str = "concat",
        learned_state: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        weight_drop: float = 0.0,
        zoneout: float = 0.0,
        return_state: bool = True,
        form: str = "auto",
        dtype: DTypeLike = "float32",
        init: str = "default",
        seed: Seed = 0,
        **options,
    ):
        self.layout = Layout(
            self.Cell.variant,
            input_size,
            hidden_size,
            layers=layers,
            bidirectional=bidirectional,
            merge=merge,
            learned_state=learned_state,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            weight_drop=weight_drop,
            zoneout=zoneout,
            **options,
        )
        self.dtype = as_dtype(dtype)
        self.cell = self.Cell(**self.layout.options)
        self.return_state = check_bool("return_state", return_state)
        self.form: str | type = check_form(form)  # or a `Pass`, as `tracing` sets it to watch
        start = self.layout.initial_weights(init, seed)
        self.rng = np.random.default_rng(seed)
        self.params = {name: value.astype(self.dtype) for name, value in start.items()}
        self.grads: dict[str, np.ndarray] = {}
        self.variant, self.output_size = self.layout.variant, self.layout.output_size
        self._run: Run | None = None
        self._buffers: dict = {}

    def __call__(self, x, state=None, lengths=None, training: bool = True, *, mask=None) -> Any:
        """Run over a batch of sequences.

        Parameters
        ----------
        x : array (B, T, D)
        state : tuple (h,) or (h, c), each (B, H); with several layers or directions a dict
            `l0.h`, `l0.c`, ...; None, also in the place of one of them, for zeros or what is
            learned
        lengths : ints (B,), 1 <= length <= T, or None
            Past its length y is 0 and the state is that of the last real step.
        training : bool
            True, the default, keeps what `backward` needs and applies dropout.
        mask : bools (B, T), in the place of lengths, or None
            True on real steps, padding on the right or on the left. A sequence without a real step
            gives 0 and keeps the state it was given.

        Returns
        -------
        y : array (B, T, H), then the state (unless `return_state=False`)

        Raises
        ------
        ShapeError, ValueRangeError
        """
        training = check_bool("training", training)
        x = as_input("x", x, self.dtype)
        self.layout.check_input(x.shape)
        check_finite("x", x)
        batch, steps, space = x.shape[0], x.shape[1], x.shape[3:]
        if mask is not None:
            mask = as_mask(mask, batch, steps, lengths)
        elif lengths is not None:
            lengths = self.layout.check_lengths(lengths, batch, steps)
        if mask is not None or lengths is not None:  # padding must not matter, not even 1e30
            real = mask if mask is not None else np.arange(steps) < np.asarray(lengths)[:, None]
            x = np.where(real.reshape(batch, steps, *[1] * (x.ndim - 2)), x, x.dtype.type(0))
        states = as_states(self, state, batch, space, learned=True)
        run = Run(self, lengths, training, mask)
        run.learned = started(self.layout, state)
        y, states = run.forward(np.moveaxis(x, 0, 2), states)
        self._run = run if training else None
        y = batch_first(y)
        states = {name: self._outward(name, value) for name, value in states.items()}
        return (y, self.layout.state_as_given(states)) if self.return_state else y

    def backward(self, dy, dstate=None) -> tuple[np.ndarray, Any]:
        """Gradients of the last call; fills `grads`.

        Parameters
        ----------
        dy : array (B, T, H)
        dstate : as the state that the call returned, or None for zeros

        Returns
        -------
        dx : array (B, T, D)
        dstate : as the state that the call took

        Raises
        ------
        RuntimeError
            If no call in training mode is before it, or its gradients were taken already.
        """
        if self._run is None:
            raise RuntimeError(
                "backward: expected a call layer(x) before it; one call gives one backward, and "
                "layer(x, training=False) keeps nothing to go back through"
            )
        dy = as_input("dy", dy, self.dtype)
        if dy.shape != self._run.y_shape:
            raise ShapeError(f"dy: expected shape {self._run.y_shape}, got {dy.shape}")
        batch, space = dy.shape[0], dy.shape[3:]
        dstates = as_states(self, dstate, batch, space)
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        run, self._run = self._run, None
        dx, dstates = run.backward(time_first(dy), dstates)
        add_start_gradients(self, run.learned, dstates)
        dstates = {name: self._outward(name, value) for name, value in dstates.items()}
        return batch_first(dx), self.layout.state_as_given(dstates)

    def step(self, x_t, state=None) -> tuple[np.ndarray, Any]:
        """One step of a stream: x_t (B, D) -> y_t (B, H), state. Keeps nothing for `backward`.

        Raises
        ------
        ValueRangeError
            For a bidirectional layer, which needs the end of the sequence first.
        """
        if self.layout.bidirectional:
            raise ValueRangeError("step: a bidirectional layer cannot read a stream; use layer(x)")
        if type(x_t) is not np.ndarray or x_t.dtype != self.dtype:
            x_t = as_input("x_t", x_t, self.dtype)
        if x_t.shape[1:] != (self.layout.input_size,) or len(x_t) == 0:
            self.layout.check_input(x_t.shape, one_step=True)
        if x_t.ndim != 2 or isinstance(self.form, type):  # with space, or watched by `tracing`
            return self._step_as_sequence(x_t, state)
        stream.check_finite_fast("x_t", x_t)
        given = stream.states_as_given(self, state, len(x_t))
        if given is None:
            given = list(as_states(self, state, len(x_t), (), learned=True).values())
        elif state is not None:
            for name, value in zip(self.layout.states, given):
                stream.check_finite_fast(f"state {name}", value)
        y, found = stream.advance(self, x_t, given)
        return y, self.layout.state_as_given({n: self._turned(n, v) for n, v in found.items()})

    def _step_as_sequence(self, x_t, state) -> tuple[np.ndarray, Any]:
        keep, self._run, return_state = self._run, None, self.return_state
        self.return_state = True
        try:
            y, state = self(x_t[:, None], state, training=False)
        finally:
            self._run, self.return_state = keep, return_state
        return y[:, 0], state

    def _turned(self, name: str, value: np.ndarray) -> np.ndarray:
        return value.T if value.ndim == 2 else np.moveaxis(value, len(self.layout.states[name]), 0)

    def _outward(self, name: str, value: np.ndarray) -> np.ndarray:
        return self._turned(name, value).copy()

    def __getstate__(self):
        """All but what the last call kept: a file has no use for the reader's batch."""
        return {**vars(self), "_run": None, "_buffers": {}}

    def __repr__(self) -> str:
        more = f", dtype={self.dtype.name!r}" if self.dtype != "float32" else ""
        more += f", form={self.form!r}" if self.form != "auto" else ""
        return f"{type(self).__name__}({self.layout.describe()}{more})"
