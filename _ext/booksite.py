"""What the built pages need beyond Jupyter Book: no request to another host, no console error.

- MathJax comes from the pip package `sphinx-mathjax-offline`; only the files that are used are
  copied (2.2 of 24 MB), into `_static/mathjax`.
- Jupyter Book loads sphinx-thebe (code that runs through a remote service) on every page, and its
  inline script twice. The book has a Colab button instead: thebe is taken out.
- Sphinx wraps a formula with several lines into `split`, where MathJax refuses `\\tag`. Formulas
  with a tag are passed on as they are.
- Markdown has no table without a header row. One that is empty is left out, so that a screen reader
  does not announce headers without a name.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

from docutils import nodes

# the last folder holds macros such as \\color and \\cancel, which are loaded when a page uses them
MATHJAX_FILES = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")
ICON_SCRIPT = re.compile(r"<script defer src=\"[^\"]*/fontawesome\.js[^\"]*\"></script>\n?")


def mathjax_source() -> Path:
    """Folder of the MathJax files in the installed package."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("MathJax is missing: pip install sphinx-mathjax-offline")
    return Path(spec.origin).parent / "static" / "mathjax"


def configure(app, config) -> None:
    config.mathjax_path = "mathjax/tex-chtml.js"
    # The menu would load files that are not copied, and make every formula a stop of the Tab key.
    options = dict(config.mathjax3_config or {})
    options["options"] = {**options.get("options", {}), "enableMenu": False}
    config.mathjax3_config = options


def copy_mathjax(app, exception) -> None:
    if exception is not None or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "mathjax"
    for name in MATHJAX_FILES:
        source = mathjax_source() / name
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)


def keep_tags(app, doctree) -> None:
    for node in doctree.findall(nodes.math_block):
        if r"\tag" in node.astext():
            text = "\\[" + node.astext() + "\\]"
            node["nowrap"] = True
            node.children = [nodes.Text(text)]


def drop_empty_heads(app, doctree) -> None:
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def drop_thebe(app, doctree, docname) -> None:
    for node in list(doctree.findall(nodes.raw)):
        if "thebe" in node.astext() and "<script" in node.astext():
            node.parent.remove(node)


def is_thebe(item) -> bool:
    """A script or style sheet that belongs to sphinx-thebe."""
    name = str(getattr(item, "filename", item) or "")
    body = str(getattr(item, "attributes", {}).get("body", ""))
    return "thebe" in name or "thebe" in body


def clean_page(app, pagename, templatename, context, doctree) -> None:
    for key in ("script_files", "css_files"):
        kept, seen = [], set()
        for item in context.get(key, []):
            body = getattr(item, "attributes", {}).get("body")
            if is_thebe(item) or (body and body in seen):
                continue
            seen.add(body)
            kept.append(item)
        context[key] = kept


def drop_icon_script(app, exception) -> None:
    """The icons come from a web font that is there anyway; the script is 1.5 MB on every page."""
    if exception is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        shorter = ICON_SCRIPT.sub("", html)
        if shorter != html:
            page.write_text(shorter, encoding="utf-8")


def setup(app) -> dict[str, bool]:
    app.setup_extension("plots_in_page")
    app.connect("config-inited", configure, priority=900)
    app.connect("doctree-read", keep_tags)
    app.connect("doctree-read", drop_empty_heads)
    app.connect("doctree-resolved", drop_thebe, priority=900)
    app.connect("html-page-context", clean_page, priority=900)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", drop_icon_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
