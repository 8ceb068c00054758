r"""Results that take minutes: several seeds, stored with the package and shown by the book's pages.

Each is one file, `NAME.json`: the numbers, how they were made, versions and date. The command

    python -m lstmbook.experiments lag_and_start

makes it again, with the same seeds. A page that shows a stored result also runs one seed of it.
"""

from pathlib import Path

from lstmbook.core import stored

FOLDER = Path(__file__).parent

__all__ = ["load", "names"]


def names() -> list[str]:
    """Names of the stored results.

    >>> "lag_and_start" in names()
    True
    """
    return stored.names(FOLDER)


def load(name: str, folder: str | Path | None = None) -> dict:
    """A stored result: what was run, the numbers, versions, date.

    Parameters
    ----------
    name : one of `names()`
    folder : where the files are; None for those of the package

    Raises
    ------
    UnknownNameError
        With the names that exist.
    DataFileError
        If the file is damaged.

    Examples
    --------
    >>> load("lag_and_start")["made by"]
    'python -m lstmbook.experiments lag_and_start'
    """
    return stored.read(Path(folder or FOLDER), name, "result")
