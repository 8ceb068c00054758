"""What a cell is: one step forward, and the same step backward.

Inside the NumPy layers arrays are feature-major: features first, then the batch (then space), so
that the block of one gate is one piece of memory. A step sees z of shape (4H, B), states (H, B).
A cell is local in time. The loop over time, the weight gradients, lengths, stacking and direction
are in `lstmbook.numpy.recurrent`, once for all cells.

A cell writes

- `step` and `step_backward`, or as a `GatedCell` `rule` and `rule_backward`;
- `project` and `project_backward`, where they are not x W + b;
- `product`, `product_T` and `product_grad`, where what `dot` means is no matrix product;
- where its variant says `parallel=True`, because no gate sees h, also all steps at once:

      parallel(p, a, s, last) -> y (T, H, B), states after step last (B,), cache
      parallel_backward(p, cache, dy, ds, grads) -> da (T, K, B), ds of the start

  with a as `project` gives it. `cache` may be anything; y at steps after `last` does not count.

What a step keeps for its way back is a dict, read by name: a subclass may add to it. Its keys of
one letter are the letters of the variant's equations, and `lstmbook.trace` records them; helpers
such as `c_prev` have longer names. In TensorFlow there is `prepare` too, for what is the same at
every step; here it would be done in `project`, or once in a `Pass` of `lstmbook.numpy.fast`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

import numpy as np

from lstmbook.variants import Variant

PIECE = 2**18  # numbers of both operands in a piece of `outer`

Params = Mapping[str, np.ndarray]
States = tuple[np.ndarray, ...]
Dot = Callable[[str, np.ndarray], np.ndarray]


class Cell:
    """Base of all cells. The first state is always the output h."""

    variant: Variant
    matrices: tuple[str, ...] = ("W",)  # the input matrices, side by side in `project`
    biases: tuple[str, ...] = ("b",)  # their biases; the last matrices may have none

    def __init__(self, **options):
        self.options = options

    def project(self, p: Params, x: np.ndarray) -> np.ndarray:
        """All steps at once, x (T, D, B) -> a (T, K, B): what does not wait for the past."""
        # a_t = x_t W + b
        a = join(p, self.matrices).T @ x
        b = join(p, self.biases)
        a[:, : len(b)] += b[:, None]
        return a

    def project_backward(self, p: Params, x: np.ndarray, da: np.ndarray, grads: dict):
        """Fill the gradients of `project`'s parameters; return dx (T, D, B)."""
        add_parts(grads, self.matrices, outer(x, da))
        add_parts(grads, self.biases, da.sum(axis=(0, 2)))
        return all_steps(join(p, self.matrices), da)

    def step(self, p: Params, a: np.ndarray, s: States, dot: Dot) -> tuple[States, dict]:
        """One step. `dot(name, v)` is v's product with the matrix p[name]; `dot("U.rz", v)` with
        the columns of U that belong to the blocks r and z.

        Returns the new states, h first, and what the step backward needs, by name.
        """
        raise NotImplementedError

    def step_backward(self, p: Params, cache: dict, ds: States, dot_T: Dot, grads: dict):
        """The same step backward: ds of the new states -> da, ds of the old states.

        `dot_T(name, dz)` is the product with the transpose; it also books the weight gradient.
        """
        raise NotImplementedError

    def part(self, weights: Params, name: str) -> np.ndarray:
        """View of weights[name]; of "U.rz" the neighbouring blocks r and z of weights["U"]."""
        matrix, _, letters = name.partition(".")
        weight = weights[matrix]
        if not letters:
            return weight
        size = weight.shape[-1] // len(self.variant.blocks)
        first = self.variant.blocks.index(letters[0])
        return weight[..., first * size : (first + len(letters)) * size]

    # What `dot` means. A convolution replaces these three.

    def product(self, weight: np.ndarray, v: np.ndarray) -> np.ndarray:
        return weight.T @ v

    def product_T(self, weight: np.ndarray, dz: np.ndarray) -> np.ndarray:
        return weight @ dz

    def product_grad(self, weight: np.ndarray, v: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Sum over all steps of v_t dz_t^T; v (T, F, B), dz (T, K, B)."""
        return outer(v, dz)


class GatedCell(Cell):
    """The usual case: z = x W + h U + b for all blocks, then a rule that is pointwise in z.

    A subclass writes `rule` and, right under it, `rule_backward`. Because z is one product of
    [x; h; 1] with all weights, the loop can compute it faster than `step` does.
    """

    fast: type | None = None  # a `Pass` written for this cell alone, see `lstmbook.numpy.fast`

    def rule(self, p: Params, z: np.ndarray, s: States) -> tuple[States, dict]:
        """z (K, B), which may be overwritten, and old states -> new states (new arrays), cache."""
        raise NotImplementedError

    def rule_backward(self, p: Params, cache: dict, ds: States, dz: np.ndarray, grads: dict):
        """Write dz (K, B); return ds of the old states, without the path of h through z."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        return self.rule(p, a + dot("U", s[0]), s)

    def step_backward(self, p, cache, ds, dot_T, grads):
        dz = np.empty((p["b"].size, *ds[0].shape[1:]), ds[0].dtype)
        dh, *others = self.rule_backward(p, cache, ds, dz, grads)
        return dz, (dh + dot_T("U", dz), *others)


def blocks(z: np.ndarray, n: int) -> np.ndarray:
    """View of z (n H, B) as its n blocks (n, H, B)."""
    return z.reshape(n, -1, *z.shape[1:])


def over_batch(dz: np.ndarray, v: np.ndarray) -> np.ndarray:
    """dz * v, both (F, B), summed over the batch: the gradient of one weight a feature."""
    return np.einsum("fb,fb->f", dz, v)


def outer(v: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """One product for all steps: v (T, F, B), dz (T, K, B) -> sum_t v_t dz_t^T (F, K)."""
    steps, size = len(v), PIECE // (v[0].size + dz[0].size) + 1
    if size >= steps or (lies_flat(v) and lies_flat(dz)):
        return flat(v) @ flat(dz).T
    # in pieces, so that the copies that `flat` makes stay in the cache
    pieces = (slice(t, t + size) for t in range(0, steps, size))
    return added(flat(v[piece]) @ flat(dz[piece]).T for piece in pieces)


def added(arrays: Iterable[np.ndarray]) -> np.ndarray:
    """The sum of one or more arrays."""
    return reduce(np.add, arrays)


def lies_flat(v: np.ndarray) -> bool:
    """Whether `flat` needs no copy."""
    return v.swapaxes(0, 1).flags.c_contiguous


def all_steps(weight: np.ndarray, v: np.ndarray) -> np.ndarray:
    """One product for all steps: weight (K, F), v (T, F, B) -> (T, K, B)."""
    steps, _, batch = v.shape
    return (weight @ flat(v)).reshape(-1, steps, batch).swapaxes(0, 1)


def flat(v: np.ndarray) -> np.ndarray:
    """v (T, F, B) as a matrix (F, T B)."""
    return v.swapaxes(0, 1).reshape(v.shape[1], -1)


def join(weights: Params, names: tuple[str, ...]) -> np.ndarray:
    """The arrays of those names side by side, along the last axis."""
    if len(names) == 1:
        return weights[names[0]]
    return np.concatenate([weights[name] for name in names], axis=-1)


def add_parts(grads: dict, names: tuple[str, ...], joined: np.ndarray) -> None:
    """The reverse of `join` for gradients: add to each name its columns of `joined`."""
    start = 0
    for name in names:
        end = start + grads[name].shape[-1]
        grads[name] += joined[..., start:end]
        start = end
