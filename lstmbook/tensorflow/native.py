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

    It runs on our own time loop with `form="steps"`, and with `recurrent_dropout` or `zoneout`.
    """

    KerasLayer: type[keras.layers.RNN]

    def add_keras_layers(self):
        layers = {unit.prefix: self.keras_layer(unit.input_size) for unit in self.layout.units}
        # Keras does not look into a proxy, so it neither counts nor saves their weights
        self.keras_layers = types.MappingProxyType(layers)
        if self.fits():  # XLA cannot compile cuDNN
            self.supports_jit = all(layer.supports_jit for layer in layers.values())

    def fits(self) -> bool:
        """Whether Keras' layer computes what this layer does."""
        return self.form == "auto" and not (self.layout.recurrent_dropout or self.layout.zoneout)

    def keras_layer(self, input_size: int) -> keras.layers.RNN:
        layer = self.KerasLayer(
            self.layout.hidden_size,
            return_sequences=True,
            return_state=True,
            zero_output_for_mask=True,
            kernel_initializer="zeros",
            recurrent_initializer="zeros",
            dtype=self.dtype_policy,
            name="keras_layer",
            **self.keras_options(),
        )
        layer.build((None, None, input_size))
        return layer

    def keras_options(self) -> dict:
        """More arguments for Keras' layer."""
        return {}

    def keras_weights(self, p) -> list:
        """Our weights in Keras' order."""
        return [p["W"], p["U"], p["b"]]

    def run_unit(self, unit, p, x, s, lengths, real, training):
        if not self.fits():
            return super().run_unit(unit, p, x, s, lengths, real, training)
        layer = self.keras_layers[unit.prefix]
        others = [v.value for v in layer.non_trainable_variables]
        weights = self.keras_weights(p)
        (y, *s), _ = layer.stateless_call(weights, others, x, initial_state=list(s), mask=real)
        return y, s


def z_first(weight):
    """A GRU's blocks r, z, n on the last axis as Keras has them: z, r, n."""
    r, z, n = ops.split(weight, 3, axis=-1)
    return ops.concatenate([z, r, n], axis=-1)
