"""The gated recurrent unit (Cho et al. 2014), in both reset forms."""

import keras
from keras import ops

from lstmbook.tensorflow.activations import sigmoid
from lstmbook.tensorflow.cells.base import Cell, blocks
from lstmbook.tensorflow.native import Native, z_first
from lstmbook.variants import VARIANTS


class GRUCell(Cell):
    variant = VARIANTS["GRU"]

    def prepare(self, p):
        if self.options["reset_after"]:
            return p
        # reset before: n needs its product after r is known
        size = p["U"].shape[0]
        return {**p, "U.rz": p["U"][:, : 2 * size], "U.n": p["U"][:, 2 * size :]}

    def step(self, p, a, s, dot):
        (h,) = s
        a_r, a_z, a_n = blocks(a, 3)
        if self.options["reset_after"]:
            u_r, u_z, u_n = blocks(dot("U", h) + p["b_u"], 3)
            r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
            # n_t = tanh(x_t W_n + b_n + r_t * (h_{t-1} U_n + b_un))
            n = ops.tanh(a_n + r * u_n)
        else:
            u_r, u_z = blocks(dot("U.rz", h), 2)
            r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
            # n_t = tanh(x_t W_n + b_n + (r_t * h_{t-1}) U_n)
            n = ops.tanh(a_n + dot("U.n", r * h))
        # h_t = z_t * h_{t-1} + (1 - z_t) * n_t
        return (z * h + (1 - z) * n,)


class GRU(Native):
    """GRU; `reset_after=True` (default, as cuDNN) or False (the paper's form).

    Computed by `keras.layers.GRU` (cuDNN on a GPU, reset after only), as `LSTM` is by its own.
    See `Recurrent` for the arguments.
    """

    Cell = GRUCell
    Peer = keras.layers.GRU

    def peer_options(self):
        return {"reset_after": self.layout.options["reset_after"]}

    def peer_weights(self, p):
        after = self.layout.options["reset_after"]
        b = ops.stack([p["b"], p["b_u"]]) if after else p["b"]
        return [z_first(v) for v in (p["W"], p["U"], b)]
