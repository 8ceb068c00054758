r"""What a reader has done, page by page: kept by the browser, shown by this figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lstmbook.errors import ValueRangeError
from lstmbook.live.figure import FOLDER, LiveFigure, inline, table

LIST = FOLDER / "exercises.json"


class Progress(LiveFigure):
    r"""All exercises of the book, done and open; a code for a course; a button that forgets.

    Every `Quiz` notes in the browser's own storage what was answered, and whether by oneself or
    after the solution was shown. Nothing leaves the browser, unless the reader copies the code.

    Parameters
    ----------
    pages : list of dict, optional
        ``{"page": "part1/lstm", "title": "1.2 ...", "exercises": [[id, question], ...]}`` for each
        page. Default: the book's own list, which ``python -m tools.exercises`` writes.
    caption : str
    id : str, optional

    Raises
    ------
    ValueRangeError
        If two pages have one name, or a page has no exercises.

    Examples
    --------
    >>> page = {"page": "part1/lstm", "title": "1.2 LSTM", "exercises": [["cell", "The memory."]]}
    >>> Progress([page], id="mine")
    Progress(id='mine')
    """

    name = "progress-table"
    scripts = ("progress.js", "results.js")

    def __init__(
        self,
        pages: Sequence[Mapping[str, Any]] | None = None,
        caption: str = "",
        id: str | None = None,
    ) -> None:
        listed = list(json.loads(LIST.read_text(encoding="utf-8")) if pages is None else pages)
        names = [page["page"] for page in listed]
        if len(set(names)) < len(names) or not all(page["exercises"] for page in listed):
            raise ValueRangeError(
                f"expected pages with a name and exercises of their own, got {names}"
            )
        super().__init__({"pages": listed, "caption": inline(caption)}, caption, id)

    def fallback(self) -> str:
        """The pages and how many exercises each has."""
        rows = [[page["title"], len(page["exercises"])] for page in self.data["pages"]]
        return table(["Page", "Exercises"], rows, "Exercises in the pages")
