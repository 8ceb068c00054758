"""An encoder and decoder that may also copy: rare words, names, numbers."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.pointing import check_pointing
from lstmbook.torch.encoder_decoder import EncoderDecoder
from lstmbook.torch.layers import Dense, Embedding
from lstmbook.torch.recurrent import Recurrent


class PointerGenerator(EncoderDecoder):
    r"""An EncoderDecoder that writes a symbol or points at one of the source and copies it.

    p softmax(head) + (1 - p) sum of the attention on equal source symbols, with p = sigmoid of a
    Dense layer ("switch") on the decoder's output and the context (See et al. 2017,
    arXiv:1704.04368, without coverage). Source and target have one set of symbols: x are ids
    0..K-1 as the targets are. What it gives are log probabilities. PyTorch and TensorFlow only.

    Parameters
    ----------
    encoder, decoder : recurrent layers, as in EncoderDecoder
    symbols : int, K
    embedding : Embedding of the source, with at most K ids
    attention : "additive" or "dot"
    teacher_forcing, longest, seed : as in EncoderDecoder

    Examples
    --------
    >>> from lstmbook import torch as lb
    >>> table = lb.Embedding(10, 3)
    >>> model = lb.PointerGenerator(lb.GRU(3, 8), lb.GRU(5, 8), symbols=10, embedding=table)
    >>> model([[1, 2, 9], [4, 4, 0]], target=[[1, 2, -1], [3, 1, 4]]).shape
    torch.Size([2, 4, 11])
    """

    attention: Any

    def __init__(
        self,
        encoder: Recurrent,
        decoder: Recurrent,
        symbols: int,
        *,
        embedding: Embedding | None = None,
        attention: str | None = "additive",
        teacher_forcing: float = 1.0,
        longest: int = 50,
        seed: Seed = 0,
    ):
        symbols = check_int("symbols", symbols, 1)
        check_pointing(embedding, Embedding, symbols, attention)
        rng = np.random.default_rng(check_seed(seed))
        super().__init__(
            encoder,
            decoder,
            symbols,
            embedding=embedding,
            attention=attention,
            teacher_forcing=teacher_forcing,
            longest=longest,
            seed=rng,
        )
        size = decoder.output_size + encoder.output_size
        self.switch = Dense(size, 1, dtype=encoder.dtype, device=encoder.device, seed=rng)

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        return {**super().parts, "switch": self.switch}

    def source(self, x):
        """The ids of the source (B, T), which may be copied."""
        return torch.as_tensor(x, device=self.encoder.device)

    def answers(self, y: Tensor, keys: Tensor, lengths, source) -> tuple[Tensor, Tensor | None]:
        """Outputs of the decoder, (B, L, H) or (B, H) -> log probabilities, attention weights."""
        context, weights = self.attention(y, keys, lengths)
        both = torch.cat([y, context], dim=-1)
        switch, written = self.switch(both), self.head(both).log_softmax(dim=-1)
        places = source.long() if y.ndim == 2 else source.long()[:, None].expand_as(weights)
        copied = torch.zeros_like(written).scatter_add(-1, places, weights)
        copied = copied.clamp(min=torch.finfo(copied.dtype).tiny).log()
        mixed = torch.logaddexp(F.logsigmoid(switch) + written, F.logsigmoid(-switch) + copied)
        return mixed, weights
