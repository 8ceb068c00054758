"""A model of text, or of any string of symbols: what comes next?"""

from typing import Any

import keras
import numpy as np
from keras import ops

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.language import Writes, check_layer
from lstmbook.tensorflow import losses
from lstmbook.tensorflow.arrays import add_weights, to_numpy
from lstmbook.tensorflow.layers import Embedding
from lstmbook.tensorflow.models import SequenceModel, step_mask
from lstmbook.tensorflow.recurrent import Recurrent


@keras.saving.register_keras_serializable("lstmbook")
class LanguageModel(Writes, SequenceModel):
    r"""Logits (B, T, V): after every symbol, what the next one may be; trained by cross-entropy.

    An Embedding of the layer's input size, the layer, a Dense head. Train it on (ids[:, :-1],
    ids[:, 1:]). `sample` writes; `run` goes on from a state, over a text of any length.

    Parameters
    ----------
    layer : a recurrent layer of one direction
    vocabulary : int, V
    tied : bool
        The head uses the table of the embedding, logits = h E^T + b (Press & Wolf 2017,
        arXiv:1608.05859); for a layer with as many outputs as inputs.
    seed : int or numpy.random.Generator, for embedding and head
    **keras_options
        Keras' own `name`, `trainable`, ...

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> model = lb.LanguageModel(lb.LSTM(16, 32), vocabulary=27)
    >>> model([[1, 2, 3], [4, 5, 6]]).shape
    TensorShape([2, 3, 27])
    >>> model.sample([1, 2], length=5, temperature=0.5).shape
    (5,)
    """

    kind, own_embedding = "language", True

    def __init__(
        self,
        layer: Recurrent,
        vocabulary: int,
        *,
        tied: bool = False,
        seed: Seed = 0,
        **keras_options,
    ):
        tied, rng = check_layer(layer, tied), np.random.default_rng(check_seed(seed))
        vocabulary, embedding = check_int("vocabulary", vocabulary, 1), None
        if isinstance(layer, Recurrent):
            size, dtype = layer.layout.input_size, layer.dtype_policy
            embedding = Embedding(vocabulary, size, dtype=dtype, seed=rng)
        self.tied = tied
        super().__init__(
            layer, vocabulary, pooling=None, embedding=embedding, seed=rng, **keras_options
        )

    @property
    def counted(self) -> tuple[str, int]:
        """What the constructor takes after the layer, by its name there."""
        return "vocabulary", self.outputs

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        return {"tied": self.tied}

    def make_head(self, seed):
        """What makes answers of the outputs of the layer."""
        if not self.tied:
            return super().make_head(seed)
        return Tied(self.outputs, dtype=self.layer.dtype_policy)

    def answer(self, y):
        """Outputs of the layer -> logits."""
        return self.head(y, self.embedding.params["E"]) if self.tied else self.head(y)

    def run(self, ids, state=None, lengths=None) -> tuple[Any, Any]:
        """Go on from a state: ids (B, T) -> logits (B, T, V), the state after the last real step.

        The state as the layer takes and gives it; None for zeros.
        """
        y, state = self.layer(self.embedding(ids), state, lengths)
        return self.answer(y), state

    def read(self, ids: np.ndarray, state) -> tuple[np.ndarray, Any]:
        logits, state = self.run(ids, state)
        return to_numpy(ops.cast(logits[:, -1], "float64")), state

    def loss(self, outputs, target, lengths=None, weights=None):
        """Cross-entropy; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, weights=weights)

    def get_config(self) -> dict:
        config = super().get_config()
        config["vocabulary"] = config.pop("outputs")
        del config["pooling"], config["embedding"]
        return {**config, "tied": self.tied}

    @classmethod
    def from_config(cls, config: dict):
        return cls(**{**config, "layer": keras.saving.deserialize_keras_object(config["layer"])})


@keras.saving.register_keras_serializable("lstmbook")
class Tied(keras.layers.Layer):
    """y = x E^T + b, with the table E of an embedding.

    Parameters
    ----------
    vocabulary : int, V
    **keras_options
        Keras' own `name`, `dtype`, ...
    """

    def __init__(self, vocabulary: int, **keras_options):
        super().__init__(**keras_options)
        self.vocabulary = vocabulary
        self.params = add_weights(self, {"b": np.zeros(vocabulary)})
        self.built = True

    def call(self, x, E):
        """x (..., D) -> y (..., V)."""
        return ops.matmul(x, ops.cast(ops.transpose(E), x.dtype)) + self.params["b"]

    def get_config(self) -> dict:
        return {**super().get_config(), "vocabulary": self.vocabulary}
