r"""All runs of some experiments in one pool of processes, one thread each; every run is a piece.

What takes longest starts first. A run that is stopped leaves nothing, a finished one stays: the
next start goes on from there.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from lstmbook.experiments import pieces
from lstmbook.experiments.book import Book
from lstmbook.experiments.one_run import perform
from lstmbook.experiments.pace import Pace, progress_bar
from lstmbook.experiments.plan import Run

# Read when a process loads its linear algebra: with one thread the same run gives the same numbers.
LIBRARIES = "OMP OPENBLAS MKL VECLIB".split()
ONE_THREAD = {
    f"{library}_{'MAXIMUM' if library == 'VECLIB' else 'NUM'}_THREADS": "1" for library in LIBRARIES
}


def run_all(
    recipes: Sequence[str],
    folder: Path = pieces.FOLDER,
    jobs: int | None = None,
    stop_after: float | None = None,
    progress: bool = True,
    **others,
) -> list[Book]:
    r"""Do all runs of the recipes that have no piece yet.

    Parameters
    ----------
    recipes : sequence of str, names or paths of files
    folder : where the pieces are kept
    jobs : int
        Number of processes; all processors by default; 0 runs here, in this process.
    stop_after : seconds after which the runs in progress are given up
    progress : show a bar
    **others : `seeds` or `budgets` in place of the recipes' own

    Returns
    -------
    list of Book
        One for each recipe, with its pieces; `book.left()` is 0 where all is done.

    Raises
    ------
    KeyboardInterrupt
        After the processes have ended; finished pieces stay.
    Exception
        What a recipe raises, in whichever process.
    """
    books = [Book(recipe, folder, **others) for recipe in recipes]
    pace = Pace(books)
    end = None if stop_after is None else time.monotonic() + stop_after
    flying: dict[Future, tuple[Book, Run]] = {}
    with pool(processors() if jobs is None else jobs) as (submit, places, stop):
        bar = progress_bar(books, pace, max(places, 1), progress)
        try:
            while True:
                late = end is not None and time.monotonic() >= end
                if not late:
                    launch(books, pace, flying, submit, max(places, 1))
                if late or not flying:
                    break
                rest = None if end is None else max(end - time.monotonic(), 0)
                done, _ = wait(flying, timeout=rest, return_when=FIRST_COMPLETED)
                for future in done:
                    book, run = flying.pop(future)
                    book.add(run, future.result())
                    pace.learn(book, run)
                bar()
        finally:
            stop()
            bar(end=True)
            gather(flying)
    return books


def launch(books, pace, flying, submit, places: int) -> None:
    r"""Start the longest of the runs that can start, while there is a place."""
    busy = set(flying.values())
    ready = [(book, run) for book in books for run in book.ready() if (book, run) not in busy]
    ready.sort(key=lambda job: -pace.path(*job))
    for book, run in ready[: places - len(flying)]:
        future = submit(one, book.recipe, run, book.path(run))
        flying[future] = book, run


def gather(flying) -> None:
    r"""Keep what runs in progress have finished after all."""
    for future, (book, run) in flying.items():
        if future.cancel():
            continue
        try:
            book.add(run, future.result())
        except BaseException:
            continue


_stop = None  # in a worker: the event that asks it to end


def one(recipe: str, run: Run, path: Path) -> dict:
    r"""Do one run and keep its piece, in a worker."""
    piece = perform(experiment(recipe), run, _stop.is_set if _stop else lambda: False)
    pieces.write(path, piece)
    return piece


@cache
def experiment(recipe: str):
    r"""Return the experiment of a recipe, loaded once in a process."""
    from lstmbook.experiments import find

    return find(recipe).EXPERIMENT


def begin(event) -> None:
    r"""Prepare a worker: Ctrl-C is for the main process, which then sets the event."""
    global _stop
    _stop = event
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def pool(jobs: int):
    r"""Give (submit, number of places, stop)."""
    if jobs == 0:
        experiment.cache_clear()
        yield here, 0, lambda: None
        return
    context = multiprocessing.get_context("spawn")
    event = context.Event()
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    workers = ProcessPoolExecutor(jobs, context, initializer=begin, initargs=(event,))
    try:
        yield workers.submit, jobs, event.set
    finally:
        event.set()
        workers.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def here(function, *arguments) -> Future:
    r"""Call at once; a pool without processes."""
    future: Future = Future()
    future.set_result(function(*arguments))
    return future


def processors() -> int:
    r"""Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
