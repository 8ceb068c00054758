r"""From texts to numbers: a vocabulary, and sequences of unequal length in one array."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name

PAD, UNKNOWN, START, END = "<pad>", "<unknown>", "<start>", "<end>"


def words(text: str) -> list[str]:
    r"""Words, numbers and marks of a text in small letters; an apostrophe stays inside its word.

    Examples
    --------
    >>> words("Don't miss it: 2 for 1!")
    ["don't", 'miss', 'it', ':', '2', 'for', '1', '!']
    """
    return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text.lower())


TOKENS: dict[str, Callable[[str], list[str]]] = {"words": words, "characters": list}
JOIN = {"words": " ", "characters": ""}


class Vocabulary:
    r"""Which number stands for which token; made from the training texts alone.

    Number 0 is ``<pad>``, 1 ``<unknown>``, 2 ``<start>``, 3 ``<end>``, then the tokens, the most
    frequent first (equal ones in the order of the alphabet).

    Parameters
    ----------
    texts : iterable of str
        The training texts.
    tokens : {"words", "characters"} or function of str to list of str
        How a text is cut.
    least : int
        Tokens that occur less often are unknown.
    most : int, optional
        So many tokens at most, besides the first four.

    Raises
    ------
    ShapeError
        If `texts` is one str, or holds something else than str.
    ValueRangeError, UnknownNameError
        If no token is left, `least` < 1, `most` < 1, or `tokens` is no known way.

    Examples
    --------
    >>> vocabulary = Vocabulary(["a good film", "a bad film"])
    >>> vocabulary.encode("a good play")
    [4, 7, 1]
    >>> vocabulary.decode([4, 7, 1, 3, 0])
    'a good <unknown>'
    >>> len(vocabulary), vocabulary.tokens[4:]
    (8, ('a', 'film', 'bad', 'good'))
    """

    def __init__(
        self,
        texts: Iterable[str],
        *,
        tokens: str | Callable[[str], list[str]] = "words",
        least: int = 1,
        most: int | None = None,
    ) -> None:
        if isinstance(texts, str):
            raise ShapeError("texts: expected a sequence of texts, got one str: pass [text]")
        if not callable(tokens) and tokens not in TOKENS:
            raise unknown_name("tokens", tokens, [*TOKENS, "a function"])
        self.cut = tokens if callable(tokens) else TOKENS[tokens]
        self.between = " " if callable(tokens) else JOIN[tokens]
        least = check_int("least", least, least=1)
        most = None if most is None else check_int("most", most, least=1)
        count: Counter[str] = Counter()
        for text in texts:
            count.update(self.cut(checked_text(text)))
        for special in (PAD, UNKNOWN, START, END):
            count.pop(special, None)
        often = sorted((-n, token) for token, n in count.items() if n >= least)[:most]
        if not often:
            raise ValueRangeError(f"texts: expected a token that occurs {least} times, got none")
        self.tokens = (PAD, UNKNOWN, START, END, *(token for _, token in often))
        self.ids = {token: k for k, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self.ids

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self)} tokens"

    def encode(self, text: str, *, start: bool = False, end: bool = False) -> list[int]:
        r"""Numbers of the tokens of one text; `start` and `end` add their signs."""
        inside = [self.ids.get(token, 1) for token in self.cut(checked_text(text))]
        return [2] * start + inside + [3] * end

    def decode(self, ids: Iterable[int]) -> str:
        r"""The text of some numbers, up to the first ``<end>``, without ``<start>``, ``<pad>``."""
        tokens = []
        for given in ids:
            k = check_int("ids", given, least=0, most=len(self) - 1)
            if k == 3:
                break
            if k not in (0, 2):
                tokens.append(self.tokens[k])
        return self.between.join(tokens)

    def array(
        self, texts: Iterable[str], *, longest: int | None = None, start: bool = False,
        end: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        r"""Return ids (N, T) and lengths (N,) of many texts, the empty one as ``<unknown>``.

        Examples
        --------
        >>> Vocabulary(["to be or not to be"]).array(["to be", "not"])
        (array([[5, 4],
               [6, 0]]), array([2, 1]))
        """
        if isinstance(texts, str):
            raise ShapeError("texts: expected a sequence of texts, got one str: pass [text]")
        rows = [self.encode(text, start=start, end=end) or [1] for text in texts]
        return pad(rows, longest=longest)


def checked_text(text: object) -> str:
    if not isinstance(text, str):
        raise ShapeError(f"text: expected str, got {type(text).__name__}")
    return text


def pad(
    sequences: Sequence, *, longest: int | None = None, value: float = 0
) -> tuple[np.ndarray, np.ndarray]:
    r"""Put sequences of unequal length into one array, filled behind their ends.

    Parameters
    ----------
    sequences : sequence of lists or arrays
        Each (T_i,) or (T_i, D), with T_i >= 1.
    longest : int, optional
        Cut sequences after so many steps.
    value : number
        What stands behind the ends.

    Returns
    -------
    ndarray (N, T) or (N, T, D)
        int64 for whole numbers, float32 otherwise (float64 where one of the sequences is). T is the
        length of the longest sequence.
    ndarray of int (N,)
        The lengths, as the layers and `fit` take them.

    Raises
    ------
    ShapeError
        If a sequence is empty, no array, or of another rank or width than the first.

    Examples
    --------
    >>> pad([[5, 6, 7], [8]])
    (array([[5, 6, 7],
           [8, 0, 0]]), array([3, 1]))
    """
    if not isinstance(sequences, Sequence | np.ndarray) or isinstance(sequences, str):
        raise ShapeError(f"sequences: expected a list, got {type(sequences).__name__}")
    longest = None if longest is None else check_int("longest", longest, least=1)
    rows = [_row(k, sequence)[:longest] for k, sequence in enumerate(sequences)]
    if not rows:
        raise ShapeError("sequences: expected at least one, got none")
    wide = rows[0].shape[1:]
    for k, row in enumerate(rows):
        if row.shape[1:] != wide:
            raise ShapeError(f"sequence {k}: expected (T, *{wide}) as the first, got {row.shape}")
    lengths = np.array([len(row) for row in rows])
    kinds = {row.dtype for row in rows}
    kind = max(kinds - {np.dtype(np.int64)}, key=lambda kind: kind.itemsize, default=np.int64)
    out = np.full((len(rows), lengths.max(), *wide), value, dtype=kind)
    for target, row in zip(out, rows, strict=True):
        target[: len(row)] = row
    return out, lengths


def _row(k: int, sequence: object) -> np.ndarray:
    try:
        row = np.asarray(sequence)
    except ValueError as error:  # ragged
        raise ShapeError(f"sequence {k}: expected (T,) or (T, D), got a ragged list") from error
    if row.dtype.kind not in "biuf" or row.ndim not in (1, 2) or len(row) == 0:
        raise ShapeError(
            f"sequence {k}: expected numbers (T,) or (T, D) with one step or more, got "
            f"{row.dtype} of shape {row.shape}"
        )
    if row.dtype.kind == "f":
        return row if row.dtype == np.float64 and isinstance(sequence, np.ndarray) else (
            row.astype(np.float32)
        )  # fmt: skip
    return row.astype(np.int64)


def standardized(known: Sequence[np.ndarray], rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    r"""Return `rows`, each (T, D), less the mean of all frames of `known`, over their spread.

    Examples
    --------
    >>> [row.tolist() for row in standardized([np.array([[1.0], [3.0]])], [np.array([[4.0]])])]
    [[[2.0]]]
    """
    frames = np.concatenate(known)
    mean, spread = frames.mean(axis=0), frames.std(axis=0)
    return [((row - mean) / spread).astype(np.float32) for row in rows]
