"""A recurrent layer with a head: one answer a sequence, or one at every step."""

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy import losses
from lstmbook.numpy.layers import Dense, Embedding, Pooling, check_pooling
from lstmbook.numpy.recurrent import Recurrent


class SequenceModel:
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
        self.layer, self.embedding, self.outputs = layer, embedding, outputs
        forward_size = layer.layout.unit_output
        self.pooling = Pooling(pooling, forward_size) if check_pooling(pooling) else None
        self.head = Dense(layer.output_size, outputs, dtype=layer.dtype.name, seed=seed)

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        parts = {"embedding": self.embedding, "layer": self.layer, "head": self.head}
        return {name: part for name, part in parts.items() if part is not None}

    @property
    def params(self) -> dict[str, np.ndarray]:
        """All parameters by name: `layer.W`, ..., `head.W`, `head.b`."""
        return {f"{p}.{k}": v for p, part in self.parts.items() for k, v in part.params.items()}

    @property
    def grads(self) -> dict[str, np.ndarray]:
        """Gradients of the last `backward`, keyed as `params`."""
        return {f"{p}.{k}": v for p, part in self.parts.items() for k, v in part.grads.items()}

    def __call__(self, x, lengths=None, training: bool = True):
        """x (B, T, D) or ids (B, T) -> (B, K), or (B, T, K) without pooling."""
        if self.embedding is not None:
            x = self.embedding(x)
        y = self.layer(x, lengths=lengths, training=training)
        y = y[0] if self.layer.return_state else y
        return self.head(y if self.pooling is None else self.pooling(y, lengths))

    def backward(self, dout):
        """dout (B, K) or (B, T, K) -> dx, or None for ids; fills the parts' `grads`."""
        dy = self.head.backward(dout)
        dx, _ = self.layer.backward(dy if self.pooling is None else self.pooling.backward(dy))
        return dx if self.embedding is None else self.embedding.backward(dx)


class SequenceClassifier(SequenceModel):
    """Logits (B, K) of K classes, or (B, T, K) with `pooling=None`; trained by cross-entropy.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.SequenceClassifier(lb.LSTM(12, 64), classes=9)
    >>> model(np.zeros((5, 7, 12))).shape
    (5, 9)
    """

    def __init__(self, layer: Recurrent, classes: int, *, label_smoothing: float = 0.0, **more):
        super().__init__(layer, classes, **more)
        self.label_smoothing = label_smoothing

    def loss(self, logits, target, lengths=None):
        """Cross-entropy and its gradient; steps past the length do not count."""
        mask = step_mask(self, logits, lengths)
        return losses.cross_entropy(logits, target, mask, self.label_smoothing)


class SequenceRegressor(SequenceModel):
    """K numbers a sequence (B, K), or a step (B, T, K) with `pooling=None`; trained by MSE."""

    def __init__(self, layer: Recurrent, outputs: int = 1, **more):
        super().__init__(layer, outputs, **more)

    def loss(self, prediction, target, lengths=None):
        """Mean squared error and its gradient; steps past the length do not count."""
        mask = step_mask(self, prediction, lengths)
        return losses.mse(prediction, target, mask)


def step_mask(model, outputs, lengths):
    """Bools (B, T), true on real steps; None where every output counts."""
    if lengths is None or model.pooling is not None:
        return None
    return np.arange(outputs.shape[1]) < np.asarray(lengths)[:, None]
