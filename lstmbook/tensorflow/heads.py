"""A recurrent layer with several heads: more than one question about one sequence."""

from collections.abc import Mapping

import keras
from keras import ops

from lstmbook.core.heads import as_heads, side_by_side, split
from lstmbook.tensorflow import losses
from lstmbook.tensorflow.models import SequenceModel, step_mask
from lstmbook.tensorflow.recurrent import Recurrent


@keras.saving.register_keras_serializable("lstmbook")
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
    **keras_options
        Keras' own `name`, `trainable`, ...

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> heads = {"level": ("regressor", 1), "up": ("classifier", 2)}
    >>> model = lb.SequenceHeads(lb.LSTM(3, 16), heads, weights={"level": 1, "up": 0.5})
    >>> outputs = model(lb.asarray([[[0.0] * 3] * 7] * 5))
    >>> model.split(outputs)["up"].shape
    TensorShape([5, 2])
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

    def loss(self, outputs, target, lengths=None):
        """Weighted sum of the losses; steps past the length do not count."""
        if isinstance(target, Mapping):
            target = side_by_side(target, self.heads)
        target, mask = ops.convert_to_tensor(target), step_mask(self, outputs, lengths)
        total = ops.zeros((), outputs.dtype)
        for head in self.heads.values():
            own, answer = target[..., head.places], outputs[..., head.columns]
            if head.kind == "classifier":
                value = losses.cross_entropy(answer, ops.cast(own[..., 0], "int32"), mask)
            else:
                value = losses.mse(answer, own, mask)
            total = total + head.weight * value
        return total

    def get_config(self) -> dict:
        config = super().get_config()
        del config["outputs"]
        weights = self.settings["weights"]
        return {**config, "heads": self.counted[1], "weights": weights}
