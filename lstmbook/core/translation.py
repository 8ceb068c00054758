r"""What the encoders and decoders of all three implementations share: checks, targets, search."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstmbook.core.checks import check_bool, check_int, check_number
from lstmbook.core.ctc import NONE, as_rows
from lstmbook.core.search import search, up_to_end
from lstmbook.errors import ShapeError, ValueRangeError


def check_decoder(encoder, decoder, Recurrent: type) -> None:
    """Raise unless both are recurrent layers that can hand over a state.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    for name, layer in (("encoder", encoder), ("decoder", decoder)):
        if not isinstance(layer, Recurrent):
            raise ShapeError(
                f"{name}: expected a recurrent layer of {Recurrent.__module__.rpartition('.')[0]}, "
                f"got {type(layer).__name__}"
            )
        if not layer.return_state:
            raise ValueRangeError(f"{name}: expected return_state=True, the state is handed over")
    if decoder.layout.bidirectional:
        raise ValueRangeError(
            "decoder: expected one direction, got bidirectional=True: what it is to write is not "
            "there yet"
        )
    for name, layer in (("encoder", encoder), ("decoder", decoder)):
        if 0 not in layer.layout.variant.space:
            raise ValueRangeError(
                f"{name}: expected a layer that reads (B, T, D), got {layer.layout.variant.name}, "
                "whose steps have space"
            )


def check_rate(teacher_forcing) -> float:
    """Raise ValueRangeError unless it is in [0, 1]."""
    return check_number("teacher_forcing", teacher_forcing, 0, 1)


def same_states(encoder, decoder) -> bool:
    """Whether the decoder can begin with the state of the encoder as it is."""
    return list(encoder.layout.states.items()) == list(decoder.layout.states.items())


def state_sizes(layer) -> list[int]:
    """Numbers in each state of one sequence, in order."""
    return [int(np.prod(size)) for size in layer.layout.states.values()]


def values_of(layer, state) -> list:
    """States in the order of the layout, whether they came as a tuple or a dict."""
    return [state[n] for n in layer.layout.states] if isinstance(state, Mapping) else list(state)


def shifted(labels: np.ndarray, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Labels (B, L), -1 behind the last -> what is read, what is to be written, how many count.

    >>> read, wanted, counts = shifted(np.array([[3, 1, -1]]), end=9)
    >>> read, wanted, counts
    (array([[9, 3, 1, 0]]), array([[3, 1, 9, 0]]), array([3]))
    """
    labels = np.concatenate([labels, np.full((len(labels), 1), NONE)], axis=1)
    counts = (labels != NONE).sum(axis=1)
    wanted = np.where(labels == NONE, 0, labels)
    wanted[np.arange(len(labels)), counts] = end
    read = np.concatenate([np.full((len(labels), 1), end), np.where(labels == NONE, 0, labels)], 1)
    return read[:, :-1], wanted, counts + 1


class Decodes:
    """A model that writes strings."""

    outputs: int
    longest: int
    teacher_forcing: float
    rng: np.random.Generator
    layer: Any
    decoder: Any

    @property
    def recurrent_layers(self) -> tuple:
        """The layers that the constructor takes, in order."""
        return self.layer, self.decoder

    @property
    def per_step(self) -> bool:
        """Its targets are no classes a step."""
        return False

    @property
    def symbols(self) -> int:
        """K, the symbols that it writes; K itself is the end."""
        return self.outputs - 1

    @property
    def counted(self) -> tuple[str, int]:
        """What the constructor takes after the layers, by its name there."""
        return "symbols", self.symbols

    def as_target(self, target, batch: int) -> np.ndarray:
        """Rows of symbols (B, L) as int64, -1 behind the last."""
        return as_rows("target", target, batch, self.symbols)

    def mixed(self, read: np.ndarray, x, lengths) -> np.ndarray:
        """Symbols to read (B, L + 1): the true ones, or by chance those the model would write."""
        (state, _), mixed = self.beginning(x, lengths), read.copy()
        true = self.rng.random(read.shape) < self.teacher_forcing
        for t in range(1, read.shape[1]):
            logits, _, state = self.next(mixed[:, t - 1], state)
            guess = logits[:, : self.symbols].argmax(axis=1)
            mixed[:, t] = np.where(true[:, t], read[:, t], guess)
        return mixed

    def beginning(self, x, lengths) -> tuple[Any, int]:
        """Outside training: what a search starts from, and the number of sequences."""
        raise NotImplementedError

    def next(self, ids: np.ndarray, state) -> tuple[np.ndarray, np.ndarray | None, Any]:
        """Outside training: ids (N,) -> logits (N, K + 1), attention weights, the next state."""
        raise NotImplementedError

    def pick(self, state, rows: np.ndarray):
        """The state of those rows."""
        raise NotImplementedError

    def decode(
        self,
        x,
        lengths=None,
        width: int = 1,
        longest: int | None = None,
        return_attention: bool = False,
    ):
        r"""Read x and write.

        Parameters
        ----------
        x : array (B, T, D), or ids (B, T) for a model with an embedding
        lengths : ints (B,), or None
        width : int
            1 takes the likeliest symbol each time; more is a beam search, which keeps so many
            strings and gives the most probable of those, end and all.
        longest : int or None, symbols at most; None for the model's own
        return_attention : bool, also give the attention weights

        Returns
        -------
        list of B lists of symbols
            and, if asked for, a list of B arrays (symbols, T): where each symbol was looked for

        Raises
        ------
        ShapeError, ValueRangeError
        """
        width, longest = check_int("width", width, 1), longest or self.longest
        longest = check_int("longest", longest, 1)
        if (
            check_bool("return_attention", return_attention)
            and getattr(self, "attention", 0) is None
        ):
            raise ValueRangeError("return_attention: this model has no attention to give")
        start, batch = self.beginning(x, lengths)
        found, weights = search(start, self.next, self.pick, batch, self.symbols, longest, width)
        return (found, weights) if return_attention else found

    def read(self, outputs) -> list[list[int]]:
        """Logits as `lb.predict` gives them (B, longest, K + 1) -> lists of symbols."""
        return [up_to_end(row, self.symbols) for row in np.asarray(outputs).argmax(axis=2)]
