"""One layer reads a sequence, another writes a string: translation, in the widest sense."""

from typing import Any

import keras
import numpy as np
from keras import ops

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.translation import (
    Decodes,
    check_decoder,
    check_rate,
    same_states,
    state_sizes,
    values_of,
)
from lstmbook.tensorflow import losses
from lstmbook.tensorflow.arrays import asarray, is_tensor, to_numpy, value_now
from lstmbook.tensorflow.attention import Attention
from lstmbook.tensorflow.inputs import shifted
from lstmbook.tensorflow.layers import Dense, Embedding
from lstmbook.tensorflow.models import SequenceModel
from lstmbook.tensorflow.recurrent import Recurrent


@keras.saving.register_keras_serializable("lstmbook")
class EncoderDecoder(Decodes, SequenceModel):
    r"""Reads x, then writes symbols 0..K-1 until it says that it is done.

    The encoder reads; the decoder begins with its last state and writes, each symbol after it has
    read the one before (Sutskever et al. 2014, arXiv:1409.3215). With attention every output of
    the decoder asks the outputs of the encoder, and the head sees both (Luong et al. 2015,
    arXiv:1508.04025, without input feeding). Targets are symbols (B, L), -1 behind the last; the
    end is the model's own and has the number K. Trained by the cross-entropy of every symbol and
    the end; `decode` writes.

    Parameters
    ----------
    encoder, decoder : recurrent layers
        The decoder has one direction; its input size is that of a table of symbols of its own. If
        their states differ in name or size, a Dense layer ("bridge") makes one of the other.
    symbols : int, K
    embedding : Embedding, when x is ids (B, T)
    attention : None, "dot" or "additive"
    teacher_forcing : float
        In training the decoder reads the true symbol before each with this chance, else its own
        likeliest one (Bengio et al. 2015, arXiv:1506.03099), which costs a second pass.
    longest : int, symbols written at most where nothing else is said
    seed : int or numpy.random.Generator, for all parts that the model makes, and for the chance
    **keras_options
        Keras' own `name`, `trainable`, ...

    Examples
    --------
    >>> from lstmbook import tensorflow as lb
    >>> model = lb.EncoderDecoder(lb.GRU(3, 8), lb.GRU(5, 8), symbols=10, attention="dot")
    >>> x, y = lb.asarray([[[0.0] * 3] * 7] * 2), [[1, 2, -1], [3, 1, 4]]
    >>> model(x, target=y).shape
    TensorShape([2, 4, 11])
    >>> len(model.decode(x, longest=6, width=3))
    2
    """

    kind, reads_target = "decoder", True

    def __init__(
        self,
        encoder: Recurrent,
        decoder: Recurrent,
        symbols: int,
        *,
        embedding: Embedding | None = None,
        attention: str | None = None,
        teacher_forcing: float = 1.0,
        longest: int = 50,
        seed: Seed = 0,
        **keras_options,
    ):
        check_decoder(encoder, decoder, Recurrent)
        symbols, rng = check_int("symbols", symbols, 1), np.random.default_rng(check_seed(seed))
        rate, longest = check_rate(teacher_forcing), check_int("longest", longest, 1)
        sizes = decoder.output_size, encoder.output_size
        where = {"dtype": encoder.dtype_policy}
        asks = None if attention is None else Attention(*sizes, score=attention, **where, seed=rng)
        super().__init__(
            encoder, symbols + 1, pooling=None, embedding=embedding, seed=rng, **keras_options
        )
        self.decoder, self.attention = decoder, asks
        self.teacher_forcing, self.longest = rate, longest
        self.bridge = None
        if not same_states(encoder, decoder):
            counts = sum(state_sizes(encoder)), sum(state_sizes(decoder))
            self.bridge = Dense(*counts, **where, seed=rng)
        self.table = Embedding(symbols + 1, decoder.layout.input_size, **where, seed=rng)
        self.head = Dense(sum(sizes[: 1 if asks is None else 2]), symbols + 1, **where, seed=rng)
        self.seed = seed if hasattr(seed, "__index__") else 0
        if rate < 1:
            self.random = keras.random.SeedGenerator(self.seed)

    def make_head(self, seed):
        """None yet: it is made when the other parts are there."""
        return None

    @property
    def encoder(self) -> Recurrent:
        return self.layer

    @property
    def parts(self) -> dict:
        """The parts that have parameters, by the prefix of their names."""
        names = ("embedding", "encoder", "bridge", "table", "decoder", "attention", "head")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def settings(self) -> dict:
        """What the constructor takes beside parts and counts."""
        score = None if self.attention is None else self.attention.sizes["score"]
        rates = {"teacher_forcing": self.teacher_forcing, "longest": self.longest}
        return {"attention": score, **rates}

    def __call__(self, x, lengths=None, target=None, training=None) -> Any:
        """x (B, T, D) or ids (B, T) -> logits (B, L + 1, K + 1), of every symbol and the end.

        Without a target (B, longest, K + 1): the decoder reads what it wrote itself, the likeliest
        symbol each time; 0 past the end, `read` makes symbols of them.
        """
        if target is not None:
            target = self.checked(target, x)
        return super().__call__(x, lengths, training, target=target)

    def checked(self, target, x):
        """Symbols as a tensor, checked as far as they are known."""
        now = value_now(target)
        batch = x.shape[0] if hasattr(x, "shape") else len(x)
        if now is not None and batch is not None:
            target = self.as_target(now, batch)
        return ops.cast(ops.convert_to_tensor(target), "int32")

    def call(self, x, lengths=None, training=None, target=None):
        if target is None:
            return self.free(x, lengths)
        read, _, counts = shifted(target, self.symbols)
        if training and self.teacher_forcing < 1:
            read = self.mixed(read, x, lengths)
        keys, state = self.encode(x, lengths, bool(training))
        y, _ = self.decoder(self.table(read), state, counts, training=training)
        return self.answers(y, keys, lengths, self.source(x))[0]

    def answers(self, y, keys, lengths, source) -> tuple[Any, Any]:
        """Outputs of the decoder, (B, L, H) or (B, H) -> logits, and attention weights or None."""
        if self.attention is None:
            return self.head(y), None
        context, weights = self.attention(y, keys, lengths=lengths)
        return self.head(ops.concatenate([y, context], axis=-1)), weights

    def source(self, x):
        """What `answers` has to know of x: nothing here."""
        return None

    def encode(self, x, lengths, training=False) -> tuple[Any, Any]:
        """Outputs of the encoder (B, T, H), and the state that the decoder begins with."""
        x = x if self.embedding is None else self.embedding(x)
        keys, state = self.encoder(x, lengths=lengths, training=training)
        if self.bridge is None:
            return keys, state
        values = values_of(self.encoder, state)
        flat = [
            ops.reshape(v, (-1, size))
            for v, size in zip(values, state_sizes(self.encoder), strict=True)
        ]
        flat = self.bridge(ops.concatenate(flat, axis=1))
        ends = np.cumsum(state_sizes(self.decoder)).tolist()
        parts = [flat[:, a:b] for a, b in zip([0, *ends], ends, strict=False)]
        sizes = self.decoder.layout.states.items()
        named = {n: ops.reshape(p, (-1, *size)) for (n, size), p in zip(sizes, parts, strict=True)}
        return keys, self.decoder.layout.state_as_given(named)

    def mixed(self, read, x, lengths):
        """Symbols to read (B, L + 1): the true ones, or by chance those the model would write."""
        keys, state = self.encode(x, lengths)
        state = keys, lengths, self.source(x), values_of(self.decoder, state)
        chance = keras.random.uniform(ops.shape(read), seed=self.random)
        columns = [read[:, 0]]
        for t in range(1, read.shape[1]):
            logits, _, state = self.advance(columns[-1], state)
            guess = ops.cast(ops.argmax(logits[:, : self.symbols], axis=1), "int32")
            true = chance[:, t] < self.teacher_forcing
            columns.append(ops.where(true, read[:, t], guess))
        return ops.stack(columns, axis=1)

    def free(self, x, lengths):
        """Logits (B, longest, K + 1) of what it writes without help."""
        keys, state = self.encode(x, lengths)
        state = keys, lengths, self.source(x), values_of(self.decoder, state)
        ids = ops.full((ops.shape(keys)[0],), self.symbols, "int32")
        done, outputs = ids < 0, []
        for _ in range(self.longest):
            logits, _, state = self.advance(ids, state)
            outputs.append(ops.where(done[:, None], ops.zeros_like(logits), logits))
            ids = ops.cast(ops.argmax(logits, axis=1), "int32")
            done = ops.logical_or(done, ids == self.symbols)
        return ops.stack(outputs, axis=1)

    def beginning(self, x, lengths) -> tuple[Any, int]:
        if self.embedding is None and not is_tensor(x):
            x = asarray(x, self.compute_dtype)
        keys, state = self.encode(x, lengths)
        state = keys, lengths, self.source(x), values_of(self.decoder, state)
        return state, int(keys.shape[0])

    def next(self, ids: np.ndarray, state) -> tuple[np.ndarray, np.ndarray | None, Any]:
        logits, weights, state = self.advance(ops.convert_to_tensor(ids, "int32"), state)
        return to_numpy(logits), None if weights is None else to_numpy(weights), state

    def advance(self, ids, state) -> tuple[Any, Any, Any]:
        """ids (N,) -> logits (N, K + 1), attention weights (N, T) or None, the next state."""
        keys, lengths, source, values = state
        given = dict(zip(self.decoder.layout.states, values, strict=True))
        given = self.decoder.layout.state_as_given(given)
        y, after = self.decoder.step(self.table(ids[:, None])[:, 0], given)
        logits, weights = self.answers(y, keys, lengths, source)
        return logits, weights, (keys, lengths, source, values_of(self.decoder, after))

    def pick(self, state, rows: np.ndarray):
        keys, lengths, source, values = state
        if len(keys) != len(rows):  # else each row stays within its own sequence
            keys, source = (v if v is None else ops.take(v, rows, axis=0) for v in (keys, source))
            lengths = None if lengths is None else to_numpy(lengths)[rows]
        return keys, lengths, source, [ops.take(value, rows, axis=0) for value in values]

    def loss(self, outputs, target, lengths=None):
        """Cross-entropy of every symbol and the end."""
        _, wanted, counts = shifted(self.checked(target, outputs), self.symbols)
        mask = ops.arange(ops.shape(wanted)[1]) < counts[:, None]
        return losses.cross_entropy(outputs, wanted, mask)

    def get_config(self) -> dict:
        config = super().get_config()
        del config["outputs"], config["pooling"]
        config["encoder"] = config.pop("layer")
        config["decoder"] = keras.saving.serialize_keras_object(self.decoder)
        return {**config, "symbols": self.symbols, **self.settings}

    @classmethod
    def from_config(cls, config: dict):
        names = ("encoder", "decoder", "embedding")
        parts = {n: keras.saving.deserialize_keras_object(config[n]) for n in names}
        return cls(**{**config, **parts})
