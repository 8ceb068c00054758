"""`python -m lstmbook.results make NAME`: run a stored result again and write its file.

`python -m lstmbook.results` lists what is stored.
"""

import argparse
import datetime
import json
import platform
import re
from pathlib import Path

import numpy as np

from lstmbook import results
from lstmbook.results.recipes import RECIPES


def make(name: str, folder: Path, progress: bool = True) -> dict:
    """Run, write NAME.json, return its contents."""
    content = {
        "name": name,
        **RECIPES[name](progress),
        "made by": f"python -m lstmbook.results make {name}",
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "date": datetime.date.today().isoformat(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = collapse(json.dumps(content, indent=1, ensure_ascii=False))
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return content


def collapse(text: str) -> str:
    """Lists of numbers on one line each.

    >>> collapse('{"seeds": [\\n  0,\\n  1\\n ]}')
    '{"seeds": [0, 1]}'
    """
    return (
        re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found[0].split()), text)
        .replace("[ ", "[")
        .replace(" ]", "]")
    )


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m lstmbook.results", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    maker = commands.add_parser("make", help="run a stored result again")
    maker.add_argument("name", choices=list(RECIPES))
    maker.add_argument("--folder", type=Path, default=results.FOLDER, help="where to write")
    given = parser.parse_args(arguments)
    if given.command == "make":
        make(given.name, given.folder)
        return
    for name in results.names():
        stored = results.load(name)
        print(f"{name}: {stored['title']}, made {stored['date']}")


if __name__ == "__main__":
    main()
