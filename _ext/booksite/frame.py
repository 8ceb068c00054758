"""What stands around the text: contents, buttons in words, what other sites show of a page."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from docutils import nodes

from booksite.cells import colab_link, repository_of

STATIC = Path(__file__).resolve().parents[2] / "_static"
PART = re.compile(
    r'<p class="caption"[^>]*><span class="caption-text">(.*?)</span></p>\s*'
    r"(<ul.*?</ul>)\n(?=<p|$)",
    re.DOTALL,
)
CURRENT = re.compile(r'<a class="current reference internal" href="#">(.*?)</a>', re.DOTALL)
HEADINGS = re.compile(r"^<ul>\s*<li>.*?</a>\s*(<ul>.*</ul>)?\s*</li>\s*</ul>$", re.DOTALL)
TAGS = re.compile(r"</?[a-z][^>]*>")  # of the terms that are marked in the text
NUMBER = re.compile(r"(<h1[^>]*>)(\d+(?:\.\d+)*) ")


def embedded(match: re.Match) -> str:
    data = base64.b64encode((STATIC / "fonts" / match[1]).read_bytes()).decode()
    return f"url(data:font/woff2;base64,{data})"


@cache
def joined(kind: str) -> str:
    """The files of `_static/css` or `_static/js`, in the order of their names.

    The typefaces of the text go into the style sheet, so they are there at the first paint and no
    line jumps when one arrives; `url(embed:text.woff2)` marks where.
    """
    text = "\n".join(path.read_text("utf-8") for path in sorted((STATIC / kind).glob(f"*.{kind}")))
    return re.sub(r"url\(embed:([\w.-]+)\)", embedded, text)


def version(kind: str) -> str:
    return hashlib.sha256(joined(kind).encode()).hexdigest()[:8]


def contents(toctree: str, toc: str, all_open: bool) -> str:
    """The parts as folds, that of the page open, with the headings of the page under its name."""
    headings = HEADINGS.sub(r"\1", toc.strip()).replace("<ul>", '<ul class="sections">', 1)

    def here(found: re.Match) -> str:
        return f'<a class="current" href="#" aria-current="page">{found[1]}</a>{headings}'

    out = []
    for caption, pages in PART.findall(toctree + "\n"):
        pages, found = CURRENT.subn(here, pages, count=1)
        opened = " open" if found or all_open else ""
        out.append(f"<details{opened}><summary>{caption}</summary>{pages}</details>")
    return "\n".join(out)


def doors(body: str) -> str:
    """The cover's three doors, from its sections Read, Run and Build: title, first words, link."""
    out = []
    for name in ("read", "run", "build"):
        found = re.search(rf'<section id="{name}">\s*<h3>.*?</h3>\s*<p>(.*?)</p>', body, re.DOTALL)
        if found is None:
            return ""
        words = re.split(r"[,.:] ", TAGS.sub("", found[1]).replace("\n", " ") + " ")[0]
        link = re.search(r'class="reference internal" href="([^"]+)"', found[1])
        target = link[1] if link else f"#{name}"
        out.append(f'<a href="{target}"><strong>{name.title()}</strong><span>{words}</span></a>')
    return f'<nav class="doors" aria-label="Three ways in">{"".join(out)}</nav>'


def described(doctree) -> str:
    """The first sentences of a page."""
    for node in doctree.findall(nodes.paragraph) if doctree is not None else ():
        text = " ".join(TAGS.sub("", node.astext()).split())
        if len(text) > 40 and isinstance(node.parent, nodes.section):
            short = text[:180]
            return text if len(text) <= 180 else short[: short.rfind(" ")] + " …"
    return "An interactive book on LSTM networks, to read, to run and to build with."


def fill(app, pagename, templatename, context, doctree) -> None:
    tree = context["toctree"](maxdepth=1, collapse=False, includehidden=True, titles_only=True)
    context["is_cover"] = is_cover = pagename == app.config.root_doc
    toc = context.get("toc", "") if doctree is not None else ""
    context["contents"] = contents(tree or "", toc, all_open=is_cover)
    context["project"] = app.config.html_title
    context["description"] = described(doctree)
    context["css_version"], context["js_version"] = version("css"), version("js")
    context["colab"] = colab_link(app, pagename) if doctree is not None else None
    repository = repository_of(app)
    context["repository"] = repository
    context["issue"] = f"{repository['url']}/issues/new" if repository else None
    base = app.config.html_baseurl
    context["address"] = f"{base}{pagename}.html" if base else None
    context["card"] = f"{base}_static/card.png" if base else None
    context["footer"] = app.config.booksite_repository.get("footer", "")
    context["has_formulas"] = "<math" in context.get("body", "")
    source = Path(app.env.doc2path(pagename)) if doctree is not None else None
    context["notebook"] = (
        f"_sources/{pagename}.ipynb" if source and source.suffix == ".ipynb" else None
    )
    if is_cover and context.get("body"):
        first, end, rest = context["body"].partition("</p>")
        context["body"] = first + end + doors(context["body"]) + rest
    if context.get("body"):
        context["body"] = NUMBER.sub(r'\1<span class="number">\2</span> ', context["body"], count=1)


def setup(app) -> None:
    app.connect("html-page-context", fill, priority=800)
