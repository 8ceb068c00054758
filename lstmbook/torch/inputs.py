"""What comes into a layer: sequences, states, lengths; and what to do with other forms of them."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from lstmbook.core.layout import Layout
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.torch.arrays import values_at_hand
from lstmbook.torch.packed import refuse_packed
from lstmbook.torch.time_loop import Lengths

HOW_TO_PAD = (
    "pad sequences of different length with torch.nn.utils.rnn.pad_sequence(x, batch_first=True) "
    "and give lengths=[len(sequence) for sequence in x]"
)


def as_input(name: str, x, parameter: Tensor) -> Tensor:
    """x in the float type of the layer's parameters.

    Raises
    ------
    ShapeError, ValueRangeError
        For what is no dense tensor of real numbers, or is on another device.
    """
    refuse_packed(name, x)
    if not isinstance(x, Tensor):
        pair = isinstance(x, tuple) and len(x) == 2 and isinstance(x[0], Tensor)
        if pair and isinstance(x[1], tuple | dict):
            raise ShapeError(
                f"{name}: expected a torch.Tensor, got a pair of a tensor and states; build the "
                "layer before this one with return_state=False"
            )
        of_tensors = isinstance(x, list | tuple) and any(isinstance(part, Tensor) for part in x)
        advice = HOW_TO_PAD if of_tensors else "make one with lb.asarray(x)"
        raise ShapeError(f"{name}: expected a torch.Tensor, got {type(x).__name__}; {advice}")
    if x.is_nested:
        raise ShapeError(
            f"{name}: expected a dense tensor, got a nested one; give "
            "torch.nested.to_padded_tensor(x, 0.0) and lengths=[len(row) for row in x.unbind()]"
        )
    if x.layout != torch.strided:
        raise ShapeError(f"{name}: expected a dense tensor, got {x.layout}; give x.to_dense()")
    if x.is_complex():
        raise ValueRangeError(
            f"{name}: expected real numbers, got {x.dtype}; give torch.view_as_real(x).flatten(-2) "
            "to have real and imaginary parts as features"
        )
    if x.device != parameter.device:
        raise ValueRangeError(
            f"{name}: expected it on {parameter.device}, where the layer is, got {x.device}; "
            "move it with .to(layer.device)"
        )
    return x if x.dtype == parameter.dtype else x.to(parameter.dtype)


def as_states(layer, state, x: Tensor, parameter: Tensor) -> dict[str, Tensor] | None:
    """The user's state as a flat dict, checked; None for zeros.

    None in the place of all states, or of one, is zeros, or the layer's parameters where these are
    learned. x (B, T, D, ...) tells the batch and the space.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    layout: Layout = layer.layout
    batch, space = x.shape[0], x.shape[3:]
    learned = {name: layer.params[own] for name, own in layout.starts.items()}

    def start(name):
        size = layout.states[name]
        if not learned:
            return x.new_zeros(batch, *size, *space, dtype=parameter.dtype)
        return learned[name].reshape(*size, *[1] * len(space)).expand(batch, *size, *space)

    if state is None:
        return {name: start(name) for name in learned} or None

    def tensor(name, value):
        if value is None and name in layout.states:
            return start(name)
        return as_input(f"state {name}", value, parameter)

    names = list(layout.states)
    if isinstance(state, Mapping):
        state = {name: tensor(name, value) for name, value in state.items()}
    elif isinstance(state, tuple | list) and layout.single and len(state) == len(names):
        state = tuple(tensor(name, value) for name, value in zip(names, state))
        units = 1 + max(len(layout.states[name]) for name in names) + len(space)
        if all(value.ndim > units and len(value) == 1 for value in state):
            raise ShapeError(
                f"state: expected shapes without an axis of layers, got {tuple(state[0].shape)}; "
                "what torch.nn's layers return is given as tuple(s[0] for s in state)"
            )
    elif isinstance(state, Tensor) and layout.single and len(names) == 1:
        raise ShapeError("state: expected a tuple (h,), got a tensor; give (state,)")
    return layout.state_dict_of(state, batch, space)


def as_lengths(layout: Layout, lengths, batch: int, steps: int, device) -> Lengths:
    """Lengths checked: shape and type always, values where that costs no wait.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    shape = tuple(lengths.shape) if isinstance(lengths, Tensor) else np.shape(lengths)
    if shape == (batch, steps) and len(shape) == 2:
        raise ShapeError(
            f"lengths: expected one integer a sequence, shape ({batch},), got a mask {shape}? "
            "Give layer(x, mask=mask), true on real steps, or lengths = mask.sum(dim=1)"
        )
    if isinstance(lengths, Tensor) and not values_at_hand(lengths):
        integers = not (lengths.is_floating_point() or lengths.is_complex())
        if shape != (batch,) or not integers or lengths.dtype == torch.bool:
            kind = "int64" if integers and lengths.dtype != torch.bool else "float32"
            layout.check_lengths(np.empty(shape, kind), batch, steps)
        # small and unsigned types would be taken for masks, or overflow
        return Lengths(lengths.to(device, torch.int64), steps, 0)
    if isinstance(lengths, Tensor):
        lengths = lengths.numpy()
    lengths = layout.check_lengths(lengths, batch, steps)
    on_device = torch.as_tensor(lengths.astype("int64"), device=device)
    return Lengths(on_device, steps, int(lengths.min()))
