"""One layer reads a sequence, another writes a string: translation, in the widest sense."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

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
from lstmbook.torch import losses
from lstmbook.torch.arrays import asarray, to_numpy
from lstmbook.torch.attention import Attention
from lstmbook.torch.layers import Dense, Embedding
from lstmbook.torch.models import SequenceModel
from lstmbook.torch.modes import outside_training
from lstmbook.torch.recurrent import Recurrent


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
    >>> from lstmbook import torch as lb
    >>> model = lb.EncoderDecoder(lb.GRU(3, 8), lb.GRU(5, 8), symbols=10, attention="dot")
    >>> x, y = lb.asarray([[[0.0] * 3] * 7] * 2), [[1, 2, -1], [3, 1, 4]]
    >>> model(x, target=y).shape
    torch.Size([2, 4, 11])
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
        symbols, rng = check_int("symbols", symbols, 1), np.random.default_rng(check_seed(seed))
        rate, longest = check_rate(teacher_forcing), check_int("longest", longest, 1)
        sizes = decoder.output_size, encoder.output_size
        where = {"dtype": encoder.dtype, "device": encoder.device}
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

    def forward(self, x: Tensor, lengths=None, target=None) -> Tensor:
        """x (B, T, D) or ids (B, T) -> logits (B, L + 1, K + 1), of every symbol and the end.

        Without a target (B, longest, K + 1): the decoder reads what it wrote itself, the likeliest
        symbol each time; 0 past the end, `read` makes symbols of them.
        """
        if target is None:
            return self.free(x, lengths)
        labels = self.as_target(to_numpy(target), len(x))
        read, _, counts = shifted(labels, self.symbols)
        if self.training and self.teacher_forcing < 1:
            read = self.mixed(read, x, lengths)
        keys, state = self.encode(x, lengths)
        y, _ = self.decoder(self.table(read), state, counts)
        return self.answers(y, keys, lengths, self.source(x))[0]

    def answers(self, y: Tensor, keys: Tensor, lengths, source) -> tuple[Tensor, Tensor | None]:
        """Outputs of the decoder, (B, L, H) or (B, H) -> logits, and attention weights or None."""
        if self.attention is None:
            return self.head(y), None
        context, weights = self.attention(y, keys, lengths)
        return self.head(torch.cat([y, context], dim=-1)), weights

    def source(self, x):
        """What `answers` has to know of x: nothing here."""
        return None

    def encode(self, x, lengths) -> tuple[Tensor, Any]:
        """Outputs of the encoder (B, T, H), and the state that the decoder begins with."""
        x = x if self.embedding is None else self.embedding(x)
        keys, state = self.encoder(x, lengths=lengths)
        if self.bridge is None:
            return keys, state
        values = values_of(self.encoder, state)
        flat = self.bridge(torch.cat([v.flatten(1) for v in values], dim=1))
        parts = flat.split(state_sizes(self.decoder), dim=1)
        sizes = self.decoder.layout.states.items()
        named = {n: p.reshape(-1, *size) for (n, size), p in zip(sizes, parts, strict=True)}
        return keys, self.decoder.layout.state_as_given(named)

    def free(self, x, lengths) -> Tensor:
        """Logits (B, longest, K + 1) of what it writes without help."""
        keys, state = self.encode(x, lengths)
        state = keys, lengths, self.source(x), values_of(self.decoder, state)
        ids = torch.full((len(keys),), self.symbols, device=keys.device)
        done, outputs = torch.zeros(len(keys), 1, dtype=torch.bool, device=keys.device), []
        for _ in range(self.longest):
            logits, _, state = self.advance(ids, state)
            outputs.append(torch.where(done, 0, logits))
            ids = logits.argmax(dim=1)
            done = done | (ids[:, None] == self.symbols)
            if done.all():
                break
        outputs += [torch.zeros_like(outputs[0])] * (self.longest - len(outputs))
        return torch.stack(outputs, dim=1)

    def beginning(self, x, lengths) -> tuple[Any, int]:
        if self.embedding is None and not isinstance(x, Tensor):
            x = asarray(x, self.encoder.dtype, self.encoder.device)
        with outside_training(self):
            keys, state = self.encode(x, lengths)
        return (keys, lengths, self.source(x), values_of(self.decoder, state)), len(keys)

    def next(self, ids: np.ndarray, state) -> tuple[np.ndarray, np.ndarray | None, Any]:
        with outside_training(self):
            symbols = torch.as_tensor(ids, device=self.encoder.device)
            logits, weights, state = self.advance(symbols, state)
        return to_numpy(logits), None if weights is None else to_numpy(weights), state

    def advance(self, ids: Tensor, state) -> tuple[Tensor, Tensor | None, Any]:
        """ids (N,) -> logits (N, K + 1), attention weights (N, T) or None, the next state."""
        keys, lengths, source, values = state
        given = dict(zip(self.decoder.layout.states, values, strict=True))
        given = self.decoder.layout.state_as_given(given)
        y, after = self.decoder.step(self.table(ids[:, None])[:, 0], given)
        logits, weights = self.answers(y, keys, lengths, source)
        return logits, weights, (keys, lengths, source, values_of(self.decoder, after))

    def pick(self, state, rows: np.ndarray):
        keys, lengths, source, values = state
        chosen = torch.as_tensor(rows, device=keys.device)
        if len(keys) != len(rows):  # else each row stays within its own sequence
            keys, lengths = keys[chosen], None if lengths is None else to_numpy(lengths)[rows]
            source = None if source is None else source[chosen]
        return keys, lengths, source, [value[chosen] for value in values]

    def loss(self, outputs: Tensor, target, lengths=None) -> Tensor:
        """Cross-entropy of every symbol and the end."""
        labels = self.as_target(to_numpy(target), len(outputs))
        _, wanted, counts = shifted(labels, self.symbols)
        return losses.cross_entropy(outputs, wanted, np.arange(wanted.shape[1]) < counts[:, None])
