"""The exercises in the pages, as their stored outputs hold them, and the list of all of them.

python -m tools.exercises            write lstmbook/live/exercises.json, which the page
                                     "Your progress" shows; then refresh that page
python -m tools.exercises --check    only say whether it differs (exit status 1)
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml

from tools.notebook_text import html_of
from tools.repository import ROOT

LIST = ROOT / "lstmbook" / "live" / "exercises.json"
# what counts as an exercise that is worked in the page; a choice is only a question
WORKED = ("formula", "order", "number")
LONGEST = 70  # characters of a question in the list


def shown(cell: nbformat.NotebookNode, key: str) -> Iterator[dict[str, Any]]:
    """The data of every live figure of a cell's output whose data has this key."""
    for call in re.finditer(rf'(?m)^ui\.mount\((?=.*"{key}")', html_of(cell)):
        text, at, parts = call.string, call.end(), []
        for _ in range(3):  # the id, the style sheet, the data
            part, at = json.JSONDecoder().raw_decode(text, at)
            parts.append(part)
            at += len(re.match(r"[,\s]*", text[at:])[0])
        if key in parts[2]:
            yield parts[2]


def questions(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """All questions of a page, in order."""
    quizzes = [quiz for cell in notebook.cells for quiz in shown(cell, "questions")]
    every = [q for quiz in quizzes for q in quiz["questions"]]
    # outputs of before there were kinds, until they are refreshed
    return [{"kind": "choice" if "options" in q else "number"} | q for q in every]


def pages() -> Iterator[Path]:
    """The notebooks of the book in the order of its contents."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    yield from (path for file in files if (path := ROOT / f"{file}.ipynb").exists())


def plain(text: str) -> str:
    """A question without tags, cut at a word.

    >>> plain("The new memory, <i>c<sub>t</sub></i>: keep &amp; write")
    'The new memory, c_t: keep & write'
    """
    text = re.sub(r"<sub>(.*?)</sub>", r"_\1", text)
    text = re.sub(r"<sup>(.*?)</sup>", r"^\1", text)
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def listing() -> list[dict[str, Any]]:
    """The list: pages with their exercises, [id, question] each.

    Raises
    ------
    ValueError
        If two questions of one page have the same id: one would be done with the other.
    """
    found = []
    for path in pages():
        notebook = nbformat.read(path, as_version=4)
        every = [[q["id"], plain(q["ask"])] for q in questions(notebook)]
        names = [name for name, _ in every]
        if len(set(names)) < len(names):
            double = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"{path.name}: expected an id of its own for every question: {double}")
        if every:
            title = re.match(r"# (.+)", notebook.cells[0].source)[1]
            page = path.relative_to(ROOT / "book").with_suffix("").as_posix()
            found.append({"page": page, "title": title, "exercises": every})
    return found


def as_text(found: list[dict[str, Any]]) -> str:
    """The list as it is stored: one exercise a line."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    text = as_text(listing())
    same = LIST.exists() and LIST.read_text(encoding="utf-8") == text
    if not same and arguments != ["--check"]:
        LIST.write_text(text, encoding="utf-8")
    word = "the same" if same else "differs" if arguments else "written"
    print(f"{LIST.relative_to(ROOT)}: {word}")
    return int(not same and arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
