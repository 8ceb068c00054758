r"""How long runs take: measured while they run, so that the longest starts first; the bar."""

import math
import time

from lstmbook.errors import import_extra
from lstmbook.experiments.book import Book
from lstmbook.experiments.plan import Run


class Pace:
    r"""Seconds of one pass, by experiment, contender and condition, as far as it is known."""

    def __init__(self, books: list[Book]):
        self._seconds: dict[tuple, list[float]] = {}
        for book in books:
            for run in book.done:
                self.learn(book, run)

    def learn(self, book: Book, run: Run) -> None:
        r"""Take the time of a finished run."""
        if not run.epochs or book.done[run].get("diverged"):
            return
        seconds = book.done[run]["seconds"] / run.epochs
        for key in self.keys(book, run.contender, run.condition):
            self._seconds.setdefault(key, []).append(seconds)

    @staticmethod
    def keys(book: Book, contender: str, condition: str) -> list[tuple]:
        r"""Return from the closest to the farthest relative."""
        return [
            (book.recipe, contender, condition),
            (book.recipe, None, condition),
            (book.recipe,),
        ]

    def of(self, book: Book, contender: str, condition: str) -> float | None:
        r"""Return the seconds of one pass, by the closest relative; None if nothing is known."""
        for key in self.keys(book, contender, condition):
            if key in self._seconds:
                return sum(self._seconds[key]) / len(self._seconds[key])
        return None

    def path(self, book: Book, run: Run) -> float:
        r"""Return the seconds from the start of a run to the end of what waits for it."""
        seconds = self.of(book, run.contender, run.condition)
        if run.kind == "rule" or seconds is None:
            return math.inf
        after = max(book.experiment.budgets) * book.experiment.epochs if run.kind == "tuning" else 0
        return seconds * (run.epochs + after)

    def left(self, books: list[Book], places: int) -> float | None:
        r"""Return the seconds that are left with so many processes; None while it is not known."""
        total = 0.0
        for book in books:
            for (contender, condition), epochs in book.epochs_left().items():
                seconds = self.of(book, contender, condition)
                if seconds is None and epochs:
                    return None
                total += epochs * (seconds or 0.0)
        return total / places


def progress_bar(books: list[Book], pace: Pace, places: int, wanted: bool):
    r"""Return a function to call after each run, and with `end=True` at the end."""
    if not wanted:
        return lambda end=False: None
    total = sum(book.total() for book in books)
    try:
        bar = import_extra("tqdm.auto", "data").tqdm(
            total=total,
            initial=total - sum(book.left() for book in books),
            bar_format="{l_bar}{bar}| {n_fmt} of {total_fmt} runs, {elapsed}{postfix}",
        )
    except ImportError:
        bar = None
    said = [time.monotonic()]

    def show(end: bool = False) -> None:
        done = total - sum(book.left() for book in books)
        left = pace.left(books, places)
        about = "" if left is None else f"about {minutes(left)} left"
        if bar is not None:
            bar.set_postfix_str(about, refresh=False)
            bar.update(done - bar.n)
            bar.refresh()
            if end:
                bar.close()
        elif end or time.monotonic() - said[0] > 10:
            said[0] = time.monotonic()
            print(f"{done} of {total} runs {about}", flush=True)

    return show


def minutes(seconds: float) -> str:
    r"""Return a time as a reader would say it.

    >>> minutes(40), minutes(150)
    ('40 s', '2.5 min')
    """
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
