"""The gated recurrent unit (Cho et al. 2014), with the reset after or before the product."""

import torch

from lstmbook.torch.cells.base import Cell, blocks
from lstmbook.torch.native import Native
from lstmbook.variants import VARIANTS


class GRUCell(Cell):
    variant = VARIANTS["GRU"]

    def step(self, p, a, s, dot):
        (h,) = s
        gates = 2 * h.shape[1]
        u = dot("U", h) + p["b_u"] if self.options["reset_after"] else dot("U.rz", h)
        # r_t, z_t = sigmoid(x_t W + h_{t-1} U + b)
        r, z = blocks(torch.sigmoid(a[:, :gates] + u[:, :gates]), 2)
        if self.options["reset_after"]:
            # n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_u))
            n = torch.tanh(a[:, gates:] + r * u[:, gates:])
        else:
            # n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)
            n = torch.tanh(a[:, gates:] + dot("U.n", r * h))
        # h_t = z_t * h_{t-1} + (1 - z_t) * n_t
        return (n + z * (h - n),)


class GRU(Native):
    """Gated recurrent unit; blocks r, z, n. See `Recurrent` for the arguments.

    Option `reset_after`: True (default; as in PyTorch and Keras) resets h U_n + b_u, False resets
    h itself, as in the paper.
    """

    Cell, function = GRUCell, staticmethod(torch.gru)
    cell_function = staticmethod(torch.gru_cell)

    def fits(self):
        return super().fits() and self.layout.options["reset_after"]
