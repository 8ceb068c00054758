"""An encoder and decoder that may also copy: rare words, names, numbers."""

from typing import Any

import keras
import numpy as np
from keras import ops

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.pointing import check_pointing
from lstmbook.tensorflow.arrays import dtype_of
from lstmbook.tensorflow.encoder_decoder import EncoderDecoder
from lstmbook.tensorflow.layers import Dense, Embedding
from lstmbook.tensorflow.recurrent import Recurrent


@keras.saving.register_keras_serializable("lstmbook")
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
    **keras_options
        Keras' own `name`, `trainable`, ...

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> table = lb.Embedding(10, 3)
    >>> model = lb.PointerGenerator(lb.GRU(3, 8), lb.GRU(5, 8), symbols=10, embedding=table)
    >>> model([[1, 2, 9], [4, 4, 0]], target=[[1, 2, -1], [3, 1, 4]]).shape
    TensorShape([2, 4, 11])
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
        **keras_options,
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
            **keras_options,
        )
        size = decoder.output_size + encoder.output_size
        self.seed = seed if hasattr(seed, "__index__") else 0
        self.switch = Dense(size, 1, dtype=encoder.dtype_policy, seed=rng)

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        return {**super().parts, "switch": self.switch}

    def source(self, x):
        """The ids of the source (B, T), which may be copied."""
        return ops.cast(ops.convert_to_tensor(x), "int32")

    def answers(self, y, keys, lengths, source) -> tuple[Any, Any]:
        """Outputs of the decoder, (B, L, H) or (B, H) -> log probabilities, attention weights."""
        context, weights = self.attention(y, keys, lengths=lengths)
        both = ops.concatenate([y, context], axis=-1)
        switch, written = self.switch(both), ops.log_softmax(self.head(both), axis=-1)
        says = ops.one_hot(source, self.outputs, dtype=dtype_of(weights))
        if len(y.shape) == 2:
            copied = ops.matmul(weights[:, None], says)[:, 0]
        else:
            copied = ops.matmul(weights, says)
        copied = ops.log(ops.maximum(copied, float(np.finfo(dtype_of(copied)).tiny)))
        switched = ops.log_sigmoid(switch) + written, ops.log_sigmoid(-switch) + copied
        return ops.logaddexp(*switched), weights
