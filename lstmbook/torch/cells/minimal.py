"""MinLSTM and MinGRU (Feng et al. 2024): no gate sees h, so all steps can be taken at once.

Both are h_t = keep_t * h_{t-1} + write_t, with keep and write from x_t alone.
"""

import torch
import torch.nn.functional as F

from lstmbook.torch.cells.base import Cell
from lstmbook.torch.recurrent import Recurrent
from lstmbook.variants import VARIANTS


def candidate(u: torch.Tensor) -> torch.Tensor:
    """g(u) = u + 1/2 for u >= 0, else sigmoid(u): always above 0, no jump at 0."""
    return torch.where(u >= 0, u + 0.5, torch.sigmoid(u))


class MinimalCell(Cell):
    """What both share. `gates` works on one step or on all of them."""

    def gates(self, a):
        """From a_t: keep, write."""
        raise NotImplementedError

    def step(self, p, a, s, dot):
        keep, write = self.gates(a)
        # h_t = keep_t * h_{t-1} + write_t
        return (keep * s[0] + write,)

    def parallel(self, p, a, s, last):
        """All steps: a (T, B, K) -> h (T, B, H), the states after step last (B,)."""
        keep, write = self.gates(a)
        first = (keep[0] * s[0] + write[0])[None]
        h = scan(keep, torch.cat([first, write[1:]]))
        return h, (h[last, torch.arange(len(last), device=h.device)],)


def scan(keep: torch.Tensor, write: torch.Tensor) -> torch.Tensor:
    """h_t = keep_t * h_{t-1} + write_t for all t, h_{-1} = 0, in log2(T) rounds.

    Two steps in a row are one step of the same form: first (a, b), then (a', b'), is
    (a a', a' b + b'). Each round joins every step with the one `reach` before it.

    >>> scan(torch.tensor([1.0, 0.5, 1.0]), torch.tensor([4.0, 1.0, 2.0]))
    tensor([4., 3., 5.])
    """
    reach = 1
    while reach < len(keep):
        joined = keep[reach:] * write[:-reach] + write[reach:]
        write = torch.cat([write[:reach], joined])
        keep = torch.cat([keep[:reach], keep[reach:] * keep[:-reach]])
        reach *= 2
    return write


class MinGRUCell(MinimalCell):
    variant = VARIANTS["MinGRU"]

    def gates(self, a):
        z, n = a.chunk(2, dim=-1)
        # z_t = sigmoid(x_t W_z + b_z), n_t = g(x_t W_n + b_n)
        z, n = torch.sigmoid(z), candidate(n)
        # h_t = (1 - z_t) * h_{t-1} + z_t * n_t
        return 1 - z, z * n


class MinLSTMCell(MinimalCell):
    variant = VARIANTS["MinLSTM"]

    def gates(self, a):
        i, f, g = a.chunk(3, dim=-1)
        # f_t / (f_t + i_t) = sigmoid(log f_t - log i_t), which stands when both are 0 in floats
        keep = torch.sigmoid(F.logsigmoid(f) - F.logsigmoid(i))
        # h_t = f_t / (f_t + i_t) * h_{t-1} + i_t / (f_t + i_t) * g_t
        return keep, (1 - keep) * candidate(g)


class MinGRU(Recurrent):
    """Minimal GRU; blocks z, n. All steps at once; with `form="steps"` one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinGRUCell


class MinLSTM(Recurrent):
    """Minimal LSTM; blocks i, f, g. All steps at once; with `form="steps"` one by one.

    See `Recurrent` for the arguments.
    """

    Cell = MinLSTMCell
