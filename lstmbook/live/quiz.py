r"""Questions that the page checks itself."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline


@dataclass(frozen=True)
class Choice:
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


@dataclass(frozen=True)
class Number:
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

    def __post_init__(self) -> None:
        if not self.tolerance >= 0:
            raise ValueRangeError(f"tolerance: expected 0 or more, got {self.tolerance}")

    @property
    def solution(self) -> str:
        return f"{self.answer:.6g} {self.unit}".rstrip()

    @property
    def reason(self) -> str:
        """Why the answer is right."""
        return self.because


def question(value: Any) -> Choice | Number:
    """A question from a dict: with `options` a Choice, without a Number."""
    if isinstance(value, Choice | Number):
        return value
    if not isinstance(value, Mapping) or "ask" not in value or "answer" not in value:
        raise unknown_name(
            "question", value, ["live.Choice", "live.Number", "a dict of their fields"]
        )
    return Choice(**value) if "options" in value else Number(**value)


class Quiz(LiveFigure):
    r"""Questions with answers checked in the page and an explanation after each answer.

    Parameters
    ----------
    questions : list of Choice, Number or dicts of their fields
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
    scripts = ()

    def __init__(
        self,
        questions: Sequence[Choice | Number | Mapping[str, Any]],
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
            item: dict[str, Any] = {"id": name, "ask": inline(q.ask), "because": inline(q.reason)}
            item |= {"answer": q.answer, "solution": inline(q.solution), "hint": inline(q.hint)}
            if isinstance(q, Choice):
                item["options"] = [inline(option) for option in q.options]
                if not isinstance(q.because, str):
                    item["reasons"] = [inline(reason) for reason in q.because]
            else:
                item |= {"tolerance": q.tolerance, "unit": inline(q.unit)}
            items.append(item)
        super().__init__(
            {"title": title, "questions": items, "caption": inline(caption)}, caption, id
        )

    def fallback(self) -> str:
        """The questions with folded answers."""
        parts = [f"<p><strong>{html.escape(self.title)}</strong></p><ol>"]
        for q in self.data["questions"]:
            options = "".join(f"<li>{option}</li>" for option in q.get("options", []))
            parts.append(
                f"<li>{q['ask']}{f'<ul>{options}</ul>' if options else ''}"
                f"<details><summary>Answer</summary>{q['solution']}. {q['because']}</details></li>"
            )
        return "".join(parts) + "</ol>"


def slug(text: str) -> str:
    """The first words of a text as a name.

    >>> slug("What does *f_t* = 0 do to the memory?")
    'what-does-f-t-0-do'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:6])
