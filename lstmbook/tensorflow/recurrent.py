"""The recurrent layer: any cell, stacked, in one or two directions, as a Keras layer.

Written with `keras.ops` alone, so that it also runs where Keras runs on PyTorch or JAX.
"""

from typing import Any

import keras
from keras import ops

from lstmbook.core.checks import Seed, check_bool
from lstmbook.core.layout import Layout, check_form
from lstmbook.core.masks import check_alone
from lstmbook.errors import ValueRangeError
from lstmbook.tensorflow import masks, time_loop
from lstmbook.tensorflow.arrays import (
    add_weights,
    check_dtype,
    check_lengths,
    check_state,
    share_gpu_memory,
    start_states,
)
from lstmbook.tensorflow.for_keras import ForKeras
from lstmbook.tensorflow.inputs import as_input

KERAS_OPTIONS = ("name", "trainable", "autocast", "activity_regularizer")


class Recurrent(ForKeras):
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
        Rate between layers, in training.
    recurrent_dropout : float
        Rate of one mask a sequence on what enters the recurrent matrices (Gal & Ghahramani 2016).
    weight_drop : float
        Rate of one mask a call on the recurrent matrices themselves (Merity et al. 2018).
    zoneout : float
        Chance that a unit keeps its old state (Krueger et al. 2017).
    return_state : bool
        With False a call gives y alone, the form for `keras.Sequential`.
    form : "auto" or "steps"
        "auto" computes in the fastest of several equal forms: Keras' own layer (cuDNN on a GPU),
        or all steps at once. "steps" always goes step by step through the cell's `step` and
        `rule`, as they stand on the page.
    dtype : str or keras.DTypePolicy
        "float32", "float64", "bfloat16", "float16", or a mixed policy such as "mixed_float16". In
        the short ones products are rounded; the states from step to step are not.
    init : str
        Start weights by name, see `lstmbook.core.initializers`.
    seed : int or numpy.random.Generator
    **options
        Options of the variant, see `variant.options`; and Keras' own `name`, `trainable`, ...

    Attributes
    ----------
    params : dict of str to keras.Variable
        By canonical name: `W`, `U`, `b`, ..., with a prefix such as `l1.` or `l0.reverse.` where
        there are several layers or directions.

    Raises
    ------
    ValueRangeError, UnknownNameError
        For a size, rate or name that cannot be.

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> y, (h, c) = lb.PeepholeLSTM(3, 5)(lb.asarray([[[0.0] * 3] * 7] * 2))
    >>> y.shape, h.shape
    (TensorShape([2, 7, 5]), TensorShape([2, 5]))
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
        dtype: str = "float32",
        init: str = "default",
        seed: Seed = 0,
        **options,
    ):
        share_gpu_memory()
        keras_options = {k: options.pop(k) for k in KERAS_OPTIONS if k in options}
        super().__init__(dtype=check_dtype(dtype), **keras_options)
        layout = Layout(
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
        self.layout, self.cell = layout, self.Cell(**layout.options)
        self.variant, self.output_size = layout.variant, layout.output_size
        self.return_state = check_bool("return_state", return_state)
        self.form, self.supports_masking = check_form(form), True
        self._start = {"init": init, "seed": seed if hasattr(seed, "__index__") else 0}
        start = layout.initial_weights("keras" if init == "framework" else init, seed)
        self.params = add_weights(self, start)
        if dropout or recurrent_dropout or weight_drop or zoneout:
            self.random = keras.random.SeedGenerator(self._start["seed"])
        self.add_keras_layers()
        self.built = True

    def add_keras_layers(self) -> None:
        """Keras' own layers that compute in our place, see `native`; none here."""

    def __call__(self, x, state=None, lengths=None, mask=None, training=None) -> Any:
        """Run over a batch of sequences.

        Parameters
        ----------
        x : tensor (B, T, D)
        state : tuple (h,) or (h, c), each (B, H); with several layers or directions a dict
            `l0.h`, `l0.c`, ...; None, also in the place of one of them, for zeros or what is
            learned
        lengths : ints (B,), 1 <= length <= T, or None
            Past its length y is 0 and the state is that of the last real step.
        mask : bools (B, T), or None
            As `keras.layers.Embedding(mask_zero=True)` gives it by itself: true on real steps,
            padding on the right or on the left; in the place of lengths. A sequence without a real
            step gives 0 and keeps the state it was given.
        training : bool
            True applies dropout; None: as the model around it says.

        Returns
        -------
        y : tensor (B, T, H), then the state (unless `return_state=False`)

        Raises
        ------
        ShapeError, ValueRangeError
            Values of lengths and masks are looked at when they are there, not inside a
            `tf.function`; there a mask with other padding raises TensorFlow's own error.
        """
        if mask is None:
            mask = getattr(x, "_keras_mask", None)
        else:
            check_alone(lengths)
        x = as_input("x", x, self.compute_dtype)
        self.layout.check_input(tuple(x.shape))
        if lengths is not None:
            lengths = check_lengths(self.layout, lengths, x)
        elif mask is not None:
            mask = masks.check_mask(mask, x)
        if state is not None:
            state = check_state(self.layout, state, x, self.compute_dtype)
        return super().__call__(x, state=state, lengths=lengths, mask=mask, training=training)

    def call(self, x, state=None, lengths=None, mask=None, training=None):
        self.check_wrapper()
        layout = self.layout
        x = ops.cast(x, self.compute_dtype)
        padding = None
        if lengths is None and mask is not None:
            padding = masks.Padding(mask)
            x, lengths = padding.to_start(x), padding.lengths
        states, ends = start_states(self, state, x), {}
        units = iter(layout.units)
        for depth in range(layout.layers):
            if depth and layout.dropout and training:
                x = keras.random.dropout(x, layout.dropout, seed=self.random)
            outputs = []
            for _ in range(1 + layout.bidirectional):
                unit = next(units)
                names = [unit.prefix + name for name in self.variant.states]
                s = tuple(states[name] for name in names)
                y, end = time_loop.run(self, unit, x, s, lengths, training)
                outputs.append(y)
                ends.update(zip(names, end, strict=True))
            x = time_loop.joined(layout, outputs)
        if padding is not None:
            x, ends = padding.to_place(x), padding.keep(ends, states)
        return (x, layout.state_as_given(ends)) if self.return_state else x

    def run_unit(self, unit, p, x, s, lengths, real, training):
        """One layer in one direction, x already in its direction -> y, states; see `time_loop`."""
        fits = self.variant.parallel and not self.layout.zoneout and x.shape[1] is not None
        if fits and self.form == "auto":
            return time_loop.at_once(self.cell, p, x, s, lengths, real)
        return time_loop.loop(self, p, x, s, real, training)

    def step(self, x_t, state=None) -> tuple[Any, Any]:
        """One step of a stream: x_t (B, D) -> y_t (B, H), state.

        Raises
        ------
        ValueRangeError
            For a bidirectional layer, which needs the end of the sequence first.
        """
        if self.layout.bidirectional:
            raise ValueRangeError("step: a bidirectional layer cannot read a stream; use layer(x)")
        x_t = as_input("x_t", x_t, self.compute_dtype)
        self.layout.check_input(tuple(x_t.shape), one_step=True)
        return_state, self.return_state = self.return_state, True
        try:
            y, state = self(x_t[:, None], state, training=False)
        finally:
            self.return_state = return_state
        return y[:, 0], state
