"""Words of the text that answer: terms of the glossary, works of the references, parts of the cell.

Without a script a term is a link to the glossary. With one, hovering, focusing or tapping it shows
the glossary's sentence beside the text; a link to a paper shows the work. Names of the parts of a
cell light up that part in the figures of the page, and the other way round.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes

BOOK = Path(__file__).resolve().parents[2] / "book"
GLOSSARY, REFERENCES = BOOK / "glossary.md", BOOK / "appendix" / "references.md"
SOURCES = (GLOSSARY, REFERENCES)
ROW = re.compile(r"^\| (?P<terms>[^|]+?)<br>(?P<chinese>[^|]+?) \| (?P<text>.+?) \|$", re.MULTILINE)
# on every page many times, in their everyday sense or in another: a mark would be in the way
NOT_MARKED = set(
    "axis batch bias block budget cell channel gate gradient head kernel lag layer loss drift seed "
    "recall step stream update weight T4 stacked epoch convolution projection intervention".split()
)
PARTS = {
    "f": ["forget gate", "forget gates"],
    "i": ["input gate", "input gates"],
    "g": ["candidate", "candidates"],
    "o": ["output gate", "output gates"],
    "c": ["cell state", "cell states", "memory cell"],
    "h": ["hidden state", "hidden states"],
}
PART_OF = {word: part for part, words in PARTS.items() for word in words}
CLOSED = (  # nothing inside of these is marked
    nodes.literal, nodes.literal_block, nodes.math, nodes.reference, nodes.title, nodes.raw,
    nodes.caption, nodes.thead,
)  # fmt: skip


class Term(NamedTuple):
    """A row of the glossary."""

    name: str
    chinese: str
    text: str

    @property
    def anchor(self) -> str:
        return "term-" + re.sub(r"\W+", "-", self.name.lower()).strip("-")

    @property
    def forms(self) -> list[str]:
        """The term as it may stand in a text: both of two, without brackets, one or several."""
        bare = re.sub(r"\s*\([^)]*\)", "", self.name)
        forms = [bare] if " and " in bare or " or " in bare else re.split(r",\s*", bare)
        if "weight conflict" in bare or " and " in bare:
            forms = [bare]
        forms = [form for form in forms if form not in NOT_MARKED]
        return forms + [form + "s" for form in forms if form[-1].isalpha() and form[-1] != "s"]


@cache
def glossary() -> tuple[Term, ...]:
    rows = ROW.finditer(GLOSSARY.read_text(encoding="utf-8"))
    return tuple(Term(row["terms"], row["chinese"], sentence(row["text"])) for row in rows)


def sentence(markdown: str) -> str:
    """The explanation as plain text, without the pages that it names at its end."""
    text = re.split(r":? (?:see )?\[\d", markdown)[0].rstrip(":; ,")
    return plain(text.removesuffix(": see").removesuffix(" see").rstrip(":;"))


def plain(markdown: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"\$([^$]*)\$", lambda found: simple(found[1]), text)
    return " ".join(text.replace("*", "").replace("`", "").split())


def simple(tex: str) -> str:
    """A short formula as text."""
    text = tex.replace(r"\sigma", "σ").replace(r"\tanh", "tanh").replace("^{-z}", "^(−z)")
    text = re.sub(r"_\{?(\w)\}?", lambda found: {"t": "ₜ"}.get(found[1], found[1]), text)
    return re.sub(r"[\\{}]", "", text).replace("-", "−")


@cache
def works() -> dict[str, str]:
    """Address of every work of the references: who, when, what, and what to find there."""
    found = {}
    text = REFERENCES.read_text(encoding="utf-8")
    for item in re.findall(r"^- (.+?)(?=\n- |\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        for address in re.findall(r"\]\((https?://[^)]+)\)", item):
            found.setdefault(
                address, plain(re.sub(r"\[(?:doi|arXiv)[^\]]*\]\([^)]*\)\.?", "", item))
            )
    return found


@cache
def words_by_form() -> tuple[re.Pattern, dict[str, Term]]:
    by_form = {form.lower(): term for term in glossary() for form in term.forms}
    names = sorted({*by_form, *PART_OF}, key=len, reverse=True)
    either = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE), by_form


def marked(text: str, seen: set[str], used: dict[str, Term], root: str) -> list[nodes.Node] | None:
    """Pieces of a text with its terms and parts marked; None if it has none."""
    pattern, by_form = words_by_form()
    pieces: list[nodes.Node] = []
    end = 0
    for match in pattern.finditer(text):
        word = " ".join(match[0].lower().split())
        term, part = by_form.get(word), PART_OF.get(word)
        new = term is not None and term.anchor not in seen
        if not new and part is None:
            continue
        html = escape(match[0], quote=False)
        if new:
            seen.add(term.anchor)
            used[term.anchor] = term
            html = f'<a class="term" href="{root}book/glossary.html#{term.anchor}">{html}</a>'
        if part is not None:
            html = f'<span class="part" data-part="{part}">{html}</span>'
        pieces += [nodes.Text(text[end : match.start()]), nodes.raw("", html, format="html")]
        end = match.end()
    return [*pieces, nodes.Text(text[end:])] if pieces else None


def section_of(node: nodes.Node) -> nodes.Node | None:
    """The section of the second level that a text stands in."""
    chain = []
    while node is not None:
        if isinstance(node, nodes.section):
            chain.append(node)
        node = node.parent
    return chain[-2] if len(chain) > 1 else chain[-1] if chain else None


def is_open(node: nodes.Node) -> bool:
    inside = False
    while node is not None:
        if isinstance(node, CLOSED):
            return False
        if isinstance(node, nodes.container) and "cell" in node.get("classes", []):
            return False
        inside = inside or isinstance(node, nodes.paragraph | nodes.list_item)
        node = node.parent
    return inside


def mark_words(app, doctree, docname: str) -> None:
    if app.builder.format != "html":
        return
    root = "../" * docname.count("/")
    seen: dict[int, set[str]] = {}
    used: dict[str, Term] = {}
    if docname not in ("book/glossary", "book/appendix/references"):
        for node in list(doctree.findall(nodes.Text)):
            if not is_open(node):
                continue
            here = seen.setdefault(id(section_of(node)), set())
            pieces = marked(node.astext(), here, used, root)
            if pieces:
                node.parent.replace(node, pieces)
    notes = {f"#{anchor}": [term.name, term.chinese, term.text] for anchor, term in used.items()}
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri", "")
        if address in works() and docname != "book/appendix/references":
            notes[address] = ["", "", works()[address]]
            link["classes"].append("work")
    if notes:
        text = json.dumps(notes, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
        html = f'<script type="application/json" id="notes">{text}</script>'
        doctree += nodes.raw("", html, format="html")


def anchor_terms(app, doctree) -> None:
    """The glossary's rows get names, Chinese words their language, the top a line of letters."""
    if app.env.docname != "book/glossary":
        return
    terms = iter(glossary())
    letters: dict[str, str] = {}
    entries: list[tuple] = []
    first = None
    for table in doctree.findall(nodes.table):
        for row in next(table.findall(nodes.tbody)).children:
            name = row[0][0].astext().split("\n")[0]
            term = next(terms)
            if term.chinese not in name:
                raise ValueError(f"glossary: expected the row of {term.name}, got {name}")
            row["ids"].append(term.anchor)
            zh = nodes.raw("", f'<span lang="zh">{escape(term.chinese)}</span>', format="html")
            row[0][0].children = []
            row[0][0] += [nodes.strong("", term.name), nodes.raw("", "<br>", format="html"), zh]
            letters.setdefault(term.name[0].upper(), term.anchor)
            for name in (term.name, term.chinese):  # the search finds both, and lands at the row
                entries.append(("single", name, term.anchor, "", None))
        first = first or table
    links = " ".join(f'<a href="#{at}">{letter}</a>' for letter, at in letters.items())
    line = f'<p class="letters" aria-label="Letters">{links}</p>'
    above = [nodes.raw("", line, format="html"), addnodes.index(entries=entries)]
    first.parent.insert(first.parent.index(first), above)


def setup(app) -> None:
    app.connect("doctree-read", anchor_terms)
    app.connect("doctree-resolved", mark_words)
