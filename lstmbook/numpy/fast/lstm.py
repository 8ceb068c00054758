"""The LSTM in the fast form of `lstmbook.numpy.fast.base`."""

import numpy as np

from lstmbook.numpy.fast.base import Fast


class FastLSTM(Fast):
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
