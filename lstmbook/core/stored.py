"""JSON files that the package stores and a command makes again: cards of models, results."""

import argparse
import datetime
import json
import platform
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from lstmbook.errors import DataFileError, unknown_name

REPAIR = "install the package again"


def names(folder: Path) -> list[str]:
    """Names of the JSON files in a folder."""
    return sorted(path.stem for path in folder.glob("*.json"))


def read(folder: Path, name: str, kind: str, file: str | None = None) -> dict:
    """The contents of NAME.json; `kind` and `file` are what messages call the thing and the file.

    Raises
    ------
    UnknownNameError
        With the names that exist.
    DataFileError
        If the file is damaged.
    """
    path = folder / f"{name}.json"
    if not path.is_file():
        raise unknown_name(kind, name, names(folder))
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataFileError(f"{file or kind}: {path} is not JSON ({error}); {REPAIR}") from error


def origin(package: str, name: str) -> dict:
    """What each file says of how it was made."""
    return {
        "made by": f"python -m {package} make {name}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "date": datetime.date.today().isoformat(),
    }


def command(
    package: str,
    description: str | None,
    recipes: Iterable[str],
    folder: Path,
    make: str,
    arguments: list[str] | None,
) -> argparse.Namespace:
    """The command line `make NAME [--folder FOLDER]`, read; `make` says what that does."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=description)
    commands = parser.add_subparsers(dest="command")
    maker = commands.add_parser("make", help=make)
    maker.add_argument("name", choices=list(recipes))
    maker.add_argument("--folder", type=Path, default=folder, help="where to write")
    return parser.parse_args(arguments)
