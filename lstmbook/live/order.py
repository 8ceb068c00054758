r"""An exercise whose answer is an order of lines."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from lstmbook.errors import ValueRangeError
from lstmbook.live.exercise import Exercise
from lstmbook.live.figure import inline


@dataclass(frozen=True)
class Order(Exercise):
    r"""Lines that the reader puts in order, by mouse, touch or keys.

    All lines start in one list, mixed; lines that do not belong are put aside below it. The page
    says how many lines from the top stand right.

    Parameters
    ----------
    ask : str
        What to order; `` `code` ``, ``*letter*`` and subscripts like ``h_t`` are set as such.
    lines : sequence of str
        The lines in a right order, all different.
    wrong : sequence of str
        Lines that do not belong.
    before : sequence of pairs of int, optional
        ``(a, b)``: line ``a`` must stand before line ``b`` (places in `lines`, from 0). Then every
        order that keeps all pairs is right. Default: only the order given is right.
    hint, because : str
        Said after a miss, and after the right answer.
    code : bool, optional
        Lines are shown as code, as they are written. Default: if all of them are Python.
    id : str
        Stable name of the exercise; default: made from `ask`.

    Raises
    ------
    ValueRangeError
        For fewer than 3 lines, two that are alike, or a pair that `lines` does not keep.

    Examples
    --------
    >>> step = Order(
    ...     "One update of the weights.",
    ...     lines=["y = model(x)", "loss, dy = model.loss(y, t)", "model.backward(dy)"],
    ...     wrong=["model.backward(y)"],
    ...     hint="The loss is of the outputs.",
    ... )
    >>> step.as_code, step.right(["y = model(x)"])
    (True, False)
    """

    ask: str
    lines: Sequence[str]
    wrong: Sequence[str] = ()
    before: Sequence[tuple[int, int]] | None = None
    hint: str = ""
    because: str = ""
    code: bool | None = None
    id: str = ""

    kind = "order"

    def __post_init__(self) -> None:
        if isinstance(self.lines, str) or isinstance(self.wrong, str):
            raise ValueRangeError("lines and wrong: expected lists of lines, got one text")
        every = [*self.lines, *self.wrong]
        if len(self.lines) < 3 or len(set(every)) < len(every):
            raise ValueRangeError(
                f"order {self.ask!r}: expected at least 3 lines, all different (wrong ones "
                f"too), got {every}"
            )
        for first, second in self.before or ():
            if not 0 <= first < second < len(self.lines):
                raise ValueRangeError(
                    f"before: expected pairs (a, b) of places in lines with a < b < "
                    f"{len(self.lines)}, as lines is itself a right order, got {(first, second)}"
                )

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Which line must stand before which."""
        if self.before is not None:
            return [(first, second) for first, second in self.before]
        return [(k, k + 1) for k in range(len(self.lines) - 1)]

    @property
    def as_code(self) -> bool:
        """Whether the lines are shown as code."""
        return self.code if self.code is not None else all(map(is_code, self.lines))

    def right(self, order: Sequence[str]) -> bool:
        """Whether an order of lines is right."""
        if sorted(order) != sorted(self.lines):
            return False
        place = [list(order).index(line) for line in self.lines]
        return all(place[first] < place[second] for first, second in self.pairs)

    @property
    def solution(self) -> str:
        """The lines in order."""
        return "\n".join(self.lines)

    def item(self) -> dict:
        """What the script gets: lines as HTML, right ones first."""
        every = [*self.lines, *self.wrong]
        return {
            "lines": every if self.as_code else [inline(line) for line in every],
            "code": self.as_code,
            "many": len(self.lines),
            "pairs": [list(pair) for pair in self.pairs],
            "hint": inline(self.hint),
        }


def is_code(line: str) -> bool:
    """Whether a line is Python by itself.

    >>> is_code("for t in range(T):"), is_code("Compute the loss")
    (True, False)
    """
    text = line.strip()
    try:
        ast.parse(f"{text}\n    pass" if text.endswith(":") else text)
    except SyntaxError:
        return False
    return True
