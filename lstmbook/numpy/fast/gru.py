"""The GRU in the fast form of `lstmbook.numpy.fast.base`."""

import numpy as np

from lstmbook.numpy.cells.base import flat
from lstmbook.numpy.fast.base import Fast


class FastGRU(Fast):
    """GRU with the reset after the product: x and h have a product each, n needs them apart."""

    blocks = 4  # n (from x), r, z, u (from h): dz of x is the first three, of h the last three

    @staticmethod
    def fits(cell, layout) -> bool:
        return Fast.fits(cell, layout) and cell.options["reset_after"]

    def begin(self, x, s):
        H, p, shape = self.hidden, self.p, (self.steps + 1, self.hidden + 1, self.batch)
        self.S = self.buffer("S", shape)  # h_{t-1}; 1
        self.h = self.S[:, :-1]
        self.S[:, -1], self.h[0] = 1, s[0]
        self.x = np.array(x) if self.training else x  # the caller may use x again
        self.M = np.concatenate([p["U"], p["b_u"][None]]).T.copy()
        self.MT = self.M.T[:-1].copy()
        self.M[: 2 * H] *= 0.5
        self.V = p["W"].T.copy()
        self.V[: 2 * H] *= 0.5
        b = p["b"][:, None] * np.repeat([0.5, 0.5, 1.0], H)[:, None].astype(x.dtype)
        self.A = self.buffer("A", (self.steps, 3 * H, self.batch))  # r, z, n
        np.matmul(self.V, x, out=self.A)
        self.A += b
        self.u = self.buffer("u", (self.rows, 3 * H, self.batch))

    def forward_steps(self):
        H, w, M = self.hidden, self.scratch("w"), self.M
        matmul, tanh, multiply, subtract, add = np.matmul, np.tanh, np.multiply, np.subtract, np.add
        A, us = self.A, self.u if self.training else [self.u[0]] * self.steps
        views = zip(self.S[:-1], self.h[:-1], self.h[1:], A[:, : 2 * H], A[:, 2 * H :], us)
        for (column, h_prev, h, rz, n, u), past in zip(views, self.past_rows):
            matmul(M, column, out=u)
            # r_t, z_t = sigmoid(x_t W + h_{t-1} U + b)
            rz += u[: 2 * H]
            tanh(rz, out=rz)
            rz *= 0.5
            rz += 0.5
            # n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_u))
            multiply(rz[:H], u[2 * H :], out=w)
            n += w
            tanh(n, out=n)
            # h_t = n_t + z_t * (h_{t-1} - n_t)
            subtract(h_prev, n, out=w)
            w *= rz[H:]
            add(n, w, out=h)
            if past is not None:  # z = 1: h stays, and dz is 0
                np.copyto(rz[H:], 1, where=past)
                np.copyto(h, h_prev, where=past)

    def begin_backward(self):
        self.dV, self.dM = np.zeros_like(self.V), np.zeros_like(self.M)

    def factors(self, part, dZ):
        """All four from dh_t, which stands for the whole gradient of h_t."""
        H = self.hidden
        r, z, n = (self.A[part, k * H : (k + 1) * H] for k in range(3))
        d_n, d_r, d_z, d_u = (dZ[:, k * H : (k + 1) * H] for k in range(4))
        # (1 - z) (1 - n^2)
        np.multiply(n, n, out=d_n)
        np.subtract(1, d_n, out=d_n)
        np.subtract(1, z, out=d_z)
        d_n *= d_z
        # z (1 - z) (h_{t-1} - n)
        d_z *= z
        np.subtract(self.h[part], n, out=d_r)
        d_z *= d_r
        # through r: d_n * r for u, d_n * u * r (1 - r) for r
        np.multiply(d_n, r, out=d_u)
        np.subtract(1, r, out=d_r)
        d_r *= d_u
        d_r *= self.u[part, 2 * H :]

    def backward_steps(self, part, dy, dZ, dS, ds):
        dh, H, kept = ds[0], self.hidden, self.scratch("kept")
        d, all_four, row = self.scratch("d"), dZ.reshape(len(dZ), 4, -1), dh.reshape(-1)
        views = (dy, all_four, dZ[:, H:], self.A[part, H : 2 * H])
        for dy_t, four, drzu, z in zip(*(view[::-1] for view in views)):
            dh += dy_t
            four *= row
            np.multiply(dh, z, out=kept)
            np.matmul(self.MT, drzu, out=d)
            np.add(kept, d, out=dh)
        nrz = dZ[:, : 3 * H]
        W = self.p["W"]
        nrz_rows = np.concatenate([W[:, 2 * H :], W[:, : 2 * H]], axis=1)
        np.matmul(nrz_rows, nrz, out=dS[:, : self.inputs])

    def chunk_grads(self, part, dZ, grads):
        H = self.hidden
        self.dV += flat(dZ[:, : 3 * H]) @ flat(self.x[part]).T
        self.dM += flat(dZ[:, H:]) @ flat(self.S[part]).T
        grads["b"] += np.roll(dZ[:, : 3 * H].sum(axis=(0, 2)), -H)

    def finish(self, grads):
        grads["W"] += np.roll(self.dV, -self.hidden, axis=0).T  # n, r, z -> r, z, n
        grads["U"] += self.dM.T[:-1]
        grads["b_u"] += self.dM.T[-1]
