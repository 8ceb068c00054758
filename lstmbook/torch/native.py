"""Layers that PyTorch has itself: its own function computes, with cuDNN on a GPU.

The parameters stay ours, under our names and in our form. PyTorch wants W and U transposed and a
second bias, so it gets copies at every call: a moment beside the products of a sequence.
"""

import contextlib
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstmbook.core.merges import merged
from lstmbook.torch.recurrent import Recurrent
from lstmbook.torch.time_loop import dropped_params


class Native(Recurrent):
    """A `Recurrent` whose variant PyTorch has.

    It runs on our own time loop with `form="steps"`, with `recurrent_dropout` or `zoneout`, for a
    single step, under autocast on a CPU, and inside the transforms of `torch.func`, which PyTorch's
    functions do not know.
    """

    function: Callable  # torch.lstm, torch.gru or torch.rnn_tanh
    cell_function: Callable | None = None  # torch.lstm_cell, ... for one step of a stream

    def fits(self) -> bool:
        """Whether PyTorch's function computes what this layer does."""
        layout = self.layout
        return (
            self.form == "auto"
            and not (layout.recurrent_dropout or layout.zoneout)
            # between layers PyTorch joins the directions in one way only
            and (layout.merge == "concat" or layout.layers == 1)
        )

    def step(self, x_t: Tensor, state=None) -> tuple[Tensor, Any]:
        taken = self.step_native(x_t, state)
        return super().step(x_t, state) if taken is None else taken

    step.__doc__ = Recurrent.step.__doc__

    def step_native(self, x_t, state) -> tuple[Tensor, Any] | None:
        """PyTorch's cell function, where all that comes in is as `step` gives it back; else None.

        The weights are read as views: nothing is gathered or copied, and nothing is kept. For one
        sequence every look at an attribute counts, so there are few and no calls of our own.
        """
        parameters, layout = self._parameters, self.layout
        W = parameters.get("W")  # None where it has another name (several layers) or is computed
        if W is None or type(x_t) is not Tensor or self.cell_function is None:
            return None
        size = x_t.shape
        if len(size) != 2 or size[1] != layout.input_size or not size[0]:
            return None
        wanted = (size[0], layout.hidden_size)
        if state is None:
            if layout.starts:
                return None
            state = tuple(x_t.new_zeros(wanted) for _ in layout.states)
        elif type(state) is not tuple or len(state) != len(layout.states):
            return None
        dtype, device = W.dtype, W.device
        for value in (x_t, *state):
            dense = type(value) is Tensor and value.layout == torch.strided and not value.is_nested
            if not dense or value.dtype != dtype or value.device != device:
                return None
        for value in state:
            if value.shape != wanted:
                return None
        short = dtype != torch.float32 and dtype != torch.float64
        if layout.weight_drop and self.training:
            return None
        if short or not self.fits() or in_transform() or torch.is_autocast_enabled(device.type):
            return None
        U, b, b_u = parameters.get("U"), parameters.get("b"), parameters.get("b_u")
        if U is None or b is None:
            return None
        if len(state) == 2:
            state = self.cell_function(x_t, state, W.t(), U.t(), b, b_u)
            return state[0], state
        h = self.cell_function(x_t, state[0], W.t(), U.t(), b, b_u)
        return h, (h,)

    def run(self, x, state, lengths):
        # oneDNN's LSTM fails under autocast on processors without bfloat16
        autocast = x.device.type == "cpu" and torch.is_autocast_enabled("cpu")
        if not self.fits() or x.shape[1] == 1 or autocast or in_transform():
            return super().run(x, state, lengths)
        # PyTorch's decorator names no type
        return self.run_native(x, state, lengths)  # pyright: ignore[reportCallIssue]

    @torch.compiler.disable  # else every step would be compiled for itself
    def run_native(self, x, state, lengths):
        layout, steps = self.layout, x.shape[1]
        names = list(layout.variant.states)
        # PyTorch has the states of all units in one tensor (units, B, H)
        if state is None:
            sizes = [layout.states[layout.units[0].prefix + name] for name in names]
            stacked = [x.new_zeros(len(layout.units), x.shape[0], *size) for size in sizes]
        else:
            stacked = [torch.stack([state[u.prefix + n] for u in layout.units]) for n in names]
        packed: Any = None
        if lengths is not None:
            sizes = lengths.lengths.cpu()  # PyTorch packs by lengths that lie on the CPU
            packed = pack_padded_sequence(x, sizes, batch_first=True, enforce_sorted=False)
            stacked = [s.index_select(1, packed.sorted_indices) for s in stacked]
        y, ends = self.call_function(x if packed is None else packed, stacked)
        if packed is not None:
            y = PackedSequence(y, *packed[1:])
            y, _ = pad_packed_sequence(y, batch_first=True, total_length=steps)
            ends = [s.index_select(1, packed.unsorted_indices) for s in ends]
        if layout.merge != "concat":
            y = merged(layout.merge, *y.chunk(2, dim=2))
        units = [unit.prefix for unit in layout.units]
        found = {p + n: end[k] for n, end in zip(names, ends) for k, p in enumerate(units)}
        return y, {name: found[name] for name in layout.states}

    def call_function(self, x: Tensor | PackedSequence, stacked: list[Tensor]):
        """PyTorch's function at work -> y, as x (B, T, H) or packed; the last states, stacked."""
        layout = self.layout
        state = tuple(stacked) if len(stacked) > 1 else stacked[0]
        dropout = layout.dropout if layout.layers > 1 else 0.0
        settings = (True, layout.layers, dropout, self.training, layout.bidirectional)
        weights = self.native_weights()
        with quiet("P" in layout.names, weights[0].is_cuda):
            if isinstance(x, PackedSequence):
                y, *ends = self.function(x.data, x.batch_sizes, state, weights, *settings)
            else:
                y, *ends = self.function(x, state, weights, *settings, True)
        return y, ends

    def native_weights(self) -> list[Tensor]:
        """All parameters as PyTorch has them: matrices transposed, two biases a unit."""
        weights, params = [], dropped_params(self)
        for unit in self.layout.units:
            p = {name: params[unit.prefix + name] for name in self.layout.names}
            matrices = [p[name].T.contiguous() for name in ("W", "U", "P") if name in p]
            second = p.get("b_u")
            biases = [p["b"], torch.zeros_like(p["b"]) if second is None else second]
            weights += [*matrices[:2], *biases, *matrices[2:]]
        return weights


def in_transform() -> bool:
    """Whether this runs inside `torch.func.grad`, `vmap`, `jvp`, ..."""
    try:
        stack = torch._C._functorch.peek_interpreter_stack  # pyright: ignore[reportAttributeAccessIssue]
        return stack() is not None
    except AttributeError:  # a version of PyTorch that hides it elsewhere
        return False


@contextlib.contextmanager
def quiet(projected: bool, on_gpu: bool):
    """Without two warnings: oneDNN has no projection, cuDNN copies weights together."""
    if not (projected or on_gpu):
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "LSTM with projections")
        warnings.filterwarnings("ignore", "RNN module weights are not part of single")
        yield
