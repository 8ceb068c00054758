"""What a cell is: one step. The framework's gradients go back through it.

Inside, arrays are batch first: a step sees z (B, 4H) and states (B, H), with space (B, 4H, width).
A cell is local in time. The loop over time, lengths, stacking and direction are in
`lstmbook.tensorflow.recurrent` and `lstmbook.tensorflow.time_loop`, once for all cells.
"""

from collections.abc import Callable, Mapping
from typing import Any

from keras import ops

from lstmbook.variants import Variant

Params = Mapping[str, Any]  # tensors: Keras names no type for them
States = tuple
Dot = Callable[[str, Any], Any]


class Cell:
    """Base of all cells. The first state is always the output h."""

    variant: Variant
    matrices: tuple[str, ...] = ("W",)  # the input matrices, side by side in `project`
    biases: tuple[str, ...] = ("b",)  # their biases; the last matrices may have none

    def __init__(self, **options):
        self.options = options

    def project(self, p: Params, x):
        """All steps at once, x (B, T, D) -> a (B, T, K): what does not wait for the past."""
        W, b = join(p, self.matrices), join(p, self.biases)
        # a_t = x_t W + b
        return ops.matmul(x, W) + ops.pad(b, [[0, W.shape[1] - b.shape[0]]])

    def step(self, p: Params, a, s: States, dot: Dot) -> States:
        """One step: the new states, h first.

        `dot(name, v)` is v's product with the matrix p[name]; `dot("U.rz", v)` with the columns of
        U that belong to the blocks r and z.
        """
        raise NotImplementedError

    def part(self, p: Params, name: str):
        """p[name]; of "U.rz" the neighbouring blocks r and z of p["U"]."""
        matrix, _, letters = name.partition(".")
        if not letters:
            return p[matrix]
        size = p[matrix].shape[-1] // len(self.variant.blocks)
        first = self.variant.blocks.index(letters[0])
        return p[matrix][..., first * size : (first + len(letters)) * size]

    def product(self, weight, v):
        """What `dot` means. A convolution replaces it."""
        return ops.matmul(v, weight)


class GatedCell(Cell):
    """The usual case: z = x W + h U + b for all blocks, then a rule that is pointwise in z."""

    def rule(self, p: Params, z, s: States) -> States:
        """z (B, K) and old states -> new states."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        return self.rule(p, a + dot("U", s[0]), s)


def blocks(z, n: int) -> list:
    """z (B, n H) as its n blocks (B, H)."""
    return ops.split(z, n, axis=1)


def join(p: Params, names: tuple[str, ...]):
    """The arrays of those names side by side, along the last axis."""
    return p[names[0]] if len(names) == 1 else ops.concatenate([p[n] for n in names], axis=-1)


def at_step(h, last):
    """h (B, T, ...) at step last (B,) -> (B, ...)."""
    here = ops.arange(h.shape[1]) == ops.cast(last, "int32")[:, None]
    here = ops.reshape(here, (-1, h.shape[1], *[1] * (len(h.shape) - 2)))
    # not by an index: its gradient inside a loop is one that XLA cannot compile
    return ops.sum(ops.where(here, h, 0), axis=1)
