"""What Keras' wrappers find in our layers: what they would do is an argument here."""

from lstmbook.errors import ValueRangeError

TWO_DIRECTIONS = (
    "keras.layers.Bidirectional takes Keras' own layers; here two directions are an argument: "
    "bidirectional=True"
)


class NotWrapped:
    """Beside `keras.layers.Layer`: what `Bidirectional` and `RNN` look for says what to use."""

    @classmethod
    def from_config(cls, config: dict):
        if "go_backwards" in config:  # that is Bidirectional, making its second layer
            raise ValueRangeError(TWO_DIRECTIONS)
        return super().from_config(config)

    @property
    def go_backwards(self):
        raise ValueRangeError(TWO_DIRECTIONS)

    @property
    def state_size(self):
        raise ValueRangeError(
            "keras.layers.RNN takes one step of a layer; this is a whole layer already: use it "
            "alone, and layers=2 to stack it"
        )
