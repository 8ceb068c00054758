"""The RNN in the fast form of `lstmbook.numpy.fast.base`."""

import numpy as np

from lstmbook.numpy.fast.base import Fast


class FastRNN(Fast):
    blocks = 1

    @staticmethod
    def fits(cell, layout) -> bool:
        return cell.options["activation"] == "tanh" and Fast.fits(cell, layout)

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
