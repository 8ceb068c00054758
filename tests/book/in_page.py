"""The exercises that a page checks itself, tried on answers by the page's own JavaScript."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from lstmbook.live.figure import asset

CODE = "\n".join(
    asset(name)
    for name in ("arrays.js", "formula-text.js", "expressions.js", "formula.js", "order.js")
)
RUN = """
return data.map(({ q, answer }) =>
  q.kind === "formula" ? formulas.check(q, answer, 3) : orders.check(q, answer));
"""
SHORTEST = 4  # a piece of the answer this long is not said by chance
Javascript = Callable[..., Any]


def in_page_answers(page: str) -> dict[str, dict[str, list]]:
    """`IN_PAGE` of `tests/book/answers/PAGE.py`; empty where there is none."""
    file = Path(__file__).parent / "answers" / f"{page}.py"
    return runpy.run_path(str(file)).get("IN_PAGE", {}) if file.exists() else {}


def least(q: Mapping[str, Any]) -> dict[str, int]:
    """How many answers of each kind an exercise is tried on; an order may be the only right one."""
    total = [[k, k + 1] for k in range(q.get("many", 0) - 1)]
    only_one = q["kind"] == "order" and q["pairs"] == total
    return {"wrong": 3, "right": 1 if only_one else 2}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def secrets(q: Mapping[str, Any]) -> list[str]:
    """What no verdict and no hint may say."""
    if q["kind"] == "order":
        return []
    lines = [squeezed(line) for line in q["answer"].splitlines()]
    parts = {*lines, *(line.split("=", 1)[1] for line in lines if re.match(r"\w+=", line))}
    return sorted(part for part in parts if len(part) >= SHORTEST)


def as_answer(q: Mapping[str, Any], answer: str | Sequence[Any]) -> Any:
    """An answer as the script takes it: a text, or the numbers of lines.

    The lines of an order are given by their text, or by their places in `lines` and then `wrong`.
    """
    if q["kind"] == "formula":
        return answer
    lines = answer.splitlines() if isinstance(answer, str) else answer
    plain = [line if q["code"] else unescape(re.sub(r"<[^>]+>", "", line)) for line in q["lines"]]
    bare = [squeezed(re.sub(r"[`*{}]|_(?=\w\b)|\^", "", line)) for line in plain]
    found = []
    for line in lines:
        if isinstance(line, int):
            found.append(line)
            continue
        places = [plain.index(line)] if line in plain else []
        stripped = squeezed(re.sub(r"[`*{}]|_(?=\w\b)|\^", "", line))
        places += [k for k, other in enumerate(bare) if other == stripped]
        if not places:
            raise ValueError(f"{q['id']}: {line!r} is not one of its lines")
        found.append(places[0])
    return found


def faults(
    questions: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Mapping[str, Sequence]],
    javascript: Javascript,
) -> list[str]:
    """What is wrong with the Formula and Order exercises of a page, and with their answers."""
    checked = {q["id"]: q for q in questions if q["kind"] in ("formula", "order")}
    found = [
        f"{name}: IN_PAGE has answers, the page no such exercise"
        for name in answers.keys() - checked
    ]
    trials = []
    for name, q in checked.items():
        given = answers.get(name, {})
        for kind, many in least(q).items():
            every = given.get(kind, [])
            if len({str(answer) for answer in every}) < many:
                found.append(f"{name}: expected {many} {kind} answers in IN_PAGE, got {len(every)}")
            trials += [(name, kind, k, answer) for k, answer in enumerate(every, start=1)]
        hint = squeezed(unescape(re.sub(r"<[^>]+>", "", q["hint"])))
        if not hint:
            found.append(f"{name}: has no hint")
        found += [f"{name}: the hint gives away {part!r}" for part in secrets(q) if part in hint]
    data = [{"q": checked[n], "answer": as_answer(checked[n], a)} for n, _, _, a in trials]
    for (name, kind, k, answer), said in zip(trials, javascript(RUN, data, CODE), strict=True):
        found += [
            f"{name}: {kind} answer {k} {fault}"
            for fault in verdict_faults(checked[name], kind, answer, said)
        ]
    return found


def verdict_faults(
    q: Mapping[str, Any], kind: str, answer: Any, said: Mapping[str, Any]
) -> list[str]:
    """What is wrong with the verdict on one answer."""
    if kind == "right":
        return [] if said["kind"] == "good" else [f"is refused: {said['text']!r}"]
    if said["kind"] != "bad":
        return [f"is not refused but {said['kind']}"]
    if said.get("unread"):
        return [f"cannot be read, so it tries nothing: {said['text']!r}"]
    text, typed = squeezed(said["text"]), squeezed(str(answer))
    told = [part for part in secrets(q) if part in text and part not in typed]
    return [f"is told the answer: {said['text']!r}"] if told else []
