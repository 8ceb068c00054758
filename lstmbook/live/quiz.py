r"""Questions that the page checks itself."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.exercise import Exercise
from lstmbook.live.figure import LiveFigure, inline
from lstmbook.live.formula import Formula
from lstmbook.live.order import Order

SCRIPTS = {
    "formula": ("arrays.js", "formula-text.js", "expressions.js", "formula.js", "formula-field.js"),
    "order": ("order.js", "order-list.js"),
}
STYLES = {"formula": ("formula.css",), "order": ("order.css",)}


@dataclass(frozen=True)
class Choice(Exercise):
    r"""A question with one right answer among several.

    Parameters
    ----------
    ask : str
        The question; `` `code` ``, ``*letter*`` and subscripts like ``h_t`` are set as such.
    options : sequence of str
    answer : int
        Place of the right option, from 0.
    because : str, or one for each option
        The reason, shown after the right answer. With one for each option a wrong answer is told
        its own; else it gets `hint`. The solution comes on request.
    hint : str
        Shown after a wrong answer.
    id : str
        Stable name of the question; default: made from its text.
    """

    ask: str
    options: Sequence[str]
    answer: int
    because: str | Sequence[str] = ""
    hint: str = ""
    id: str = ""

    kind = "choice"

    def __post_init__(self) -> None:
        if len(self.options) < 2 or not 0 <= self.answer < len(self.options):
            raise ValueRangeError(
                f"question {self.ask!r}: expected at least 2 options and an answer from 0 to "
                f"{len(self.options) - 1}, got answer={self.answer}"
            )
        if not isinstance(self.because, str) and len(self.because) != len(self.options):
            raise ValueRangeError(
                f"question {self.ask!r}: expected one reason for each of {len(self.options)} "
                f"options, or one for all, got {len(self.because)}"
            )

    @property
    def solution(self) -> str:
        return self.options[self.answer]

    @property
    def reason(self) -> str:
        """Why the right answer is right."""
        return self.because if isinstance(self.because, str) else self.because[self.answer]

    def item(self) -> dict:
        """What the script gets."""
        found: dict[str, Any] = {"answer": self.answer, "hint": inline(self.hint)}
        found["options"] = [inline(option) for option in self.options]
        if not isinstance(self.because, str):
            found["reasons"] = [inline(reason) for reason in self.because]
        return found


@dataclass(frozen=True)
class Number(Exercise):
    r"""A question whose answer is a number, right within `tolerance`.

    19,200, 1/4, 1.5 %, 0,25 and 2e-3 are numbers. After a wrong one `hint` is shown, and the answer
    on request.
    """

    ask: str
    answer: float
    tolerance: float = 0.005
    because: str = ""
    unit: str = ""
    hint: str = ""
    id: str = ""

    kind = "number"

    def __post_init__(self) -> None:
        if not self.tolerance >= 0:
            raise ValueRangeError(f"tolerance: expected 0 or more, got {self.tolerance}")

    @property
    def solution(self) -> str:
        return f"{digits(self.answer, self.tolerance)} {self.unit}".rstrip()

    def item(self) -> dict:
        """What the script gets."""
        found: dict[str, Any] = {"answer": self.answer, "tolerance": self.tolerance}
        return found | {"unit": inline(self.unit), "hint": inline(self.hint)}


KINDS = (Choice, Number, Formula, Order)


def question(value: Any) -> Exercise:
    """A question from a dict of its fields: the kind is that whose field it has."""
    if isinstance(value, Exercise):
        return value
    if not isinstance(value, Mapping) or "ask" not in value:
        known = [*(f"live.{kind.__name__}" for kind in KINDS), "a dict of their fields"]
        raise unknown_name("question", value, known)
    marks = {"options": Choice, "given": Formula, "lines": Order}
    kind = next((kind for field, kind in marks.items() if field in value), Number)
    return kind(**value)


class Quiz(LiveFigure):
    r"""Exercises that the page checks: each says what is wrong, then gives the reason.

    Parameters
    ----------
    questions : list of Choice, Number, Formula, Order or dicts of their fields
    title : str
    caption : str
    id : str, optional

    Raises
    ------
    UnknownNameError, ValueRangeError
        For something that is no question, no questions at all, or two with one id.

    Examples
    --------
    >>> Quiz([Choice("What does *f_t* = 0 do?", ["it keeps c", "it erases c"], 1)], id="erase")
    Quiz(id='erase')
    """

    name = "quiz"

    def __init__(
        self,
        questions: Sequence[Exercise | Mapping[str, Any]],
        title: str = "Check yourself",
        caption: str = "",
        id: str | None = None,
    ) -> None:
        self.questions = [question(q) for q in questions]
        self.title = title
        names = [q.id or slug(q.ask) for q in self.questions]
        if not names or len(set(names)) < len(names):
            raise ValueRangeError(
                f"expected at least one question, each with an id of its own, got ids {names}"
            )
        items = []
        for name, q in zip(names, self.questions, strict=True):
            item: dict[str, Any] = {
                "kind": q.kind,
                "id": name,
                "ask": inline(q.ask),
                "because": inline(q.reason),
            }
            item["solution"] = shown(q)
            items.append(item | q.item())
        kinds = {q.kind for q in self.questions}
        self.scripts = ("progress.js", *(s for k in SCRIPTS if k in kinds for s in SCRIPTS[k]))
        self.styles = tuple(s for k in STYLES if k in kinds for s in STYLES[k])
        super().__init__(
            {"title": title, "questions": items, "caption": inline(caption)}, caption, id
        )

    def fallback(self) -> str:
        """The questions with folded answers."""
        title = f"<p><strong>{html.escape(self.title)}</strong></p>" if self.title else ""
        parts = [f"{title}<ol>"]
        for q in self.data["questions"]:
            options = "".join(f"<li>{option}</li>" for option in q.get("options", []))
            given = ", ".join(
                f"<code>{name}</code> ({', '.join(words)})"
                for name, words in q.get("given", {}).items()
            )
            parts.append(
                f"<li>{q['ask']}{f'<ul>{options}</ul>' if options else ''}"
                f"{f'<p>Given: {given}.</p>' if given else ''}"
                f"<details><summary>Answer</summary>{q['solution']} {q['because']}</details></li>"
            )
        return "".join(parts) + "</ol>"


def shown(q: Exercise) -> str:
    """The solution of a question as HTML."""
    if isinstance(q, Formula) or (isinstance(q, Order) and q.as_code):
        return f"<pre><code>{html.escape(q.solution, quote=False)}</code></pre>"
    if isinstance(q, Order):
        lines = "".join(f"<li>{inline(line)}</li>" for line in q.lines)
        return f"<ol>{lines}</ol>"
    return f"{inline(q.solution)}."


def digits(value: float, tolerance: float) -> str:
    """A number with as many digits as count: "about" where that rounds it.

    >>> digits(0.00515378, 0.0005), digits(19200, 0), digits(4.5, 0.01)
    ('about 0.005', '19,200', '4.5')
    """
    places = math.ceil(-math.log10(2 * tolerance)) if tolerance > 0 else 12
    rounded = round(float(value), places)
    if abs(rounded) >= 10000 and rounded == int(rounded):
        text = f"{int(rounded):,}"
    else:
        text = f"{rounded:.6g}"
    text = text.replace("-", "\u2212")
    return text if math.isclose(rounded, value, rel_tol=1e-5) else f"about {text}"


def slug(text: str) -> str:
    """The first words of a text as a name.

    >>> slug("What does *f_t* = 0 do to the memory?")
    'what-does-f-t-0-do'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:6])
