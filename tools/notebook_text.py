"""What a cell says and shows: the parts of `notebook_rules` that look inside text and outputs."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from nbformat import NotebookNode

MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|Users|root|tmp|work|mnt|content|private)/[\w.-]+|\b[A-Z]:\\\\?\w+"
    r"|ipykernel_\d+|site-packages"
)
# {directive} fences, {role}`...`, and MyST targets such as (name)=
MYST = re.compile(r"(?m)^\s*(?:`{3,}|:{3,}|~{3,})\{[\w:-]+\}|\{[\w:-]+\}`|^\([\w-]+\)=\s*$")
FETCHING_CODE = re.compile(
    r"\b(?:urllib|urlopen|urlretrieve|requests|httpx|aiohttp|pooch|fetch_openml|load_dataset"
    r"|wget|curl)\b|\bfull\s*=\s*True|^\s*[!%]\s*\w+.*|https?://\S+",
    re.MULTILINE,
)
FETCHING_HTML = re.compile(
    r"""<(?:script|img|link|iframe|audio|video|source|object|embed)\b[^>]*?(?:src|href|data)\s*=\s*"""
    r"""["']?(?:https?:)?//[^"'\s>]+|url\(\s*["']?(?:https?:)?//[^)]+"""
    r"""|(?:fetch|import|importScripts)\(\s*["'](?:https?:)?//[^"']+|@import\s+["']https?://\S+""",
    re.IGNORECASE,
)
FETCHED_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?https?://[^)]+\)")
HARMLESS_MAGICS = ("%matplotlib inline", "%config InlineBackend")
IMAGES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")


def without_code(markdown: str) -> str:
    """Markdown without inline code and without the insides of fenced blocks."""
    markdown = re.sub(r"(?ms)^(\s*)(`{3,}|~{3,})(?!\{)[^\n]*\n.*?^\s*\2\s*$", "", markdown)
    return re.sub(r"(?<![`}])(`+)(?!`)[^`\n]+?\1(?!`)", "", markdown)


def headings(cell: NotebookNode, level: int) -> list[str]:
    return re.findall(rf"(?m)^#{{{level}}} (.+)$", without_code(cell.source))


def tags(cell: NotebookNode) -> list[str]:
    r"""Numbers in `\tag{...}` of a Markdown cell."""
    if cell.cell_type != "markdown":
        return []
    return re.findall(r"\\tag\*?\{([^}]*)\}", without_code(cell.source))


def measured_numbers(cell: NotebookNode) -> list[str]:
    """Numbers in prose that look measured: two decimals or more, or a decimal with a per cent."""
    prose = re.sub(r"(?s)\$\$.*?\$\$|\$[^$\n]+\$", " ", without_code(cell.source))
    prose = re.sub(r"\]\([^)]*\)|<[^>]*>|https?://\S+|(?:doi|arXiv):\S+", " ", prose)
    return re.findall(r"(?<![\w.])\d+\.\d{2,}(?![\w.]\d)|(?<![\w.])\d+\.\d+(?=\s?%)", prose)


def numbers(shown: str) -> list[str]:
    """Whole numbers and decimals of a source or output as a reader sees them: 0.91 is not in 0.912.

    >>> numbers("0.912 <b style='top: 0.5em'>1.50</b> <script>x = 0.7</script>")
    ['0.912', '1.50']
    """
    shown = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", shown)
    shown = re.sub(r"<[a-zA-Z/][^<>]*>", " ", shown)
    return re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\.?\d)", shown)


def figure_names(cell: NotebookNode) -> list[str]:
    name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
    return [name] if name else []


def output_texts(cell: NotebookNode) -> Iterator[str]:
    """Everything written in a cell's outputs; pictures left out."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield "\n".join(output.traceback)
        for mime, value in output.get("data", {}).items():
            if mime.startswith("text/"):
                yield value


def verdict(cell: NotebookNode) -> str:
    """What a checking cell printed."""
    return "".join(o.text for o in cell.get("outputs", []) if o.output_type == "stream")


def solution(cell: NotebookNode) -> str | None:
    """The one fenced python block inside `<details>`; None where the form is another."""
    found = re.search(r"(?s)<details>\s*<summary>.+?</summary>(.*)</details>", cell.source)
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```$", found[1]) if found else []
    return blocks[0].rstrip("\n") if len(blocks) == 1 else None


def has_image(cell: NotebookNode) -> bool:
    return any(mime in o.get("data", {}) for o in cell.get("outputs", []) for mime in IMAGES)


def html_of(cell: NotebookNode) -> str:
    if cell.cell_type == "markdown":
        return without_code(cell.source)
    return "\n".join(o.get("data", {}).get("text/html", "") for o in cell.get("outputs", []))


def image_without_alt(cell: NotebookNode) -> str | None:
    html = html_of(cell)
    for picture in re.findall(r"<img\b[^>]*>", html):
        if not re.search(r"\balt\s*=\s*([\"']).+?\1", picture):
            return picture[:80]
    empty = re.search(r"!\[\s*\]\([^)]*\)", html) if cell.cell_type == "markdown" else None
    return empty and empty[0]


def without_comments(source: str) -> str:
    """Code without comments: a comment may cite an address."""
    lines = source.splitlines()
    magics = [line for line in lines if line.lstrip().startswith(("%", "!"))]
    kept = [line for line in magics if not line.strip().startswith(HARMLESS_MAGICS)]
    python = "\n".join("" if line in magics else line for line in lines) + "\n"
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(python).readline))
    except (tokenize.TokenError, IndentationError):
        return source
    comments = [t for t in tokens if t.type == tokenize.COMMENT]
    for token in comments:
        python = python.replace(token.string, "", 1)
    return "\n".join([python, *kept])


def fetches(cell: NotebookNode) -> str | None:
    """The first piece of a cell that would ask another host for something."""
    if cell.cell_type == "code":
        found = FETCHING_CODE.search(without_comments(cell.source))
        found = found or FETCHING_HTML.search(html_of(cell))
    else:
        found = FETCHED_PICTURE.search(cell.source) or FETCHING_HTML.search(html_of(cell))
    return found and found[0].strip()[:80]
