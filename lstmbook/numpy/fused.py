"""The LSTM and the peephole LSTM at the speed of a fused kernel, as far as NumPy goes.

The same equations as `rule` and `rule_backward` of their cells, to which tests hold them. What
makes it fast, in the order of what it brings:

- x_t, h_{t-1} and 1 stand in one column S_t, so that z_t = M S_t is one product, and every result
  is written where the next step needs it: h_t into S_{t+1}, c_t beside the gates of t + 1.
- The blocks stand in the order o, i, f, g and then c_{t-1}: the three sigmoids are neighbours, and
  so are the two factors of both terms of c_t = i_t g_t + f_t c_{t-1}.
- The rows of the sigmoid blocks are halved: sigmoid(z) = (1 + tanh(z / 2)) / 2, so that one call
  of tanh serves all gates.
- Backward goes in chunks of steps. What does not wait for later steps, such as i (1 - i) g, is
  computed for a whole chunk at once, and the weight gradients are one product a chunk.
- Buffers stay with the layer between calls.
"""

import numpy as np

from lstmbook.numpy.cells.base import flat
from lstmbook.numpy.passes import Pass

CHUNK = 2**18  # numbers in the gates of a chunk: about what a cache holds
COLUMNS = 512  # but at least so many columns in the product for the weight gradients


