r"""What all questions of a page have in common."""

from __future__ import annotations

from typing import Any, ClassVar


class Exercise:
    r"""Base of `Choice`, `Number`, `Formula` and `Order`.

    Several stand together in a `Quiz`; one alone is shown as a quiz of one question.

    Attributes
    ----------
    kind : str
        The name by which the script knows it.
    ask, hint, id : str
        The question, the help after a miss, and a stable name ("" to have it made from the text).
    """

    kind: ClassVar[str] = ""

    ask: str
    hint: str
    id: str

    @property
    def solution(self) -> str:
        """The right answer as it is shown on request."""
        raise NotImplementedError

    @property
    def reason(self) -> str:
        """Why the right answer is right."""
        return str(getattr(self, "because", ""))

    def item(self) -> dict[str, Any]:
        """What the script gets besides the question, its solution and the reason."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from lstmbook.live.quiz import Quiz  # a quiz is made of exercises

        return Quiz([self], title="").to_html()
