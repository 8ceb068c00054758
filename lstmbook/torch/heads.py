"""A recurrent layer with several heads: more than one question about one sequence."""

from collections.abc import Mapping

import torch
from torch import Tensor

from lstmbook.core.heads import as_heads, side_by_side, split
from lstmbook.torch import losses
from lstmbook.torch.models import SequenceModel, step_mask
from lstmbook.torch.recurrent import Recurrent


class SequenceHeads(SequenceModel):
    """Several answers, side by side (B, K), or (B, T, K) with `pooling=None`; K of all heads.

    Each head is a classifier or a regressor on the same pooled outputs; trained by the weighted
    sum of their losses. Targets are a dict by head; `model.split(outputs)` gives outputs by head.

    Parameters
    ----------
    layer : a recurrent layer
    heads : dict of name to ("classifier", classes) or ("regressor", numbers)
    weights : dict of name to the weight of its loss; None for 1 everywhere
    pooling : "last", "mean", "max", over real steps; None for outputs at every step
    embedding : Embedding, when x is ids (B, T)
    seed : int, for the heads

    Examples
    --------
    >>> from lstmbook import torch as lb
    >>> heads = {"level": ("regressor", 1), "up": ("classifier", 2)}
    >>> model = lb.SequenceHeads(lb.LSTM(3, 16), heads, weights={"level": 1, "up": 0.5})
    >>> outputs = model(lb.asarray([[[0.0] * 3] * 7] * 5))
    >>> model.split(outputs)["up"].shape
    torch.Size([5, 2])
    """

    kind = "heads"

    def __init__(self, layer: Recurrent, heads, weights=None, **more):
        found = as_heads(heads, weights)
        super().__init__(layer, sum(head.outputs for head in found.values()), **more)
        self.heads = found

    @property
    def counted(self) -> tuple[str, dict]:
        """What the constructor takes after the layer, by its name there."""
        return "heads", {name: (head.kind, head.outputs) for name, head in self.heads.items()}

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        weights = {name: head.weight for name, head in self.heads.items()}
        return {**super().settings, "weights": weights}

    def split(self, outputs) -> dict:
        """Outputs of the model, or of `lb.predict`, by head: (B, K) or (B, T, K) each."""
        return split(outputs, self.heads)

    def loss(self, outputs: Tensor, target, lengths=None) -> Tensor:
        """Weighted sum of the losses; steps past the length do not count."""
        if isinstance(target, Mapping):
            target = side_by_side(target, self.heads)
        target = torch.as_tensor(target, device=outputs.device)
        mask, total = step_mask(self, outputs, lengths), outputs.new_zeros(())
        for head in self.heads.values():
            own, answer = target[..., head.places], outputs[..., head.columns]
            if head.kind == "classifier":
                value = losses.cross_entropy(answer, own[..., 0].long(), mask)
            else:
                value = losses.mse(answer, own, mask)
            total = total + head.weight * value
        return total
