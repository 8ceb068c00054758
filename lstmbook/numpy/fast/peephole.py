"""The peephole LSTM in the fast form of `lstmbook.numpy.fast.base`."""

import numpy as np

from lstmbook.numpy.fast.lstm import FastLSTM, shut


class FastPeepholeLSTM(FastLSTM):
    """i and f see c_{t-1}, o sees c_t."""

    def begin(self, x, s):
        super().begin(x, s)
        # spread over the batch: plain products are faster than broadcast ones
        self.p_if = self.spread("p_if", "p_i", "p_f")
        self.p_o = self.spread("p_o", "p_o")

    def spread(self, name, *vectors):
        """Parameters (H,) as one array (n H, B)."""
        out = self.scratch(name, len(vectors))
        out[...] = np.concatenate([self.p[vector] for vector in vectors])[:, None]
        return out

    def forward_steps(self):
        H, both, seen = self.hidden, self.scratch("both", 2), self.scratch("seen", 2)
        written, kept = both[:H], both[H:]
        p_if, p_o = 0.5 * self.p_if.reshape(2, H, -1), 0.5 * self.p_o  # halved as the rows of M
        M, matmul, tanh, multiply, add = self.M, np.matmul, np.tanh, np.multiply, np.add
        for column, h_prev, h, past, (z, oif, i_f, g_c, o, c, tanh_c) in self.views():
            matmul(M, column, out=z)
            # i_t, f_t = sigmoid(z + p * c_{t-1})
            multiply(p_if, g_c[H:], out=seen.reshape(2, H, -1))
            i_f += seen
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

    def backward_steps(self, part, dy, dZ, dS, ds):
        H, D, through, both = self.hidden, self.inputs, self.scratch("d"), self.scratch("both", 2)
        p_if, p_o, (last, dc), dh = self.p_if, self.p_o, ds, ds[0]
        dc_row, MT, matmul, multiply, add = dc.reshape(-1), self.MT, np.matmul, np.multiply, np.add
        for dy_t, from_h, do, difg, f, dz, d, past in self.views_back(part, dy, dZ, dS):
            add(last, dy_t, out=dh)
            do *= dh
            # dc_t += dh_t * o_t (1 - tanh(c_t)^2) + do_t * p_o
            multiply(dh, from_h, out=through)
            dc += through
            multiply(p_o, do, out=through)
            dc += through
            difg *= dc_row
            # dc_{t-1} = dc_t * f_t + di_t * p_i + df_t * p_f
            dc *= f
            multiply(p_if, dz[H : 3 * H], out=both)
            dc += both[:H]
            dc += both[H:]
            matmul(MT, dz, out=d)
            last = d[D:]
            if past is not None:
                last += dh * past
        dh[...] = last

    def chunk_grads(self, part, dZ, grads):
        super().chunk_grads(part, dZ, grads)
        H, c_prev, c = self.hidden, self.c[part], self.c[part.start + 1 : part.stop + 1]
        # p sees one cell at every step and in every sequence
        for k, (name, seen) in enumerate((("p_o", c), ("p_i", c_prev), ("p_f", c_prev))):
            grads[name] += np.einsum("thb,thb->h", dZ[:, k * H : (k + 1) * H], seen)
