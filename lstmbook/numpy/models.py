"""A recurrent layer with a head: one answer a sequence, or one at every step."""

import numpy as np

from lstmbook.core.batches import check_pooled
from lstmbook.core.checks import Seed
from lstmbook.core.models import Parts, check_parts, check_pooling, check_smoothing
from lstmbook.numpy import losses
from lstmbook.numpy.layers import Dense, Embedding, Pooling
from lstmbook.numpy.recurrent import Recurrent


class SequenceModel(Parts):
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
        seed: Seed = 0,
    ):
        self.outputs = check_parts(layer, outputs, embedding, Recurrent, Embedding)
        self.layer, self.embedding = layer, embedding
        forward_size = layer.layout.unit_output
        check_pooling(pooling, layer.layout)
        self.pooling = None if pooling is None else Pooling(pooling, forward_size)
        self.head = self.make_head(seed)

    def make_head(self, seed):
        """What makes answers of the outputs of the layer."""
        return Dense(self.layer.output_size, self.outputs, dtype=self.layer.dtype, seed=seed)

    @property
    def grads(self) -> dict[str, np.ndarray]:
        """Gradients of the last `backward`, keyed as `params`."""
        return self.by_name("grads")

    def __call__(self, x, lengths=None, training: bool = True) -> np.ndarray:
        """x (B, T, D) or ids (B, T) -> (B, K), or (B, T, K) without pooling.

        `training=True`, the default, keeps what `backward` needs and applies dropout.
        """
        if self.embedding is not None:
            x = self.embedding(x)
        y = self.layer(x, lengths=lengths, training=training)
        y = y[0] if self.layer.return_state else y
        check_pooled(self, y.ndim)
        return self.answer(y if self.pooling is None else self.pooling(y, lengths))

    def answer(self, y) -> np.ndarray:
        """Outputs of the layer, pooled or not -> those of the model."""
        return self.head(y)

    def loss(self, outputs, target, lengths=None, weights=None) -> tuple[float, np.ndarray]:
        """What training makes smaller, and its gradient; steps past the length do not count."""
        raise NotImplementedError

    def backward(self, dout) -> np.ndarray | None:
        """dout (B, K) or (B, T, K) -> dx, or None for ids; fills the parts' `grads`."""
        dy = self.head.backward(dout)
        dx, _ = self.layer.backward(dy if self.pooling is None else self.pooling.backward(dy))
        return dx if self.embedding is None else self.embedding.backward(dx)

    def __repr__(self) -> str:
        return self.describe()


class SequenceClassifier(SequenceModel):
    """Logits (B, K) of K classes, or (B, T, K) with `pooling=None`; trained by cross-entropy.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.SequenceClassifier(lb.LSTM(12, 64), classes=9)
    >>> model
    SequenceClassifier(LSTM(12, 64), classes=9)
    >>> model(np.zeros((5, 7, 12))).shape
    (5, 9)
    """

    kind = "classifier"

    def __init__(self, layer: Recurrent, classes: int, *, label_smoothing: float = 0.0, **more):
        super().__init__(layer, classes, **more)
        self.label_smoothing = check_smoothing(label_smoothing)

    def loss(self, outputs, target, lengths=None, weights=None) -> tuple[float, np.ndarray]:
        """Cross-entropy and its gradient; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, self.label_smoothing, weights=weights)


class SequenceRegressor(SequenceModel):
    """K numbers a sequence (B, K), or a step (B, T, K) with `pooling=None`; trained by MSE."""

    kind = "regressor"

    def __init__(self, layer: Recurrent, outputs: int = 1, **more):
        super().__init__(layer, outputs, **more)

    def loss(self, outputs, target, lengths=None, weights=None) -> tuple[float, np.ndarray]:
        """Mean squared error and its gradient; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.mse(outputs, target, mask, weights=weights)


def step_mask(model, outputs, lengths):
    """Bools (B, T), true on real steps; None where every output counts."""
    if lengths is None or model.pooling is not None:
        return None
    lengths = model.layer.layout.check_lengths(lengths, *outputs.shape[:2])
    return np.arange(outputs.shape[1]) < lengths[:, None]
