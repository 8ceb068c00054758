"""A model of text, or of any string of symbols: what comes next?"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.language import Writes, check_layer
from lstmbook.torch import losses
from lstmbook.torch.arrays import to_numpy
from lstmbook.torch.layers import Embedding, Plain, parameter
from lstmbook.torch.models import SequenceModel, step_mask
from lstmbook.torch.modes import outside_training
from lstmbook.torch.recurrent import Recurrent


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
    >>> from lstmbook import torch as lb
    >>> model = lb.LanguageModel(lb.LSTM(16, 32), vocabulary=27)
    >>> model([[1, 2, 3], [4, 5, 6]]).shape
    torch.Size([2, 3, 27])
    >>> model.sample([1, 2], length=5, temperature=0.5).shape
    (5,)
    """

    kind, own_embedding = "language", True

    def __init__(self, layer: Recurrent, vocabulary: int, *, tied: bool = False, seed: Seed = 0):
        tied, rng = check_layer(layer, tied), np.random.default_rng(check_seed(seed))
        vocabulary, embedding = check_int("vocabulary", vocabulary, 1), None
        if isinstance(layer, Recurrent):
            size, where = layer.layout.input_size, {"dtype": layer.dtype, "device": layer.device}
            embedding = Embedding(vocabulary, size, **where, seed=rng)
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

    def answer(self, y: Tensor) -> Tensor:
        """Outputs of the layer -> logits."""
        return self.head(y, self.embedding.E) if self.tied else self.head(y)

    def run(self, ids, state=None, lengths=None) -> tuple[Tensor, Any]:
        """Go on from a state: ids (B, T) -> logits (B, T, V), the state after the last real step.

        The state as the layer takes and gives it; None for zeros. Detach it to go back no further.
        """
        y, state = self.layer(self.embedding(ids), state, lengths)
        return self.answer(y), state

    def read(self, ids: np.ndarray, state) -> tuple[np.ndarray, Any]:
        with outside_training(self):
            logits, state = self.run(torch.as_tensor(ids, device=self.layer.device), state)
        return to_numpy(logits[:, -1]), state

    def loss(self, outputs: Tensor, target, lengths=None, weights=None) -> Tensor:
        """Cross-entropy; steps past the length do not count."""
        mask = step_mask(self, outputs, lengths)
        return losses.cross_entropy(outputs, target, mask, weights=weights)


class Tied(Plain):
    """y = x E^T + b, with the table E of an embedding."""

    def __init__(self, embedding: Embedding):
        super().__init__()
        E = embedding.E
        self.b = parameter(np.zeros(len(E)), E.dtype, E.device)

    def forward(self, x: Tensor, E: Tensor) -> Tensor:
        """x (..., D) -> y (..., V)."""
        return x @ E.T + self.b
