"""The rules that every notebook of the book keeps.

Each rule is a function that yields `Fault`s; `check` runs all of them over one notebook and
`check_book` adds those that look at several. A fault names the file, the cell and the rule, and
says what to do.

    python -m tools.notebook_rules [book/part3/standard-lstm.ipynb ...]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from tools import notebook_text as text
from tools.repository import ROOT, SETUP_ID, SETUP_TAGS, notebooks, setup_cell

LONGEST_LINE = 84
LONGEST_CELL = 25
LARGEST_PLOT = 100_000  # characters of SVG
EXERCISES = range(4, 7)


class Fault(NamedTuple):
    """One broken rule."""

    path: str
    cell: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: cell {self.cell}: {self.rule}: {self.message}"


class Page(NamedTuple):
    """A notebook and what its path says about it."""

    path: str
    part: str | None  # "3" for book/part3/...; None for the front matter
    cells: list[nbformat.NotebookNode]
    setup: str

    def code(self) -> list[nbformat.NotebookNode]:
        return [c for c in self.cells if c.cell_type == "code"]

    def markdown(self) -> list[nbformat.NotebookNode]:
        return [c for c in self.cells if c.cell_type == "markdown"]

    def number(self) -> str | None:
        """The page's number, from its title: "3.1"."""
        found = re.match(r"# (\d+(?:\.\d+)+) ", self.cells[0].source) if self.cells else None
        return found and found[1]


Finding = tuple[str, str]  # cell id, message
Rule = Callable[[Page], Iterator[Finding]]
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    RULES[function.__name__.replace("_", "-")] = function
    return function


def read(path: Path, root: Path = ROOT) -> Page:
    notebook = nbformat.read(path, as_version=4)
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    part = re.search(r"book/part(\d+)/", name)
    return Page(name, part and part[1], notebook.cells, setup_cell(root))


def check(page: Page) -> list[Fault]:
    """All faults of one notebook."""
    return [Fault(page.path, *_split(name, f)) for name, r in RULES.items() for f in r(page)]


def _split(name: str, finding: Finding) -> tuple[str, str, str]:
    return finding[0], name, finding[1]


def check_book(pages: list[Page]) -> list[Fault]:
    """Faults of all notebooks, and those between them: a number or a figure given twice."""
    faults = [fault for page in pages for fault in check(page)]
    for name, find in (("unique-equation", text.tags), ("unique-figure", text.figure_names)):
        seen: dict[str, str] = {}
        for page in pages:
            for cell in page.cells:
                for label in find(cell):
                    place = f"{page.path}, cell {cell.id}"
                    if label in seen:
                        message = f"{label} is already used in {seen[label]}"
                        faults.append(Fault(page.path, cell.id, name, message))
                    seen.setdefault(label, place)
    return faults


# ---------------------------------------------------------------- the form of the file


@rule
def stable_ids(page: Page) -> Iterator[Finding]:
    seen = set()
    for k, cell in enumerate(page.cells):
        name = cell.get("id", "")
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
            yield name or f"number {k}", "give it an id of small letters, digits, single hyphens"
        elif re.fullmatch(r"[0-9a-f]{8,}(-[0-9a-f]+)*", name) and re.search(r"\d", name):
            yield name, "a random id: give it one that says what the cell does"
        if name in seen:
            yield name, "two cells have this id"
        seen.add(name)


@rule
def title_and_number(page: Page) -> Iterator[Finding]:
    titles = [(c.id, t) for c in page.markdown() for t in text.headings(c, 1)]
    if not page.cells or page.cells[0].cell_type != "markdown" or len(titles) != 1:
        yield "(first)", f"the first cell holds the page's only title, found {len(titles)}"
    elif page.part and not (page.number() or "").startswith(f"{page.part}."):
        yield page.cells[0].id, f'the title starts with the page\'s number: "# {page.part}.N ..."'


@rule
def setup_cell_first(page: Page) -> Iterator[Finding]:
    code = page.code()
    if not code:
        return
    if code[0].id != SETUP_ID:
        yield code[0].id, f"the first code cell is the one with the id {SETUP_ID}"
    elif code[0].source != page.setup or code[0].metadata.get("tags") != SETUP_TAGS:
        yield SETUP_ID, "differs from the form that `make repository` writes"
    elif code[0].outputs:
        yield SETUP_ID, "prints something: run it where lstmbook is installed"


@rule
def stored_outputs(page: Page) -> Iterator[Finding]:
    for k, cell in enumerate(page.code(), start=1):
        if not cell.source.strip():
            yield cell.id, "an empty code cell"
        elif cell.execution_count != k:
            found = cell.execution_count
            state = "has not run" if found is None else f"has run as number {found}, not {k}"
            yield cell.id, f"{state}: `make refresh PAGE={page.path}`"
            return  # the cells below have the same fault


