"""A recurrent layer with a head: one answer a sequence, or one at every step."""

import keras
from keras import ops

from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.tensorflow import losses
from lstmbook.tensorflow.arrays import check_lengths, is_tensor
from lstmbook.tensorflow.layers import Dense, Embedding, Pooling, check_pooling
from lstmbook.tensorflow.recurrent import Recurrent


class SequenceModel(keras.layers.Layer):
    """Base of the two models: embedding (if any), recurrent layer, pooling, dense head.

    Parameters
    ----------
    layer : a recurrent layer
    outputs : int, K
    pooling : "last", "mean", "max", over real steps; None for an output at every step
    embedding : Embedding, when x is ids (B, T)
    seed : int, for the head
    """

    def __init__(
        self,
        layer: Recurrent,
        outputs: int,
        *,
        pooling: str | None = "last",
        embedding: Embedding | None = None,
        seed: int = 0,
        **of_keras,
    ):
        if not isinstance(layer, Recurrent):
            raise ShapeError(f"layer: expected a recurrent layer, got {type(layer).__name__}")
        if not hasattr(outputs, "__index__") or outputs < 1:
            raise ValueRangeError(f"outputs: expected an integer >= 1, got {outputs!r}")
        if embedding is not None and embedding.output_size != layer.layout.input_size:
            raise ShapeError(
                f"embedding: expected size {layer.layout.input_size}, the layer's input_size, "
                f"got {embedding.output_size}"
            )
        super().__init__(**{"dtype": layer.dtype_policy, "autocast": False, **of_keras})
        self.layer, self.embedding, self.outputs = layer, embedding, outputs
        self.seed = seed
        forward_size = layer.layout.unit_output
        self.pooling = Pooling(pooling, forward_size) if check_pooling(pooling) else None
        self.head = Dense(layer.output_size, outputs, dtype=layer.dtype_policy, seed=seed)
        self.built = True

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        parts = {"embedding": self.embedding, "layer": self.layer, "head": self.head}
        return {name: part for name, part in parts.items() if part is not None}

    @property
    def params(self) -> dict[str, keras.Variable]:
        """All parameters by name: `layer.W`, ..., `head.W`, `head.b`."""
        return {f"{p}.{k}": v for p, part in self.parts.items() for k, v in part.params.items()}

    def __call__(self, x, lengths=None, training=None):
        """x (B, T, D) or ids (B, T) -> (B, K), or (B, T, K) without pooling."""
        if not is_tensor(x):
            x = ops.convert_to_tensor(x)
        if self.embedding is None:
            self.layer.layout.check_input(tuple(x.shape))
        if lengths is not None and len(x.shape) > 1:
            lengths = check_lengths(self.layer.layout, lengths, x)
        return super().__call__(x, lengths=lengths, training=training)

    def call(self, x, lengths=None, training=None):
        if self.embedding is not None:
            x = self.embedding(x)
        y = self.layer(x, lengths=lengths, training=training)
        y = y[0] if self.layer.return_state else y
        return self.head(y if self.pooling is None else self.pooling(y, lengths))

    def get_config(self) -> dict:
        """Everything that builds the model again."""
        return {
            **super().get_config(),
            "layer": keras.saving.serialize_keras_object(self.layer),
            "outputs": self.outputs,
            "pooling": None if self.pooling is None else self.pooling.pooling,
            "embedding": keras.saving.serialize_keras_object(self.embedding),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict):
        parts = {
            n: keras.saving.deserialize_keras_object(config[n]) for n in ("layer", "embedding")
        }
        return cls(**{**config, **parts})


@keras.saving.register_keras_serializable("lstmbook")
class SequenceClassifier(SequenceModel):
    """Logits (B, K) of K classes, or (B, T, K) with `pooling=None`; trained by cross-entropy.

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> model = lb.SequenceClassifier(lb.LSTM(12, 64), classes=9)
    >>> model(ops.zeros((5, 7, 12))).shape
    TensorShape([5, 9])
    """

    def __init__(self, layer: Recurrent, classes: int, *, label_smoothing: float = 0.0, **more):
        super().__init__(layer, classes, **more)
        self.label_smoothing = label_smoothing

    def loss(self, logits, target, lengths=None):
        """Cross-entropy; steps past the length do not count."""
        mask = step_mask(self, logits, lengths)
        return losses.cross_entropy(logits, target, mask, self.label_smoothing)

    def get_config(self) -> dict:
        config = super().get_config()
        config["classes"] = config.pop("outputs")
        return {**config, "label_smoothing": self.label_smoothing}


@keras.saving.register_keras_serializable("lstmbook")
class SequenceRegressor(SequenceModel):
    """K numbers a sequence (B, K), or a step (B, T, K) with `pooling=None`; trained by MSE."""

    def __init__(self, layer: Recurrent, outputs: int = 1, **more):
        super().__init__(layer, outputs, **more)

    def loss(self, prediction, target, lengths=None):
        """Mean squared error; steps past the length do not count."""
        mask = step_mask(self, prediction, lengths)
        return losses.mse(prediction, target, mask)


def step_mask(model, outputs, lengths):
    """Bools (B, T), true on real steps; None where every output counts."""
    if lengths is None or model.pooling is not None:
        return None
    return ops.arange(ops.shape(outputs)[1]) < ops.convert_to_tensor(lengths, "int32")[:, None]
