"""A recurrent layer with a head: one answer a sequence, or one at every step."""

from typing import Any

import keras
from keras import ops

from lstmbook.core.arrays import as_ids
from lstmbook.core.batches import check_pooled
from lstmbook.core.checks import Seed
from lstmbook.core.models import Parts, check_parts, check_pooling, check_smoothing
from lstmbook.tensorflow import losses
from lstmbook.tensorflow.arrays import asarray, check_lengths, is_tensor
from lstmbook.tensorflow.layers import Dense, Embedding, Pooling
from lstmbook.tensorflow.recurrent import Recurrent


class SequenceModel(Parts, keras.layers.Layer):
    """Base of the two models: embedding (if any), recurrent layer, pooling, dense head.

    Parameters
    ----------
    layer : a recurrent layer
    outputs : int, K
    pooling : "last", "mean", "max", over real steps; None for an output at every step
    embedding : Embedding, when x is ids (B, T)
    seed : int, for the head
    **keras_options
        Keras' own `name`, `trainable`, ...
    """

    def __init__(
        self,
        layer: Recurrent,
        outputs: int,
        *,
        pooling: str | None = "last",
        embedding: Embedding | None = None,
        seed: Seed = 0,
        **keras_options,
    ):
        outputs = check_parts(layer, outputs, embedding, Recurrent, Embedding)
        check_pooling(pooling, layer.layout)
        super().__init__(**{"dtype": layer.dtype_policy, "autocast": False, **keras_options})
        self.layer, self.embedding, self.outputs = layer, embedding, outputs
        self.seed = seed if hasattr(seed, "__index__") else 0
        forward_size = layer.layout.unit_output
        self.pooling = None if pooling is None else Pooling(pooling, forward_size)
        self.head = self.make_head(seed)
        self.built = True

    def make_head(self, seed):
        """What makes answers of the outputs of the layer."""
        dtype = self.layer.dtype_policy
        return Dense(self.layer.output_size, self.outputs, dtype=dtype, seed=seed)

    def __call__(self, x, lengths=None, training=None, **more) -> Any:
        """x (B, T, D) or ids (B, T) -> (B, K), or (B, T, K) without pooling."""
        if self.embedding is None:
            x = x if is_tensor(x) else asarray(x, self.compute_dtype)
            self.layer.layout.check_input(tuple(x.shape))
            check_pooled(self, len(x.shape))
        elif not is_tensor(x):
            x = ops.convert_to_tensor(as_ids("ids", x, self.embedding.vocabulary), "int32")
        if lengths is not None and len(x.shape) > 1:
            lengths = check_lengths(self.layer.layout, lengths, x)
        return super().__call__(x, lengths=lengths, training=training, **more)

    def call(self, x, lengths=None, training=None):
        if self.embedding is not None:
            x = self.embedding(x)
        y = self.layer(x, lengths=lengths, training=training)
        y = y[0] if self.layer.return_state else y
        return self.answer(y if self.pooling is None else self.pooling(y, lengths))

    def answer(self, y):
        """Outputs of the layer, pooled or not -> those of the model."""
        return self.head(y)

    def loss(self, outputs, target, lengths=None, weights=None):
        """What training makes smaller; steps past the length do not count."""
        raise NotImplementedError

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

    kind = "classifier"

    def __init__(self, layer: Recurrent, classes: int, *, label_smoothing: float = 0.0, **more):
        super().__init__(layer, classes, **more)
        self.label_smoothing = check_smoothing(label_smoothing)

    def loss(self, outputs, target, lengths=None, weights=None):
        """Cross-entropy; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, self.label_smoothing, weights=weights)

    def get_config(self) -> dict:
        config = super().get_config()
        config["classes"] = config.pop("outputs")
        return {**config, "label_smoothing": self.label_smoothing}


@keras.saving.register_keras_serializable("lstmbook")
class SequenceRegressor(SequenceModel):
    """K numbers a sequence (B, K), or a step (B, T, K) with `pooling=None`; trained by MSE."""

    kind = "regressor"

    def __init__(self, layer: Recurrent, outputs: int = 1, **more):
        super().__init__(layer, outputs, **more)

    def loss(self, outputs, target, lengths=None, weights=None):
        """Mean squared error; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.mse(outputs, target, mask, weights=weights)


def step_mask(model, outputs, lengths):
    """Bools (B, T), true on real steps; None where every output counts."""
    if lengths is None or model.pooling is not None:
        return None
    return ops.arange(ops.shape(outputs)[1]) < ops.convert_to_tensor(lengths, "int32")[:, None]
