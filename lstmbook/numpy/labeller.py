"""A recurrent layer that writes labels without being told where they are."""

import numpy as np

from lstmbook.core.checks import Seed, check_int
from lstmbook.numpy.ctc import ctc_loss
from lstmbook.numpy.models import SequenceModel
from lstmbook.numpy.recurrent import Recurrent


class SequenceLabeller(SequenceModel):
    """Logits (B, T, K + 1) of K labels and the blank, which is the last; trained by CTC.

    For strings that are shorter than their sequences, where nobody has marked which steps belong
    to which label: speech, handwriting. Targets are labels (B, L), 0..K-1 and -1 behind the last;
    `lb.ctc_greedy` and `lb.ctc_beam` read labels from what `lb.predict` gives.

    Parameters
    ----------
    layer : a recurrent layer
    labels : int, K
    embedding : Embedding, when x is ids (B, T)
    seed : int, for the head

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.SequenceLabeller(lb.LSTM(26, 64, bidirectional=True), labels=10)
    >>> model(np.zeros((5, 7, 26))).shape
    (5, 7, 11)
    """

    kind = "labeller"

    @property
    def counted(self) -> tuple[str, int]:
        """What the constructor takes after the layer, by its name there."""
        return "labels", self.outputs - 1

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        return {}

    @property
    def per_step(self) -> bool:
        """Its targets are no classes a step."""
        return False

    def __init__(self, layer: Recurrent, labels: int, *, embedding=None, seed: Seed = 0):
        outputs = check_int("labels", labels, 1) + 1
        super().__init__(layer, outputs, pooling=None, embedding=embedding, seed=seed)

    def loss(self, outputs, target, lengths=None) -> tuple[float, np.ndarray]:
        """CTC and its gradient; steps past the length do not count."""
        return ctc_loss(outputs, target, lengths)
