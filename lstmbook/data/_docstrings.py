r"""What a function does, in one line: docstrings and their first sentences."""

import ast
import importlib.util
import inspect
import json
import re
from pathlib import Path

import numpy as np

from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.download import cache_folder
from lstmbook.data.packages import version_of
from lstmbook.errors import MissingExtraError

# module, name of the distribution, part
LIBRARIES = {
    "numpy": ("numpy", "train"),
    "scipy": ("scipy", "train"),
    "pandas": ("pandas", "train"),
    "statsmodels": ("statsmodels", "train"),
    "sklearn": ("scikit-learn", "train"),
    "matplotlib": ("matplotlib", "validation"),
    "networkx": ("networkx", "test"),
}
SHORTEST, SUMMARY = 12, (3, 16)  # words of a body, of a summary
_BASELINES: dict[str, Baseline] = {}


def docstrings(longest: int = 120) -> Dataset:
    r"""Return docstrings of scientific libraries without their first line, and that line.

    Parameters
    ----------
    longest : int
        Words of a body that are kept.

    Returns
    -------
    Dataset
        x (N,) of str: the text of a docstring up to its first section, in small letters, without
        the summary; y (N,) of str: the summary. Training: numpy, scipy, pandas, statsmodels,
        scikit-learn; validation: matplotlib; test: networkx.

    Raises
    ------
    MissingExtraError
        If one of the libraries is not installed: ``pip install lstmbook[applications]``.

    Notes
    -----
    The files of the installed libraries are parsed, never imported, once for each set of versions
    (about 20 s); the pairs are kept in the cache folder. Equal summaries and equal bodies are kept
    once, so that none is in two parts.
    """
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"this needs the docstrings of {', '.join(missing)}, which is not installed: "
            "pip install lstmbook[applications]"
        )
    rows = _kept()
    seen: set[str] = set()
    texts: dict[str, list[tuple[str, str]]] = {"train": [], "validation": [], "test": []}
    for library, (_, part) in LIBRARIES.items():
        for body, summary in rows[library]:
            cut = " ".join(body.split(" ")[:longest])
            if not {cut, summary} & seen:
                seen |= {cut, summary}
                texts[part].append((cut, summary))
    parts = {name: _split(pairs) for name, pairs in texts.items()}
    versions = ", ".join(f"{name} {version_of(name)}" for name, _ in LIBRARIES.values())
    return Dataset(
        train=parts["train"],
        validation=parts["validation"],
        test=parts["test"],
        name="docstrings",
        source=versions,
        licence="BSD-3-Clause (matplotlib: PSF-based)",
        size=f"{sum(map(len, texts.values()))} docstrings",
        real=True,
        baselines=dict(_BASELINES) if longest == 120 else {},
        split="by library",
    )


def _split(pairs: list[tuple[str, str]]) -> Split:
    x, y = np.array(pairs, dtype=object).T
    return Split(x, y)


def _kept() -> dict[str, list[list[str]]]:
    r"""The pairs of each library, from the cache folder if they are there for these versions."""
    versions = {name: version_of(name) for name, _ in LIBRARIES.values()}
    path = cache_folder() / "docstrings.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["versions"] == versions:
            return stored["pairs"]
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there, not whole, or of another form: made again
    pairs = {library: _pairs(library) for library in LIBRARIES}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps({"versions": versions, "pairs": pairs}), encoding="utf-8")
        part.replace(path)
    except OSError:
        pass  # a folder that cannot be written to: parsed again next time
    return pairs


def _pairs(library: str) -> list[list[str]]:
    folder = Path(importlib.util.find_spec(library).submodule_search_locations[0])  # type: ignore[union-attr,index]
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        if {"tests", "test", "testing"} & set(path.relative_to(folder).parts):
            continue
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                pair = parts_of(ast.get_docstring(node, clean=False) or "")
                if pair:
                    found.setdefault(*reversed(pair))
    return [[body, summary] for summary, body in found.items()]


def parts_of(docstring: str) -> tuple[str, str] | None:
    r"""Body and summary of a docstring in plain words, or None where it has no usable two.

    Examples
    --------
    >>> parts_of('''Return the sum of two numbers.
    ...
    ... The numbers are added as they are, one after the other, and nothing is rounded here.
    ...
    ... Parameters
    ... ----------
    ... a : int''')
    ('the numbers are added as they are , one after the other , and nothing is rounded here .',
     'return the sum of two numbers')
    """
    head, _, rest = inspect.cleandoc(docstring).partition("\n\n")
    # directives with what is indented under them, then what follows the first section or example
    body = re.sub(r"(?m)^[ \t]*\.\. .*\n?(?:[ \t]+\S.*\n?|[ \t]*\n)*", "", rest)
    body = re.split(r"(?m)^[^\n]+\n[-=~^]{3,}|^\s*(?:>>>|:param|:type|\* )", body)[0]
    summary = " ".join(_plain(head)).rstrip(" .")
    words = _plain(body)
    short, long = SUMMARY
    if len(words) < SHORTEST or not short <= len(summary.split()) <= long:
        return None
    return " ".join(words), summary


def _plain(text: str) -> list[str]:
    r"""Words and marks in small letters; roles such as :class:`x` become x."""
    text = re.sub(r":[\w:]+:`~?\.?([^`<]*)[^`]*`", r"\1", text).replace("`", "")
    return re.findall(r"\w+(?:['._-]\w+)*|[.,;:()]", text.lower())
