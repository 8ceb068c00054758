"""A mask at work: sequences are moved to the start, and what comes out is moved back."""

import torch
from torch import Tensor

from lstmbook.core.masks import Padding, as_mask, check_alone, check_shape
from lstmbook.torch.time_loop import Lengths, with_axes_of


def run_masked(layer, x: Tensor, state: dict | None, mask, lengths) -> tuple[Tensor, dict]:
    """`layer.run` over x (B, T, D) with a mask (B, T) -> y (B, T, H), last states by name.

    The mask's values are looked at, also on a GPU, which is waited for.

    Raises
    ------
    ShapeError, ValueRangeError
        For lengths beside it, another shape, or padding that is neither left nor right.
    """
    check_alone(lengths)
    if isinstance(mask, Tensor):
        check_shape(mask.shape, *x.shape[:2])
        mask = mask.detach().cpu().numpy()
    mask = as_mask(mask, *x.shape[:2])
    padding = Padding(mask)

    def here(array):
        return torch.as_tensor(array, device=x.device)

    def moved(v, source):
        rows = torch.arange(len(v), device=v.device)[:, None]
        return v if source is None else v[rows, here(source)]

    real = with_axes_of(x, here(mask))
    sizes = Lengths(here(padding.lengths), x.shape[1], int(padding.lengths.min()))
    y, ends = layer.run(moved(torch.where(real, x, 0), padding.there), state, sizes)
    y = moved(y, padding.back)
    if padding.empty is not None:
        empty = here(padding.empty)
        y = torch.where(with_axes_of(y, empty), 0, y)
        for name, end in ends.items():
            old = torch.zeros_like(end) if state is None else state[name]
            ends[name] = torch.where(with_axes_of(end, empty), old, end)
    return y, ends
