"""JSON files that the package stores and a command makes again: cards of models, results."""

import datetime
import json
import platform
from pathlib import Path

import numpy as np

from lstmbook import __version__
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


def origin(name: str) -> dict:
    """What each file says of how it was made."""
    return {
        "made by": f"python -m lstmbook.experiments {name}",
        "versions": {
            "lstmbook": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "date": datetime.date.today().isoformat(),
    }
