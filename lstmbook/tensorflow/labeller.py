"""A recurrent layer that writes labels without being told where they are."""

import keras

from lstmbook.core.checks import Seed, check_int
from lstmbook.tensorflow.ctc import ctc_loss
from lstmbook.tensorflow.models import SequenceModel
from lstmbook.tensorflow.recurrent import Recurrent


@keras.saving.register_keras_serializable("lstmbook")
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
    **keras_options
        Keras' own `name`, `trainable`, ...

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> model = lb.SequenceLabeller(lb.LSTM(26, 64, bidirectional=True), labels=10)
    >>> model(lb.asarray([[[0.0] * 26] * 7] * 5)).shape
    TensorShape([5, 7, 11])
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

    def __init__(
        self, layer: Recurrent, labels: int, *, embedding=None, seed: Seed = 0, **keras_options
    ):
        outputs = check_int("labels", labels, 1) + 1
        super().__init__(
            layer, outputs, pooling=None, embedding=embedding, seed=seed, **keras_options
        )

    def loss(self, outputs, target, lengths=None):
        """CTC; steps past the length do not count."""
        return ctc_loss(outputs, target, lengths)

    def get_config(self) -> dict:
        config = super().get_config()
        config["labels"] = config.pop("outputs") - 1
        del config["pooling"]
        return config
