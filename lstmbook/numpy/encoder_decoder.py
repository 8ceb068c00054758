"""One layer reads a sequence, another writes a string: translation, in the widest sense."""

from typing import Any

import numpy as np

from lstmbook.core.checks import Seed, check_int, check_seed
from lstmbook.core.translation import (
    Decodes,
    check_decoder,
    check_rate,
    same_states,
    shifted,
    state_sizes,
    values_of,
)
from lstmbook.numpy import losses
from lstmbook.numpy.attention import Attention
from lstmbook.numpy.layers import Dense, Embedding
from lstmbook.numpy.models import SequenceModel
from lstmbook.numpy.recurrent import Recurrent


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

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> model = lb.EncoderDecoder(lb.GRU(3, 8), lb.GRU(5, 8), symbols=10, attention="dot")
    >>> x, y = lb.asarray([[[0.0] * 3] * 7] * 2), [[1, 2, -1], [3, 1, 4]]
    >>> model(x, target=y).shape
    (2, 4, 11)
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
    ):
        check_decoder(encoder, decoder, Recurrent)
        symbols = check_int("symbols", symbols, 1)
        rng: Any = np.random.default_rng(check_seed(seed))
        rate, longest = check_rate(teacher_forcing), check_int("longest", longest, 1)
        sizes = decoder.output_size, encoder.output_size
        where: dict[str, Any] = {"dtype": encoder.dtype}
        asks = None if attention is None else Attention(*sizes, score=attention, **where, seed=rng)
        super().__init__(encoder, symbols + 1, pooling=None, embedding=embedding, seed=rng)
        self.decoder, self.attention = decoder, asks
        self.teacher_forcing, self.longest = rate, longest
        self.bridge = None
        if not same_states(encoder, decoder):
            counts = sum(state_sizes(encoder)), sum(state_sizes(decoder))
            self.bridge = Dense(*counts, **where, seed=rng)
        self.table = Embedding(symbols + 1, decoder.layout.input_size, **where, seed=rng)
        self.head = Dense(sum(sizes[: 1 if asks is None else 2]), symbols + 1, **where, seed=rng)
        self.rng = rng

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

    def __call__(self, x, lengths=None, target=None, training: bool = True) -> np.ndarray:
        """x (B, T, D) or ids (B, T) -> logits (B, L + 1, K + 1), of every symbol and the end.

        Without a target (B, longest, K + 1): the decoder reads what it wrote itself, the likeliest
        symbol each time; 0 past the end, `read` makes symbols of them.
        """
        if target is None:
            return self.free(x, lengths)
        read, _, counts = shifted(self.as_target(target, len(x)), self.symbols)
        if training and self.teacher_forcing < 1:
            read = self.mixed(read, x, lengths)
        keys, state = self.encode(x, lengths, training)
        self.keys_shape = keys.shape
        y, _ = self.decoder(self.table(read), state, counts, training)
        if self.attention is not None:
            y = np.concatenate([y, self.attention(y, keys, lengths)[0]], axis=2)
        return self.head(y)

    def encode(self, x, lengths, training: bool) -> tuple[np.ndarray, Any]:
        """Outputs of the encoder (B, T, H), and the state that the decoder begins with."""
        x = x if self.embedding is None else self.embedding(x)
        keys, state = self.encoder(x, lengths=lengths, training=training)
        if self.bridge is None:
            return keys, state
        values = values_of(self.encoder, state)
        flat = self.bridge(np.concatenate([v.reshape(len(v), -1) for v in values], axis=1))
        return keys, unflatten(self.decoder, flat)

    def free(self, x, lengths) -> np.ndarray:
        """Logits (B, longest, K + 1) of what it writes without help."""
        state, batch = self.beginning(x, lengths)
        ids, done = np.full(batch, self.symbols), np.zeros((batch, 1), bool)
        outputs = np.zeros((batch, self.longest, self.outputs), self.encoder.dtype)
        for t in range(self.longest):
            logits, _, state = self.next(ids, state)
            outputs[:, t] = np.where(done, 0, logits)
            ids = logits.argmax(axis=1)
            done |= ids[:, None] == self.symbols
            if done.all():
                break
        return outputs

    def beginning(self, x, lengths) -> tuple[Any, int]:
        keys, state = self.encode(x, lengths, training=False)
        return (keys, lengths, values_of(self.decoder, state)), len(keys)

    def next(self, ids: np.ndarray, state) -> tuple[np.ndarray, np.ndarray | None, Any]:
        keys, lengths, values = state
        given = dict(zip(self.decoder.layout.states, values, strict=True))
        given = self.decoder.layout.state_as_given(given)
        y, after = self.decoder.step(self.table(ids[:, None])[:, 0], given)
        weights = None
        if self.attention is not None:
            context, weights = self.attention(y, keys, lengths)
            y = np.concatenate([y, context], axis=1)
        return self.head(y), weights, (keys, lengths, values_of(self.decoder, after))

    def pick(self, state, rows: np.ndarray):
        keys, lengths, values = state
        if len(keys) != len(rows):  # else each row stays within its own sequence
            keys, lengths = keys[rows], None if lengths is None else np.asarray(lengths)[rows]
        return keys, lengths, [value[rows] for value in values]

    def loss(self, outputs, target, lengths=None) -> tuple[float, np.ndarray]:
        """Cross-entropy of every symbol and the end, and its gradient."""
        _, wanted, counts = shifted(self.as_target(target, len(outputs)), self.symbols)
        return losses.cross_entropy(outputs, wanted, np.arange(wanted.shape[1]) < counts[:, None])

    def backward(self, dout) -> np.ndarray | None:
        """dout (B, L + 1, K + 1) -> dx, or None for ids; fills the parts' `grads`."""
        dy, dkeys = self.head.backward(dout), None
        if self.attention is not None:
            size = self.decoder.output_size
            dquery, dkeys = self.attention.backward(dy[:, :, size:])
            dy = dy[:, :, :size] + dquery
        demb, dstate = self.decoder.backward(dy)
        self.table.backward(demb)
        if self.bridge is not None:
            values = values_of(self.decoder, dstate)
            flat = np.concatenate([v.reshape(len(v), -1) for v in values], axis=1)
            dstate = unflatten(self.encoder, self.bridge.backward(flat))
        if dkeys is None:
            dkeys = np.zeros(self.keys_shape, self.encoder.dtype)
        dx, _ = self.encoder.backward(dkeys, dstate)
        return dx if self.embedding is None else self.embedding.backward(dx)


def unflatten(layer: Recurrent, flat: np.ndarray):
    """Numbers (B, S) as the states of a layer."""
    ends = np.cumsum(state_sizes(layer))[:-1]
    parts = np.split(flat, ends, axis=1)
    sizes = layer.layout.states.items()
    return layer.layout.state_as_given(
        {n: part.reshape(len(flat), *size) for (n, size), part in zip(sizes, parts, strict=True)}
    )