@rule
def no_error(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        for output in cell.outputs:
            if output.output_type == "error":
                yield cell.id, f"raises {output.ename}: catch it and print its message"


@rule
def no_stderr(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                yield cell.id, f"writes to stderr: {output.text.strip()[:80]!r}"


@rule
def asserted_when_ignored(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        tags = cell.metadata.get("tags", [])
        if "nbval-skip" in tags or "raises-exception" in tags:
            yield cell.id, "is never checked: take the tag away"
        if "nbval-ignore-output" in tags and not re.search(r"(?m)^\s*assert\b", cell.source):
            yield cell.id, "its output is not compared, so it must assert what it claims"
        if "NBVAL_" in cell.source:
            yield cell.id, "use the tag nbval-ignore-output, not a comment"


@rule
def no_machine_path(page: Page) -> Iterator[Finding]:
    for cell in page.cells:
        found = text.MACHINE_PATH.search("\n".join([cell.source, *text.output_texts(cell)]))
        if found:
            yield cell.id, f"names a path of one machine: {found[0]!r}"


@rule
def no_network(page: Page) -> Iterator[Finding]:
    for cell in page.cells:
        found = None if cell.id == SETUP_ID else text.fetches(cell)
        if found:
            yield cell.id, f"fetches from the network: {found!r}"


@rule
def short_code(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        lines = [line for line in cell.source.splitlines() if line.strip()]
        longest = max((len(line) for line in lines), default=0)
        if longest > LONGEST_LINE and cell.id != SETUP_ID:
            yield cell.id, f"a line of {longest} characters, at most {LONGEST_LINE}"
        folded = "hide-input" in cell.metadata.get("tags", [])
        if len(lines) > LONGEST_CELL and not folded:
            yield cell.id, f"{len(lines)} lines of code, at most {LONGEST_CELL}"


@rule
def no_closing_semicolon(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        if cell.source.rstrip().endswith(";"):
            yield cell.id, "IPython's `;` hides nothing where the outputs are checked: `_ = ...`"


# ---------------------------------------------------------------- text, formulas, pictures


@rule
def plain_markdown(page: Page) -> Iterator[Finding]:
    for cell in page.markdown():
        found = text.MYST.search(text.without_code(cell.source))
        if found:
            yield cell.id, f"{found[0]!r} is shown raw on Colab and GitHub: use plain Markdown"


@rule
def numbered_equations(page: Page) -> Iterator[Finding]:
    number = page.number()
    for cell in page.markdown():
        for tag in text.tags(cell):
            if number and not re.fullmatch(re.escape(number) + r"\.\d+[a-z]?", tag):
                yield cell.id, f"equation ({tag}) on page {number}: number it {number}.1, ..."


@rule
def printed_numbers(page: Page) -> Iterator[Finding]:
    shown = {
        n for c in page.code() for t in [c.source, *text.output_texts(c)] for n in text.numbers(t)
    }
    for cell in page.markdown():
        for number in text.measured_numbers(cell):
            if number not in shown:
                yield cell.id, f"{number} stands in the text, and no cell of the page prints it"


@rule
def alt_text(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        if not text.has_image(cell):
            continue
        mystnb = cell.metadata.get("mystnb", {})
        if len(mystnb.get("image", {}).get("alt", "").split()) < 5:
            yield cell.id, "its picture needs words: metadata mystnb.image.alt, five or more"
        if not mystnb.get("figure", {}).get("caption", "").strip():
            yield cell.id, "its picture needs a caption: metadata mystnb.figure.caption"
    for cell in page.cells:
        found = text.image_without_alt(cell)
        if found:
            yield cell.id, f"a picture without alternative text: {found!r}"


@rule
def plots_as_small_svg(page: Page) -> Iterator[Finding]:
    for cell in page.code():
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                yield cell.id, f"a plot as PNG: `make refresh PAGE={page.path}` stores SVG"
            elif len(data.get("image/svg+xml", "")) > LARGEST_PLOT:
                yield cell.id, "a plot of more than 100 kB: draw many points with rasterized=True"


# ---------------------------------------------------------------- promise and exercises


@rule
def promise(page: Page) -> Iterator[Finding]:
    if page.part is None:
        return
    found = [c for c in page.cells[:4] if c.id == "promise" and c.cell_type == "markdown"]
    if not found:
        yield "promise", "one of the first four cells is a Markdown cell with this id"
    for cell in found:
        for words in ("You will be able to", "Before this page", "Time"):
            if words not in cell.source:
                yield cell.id, f"must say: {words}"
        if "min" not in cell.source:
            yield cell.id, "must say how many minutes the page takes"


@rule
def exercises(page: Page) -> Iterator[Finding]:
    names = [c.id.removeprefix("exercise-") for c in page.code() if c.id.startswith("exercise-")]
    if page.part is not None and len(names) not in EXERCISES:
        yield "(all)", f"{len(names)} exercises, a page has 4 to 6"
    ids = [c.id for c in page.cells]
    for prefix in ("check-", "solution-"):
        for name in (i.removeprefix(prefix) for i in ids if i.startswith(prefix)):
            if name not in names:
                yield prefix + name, f"there is no code cell exercise-{name}"
    for name in names:
        at = ids.index(f"exercise-{name}")
        if ids[at + 1 : at + 3] != [f"check-{name}", f"solution-{name}"]:
            yield f"exercise-{name}", f"is followed by check-{name} and then solution-{name}"
            continue
        checker, solution = page.cells[at + 1 : at + 3]
        if checker.cell_type != "code" or not text.verdict(checker).startswith("Not yet"):
            yield checker.id, 'prints a first line that starts with "Not yet" for the starter'
        if solution.cell_type != "markdown" or text.solution(solution) is None:
            yield solution.id, "holds <details> with <summary> and one fenced python block"


def main(arguments: list[str]) -> int:
    paths = [Path(a).resolve() for a in arguments] or notebooks()
    faults = check_book([read(path) for path in paths])
    for fault in faults:
        print(fault)
    print(f"{len(paths)} notebooks, {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
