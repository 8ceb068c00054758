r"""`python -m lstmbook.experiments NAME...`: run experiments and store their results.

Without a name it lists what there is. Runs that have a piece on disk are not done again: after
Ctrl-C, or with --stop-after, the same command goes on.
"""

import argparse
from pathlib import Path

from lstmbook import experiments, models, results
from lstmbook.core import stored
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
    add("--estimate", action="store_true", help="say how long it takes, and run nothing")
    add("--stop-after", type=float, metavar="SECONDS", help="end then; finished runs are kept")
    return about


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    given = parser().parse_args(arguments)
    if not given.names:
        listing()
        return 0
    kinds = {name: hasattr(experiments.find(name), "EXPERIMENT") for name in given.names}
    recipes = [name for name, trains_many in kinds.items() if trains_many]
    if given.estimate:
        for recipe in recipes:
            say_estimate(recipe, given.pieces, given.jobs or processors())
        return 0
    for name in kinds.keys() - set(recipes):
        card = write_model(name, *experiments.find(name).make(), given.folder or models.FOLDER)
        print(f"{name}: {card['title']}; {card['score']}")
    if not recipes:
        return 0
    try:
        books = run_all(recipes, given.pieces, given.jobs, given.stop_after)
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


def say_estimate(recipe: str, folder: Path, jobs: int) -> None:
    book = Book(recipe, folder)
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
        if hasattr(module, "EXPERIMENT"):
            folder, about = results.FOLDER, module.EXPERIMENT
            title, pages = about.title, about.pages
        else:
            folder, title, pages = models.FOLDER, module.TITLE, module.PAGES
        made = name in stored.names(folder)
        date = f"made {stored.read(folder, name, 'result')['date']}" if made else "not made yet"
        print(f"{name}: {title} (page{'s' * (len(pages) > 1)} {', '.join(pages)}), {date}")


if __name__ == "__main__":
    raise SystemExit(main())
