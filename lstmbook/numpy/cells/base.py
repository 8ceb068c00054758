"""What a cell is: one step forward, and the same step backward.

Inside the NumPy layers arrays are feature-major: features first, then the batch (then space), so
that the block of one gate is one piece of memory. A step sees z of shape (4H, B), states (H, B).
A cell is local in time. The loop over time, the weight gradients, lengths, stacking and direction
are in `lstmbook.numpy.recurrent`, once for all cells.
"""

from collections.abc import Callable, Mapping

import numpy as np

from lstmbook.variants import Variant

Params = Mapping[str, np.ndarray]
States = tuple[np.ndarray, ...]
Dot = Callable[[str, np.ndarray], np.ndarray]


class Cell:
    """Base of all cells. The first state is always the output h."""

    variant: Variant

    def __init__(self, **options):
        self.options = options

    def project(self, p: Params, x: np.ndarray) -> np.ndarray:
        """All steps at once, x (T, D, B) -> a (T, K, B): what does not wait for the past."""
        # a_t = x_t W + b
        return p["W"].T @ x + p["b"][:, None]

    def project_backward(self, p: Params, x: np.ndarray, da: np.ndarray, grads: dict):
        """Fill the gradients of `project`'s parameters; return dx (T, D, B)."""
        grads["W"] += outer(x, da)
        grads["b"] += da.sum(axis=(0, 2))
        return p["W"] @ da

    def step(self, p: Params, a: np.ndarray, s: States, dot: Dot) -> tuple[States, dict]:
        """One step. `dot(name, v)` is v's product with the matrix p[name].

        Returns the new states, h first, and what the step backward needs, by name.
        """
        raise NotImplementedError

    def step_backward(self, p: Params, cache: dict, ds: States, dot_T: Dot, grads: dict):
        """The same step backward: ds of the new states -> da, ds of the old states.

        `dot_T(name, dz)` is the product with the transpose; it also books the weight gradient.
        """
        raise NotImplementedError

    # What `dot` means. A convolution replaces these three.

    def product(self, weight: np.ndarray, v: np.ndarray) -> np.ndarray:
        return weight.T @ v

    def product_T(self, weight: np.ndarray, dz: np.ndarray) -> np.ndarray:  # noqa: N802
        return weight @ dz

    def product_grad(self, weight: np.ndarray, v: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Sum over all steps of v_t dz_t^T; v (T, F, B), dz (T, K, B)."""
        return outer(v, dz)


class GatedCell(Cell):
    """The usual case: z = x W + h U + b for all blocks, then a rule that is pointwise in z.

    A subclass writes `rule` and, right under it, `rule_backward`. Because z is one product of
    [x; h; 1] with all weights, the loop can compute it faster than `step` does.
    """

    def rule(self, p: Params, z: np.ndarray, s: States) -> tuple[States, dict]:
        """z (K, B), which may be overwritten, and old states -> new states (new arrays), cache."""
        raise NotImplementedError

    def rule_backward(self, p: Params, cache: dict, ds: States, dz: np.ndarray, grads: dict):
        """Write dz (K, B); return ds of the old states, without the path of h through z."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        return self.rule(p, a + dot("U", s[0]), s)

    def step_backward(self, p, cache, ds, dot_T, grads):  # noqa: N803
        dz = np.empty((p["b"].size, *ds[0].shape[1:]), ds[0].dtype)
        dh, *others = self.rule_backward(p, cache, ds, dz, grads)
        return dz, (dh + dot_T("U", dz), *others)


def blocks(z: np.ndarray, n: int) -> np.ndarray:
    """View of z (n H, B) as its n blocks (n, H, B)."""
    return z.reshape(n, -1, *z.shape[1:])


def outer(v: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """One product for all steps: v (T, F, B), dz (T, K, B) -> sum_t v_t dz_t^T (F, K)."""
    rows = v.swapaxes(0, 1).reshape(v.shape[1], -1)
    columns = dz.swapaxes(0, 1).reshape(dz.shape[1], -1)
    return rows @ columns.T
