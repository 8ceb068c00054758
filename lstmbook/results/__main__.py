"""`python -m lstmbook.results make NAME`: run a stored result again and write its file.

`python -m lstmbook.results` lists what is stored.
"""

import json
import re
from pathlib import Path

from lstmbook import results
from lstmbook.core import stored
from lstmbook.results.recipes import RECIPES


def make(name: str, folder: Path, progress: bool = True) -> dict:
    """Run, write NAME.json, return its contents."""
    content = {
        "name": name,
        **RECIPES[name](progress),
        **stored.origin("lstmbook.results", name),
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
    what = "run a stored result again"
    given = stored.command("lstmbook.results", __doc__, RECIPES, results.FOLDER, what, arguments)
    if given.command == "make":
        make(given.name, given.folder)
        return
    for name in results.names():
        result = results.load(name)
        print(f"{name}: {result['title']}, made {result['date']}")


if __name__ == "__main__":
    main()
