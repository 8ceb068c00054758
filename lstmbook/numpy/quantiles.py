"""A recurrent layer that answers with quantiles: not one number, but how far it may be off."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.core.quantiles import as_levels
from lstmbook.numpy import losses
from lstmbook.numpy.models import SequenceModel, step_mask
from lstmbook.numpy.recurrent import Recurrent


class SequenceQuantiles(SequenceModel):
    """Quantiles (B, K, Q) of K numbers, or (B, T, K, Q) with `pooling=None`, at Q levels.

    Trained by the quantile loss; targets are numbers (B, K) or (B, T, K), as for a regressor.

    Parameters
    ----------
    layer : a recurrent layer
    levels : Q numbers in (0, 1), rising
    outputs : int, K
    pooling : "last", "mean", "max", over real steps; None for an output at every step
    embedding : Embedding, when x is ids (B, T)
    seed : int, for the head

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.SequenceQuantiles(lb.LSTM(3, 16), levels=(0.1, 0.5, 0.9))
    >>> model(lb.asarray([[[0.0] * 3] * 7] * 5)).shape
    (5, 1, 3)
    """

    kind = "quantiles"

    def __init__(self, layer: Recurrent, levels=(0.1, 0.5, 0.9), outputs: int = 1, **more):
        levels, numbers = as_levels(levels), check_int("outputs", outputs, 1)
        super().__init__(layer, numbers * len(levels), **more)
        self.levels, self.numbers = levels, numbers

    @property
    def counted(self) -> tuple[str, tuple[float, ...]]:
        """What the constructor takes after the layer, by its name there."""
        return "levels", self.levels

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        return {**super().settings, "outputs": self.numbers}

    def answer(self, y) -> np.ndarray:
        """Outputs of the layer, pooled or not -> (B, K, Q) or (B, T, K, Q)."""
        y = super().answer(y)
        return y.reshape(*y.shape[:-1], self.numbers, len(self.levels))

    def loss(self, outputs, target, lengths=None) -> tuple[float, np.ndarray]:
        """Quantile loss and its gradient; steps past the length do not count."""
        return losses.quantile(outputs, target, self.levels, step_mask(self, outputs, lengths))

    def backward(self, dout) -> np.ndarray | None:
        """dout (B, K, Q) or (B, T, K, Q) -> dx, or None for ids; fills the parts' `grads`."""
        return super().backward(np.reshape(dout, (*np.shape(dout)[:-2], self.outputs)))
