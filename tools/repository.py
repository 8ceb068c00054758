"""Writes the repository's address, which stands in `_config.yml`, to wherever it is repeated.

python -m tools.repository            rewrite all setup cells, README.md and CITATION.cff
python -m tools.repository --check    only say which differ (exit status 1)
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent

SETUP_ID = "setup"
SETUP_TAGS = ["hide-input"]  # in the HTML nobody runs it: one line to unfold
SETUP = """\
# Set-up: finds the book's package, or installs it (on Colab). Change nothing here.
import importlib.util
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # no log lines from TensorFlow
for folder in Path.cwd().parents:  # a clone has the package beside the folder book
    if (folder / "lstmbook" / "__init__.py").is_file():
        sys.path.append(str(folder))
if importlib.util.find_spec("lstmbook") is None:
    %pip install -q "lstmbook[data,plots] @ git+{url}@{branch}"
"""
# what stands before the address in files that are not notebooks
TEXTS = {"README.md": "lstmbook @ git\\+", "CITATION.cff": "repository-code: "}


def repository(root: Path = ROOT) -> dict[str, str]:
    """Address and branch as `_config.yml` gives them."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["repository"]
    return {"url": config["url"].rstrip("/"), "branch": config["branch"]}


def setup_cell(root: Path = ROOT) -> str:
    """The text that the cell `setup` of every notebook must have."""
    return SETUP.format(**repository(root)).rstrip("\n")


def notebooks(root: Path = ROOT) -> list[Path]:
    """All notebooks of the book, in a fixed order."""
    found = (root / "book").rglob("*.ipynb")
    return sorted(p for p in found if ".ipynb_checkpoints" not in p.parts)


def update(notebook: nbformat.NotebookNode, source: str) -> bool:
    """Put `source` into the setup cell and fold it; say whether that changed anything."""
    changed = False
    for cell in notebook.cells:
        if cell.get("id") != SETUP_ID:
            continue
        if cell.source != source or cell.metadata.get("tags") != SETUP_TAGS:
            cell.source, cell.metadata["tags"] = source, list(SETUP_TAGS)
            changed = True
    return changed


def main(arguments: list[str]) -> int:
    check = arguments == ["--check"]
    if arguments and not check:
        print(__doc__)
        return 2
    source, changed = setup_cell(), []
    for path in notebooks():
        notebook = nbformat.read(path, as_version=4)
        if update(notebook, source):
            changed.append(path.relative_to(ROOT))
            if not check:
                nbformat.write(notebook, path)
    for name, before in TEXTS.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        new = re.sub(f'({before})[^\\s"]+', lambda m: m[1] + repository()["url"], text)
        if new != text:
            changed.append(path.relative_to(ROOT))
            if not check:
                path.write_text(new, encoding="utf-8")
    for path in changed:
        print(f"{'differs' if check else 'rewritten'}: {path}")
    print(f"{repository()['url']}: {len(changed)} files {'differ' if check else 'changed'}")
    return int(check and bool(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
