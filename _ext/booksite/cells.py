"""What the cells of notebooks need on a page: folds, links, tables, scripts that are shared."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import nbformat
from docutils import nodes

SCRIPT = re.compile(
    r"<script>\n\(\(\) => \{\n(?P<code>.*?)\n"
    r'ui\.mount\((?P<id>"[^"\n]*"), (?P<css>"(?:[^"\\\n]|\\.)*"), (?P<data>[^\n]*), figure\);\n'
    r"\}\)\(\);\n</script>",
    re.DOTALL,
)
SHARED = "_static/live"
FOLD_NAME = ' aria-label="Toggle hidden content"'  # the name of a fold is the label that it shows
UNSTYLED = re.compile(r'<span class="(?:w|n|p|o|nn|kr|nv|nt|vm|ne|go|gp)">([^<]*)</span>')
NO_FORMULAS = ' class="tex2jax_ignore mathjax_ignore"'  # for a script that is not there
COLAB = "https://colab.research.google.com/github"


def shared_script(code: str, css: str) -> tuple[str, str]:
    """Name and text of the file that holds what all figures of a kind have in common."""
    name = hashlib.sha256((code + css).encode()).hexdigest()[:12]
    text = (
        f'(window.lbfKinds = window.lbfKinds || {{}})["{name}"] = (lbfId, lbfData) => {{\n'
        f"{code}\nui.mount(lbfId, {css}, lbfData, figure);\n}};\n"
    )
    return name, text


def share_scripts(html: str, folder: Path, root: str) -> str:
    """The HTML of an output with its script's common part moved into a file of the site.

    A notebook's figures are whole by themselves, as JupyterLab and Colab need them. On the site the
    same 60 kB would stand in every figure: here the page loads them once. An output in another form
    is left as it is.
    """

    def shorten(match: re.Match) -> str:
        name, text = shared_script(match["code"], match["css"])
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{name}.js"
        if not file.is_file():
            file.write_text(text, encoding="utf-8")
        call = f'lbfKinds["{name}"]({match["id"]}, {match["data"]});'
        return f'<script src="{root}{SHARED}/{name}.js"></script>\n<script>{call}</script>'

    return SCRIPT.sub(shorten, html)


@cache
def cell_ids(path: str, changed: float) -> list[str]:
    return [cell.get("id", "") for cell in nbformat.read(path, as_version=4).cells]


def colab_link(app, docname: str) -> str | None:
    """Address of a notebook on Colab; None for a page that is none."""
    path = Path(app.env.doc2path(docname))
    repository = repository_of(app)
    if path.suffix != ".ipynb" or not repository:
        return None
    place = path.relative_to(app.srcdir).as_posix()
    return f"{COLAB}/{repository['name']}/blob/{repository['branch']}/{place}"


def repository_of(app) -> dict[str, str]:
    at = app.config.booksite_repository
    if not at.get("url"):
        return {}
    name = at["url"].removeprefix("https://github.com/").strip("/")
    return {"url": at["url"], "branch": at.get("branch", "main"), "name": name}


def link_exercises(app, doctree, docname: str) -> None:
    """After the cell of an exercise: where it can be run, at that cell."""
    address = colab_link(app, docname)
    if address is None:
        return
    path = Path(app.env.doc2path(docname))
    ids = cell_ids(str(path), path.stat().st_mtime)
    for cell in list(doctree.findall(nodes.container)):
        index = cell.get("cell_index")
        if cell.get("nb_element") != "cell_code" or index is None or index >= len(ids):
            continue
        if not ids[index].startswith("exercise-"):
            continue
        target = f"{address}#scrollTo={ids[index]}"
        link = nodes.reference("", "open this exercise on Colab", refuri=target)
        line = nodes.paragraph("", "Needs Python: ", link, nodes.Text("."))
        line["classes"].append("needs-python")
        cell.parent.insert(cell.parent.index(cell) + 1, line)


def share_figures(app, doctree, docname: str) -> None:
    if app.builder.format != "html":
        return
    root = "../" * docname.count("/")
    folder = Path(app.outdir) / SHARED
    for node in doctree.findall(nodes.raw):
        if "data-lbf=" in node.astext():
            short = share_scripts(node.astext(), folder, root)
            node.rawsource = short
            node.children = [nodes.Text(short)]


def drop_empty_heads(app, doctree) -> None:
    """Markdown has no table without a header row; an empty one would be announced as nameless."""
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def box_tables(app, doctree, docname: str) -> None:
    """A table that is wider than a phone scrolls by itself."""
    for table in list(doctree.findall(nodes.table)):
        if "table-box" not in table.parent.get("classes", []):
            box = nodes.container("", classes=["table-box"])
            table.replace_self(box)
            box += table


def tidy(app, pagename, templatename, context, doctree) -> None:
    """Names of folds; marks of code that no style is for, a third of many pages, go."""
    if context.get("body"):
        body = context["body"].replace(FOLD_NAME, "").replace(NO_FORMULAS, "")
        context["body"] = UNSTYLED.sub(r"\1", body)


def setup(app) -> None:
    app.add_config_value("booksite_repository", {}, "html")
    app.connect("doctree-read", drop_empty_heads)
    app.connect("doctree-resolved", link_exercises)
    app.connect("doctree-resolved", box_tables)
    app.connect("doctree-resolved", share_figures)
    app.connect("html-page-context", tidy)
