"""A model of text, or of any string of symbols: what comes next?"""

from typing import Any

import numpy as np

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.language import Writes, check_layer
from lstmbook.numpy import losses
from lstmbook.numpy.layers import Embedding, Forgets
from lstmbook.numpy.models import SequenceModel, step_mask
from lstmbook.numpy.recurrent import Recurrent


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

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.LanguageModel(lb.LSTM(16, 32), vocabulary=27)
    >>> model([[1, 2, 3], [4, 5, 6]]).shape
    (2, 3, 27)
    >>> model.sample([1, 2], length=5, temperature=0.5).shape
    (5,)
    """

    kind, own_embedding = "language", True

    def __init__(self, layer: Recurrent, vocabulary: int, *, tied: bool = False, seed: Seed = 0):
        tied, rng = check_layer(layer, tied), np.random.default_rng(check_seed(seed))
        vocabulary, embedding = check_int("vocabulary", vocabulary, 1), None
        if isinstance(layer, Recurrent):
            size, dtype = layer.layout.input_size, layer.dtype
            embedding = Embedding(vocabulary, size, dtype=dtype, seed=rng)
        self.tied = tied
        super().__init__(layer, vocabulary, pooling=None, embedding=embedding, seed=rng)

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
        return Tied(self.embedding) if self.tied else super().make_head(seed)

    def run(self, ids, state=None, lengths=None) -> tuple[np.ndarray, Any]:
        """Go on from a state: ids (B, T) -> logits (B, T, V), the state after the last real step.

        The state as the layer takes and gives it; None for zeros. Keeps nothing for `backward`.
        """
        y, state = self.layer(self.embedding(ids), state, lengths, training=False)
        return self.answer(y), state

    def read(self, ids: np.ndarray, state) -> tuple[np.ndarray, Any]:
        logits, state = self.run(ids, state)
        return logits[:, -1], state

    def loss(self, outputs, target, lengths=None, weights=None) -> tuple[float, np.ndarray]:
        """Cross-entropy and its gradient; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, weights=weights)

    def backward(self, dout) -> None:
        """dout (B, T, V); fills the parts' `grads`."""
        super().backward(dout)
        if self.tied:
            self.embedding.grads["E"] += self.head.dE


class Tied(Forgets):
    """y = x E^T + b, with the table E of an embedding; `backward` keeps its gradient as `dE`."""

    kept = ("x", "dE")

    def __init__(self, embedding: Embedding):
        self.embedding = embedding
        E = embedding.params["E"]
        self.params = {"b": np.zeros(len(E), E.dtype)}
        self.grads: dict[str, np.ndarray] = {}

    def __call__(self, x) -> np.ndarray:
        """x (..., D) -> y (..., V)."""
        self.x = x
        return x @ self.embedding.params["E"].T + self.params["b"]

    def backward(self, dy) -> np.ndarray:
        """dy (..., V) -> dx (..., D); fills `grads`."""
        x = self.recall("x")
        rows = np.reshape(dy, (-1, dy.shape[-1]))
        self.dE = rows.T @ x.reshape(len(rows), -1)
        self.grads = {"b": rows.sum(axis=0)}
        return dy @ self.embedding.params["E"]
