"""A recurrent layer with a head: one answer a sequence, or one at every step."""

import torch
from torch import Tensor, nn

from lstmbook.core.batches import check_pooled
from lstmbook.core.checks import Seed
from lstmbook.core.models import Parts, check_parts, check_pooling, check_smoothing
from lstmbook.torch import losses
from lstmbook.torch.arrays import as_lengths
from lstmbook.torch.layers import Dense, Embedding, Pooling
from lstmbook.torch.packed import refuse_packed
from lstmbook.torch.recurrent import Recurrent


class SequenceModel(Parts, nn.Module):
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
        super().__init__()
        self.outputs = check_parts(layer, outputs, embedding, Recurrent, Embedding)
        self.embedding, self.layer = embedding, layer
        forward_size = layer.layout.unit_output
        check_pooling(pooling, layer.layout)
        self.pooling = None if pooling is None else Pooling(pooling, forward_size)
        self.head = self.make_head(seed)

    def make_head(self, seed):
        """What makes answers of the outputs of the layer."""
        where = {"dtype": self.layer.dtype, "device": self.layer.device}
        return Dense(self.layer.output_size, self.outputs, **where, seed=seed)

    @property
    def grads(self) -> dict[str, Tensor | None]:
        """Gradients of the last `backward`, keyed as `params`."""
        return self.by_name("grads")

    def forward(self, x: Tensor, lengths=None) -> Tensor:
        """x (B, T, D) or ids (B, T) -> (B, K), or (B, T, K) without pooling."""
        refuse_packed("x", x)
        if self.embedding is not None:
            x = self.embedding(x)
        if lengths is not None and isinstance(x, Tensor) and x.ndim > 2:
            lengths = as_lengths(lengths, x.shape[0], x.shape[1], x.device)
        y = self.layer(x, lengths=lengths)
        y = y[0] if self.layer.return_state else y
        check_pooled(self, y.ndim)
        return self.answer(y if self.pooling is None else self.pooling(y, lengths))

    def answer(self, y: Tensor) -> Tensor:
        """Outputs of the layer, pooled or not -> those of the model."""
        return self.head(y)

    def loss(self, outputs: Tensor, target, lengths=None, weights=None) -> Tensor:
        """What training makes smaller; steps past the length do not count."""
        raise NotImplementedError


class SequenceClassifier(SequenceModel):
    """Logits (B, K) of K classes, or (B, T, K) with `pooling=None`; trained by cross-entropy.

    Examples
    --------
    >>> from lstmbook import torch as lb
    >>> model = lb.SequenceClassifier(lb.LSTM(12, 64), classes=9)
    >>> model(torch.zeros(5, 7, 12)).shape
    torch.Size([5, 9])
    """

    kind = "classifier"

    def __init__(self, layer: Recurrent, classes: int, *, label_smoothing: float = 0.0, **more):
        super().__init__(layer, classes, **more)
        self.label_smoothing = check_smoothing(label_smoothing)

    def loss(self, outputs: Tensor, target, lengths=None, weights=None) -> Tensor:
        """Cross-entropy; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, self.label_smoothing, weights=weights)


class SequenceRegressor(SequenceModel):
    """K numbers a sequence (B, K), or a step (B, T, K) with `pooling=None`; trained by MSE."""

    kind = "regressor"

    def __init__(self, layer: Recurrent, outputs: int = 1, **more):
        super().__init__(layer, outputs, **more)

    def loss(self, outputs: Tensor, target, lengths=None, weights=None) -> Tensor:
        """Mean squared error; steps past the length do not count."""
        return losses.mse(outputs, target, step_mask(self, outputs, lengths), weights=weights)


def step_mask(model, outputs: Tensor, lengths):
    """Bools (B, T), true on real steps; None where every output counts."""
    if lengths is None or model.pooling is not None:
        return None
    lengths = as_lengths(lengths, outputs.shape[0], outputs.shape[1], outputs.device)
    return torch.arange(outputs.shape[1], device=outputs.device) < lengths[:, None]
