"""What Keras asks of a layer: shapes, masks, its config; and what Keras' wrappers look for."""

import sys

import keras

from lstmbook.core.layout import SETTINGS
from lstmbook.errors import ShapeError, ValueRangeError

TWO_DIRECTIONS = (
    "keras.layers.Bidirectional takes Keras' own layers; here two directions are an argument: "
    "bidirectional=True"
)


class ForKeras(keras.layers.Layer):
    """The side of a recurrent layer that Keras sees."""

    def __init_subclass__(cls, **more):
        super().__init_subclass__(**more)
        if cls.__module__.startswith("lstmbook."):
            keras.saving.register_keras_serializable("lstmbook")(cls)

    def compute_output_shape(self, x_shape, **others):
        """Shape of y, then of the states as a call returns them."""
        self.check_wrapper()
        y = (*x_shape[:2], self.output_size, *x_shape[3:])
        if not self.return_state:
            return y
        sizes = self.layout.states.items()
        shapes = {name: (x_shape[0], *size, *x_shape[3:]) for name, size in sizes}
        return y, self.layout.state_as_given(shapes)

    def compute_output_spec(self, x, state=None, lengths=None, mask=None, training=None):
        def spec(shape):
            return keras.KerasTensor(shape, dtype=self.compute_dtype)

        shapes = self.compute_output_shape(tuple(x.shape))
        if not self.return_state:
            return spec(shapes)
        y, states = shapes
        if isinstance(states, dict):
            return spec(y), {name: spec(shape) for name, shape in states.items()}
        return spec(y), tuple(map(spec, states))

    def check_wrapper(self) -> None:
        """Raise ShapeError in a TimeDistributed that would stack outputs and states in one tensor.

        It takes a layer's `call` and shape past all of the layer's own doors, so that only the
        caller tells that it is at work.
        """
        caller = sys._getframe(2).f_globals.get("__name__")
        if self.return_state and caller == keras.layers.TimeDistributed.__module__:
            raise ShapeError(
                f"{self.name}: keras.layers.TimeDistributed takes a layer with one output, got one "
                "with states; build it with return_state=False"
            )

    def compute_mask(self, x, previous_mask=None):
        if not self.return_state:
            return previous_mask
        return [previous_mask] + [None] * len(self.layout.states)

    def get_config(self) -> dict:
        """Everything that builds the layer again."""
        s = self.layout
        return {
            **super().get_config(),
            **{name: getattr(s, name) for name in ("input_size", "hidden_size", *SETTINGS)},
            "return_state": self.return_state,
            "form": self.form,
            **self._start,
            **s.options,
        }

    @classmethod
    def from_config(cls, config: dict):
        if "go_backwards" in config:  # that is Bidirectional, making its second layer
            raise ValueRangeError(TWO_DIRECTIONS)
        return super().from_config(config)

    def __repr__(self) -> str:
        more = "" if self.return_state else ", return_state=False"
        more += f", form={self.form!r}" if self.form != "auto" else ""
        return f"{type(self).__name__}({self.layout.describe()}{more}, name={self.name!r})"

    # Keras' wrappers look for these; what they would do is an argument here.

    @property
    def go_backwards(self):
        raise ValueRangeError(TWO_DIRECTIONS)

    @property
    def state_size(self):
        raise ValueRangeError(
            "keras.layers.RNN takes one step of a layer; this is a whole layer already: use it "
            "alone, and layers=2 to stack it"
        )
