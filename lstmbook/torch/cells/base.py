"""What a cell is: one step. Autograd goes back through it.

Inside, arrays are rows: a step sees z (B, 4H) and states (B, H), with space (B, 4H, width).
A cell is local in time. The loop over time, lengths, stacking and direction are in
`lstmbook.torch.recurrent` and `lstmbook.torch.time_loop`, once for all cells.
"""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.torch.products import product
from lstmbook.variants import Variant

Params = Mapping[str, Tensor]
States = tuple[Tensor, ...]
Dot = Callable[[str, Tensor], Tensor]


class Cell:
    """Base of all cells. The first state is always the output h."""

    variant: Variant
    matrices: tuple[str, ...] = ("W",)  # the input matrices, side by side in `project`
    biases: tuple[str, ...] = ("b",)  # their biases; the last matrices may have none

    def __init__(self, **options):
        self.options = options

    def project(self, p: Params, x: Tensor) -> Tensor:
        """All steps at once, x (T, B, D) -> a (T, B, K): what does not wait for the past."""
        W, b = join(p, self.matrices), join(p, self.biases)
        # a_t = x_t W + b
        b = F.pad(b, (0, W.shape[-1] - len(b)))
        return product(x.flatten(0, 1), W, b).unflatten(0, x.shape[:2])

    def step(self, p: Params, a: Tensor, s: States, dot: Dot) -> States:
        """One step: the new states, h first.

        `dot(name, v)` is v's product with the matrix p[name]; `dot("U.rz", v)` with the columns of
        U that belong to the blocks r and z.
        """
        raise NotImplementedError

    def part(self, p: Params, name: str) -> Tensor:
        """p[name]; of "U.rz" the neighbouring blocks r and z of p["U"]."""
        matrix, _, letters = name.partition(".")
        if not letters:
            return p[matrix]
        size = p[matrix].shape[-1] // len(self.variant.blocks)
        first = self.variant.blocks.index(letters[0])
        return p[matrix][..., first * size : (first + len(letters)) * size]

    def product(self, weight: Tensor, v: Tensor) -> Tensor:
        """What `dot` means. A convolution replaces it."""
        return product(v, weight)


class GatedCell(Cell):
    """The usual case: z = x W + h U + b for all blocks, then a rule that is pointwise in z."""

    def rule(self, p: Params, z: Tensor, s: States) -> States:
        """z (B, K) and old states -> new states."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        return self.rule(p, a + dot("U", s[0]), s)


def blocks(z: Tensor, n: int) -> tuple[Tensor, ...]:
    """z (B, n H) as its n blocks (B, H)."""
    return z.chunk(n, dim=1)


def join(p: Params, names: tuple[str, ...]) -> Tensor:
    """The arrays of those names side by side, along the last axis."""
    return p[names[0]] if len(names) == 1 else torch.cat([p[name] for name in names], dim=-1)
