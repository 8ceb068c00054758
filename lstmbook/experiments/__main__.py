r"""`python -m lstmbook.experiments NAME...`: run experiments and store their results.

Without a name it lists what there is. Runs that have a piece on disk are not done again: after
Ctrl-C, or with --stop-after, the same command goes on.
"""

import argparse
from pathlib import Path

from lstmbook import experiments, models, results
from lstmbook.core import stored
from lstmbook.errors import DataFileError
from lstmbook.experiments import pieces
from lstmbook.experiments.book import Book
from lstmbook.experiments.collect import write_model, write_result
from lstmbook.experiments.estimate import estimate
from lstmbook.experiments.pace import minutes
from lstmbook.experiments.runner import processors, run_all


def parser() -> argparse.ArgumentParser:
    about = argparse.ArgumentParser(prog="python -m lstmbook.experiments", description=__doc__)
    add = about.add_argument
    add("names", nargs="*", metavar="NAME", help="name of a recipe, or a file that ends in .py")
    add("--jobs", type=int, help="number of processes; all processors by default")
    add("--pieces", type=Path, default=pieces.FOLDER, help="where finished runs are kept")
    add("--folder", type=Path, help="where to write; the package's own folders by default")
    add("--seeds", type=numbers, metavar="100-107", help="other seeds: does the statement hold?")
    add("--budgets", type=numbers, metavar="1,3", help="other budgets, in the recipe's unit")
    add("--estimate", action="store_true", help="say how long it takes, and run nothing")
    add("--stop-after", type=float, metavar="SECONDS", help="end then; finished runs are kept")
    return about


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers as they are written on the command line.

    >>> numbers("100-102,7")
    (100, 101, 102, 7)
    """
    spans = (part.split("-") for part in text.split(","))
    return tuple(n for span in spans for n in range(int(span[0]), int(span[-1]) + 1))


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    given = parser().parse_args(arguments)
    if not given.names:
        listing()
        return 0
    kinds = {name: kind(name) for name in given.names}
    recipes = [name for name, made in kinds.items() if made == "result"]
    others = {"seeds": given.seeds, "budgets": given.budgets}
    others = {name: value for name, value in others.items() if value is not None}
    if others and given.folder is None:
        print("--seeds and --budgets give another result than the stored one: say --folder where")
        return 2
    if given.estimate:
        for recipe in recipes:
            say_estimate(recipe, given.pieces, given.jobs or processors(), **others)
        return 0
    for name in [name for name in kinds if name not in recipes]:
        network, about = experiments.find(name).make()
        card = write_model(name, network, about, given.folder or models.FOLDER)
        print(f"{name}: {card['title']}; {card['score']}")
    if not recipes:
        return 0
    try:
        books = run_all(recipes, given.pieces, given.jobs, given.stop_after, **others)
    except KeyboardInterrupt:
        print(f"stopped; finished runs are in {given.pieces}, the same command goes on from there")
        return 130
    for book in books:
        name = book.experiment.name
        if book.left():
            print(f"{name}: {book.left()} of {book.total()} runs left; run the command again")
        else:
            path = write_result(book, given.folder or results.FOLDER)
            print(f"{name}: {path}")
    return 0


def kind(name: str) -> str | None:
    r"""Return "result" or "model", what a recipe makes."""
    module = experiments.find(name)
    if hasattr(module, "EXPERIMENT"):
        return "result"
    if hasattr(module, "make"):
        return "model"
    raise DataFileError(f"experiment: expected {name} to define EXPERIMENT or make, found neither")


def say_estimate(recipe: str, folder: Path, jobs: int, **others) -> None:
    book = Book(recipe, folder, **others)
    seconds = estimate(book)
    print(
        f"{book.experiment.name}: {book.left()} of {book.total()} runs left, "
        f"{minutes(seconds)} on one processor, {minutes(seconds / jobs)} on {jobs}",
        flush=True,
    )


def listing() -> None:
    r"""Print each recipe with its pages and the date of what is stored."""
    for name in experiments.names():
        module = experiments.find(name)
        if kind(name) == "result":
            folder, about = results.FOLDER, module.EXPERIMENT
            title, pages = about.title, about.pages
        else:
            folder, title, pages = models.FOLDER, module.TITLE, module.PAGES
        made = name in stored.names(folder)
        date = f"made {stored.read(folder, name, 'result')['date']}" if made else "not made yet"
        print(f"{name}: {title} (page{'s' * (len(pages) > 1)} {', '.join(pages)}), {date}")


if __name__ == "__main__":
    raise SystemExit(main())
