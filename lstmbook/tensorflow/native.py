"""Layers that Keras has itself: its own layer computes, with cuDNN on a GPU.

The weights stay ours, under our names and in our order; Keras' layer gets them at every call in
the place of its own.
"""

import types

import keras
from keras import ops

from lstmbook.tensorflow.recurrent import Recurrent


class Native(Recurrent):
    """A `Recurrent` whose variant `keras.layers` has.

    It runs on our own time loop with `recurrent_dropout` or `zoneout`, and with
    `layer.readable = True`.
    """

    Peer: type[keras.layers.RNN]

    def make_peers(self):
        peers = {unit.prefix: self.make_peer(unit.input_size) for unit in self.layout.units}
        # Keras does not look into a proxy, so it neither counts nor saves their weights
        return types.MappingProxyType(peers)

    def make_peer(self, input_size: int) -> keras.layers.RNN:
        peer = self.Peer(
            self.layout.hidden_size,
            return_sequences=True,
            return_state=True,
            zero_output_for_mask=True,
            kernel_initializer="zeros",
            recurrent_initializer="zeros",
            dtype=self.dtype_policy,
            name="peer",
            **self.peer_options(),
        )
        peer.build((None, None, input_size))
        self.supports_jit = self.supports_jit and peer.supports_jit  # XLA cannot compile cuDNN
        return peer

    def peer_options(self) -> dict:
        """More arguments for Keras' layer."""
        return {}

    def peer_weights(self, p) -> list:
        """Our weights in Keras' order."""
        return [p["W"], p["U"], p["b"]]

    def run_unit(self, unit, p, x, s, lengths, real, training):
        layout = self.layout
        if self.readable or layout.recurrent_dropout or layout.zoneout:
            return super().run_unit(unit, p, x, s, lengths, real, training)
        peer = self.peers[unit.prefix]
        others = [v.value for v in peer.non_trainable_variables]
        weights = self.peer_weights(p)
        (y, *s), _ = peer.stateless_call(weights, others, x, initial_state=list(s), mask=real)
        return y, s


def z_first(weight):
    """A GRU's blocks r, z, n on the last axis as Keras has them: z, r, n."""
    r, z, n = ops.split(weight, 3, axis=-1)
    return ops.concatenate([z, r, n], axis=-1)
