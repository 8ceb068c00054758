r"""An exercise whose answer is a formula, computed in the page on random arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lstmbook.errors import ShapeError, ValueRangeError, unknown_name
from lstmbook.live.exercise import Exercise
from lstmbook.live.expressions import FUNCTIONS, evaluate, lines_of
from lstmbook.live.figure import inline

LINES = 3  # assignments that an answer may have


@dataclass(frozen=True)
class Formula(Exercise):
    r"""A formula that the reader types, compared with the right one on random arrays.

    The page says which entries differ, which shapes do not fit, or where the formula breaks off,
    never the answer; the hint comes after a first miss or on request, then the solution.

    Parameters
    ----------
    ask : str
        What to write; `` `code` ``, ``*letter*`` and subscripts like ``h_t`` are set as such.
    given : dict of name to shape
        What may be used. A shape is a text of sizes: ``"B D"`` is (B, D), ``"D 4H"`` is (D, 4H),
        ``""`` a single number. Capital letters are sizes, all different and drawn anew for every
        check (and may be used as numbers); a number stays itself. Values are normal.
    answer : str
        An expression, or up to three assignments, one a line. The last value is what is compared. A
        value before it that no later line uses is asked for as well; the others are compared where
        the reader assigns their names too.
    hint, because : str
        Said after a miss, and after the right answer.
    gates : sequence of str
        The names in `given` whose values lie between 0 and 1.
    id : str
        Stable name of the exercise; default: made from `ask`.

    Raises
    ------
    ValueRangeError, UnknownNameError, ShapeError
        For a shape or an answer that is none, a name that is not given, values that are not
        finite.

    Examples
    --------
    >>> from lstmbook import live
    >>> live.Formula(
    ...     "One step of a plain RNN, *h_t*.",
    ...     given={"x": "B D", "h_prev": "B H", "W": "D H", "U": "H H", "b": "H"},
    ...     answer="z = x @ W + h_prev @ U + b\nh = tanh(z)",
    ...     hint="Two products, then the bias.",
    ...     id="rnn-step",
    ... ).shape
    'B H'
    """

    ask: str
    given: Mapping[str, str]
    answer: str
    hint: str = ""
    because: str = ""
    gates: Sequence[str] = ()
    id: str = ""

    kind = "formula"

    def __post_init__(self) -> None:
        shapes = {name: words_of(name, shape) for name, shape in self.given.items()}
        letters = {word[-1] for words in shapes.values() for word in words if word[-1].isupper()}
        for name in self.given:
            if not name.isidentifier() or not name.isascii() or name in {*FUNCTIONS, "np"}:
                raise ValueRangeError(
                    f"given: expected names of letters, digits and '_' that are no functions, "
                    f"got {name!r}"
                )
            if name in letters:
                raise ValueRangeError(f"given: {name!r} is a name and a size; expected one of both")
        for name in self.gates:
            if name not in self.given:
                raise unknown_name("gate", name, self.given)
        if len(lines_of(self.answer)) > LINES:
            raise ValueRangeError(f"answer: expected at most {LINES} lines, got {self.answer!r}")
        _ = self.shape

    @property
    def shape(self) -> str:
        """The shape of the answer in the letters of `given`."""
        found = []
        for seed in (0, 1):
            names, letters = self.draw(seed)
            value = evaluate(self.answer, names)[""]
            if not np.isfinite(value).all():
                raise ValueRangeError(
                    f"answer {self.answer!r}: expected finite values, got NaN or infinity on "
                    "normal numbers; names that must be positive go in gates="
                )
            found.append(" ".join(letters.get(size, str(size)) for size in value.shape))
        if found[0].count(" ") != found[1].count(" "):
            raise ShapeError(f"answer {self.answer!r}: its number of axes depends on the sizes")
        return found[0]

    def draw(self, seed: int) -> tuple[dict[str, np.ndarray], dict[int, str]]:
        r"""Random arrays for all names (and numbers for the sizes), and the letters of the sizes.

        The page draws its own; these serve to check the answer.
        """
        rng = np.random.default_rng(seed)
        shapes = {name: words_of(name, shape) for name, shape in self.given.items()}
        words = dict.fromkeys(word for words in shapes.values() for word in words)
        letters = list(dict.fromkeys(word[-1] for word in words if word[-1].isupper()))
        while True:
            sizes = dict(
                zip(letters, rng.permutation(len(letters) + 3)[: len(letters)] + 2, strict=True)
            )
            of = {word: size_of(word, sizes) for word in [*letters, *words]}
            if len(set(of.values())) == len(of):
                break
        names = {letter: np.asarray(float(size)) for letter, size in sizes.items()}
        for name, shape in shapes.items():
            values = rng.normal(size=[of[word] for word in shape])
            gate = name in self.gates
            names[name] = rng.uniform(0.05, 0.95, values.shape) if gate else values
        return names, {size: word for word, size in reversed(of.items())}

    @property
    def solution(self) -> str:
        """The answer as it is shown: code."""
        return self.answer.strip()

    def item(self) -> dict:
        """What the script gets."""
        given = {name: words_of(name, shape) for name, shape in self.given.items()}
        return {
            "given": given,
            "answer": self.answer.strip(),
            "gates": list(self.gates),
            "hint": inline(self.hint),
        }


def words_of(name: str, shape: str) -> list[str]:
    """The sizes of a shape as words.

    >>> words_of("W", "D 4H")
    ['D', '4H']
    """
    words: list[str] = shape.split() if isinstance(shape, str) else [shape]
    for word in words:
        if not (isinstance(word, str) and re.fullmatch(r"[1-9]\d*[A-Z]?|[A-Z]", word)):
            raise ValueRangeError(
                f"given {name!r}: expected a shape such as 'B D', 'D 4H', 'T 1' or '', "
                f"got {shape!r}"
            )
    if len(words) > 3:
        raise ShapeError(f"given {name!r}: expected at most 3 axes, got {shape!r}")
    return words


def size_of(word: str, sizes: Mapping[str, int]) -> int:
    """The number that a word of a shape stands for.

    >>> size_of("4H", {"H": 3}), size_of("2", {})
    (12, 2)
    """
    letter = word.lstrip("0123456789")
    times = word.removesuffix(letter) if letter else word
    return int(times or 1) * int(sizes[letter] if letter else 1)
