"""What the fast forms of the RNN, the LSTM, the peephole LSTM and the GRU share.

The same equations as `rule` and `rule_backward` of their cells, to which tests hold them. What
makes it fast, in the order of what it brings:

- x_t, h_{t-1} and 1 stand in one column S_t, so that z_t = M S_t is one product, and every result
  is written where the next step needs it: h_t into S_{t+1}, c_t beside the gates of t + 1.
- LSTM: the blocks stand in the order o, i, f, g and then c_{t-1}. The three sigmoids are
  neighbours, and so are the two factors of both terms of c_t = i_t g_t + f_t c_{t-1}.
- The rows of the sigmoids are halved: sigmoid(z) = (1 + tanh(z / 2)) / 2, so that one call of tanh
  serves all gates.
- Backward goes in chunks of steps. What does not wait for later steps, such as i (1 - i) g, is
  computed for a whole chunk at once, and the weight gradients are one product a chunk.
- Buffers stay with the layer between calls.
"""

import numpy as np

from lstmbook.numpy.cells.base import flat
from lstmbook.numpy.time_loop import Pass

CHUNK = 2**16  # numbers in the gates of a chunk: what a cache holds
COLUMNS = 512  # but at least so many columns in the product for the weight gradients


class Fast(Pass):
    """One layer in one direction, without zoneout and recurrent dropout. See the module's text."""

    blocks: int  # of z

    @staticmethod
    def fits(cell, layout) -> bool:
        # a subclass with a rule of its own is another cell
        own = "fast" in vars(type(cell))
        return own and not layout.recurrent_dropout and not layout.zoneout

    def forward(self, x, s):
        """x (T, D, B), states -> y (T, H, B), which may be a view of a buffer; the last states."""
        if self.unit.reverse:
            x = self.flip(x)
        self.steps, self.inputs, self.batch = x.shape
        self.hidden = len(s[0])
        self.rows = self.steps if self.training else 1  # inference overwrites one row
        self.past, self.past_rows = None, [None] * self.steps
        if self.lengths is not None:
            self.past = np.arange(self.steps)[:, None] >= self.lengths
            self.past_rows = [row if row.any() else None for row in self.past]
        self.begin(x, s)
        self.forward_steps()
        h = self.h[1:]
        y = h if self.past is None else np.where(self.past[:, None], 0, h)
        return (self.flip(y) if self.unit.reverse else y), (h[-1].copy(), *self.others())

    def begin(self, x, s):
        """The columns S_t = [x_t; h_{t-1}; 1] and the matrix M."""
        self.S = self.buffer("S", (self.steps + 1, self.inputs + self.hidden + 1, self.batch))
        self.h = self.S[:, self.inputs : -1]
        self.S[:-1, : self.inputs], self.S[:, -1], self.h[0] = x, 1, s[0]
        p = self.p
        weights = np.concatenate([p["W"], p["U"], p["b"][None]]).T
        self.M = self.ordered(weights, self.buffer("M", weights.shape))

    def ordered(self, weights, out):
        """The rows of all blocks as the forward loop wants them, written to `out`."""
        out[...] = weights
        return out

    def turned(self, out):
        """M^T without the bias, in its order but not halved, written to `out`."""
        out[...] = self.M.T[:-1]
        return out

    def forward_steps(self):
        raise NotImplementedError

    def others(self) -> tuple:
        """The last states beside h, as new arrays."""
        return ()

    def backward(self, dy, ds, grads):
        """dy (T, H, B), ds of the last states -> dx (T, D, B), ds of the first; adds to grads."""
        if self.unit.reverse:
            dy = self.flip(dy)
        if self.past is not None:
            dy = np.where(self.past[:, None], 0, dy)
        ds = [np.array(d) for d in ds]
        dx = np.empty((self.steps, self.inputs, self.batch), dy.dtype)
        self.begin_backward()
        width = self.blocks * self.hidden
        size = max(CHUNK // (width * self.batch), COLUMNS // self.batch, 1)
        for end in range(self.steps, 0, -size):
            part = slice(max(0, end - size), end)
            dZ = self.buffer("dZ", (end - part.start, width, self.batch))
            self.factors(part, dZ)
            dS = self.buffer("dS", (len(dZ), self.inputs + self.hidden, self.batch))
            self.backward_steps(part, dy[part], dZ, dS, ds)
            self.chunk_grads(part, dZ, grads)
            dx[part] = dS[:, : self.inputs]
        self.finish(grads)
        return (self.flip(dx) if self.unit.reverse else dx), tuple(ds)

    def begin_backward(self):
        self.MT = self.turned(self.buffer("MT", self.M.T[:-1].shape))
        self.dM = np.zeros_like(self.M)

    def factors(self, part, dZ):
        """Write what dh_t or dc_t is multiplied with to give dz_t."""
        raise NotImplementedError

    def backward_steps(self, part, dy, dZ, dS, ds):
        """Turn the factors in dZ into dz_t, last step first; write dS_t, change ds in place."""
        raise NotImplementedError

    def chunk_grads(self, part, dZ, grads):
        self.dM += flat(dZ) @ flat(self.S[part]).T

    def finish(self, grads):
        D = self.inputs
        for name, rows in (("W", self.dM.T[:D]), ("U", self.dM.T[D:-1]), ("b", self.dM.T[-1])):
            grads[name] += rows

    def scratch(self, name, blocks=1):
        """A buffer for one step."""
        return self.buffer(name, (blocks * self.hidden, self.batch))
