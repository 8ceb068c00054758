"""A recurrent layer as an `nn.Module`: any cell, stacked, in one or two directions.

Inside, arrays are time first: x (T, B, D), states (B, H); with space (T, B, D, width).
"""

from operator import attrgetter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from lstmbook.core.checks import Seed, check_bool
from lstmbook.core.layout import Layout, check_form
from lstmbook.errors import ValueRangeError
from lstmbook.torch.arrays import DType, as_dtype
from lstmbook.torch.inputs import as_input, as_lengths, as_states
from lstmbook.torch.masks import run_masked
from lstmbook.torch.packed import run_packed
from lstmbook.torch.state_dicts import rename
from lstmbook.torch.time_loop import Lengths, Pass, dropped_params, joined


class Recurrent(nn.Module):
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
        Rate between layers, in training mode.
    recurrent_dropout : float
        Rate of one mask a sequence on what enters the recurrent matrices (Gal & Ghahramani 2016).
    weight_drop : float
        Rate of one mask a call on the recurrent matrices themselves (Merity et al. 2018).
    zoneout : float
        Chance that a unit keeps its old state (Krueger et al. 2017).
    return_state : bool
        With False a call gives y alone, as `nn.Sequential` needs it.
    form : "auto" or "steps"
        "auto" computes in the fastest of several equal forms: PyTorch's own function (cuDNN on a
        GPU), all steps at once, or one product a step. "steps" always goes step by step through
        the cell's `step` and `rule`, as they stand on the page.
    dtype : "float32", "float64", "bfloat16" or "float16", or a `torch.dtype`
        In the two short ones products are rounded; the states from step to step are not.
    device : as everywhere in PyTorch
    init : str
        Start weights by name, see `lstmbook.core.initializers`.
    seed : int or numpy.random.Generator
    **options
        Options of the variant, see `variant.options`.

    Attributes
    ----------
    params, grads : dict of str to tensor
        By canonical name: `W`, `U`, `b`, ..., with a prefix such as `l1.` or `l0.reverse.` where
        there are several layers or directions; the keys of `state_dict()` are the same.
        `load_state_dict` of RNN, LSTM, ProjectedLSTM and GRU takes that of `torch.nn`'s as it is;
        whether an RNN has tanh or relu is not in it.
        Weight norm: `torch.nn.utils.parametrizations.weight_norm(layer, "U", dim=1)`, or of
        `layer.l0`, `layer.l0.reverse`, ... where there are several.

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
        dtype: DType = "float32",
        device=None,
        init: str = "default",
        seed: Seed = 0,
        **options,
    ):
        super().__init__()
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
        self.cell = self.Cell(**self.layout.options)
        self.return_state = check_bool("return_state", return_state)
        self.form = check_form(form)
        self.variant, self.output_size = self.layout.variant, self.layout.output_size
        start = self.layout.initial_weights(init, seed)
        self.build(as_dtype(dtype), device)
        with torch.no_grad():
            for name, value in self.params.items():
                value.copy_(torch.from_numpy(start[name]))

    def build(self, dtype: torch.dtype, device) -> None:
        """Register empty parameters; `l0.reverse.U` is parameter U of module l0.reverse."""
        for name, shape in self.layout.shapes.items():
            *path, last = name.split(".")
            module = self
            for part in path:
                if not hasattr(module, part):
                    module.add_module(part, nn.Module())
                module = getattr(module, part)
            empty = torch.empty(shape, dtype=dtype, device=device)
            module.register_parameter(last, nn.Parameter(empty))

    @property
    def params(self) -> dict[str, Tensor]:
        """Parameters by canonical name; of a parametrized one the value it has now."""
        return {name: attrgetter(name)(self) for name in self.layout.shapes}

    @property
    def grads(self) -> dict[str, Tensor | None]:
        """Their gradients, None where `backward` has not been, or not to this tensor itself."""
        return {name: p.grad if p.is_leaf else None for name, p in self.params.items()}

    @property
    def dtype(self) -> torch.dtype:
        return next(self.parameters()).dtype

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    def forward(self, x: Tensor | PackedSequence, state=None, lengths=None, mask=None) -> Any:
        """Run over a batch of sequences.

        Parameters
        ----------
        x : tensor (B, T, D), any float type
            Or a `PackedSequence`, which has its own lengths; y is then one too.
        state : tuple (h,) or (h, c), each (B, H); with several layers or directions a dict
            `l0.h`, `l0.c`, ...; None, also in the place of one of them, for zeros or what is
            learned
        lengths : ints (B,), 1 <= length <= T, or None
            A list, array or tensor. Past its length y is 0 and the state is that of the last real
            step. On a GPU the values are not checked: that would wait for the GPU.
        mask : bools (B, T), in the place of lengths, or None
            True on real steps, padding right or left; its values are looked at, also on a GPU. A
            sequence without a real step gives 0 and keeps the state it was given.

        Returns
        -------
        y : tensor (B, T, H), then the state (unless `return_state=False`)

        Raises
        ------
        ShapeError, ValueRangeError
        """
        if isinstance(x, PackedSequence):
            return run_packed(self, x, state, lengths if mask is None else mask)
        parameter = next(self.parameters())
        x = as_input("x", x, parameter)
        self.layout.check_input(tuple(x.shape))
        if lengths is not None:
            lengths = as_lengths(self.layout, lengths, x.shape[0], x.shape[1], parameter.device)
        state = as_states(self, state, x, parameter)
        if mask is None:
            y, ends = self.run(x, state, lengths)
        else:
            y, ends = run_masked(self, x, state, mask, lengths)
        return (y, self.layout.state_as_given(ends)) if self.return_state else y

    def step(self, x_t: Tensor, state=None) -> tuple[Tensor, Any]:
        """One step of a stream: x_t (B, D) -> y_t (B, H), state.

        Raises
        ------
        ValueRangeError
            For a bidirectional layer, which needs the end of the sequence first.
        """
        if self.layout.bidirectional:
            raise ValueRangeError("step: a bidirectional layer cannot read a stream; use layer(x)")
        parameter = next(self.parameters())
        x_t = as_input("x_t", x_t, parameter)
        self.layout.check_input(tuple(x_t.shape), one_step=True)
        x = x_t[:, None]
        y, ends = self.run(x, as_states(self, state, x, parameter), None)
        return y[:, 0], self.layout.state_as_given(ends)

    def run(
        self, x: Tensor, state: dict | None, lengths: Lengths | None
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """All units over x (B, T, D) -> y (B, T, H), all last states by name."""
        layout, params = self.layout, dropped_params(self)
        if state is None:
            sizes = layout.states.items()
            state = {n: x.new_zeros(x.shape[0], *s, *x.shape[3:]) for n, s in sizes}
        x = x.transpose(0, 1)
        if lengths is not None:
            x = lengths.only_real(x)  # whatever stands in the padding, even NaN
        ends, units = {}, iter(layout.units)
        for depth in range(layout.layers):
            if depth:
                x = F.dropout(x, layout.dropout, self.training)
            outputs = []
            for _ in range(1 + layout.bidirectional):
                unit = next(units)
                p = {name: params[unit.prefix + name] for name in layout.names}
                names = [unit.prefix + name for name in layout.variant.states]
                s = tuple(state[name] for name in names)
                y, s = Pass(self, p, unit, lengths).forward(x, s)
                outputs.append(y)
                ends.update(zip(names, s, strict=True))
            x = joined(layout, outputs)
        return x.transpose(0, 1), ends

    def _load_from_state_dict(self, state_dict, prefix, *others):
        rename(self.layout, state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *others)

    def extra_repr(self) -> str:
        more = "" if self.return_state else ", return_state=False"
        more += f", form={self.form!r}" if self.form != "auto" else ""
        return self.layout.describe() + more