class FusedLSTM(Pass):
    """One layer in one direction, without zoneout and recurrent dropout. See the module's text."""

    @staticmethod
    def fits(cell, structure) -> bool:
        # a subclass with a rule of its own is another cell
        own = "fused" in vars(type(cell))
        return own and not structure.recurrent_dropout and not structure.zoneout

    def forward(self, x, s):
        """x (T, D, B), states (h, c) -> y (T, H, B), a view of a buffer, and the last states."""
        if self.unit.reverse:
            x = self.flip(x)
        self.steps, self.inputs, self.batch = x.shape
        H = self.hidden = len(s[0])
        kept = self.steps if self.training else 1
        self.M = self.weights()
        self.S = self.buffer("S", (self.steps + 1, self.inputs + H + 1, self.batch))
        self.h = self.S[:, self.inputs : -1]
        self.Z = self.buffer("Z", (kept + 1, 5 * H, self.batch))  # o, i, f, g, c_{t-1}
        self.tanh_c = self.buffer("tanh_c", (kept, H, self.batch))
        self.S[:-1, : self.inputs], self.S[:, -1] = x, 1
        self.h[0], self.Z[0, 4 * H :] = s
        self.past, self.past_rows = None, [None] * self.steps
        if self.lengths is not None:
            self.past = np.arange(self.steps)[:, None] >= self.lengths
            self.past_rows = [row if row.any() else None for row in self.past]
        self.forward_steps()
        end = self.h[-1].copy(), self.Z[kept if self.training else 0, 4 * H :].copy()
        y = self.h[1:] if self.past is None else np.where(self.past[:, None], 0, self.h[1:])
        return (self.flip(y) if self.unit.reverse else y), end

    def weights(self):
        """M (4H, D + H + 1): blocks o, i, f, g, the rows of the sigmoids halved."""
        H, p = self.hidden, self.p
        ifgo = np.concatenate([p["W"], p["U"], p["b"][None]]).T
        M = self.buffer("M", ifgo.shape)
        M[:H], M[H:] = ifgo[3 * H :], ifgo[: 3 * H]
        M[: 3 * H] *= 0.5
        return M

    def rows(self):
        """Per step: what the forward loop reads and writes, as views."""
        H, Z = self.hidden, self.Z
        views = (Z[:, : 4 * H], Z[:, : 3 * H], Z[:, H : 3 * H], Z[:, 3 * H :], Z[:, :H])
        if self.training:
            per_step = zip(*(v[:-1] for v in views), Z[1:, 4 * H :], self.tanh_c)
        else:  # one row serves all steps
            same = (*(v[0] for v in views), Z[0, 4 * H :], self.tanh_c[0])
            per_step = (same for _ in range(self.steps))
        return zip(self.S[:-1], self.h[:-1], self.h[1:], self.past_rows, per_step)

    def forward_steps(self):
        both = self.buffer("both", (2 * self.hidden, self.batch))
        written, kept = both[: self.hidden], both[self.hidden :]
        M, matmul, tanh, multiply, add = self.M, np.matmul, np.tanh, np.multiply, np.add
        for column, h_prev, h, past, (z, oif, i_f, g_c, o, c, tanh_c) in self.rows():
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

    def backward(self, dy, ds, grads):
        """dy (T, H, B), ds of the last states -> dx (T, D, B), ds of the first; adds to grads."""
        if self.unit.reverse:
            dy = self.flip(dy)
        H, B, D = self.hidden, self.batch, self.inputs
        dh, dc = (d.copy() for d in ds)
        MT = self.buffer("MT", self.M.T[:-1].shape)
        MT[...] = self.M.T[:-1]
        MT[:, : 3 * H] *= 2
        dM = np.zeros_like(self.M)  # noqa: N806 - the letter of the text
        dx = np.empty((B, self.steps, D), self.M.dtype).transpose(1, 2, 0)
        size = max(CHUNK // (4 * H * B), COLUMNS // B, 1)
        for end in range(self.steps, 0, -size):
            part = slice(max(0, end - size), end)
            count = part.stop - part.start
            dZ = self.buffer("dZ", (count, 4 * H, B))
            dS = self.buffer("dS", (count, D + H, B))
            dY = self.buffer("dY", (count, H, B))
            dY[...] = dy[part]
            if self.past is not None:
                np.copyto(dY, 0, where=self.past[part, None])
            self.factors(dZ, self.Z[part], self.tanh_c[part])
            dh = self.backward_steps(part, MT, dY, dZ, dS, dh, dc).copy()
            self.chunk_grads(part, dZ, grads)
            dM += flat(dZ) @ flat(self.S[part]).T
            dx[part] = dS[:, :D]
        ifgo = np.roll(dM, -H, axis=0).T
        for name, rows in (("W", ifgo[:D]), ("U", ifgo[D:-1]), ("b", ifgo[-1])):
            grads[name] += rows
        return (self.flip(dx) if self.unit.reverse else dx), (dh, dc)

    def factors(self, dZ, Z, tanh_c):
        """What dh_t and dc_t are multiplied with to give dz_t and dc_t; tanh_c is overwritten."""
        H = self.hidden
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
        # (1 - tanh(c)^2) o, from dh_t to dc_t
        tanh_c *= tanh_c
        np.subtract(1, tanh_c, out=tanh_c)
        tanh_c *= o

    def rows_back(self, part, dY, dZ, dS):
        """What the backward loop reads and writes, last step first."""
        H, factors = self.hidden, dZ.reshape(len(dZ), 4, -1)
        f = self.Z[part, 2 * H : 3 * H]
        views = dY, self.tanh_c[part], dZ[:, :H], factors[:, 1:], f, dZ, dS, self.past_rows[part]
        return (view[::-1] for view in views)

    def backward_steps(self, part, MT, dY, dZ, dS, dh, dc):
        """Multiply the factors in dZ by dh_t and dc_t, step by step; dc is changed in place."""
        D = self.inputs
        new, through = self.buffer("dh", dc.shape), self.buffer("through", dc.shape)
        per_step = zip(*self.rows_back(part, dY, dZ, dS))
        dc_row, matmul, multiply, add = dc.reshape(-1), np.matmul, np.multiply, np.add
        for dy, from_h, do, difg, f, dz, ds, past in per_step:
            add(dh, dy, out=new)
            # dc_t += dh_t * o_t (1 - tanh(c_t)^2)
            multiply(new, from_h, out=through)
            add(dc, through, out=dc)
            do *= new
            difg *= dc_row
            # dc_{t-1} = dc_t * f_t
            multiply(dc, f, out=dc)
            matmul(MT, dz, out=ds)
            dh = ds[D:]
            if past is not None:  # past its length the state passes through
                dh += new * past
        return dh

    def chunk_grads(self, part, dZ, grads):
        """Gradients of further parameters from the dz of a chunk."""


def shut(oif, past):
    """Past its length a sequence's gates are o = i = 0, f = 1: then c stays, and dz is 0."""
    o, i, f = oif.reshape(3, -1, oif.shape[1])
    for gate, value in ((o, 0), (i, 0), (f, 1)):
        np.copyto(gate, value, where=past)


class FusedPeephole(FusedLSTM):
    """The same with peepholes: i and f see c_{t-1}, o sees c_t."""

    def forward_steps(self):
        H, B = self.hidden, self.batch
        both = self.buffer("both", (2 * H, B))
        written, kept = both[:H], both[H:]
        # halved as the rows of M; spread over the batch: plain products are faster than broadcast
        p_if = self.spread("p_if", [self.p["p_i"], self.p["p_f"]]) * 0.5
        p_o = self.spread("p_o", [self.p["p_o"]])[0] * 0.5
        M, matmul, tanh, multiply, add = self.M, np.matmul, np.tanh, np.multiply, np.add
        for column, h_prev, h, past, (z, oif, i_f, g_c, o, c, tanh_c) in self.rows():
            matmul(M, column, out=z)
            # i_t, f_t = sigmoid(z + p * c_{t-1})
            multiply(p_if, g_c[H:], out=both.reshape(2, H, B))
            i_f += both
            tanh(z[H:], out=z[H:])
            i_f *= 0.5
            i_f += 0.5
            if past is not None:
                shut(oif, past)
            # c_t = i_t * g_t + f_t * c_{t-1}
            multiply(i_f, g_c, out=both)
            add(written, kept, out=c)
            # o_t = sigmoid(z + p_o * c_t)
            multiply(p_o, c, out=written)
            o += written
            tanh(o, out=o)
            o *= 0.5
            o += 0.5
            # h_t = o_t * tanh(c_t)
            tanh(c, out=tanh_c)
            multiply(o, tanh_c, out=h)
            if past is not None:
                np.copyto(o, 0, where=past)
                np.copyto(h, h_prev, where=past)

    def backward_steps(self, part, MT, dY, dZ, dS, dh, dc):
        H, B, D = self.hidden, self.batch, self.inputs
        new, through = self.buffer("dh", dc.shape), self.buffer("through", dc.shape)
        both = self.buffer("both", (2, H, B))
        p_if = self.spread("p_if", [self.p["p_i"], self.p["p_f"]])
        p_o = self.spread("p_o", [self.p["p_o"]])[0]
        per_step = zip(*self.rows_back(part, dY, dZ, dS))
        dc_row, matmul, multiply, add = dc.reshape(-1), np.matmul, np.multiply, np.add
        for dy, from_h, do, difg, f, dz, ds, past in per_step:
            add(dh, dy, out=new)
            do *= new
            # dc_t += dh_t * o_t (1 - tanh(c_t)^2) + do_t * p_o
            multiply(new, from_h, out=through)
            add(dc, through, out=dc)
            multiply(p_o, do, out=through)
            add(dc, through, out=dc)
            difg *= dc_row
            # dc_{t-1} = dc_t * f_t + di_t * p_i + df_t * p_f
            multiply(dc, f, out=dc)
            multiply(p_if, dz[H : 3 * H].reshape(2, H, B), out=both)
            add(dc, both[0], out=dc)
            add(dc, both[1], out=dc)
            matmul(MT, dz, out=ds)
            dh = ds[D:]
            if past is not None:
                dh += new * past
        return dh

    def chunk_grads(self, part, dZ, grads):
        H = self.hidden
        c_prev = self.Z[part, 4 * H :]
        c = self.Z[part.start + 1 : part.stop + 1, 4 * H :]
        for k, (name, seen) in enumerate((("p_o", c), ("p_i", c_prev), ("p_f", c_prev))):
            grads[name] += np.einsum("thb,thb->h", dZ[:, k * H : (k + 1) * H], seen)

    def spread(self, name, vectors):
        """Vectors (H,) as one array (n, H, B)."""
        array = self.buffer(name, (len(vectors), self.hidden, self.batch))
        array[...] = np.stack(vectors)[..., None]
        return array
