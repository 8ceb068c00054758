"""RNN and LSTM at the speed of a fused kernel, as far as NumPy goes; `fused_more` has two others.

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
from lstmbook.numpy.passes import Pass

CHUNK = 2**16  # numbers in the gates of a chunk: what a cache holds
COLUMNS = 512  # but at least so many columns in the product for the weight gradients


class Fused(Pass):
    """One layer in one direction, without zoneout and recurrent dropout. See the module's text."""

    blocks: int  # of z

    @staticmethod
    def fits(cell, structure) -> bool:
        # a subclass with a rule of its own is another cell
        own = "fused" in vars(type(cell))
        return own and not structure.recurrent_dropout and not structure.zoneout

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


class FusedRNN(Fused):
    blocks = 1

    def forward_steps(self):
        z = self.scratch("z")
        for column, h_prev, h, past in zip(self.S[:-1], self.h[:-1], self.h[1:], self.past_rows):
            np.matmul(self.M, column, out=z)
            np.tanh(z, out=h)
            if past is not None:
                np.copyto(h, h_prev, where=past)

    def factors(self, part, dZ):
        # 1 - h_t^2
        h = self.h[part.start + 1 : part.stop + 1]
        np.multiply(h, h, out=dZ)
        np.subtract(1, dZ, out=dZ)
        if self.past is not None:
            np.copyto(dZ, 0, where=self.past[part, None])

    def backward_steps(self, part, dy, dZ, dS, ds):
        last = dh = ds[0]
        per_step = zip(dy[::-1], dZ[::-1], dS[::-1], self.past_rows[part][::-1])
        for dy_t, dz, d, past in per_step:
            np.add(last, dy_t, out=dh)
            dz *= dh
            np.matmul(self.MT, dz, out=d)
            last = d[self.inputs :]
            if past is not None:  # past its length the state passes through
                last += dh * past
        dh[...] = last


class FusedLSTM(Fused):
    blocks = 4

    def ordered(self, weights, out):
        """i, f, g, o -> o, i, f, g, the sigmoids halved."""
        H = self.hidden
        out[:H], out[H:] = weights[3 * H :], weights[: 3 * H]
        out[: 3 * H] *= 0.5
        return out

    def turned(self, out):
        out = super().turned(out)
        out[:, : 3 * self.hidden] *= 2
        return out

    def begin(self, x, s):
        super().begin(x, s)
        H = self.hidden
        self.Z = self.buffer("Z", (self.rows + 1, 5 * H, self.batch))  # o, i, f, g, c_{t-1}
        self.tanh_c = self.buffer("tanh_c", (self.rows, H, self.batch))
        self.c = self.Z[:, 4 * H :]
        self.c[0] = s[1]

    def others(self):
        return (self.c[self.rows if self.training else 0].copy(),)

    def views(self):
        """What the forward loop reads and writes, step by step."""
        H, Z = self.hidden, self.Z
        views = (Z[:, : 4 * H], Z[:, : 3 * H], Z[:, H : 3 * H], Z[:, 3 * H :], Z[:, :H])
        if self.training:
            per_step = zip(*(view[:-1] for view in views), self.c[1:], self.tanh_c)
        else:
            same = (*(view[0] for view in views), self.c[0], self.tanh_c[0])
            per_step = (same for _ in range(self.steps))
        return zip(self.S[:-1], self.h[:-1], self.h[1:], self.past_rows, per_step)

    def forward_steps(self):
        both = self.scratch("both", 2)
        written, kept = both[: self.hidden], both[self.hidden :]
        M, matmul, tanh, multiply, add = self.M, np.matmul, np.tanh, np.multiply, np.add
        for column, h_prev, h, past, (z, oif, i_f, g_c, o, c, tanh_c) in self.views():
            matmul(M, column, out=z)
            tanh(z, out=z)
            oif *= 0.5
            oif += 0.5
            if past is not None:
                shut(oif, past)
            # c_t = i_t * g_t + f_t * c_{t-1}
            multiply(i_f, g_c, out=both)
            add(written, kept, out=c)
            # h_t = o_t * tanh(c_t)
            tanh(c, out=tanh_c)
            multiply(o, tanh_c, out=h)
            if past is not None:
                np.copyto(h, h_prev, where=past)

    def factors(self, part, dZ):
        H, Z, tanh_c = self.hidden, self.Z[part], self.tanh_c[part]
        o, i, g = Z[:, :H], Z[:, H : 2 * H], Z[:, 3 * H : 4 * H]
        # o (1 - o) tanh(c), i (1 - i) g, f (1 - f) c_{t-1}
        sigmoids, d = Z[:, : 3 * H], dZ[:, : 3 * H]
        np.multiply(sigmoids, sigmoids, out=d)
        np.subtract(sigmoids, d, out=d)
        d[:, :H] *= tanh_c
        d[:, H:] *= Z[:, 3 * H :]
        # (1 - g^2) i
        d = dZ[:, 3 * H :]
        np.multiply(g, g, out=d)
        np.subtract(1, d, out=d)
        d *= i
        # (1 - tanh(c)^2) o, from dh_t to dc_t: in the place of tanh(c)
        tanh_c *= tanh_c
        np.subtract(1, tanh_c, out=tanh_c)
        tanh_c *= o

    def views_back(self, part, dy, dZ, dS):
        """What the backward loop reads and writes, last step first."""
        H, factors = self.hidden, dZ.reshape(len(dZ), 4, -1)
        f = self.Z[part, 2 * H : 3 * H]
        views = dy, self.tanh_c[part], dZ[:, :H], factors[:, 1:], f, dZ, dS, self.past_rows[part]
        return zip(*(view[::-1] for view in views))

    def backward_steps(self, part, dy, dZ, dS, ds):
        last, D, through = ds[0], self.inputs, self.scratch("through")
        dh, dc = ds
        dc_row, MT, matmul, multiply, add = dc.reshape(-1), self.MT, np.matmul, np.multiply, np.add
        for dy_t, from_h, do, difg, f, dz, d, past in self.views_back(part, dy, dZ, dS):
            add(last, dy_t, out=dh)
            # dc_t += dh_t * o_t (1 - tanh(c_t)^2)
            multiply(dh, from_h, out=through)
            add(dc, through, out=dc)
            do *= dh
            difg *= dc_row
            # dc_{t-1} = dc_t * f_t
            multiply(dc, f, out=dc)
            matmul(MT, dz, out=d)
            last = d[D:]
            if past is not None:  # past its length the state passes through
                last += dh * past
        dh[...] = last

    def finish(self, grads):
        self.dM = np.roll(self.dM, -self.hidden, axis=0)  # o, i, f, g -> i, f, g, o
        super().finish(grads)


def shut(oif, past):
    """Past its length a sequence's gates are o = i = 0, f = 1: then c stays, and dz is 0."""
    o, i, f = oif.reshape(3, -1, oif.shape[1])
    for gate, value in ((o, 0), (i, 0), (f, 1)):
        np.copyto(gate, value, where=past)
