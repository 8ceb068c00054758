r"""What the language models of all three implementations share: checks, how symbols are drawn."""

from typing import Any

import numpy as np

from lstmbook.core.arrays import as_ids
from lstmbook.core.checks import check_bool, check_int, check_number, check_seed
from lstmbook.core.layout import shape_of
from lstmbook.errors import ValueRangeError


def check_layer(layer, tied) -> bool:
    """Check that a layer can write a text, and whether its two tables may be one.

    Raises
    ------
    ValueRangeError
    """
    layout = getattr(layer, "layout", None)
    if layout is None:
        return check_bool("tied", tied)  # what it is instead is said by the model
    if layout.bidirectional:
        raise ValueRangeError(
            "layer: expected one direction, got bidirectional=True, which has read the symbols it "
            "should foretell"
        )
    if not layer.return_state:
        raise ValueRangeError(
            "layer: expected return_state=True, the state goes on from text to text"
        )
    if check_bool("tied", tied) and layout.input_size != layout.output_size:
        raise ValueRangeError(
            f"tied: expected a layer with as many outputs as inputs, got {layout.input_size} and "
            f"{layout.output_size}; use tied=False, or a layer of {layout.input_size} units"
        )
    return bool(tied)


class Writes:
    """A language model's text."""

    embedding: Any

    def read(self, ids: np.ndarray, state) -> tuple[np.ndarray, Any]:
        """Outside training: ids (B, T) and a state -> logits (B, V) after the last, the state."""
        raise NotImplementedError

    def sample(self, start, length: int, temperature: float = 1.0, seed: int = 0) -> np.ndarray:
        r"""Write on: draw symbol after symbol, each from what the model gives after the last.

        Parameters
        ----------
        start : ids (T,) or (B, T), T >= 1
        length : int, symbols to write
        temperature : float >= 0
            Logits are divided by it: below 1 the likely becomes likelier, 0 takes the likeliest.
        seed : int or numpy.random.Generator, the same draws in all three implementations

        Returns
        -------
        int64 array (length,) or (B, length), without the start

        Raises
        ------
        ShapeError, ValueRangeError
        """
        alone = len(shape_of("start", start)) == 1
        ids = as_ids(
            "start", np.asarray(start)[None] if alone else start, self.embedding.vocabulary
        )
        length = check_int("length", length, 1)
        temperature = check_number("temperature", temperature, 0)
        rng, written, state = np.random.default_rng(check_seed(seed)), [], None
        for _ in range(length):
            logits, state = self.read(ids, state)
            ids = draw(logits, temperature, rng)[:, None]
            written.append(ids)
        text = np.concatenate(written, axis=1)
        return text[0] if alone else text


def draw(logits: np.ndarray, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """One class a row (B,) of logits (B, V), with the probabilities of softmax(logits / t).

    >>> draw(np.array([[0.0, 9.0], [1.0, 0.0]]), 0, np.random.default_rng(0))
    array([1, 0])
    """
    z = logits.astype("float64")
    if temperature == 0:
        return z.argmax(axis=1)
    z = (z - z.max(axis=1, keepdims=True)) / temperature
    below = np.exp(z).cumsum(axis=1)
    u = rng.random((len(z), 1)) * below[:, -1:]
    return (below <= u).sum(axis=1)
