"""The built pages: a theme of the book's own on top of what Jupyter Book reads.

- `theme`: the templates; `_static/css` and `_static/js` are joined into one file each.
- `formulas`: TeX to MathML at build time, so that no page needs a script for them.
- `cells`: labels of folds, links to Colab at exercises, tables, scripts that figures share.
- `words`: terms of the glossary, works of the references, parts of the cell.
- `frame`: what stands around a page; `sharing`: what search machines and other sites read.

Other extensions that Jupyter Book brings (its usual theme, buttons that copy, code run by a remote
service) would put scripts and style sheets on every page: they are switched off.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from booksite import cells, formulas, frame, search, sharing, words

HERE = Path(__file__).parent
SWITCHED_OFF = (
    "pydata_sphinx_theme",
    "sphinx_book_theme",
    "sphinx_comments",
    "sphinx_copybutton",
    "sphinx_thebe",
    "sphinx_togglebutton",
)


def switch_off(app, config) -> None:
    """Before the theme is made: our own, and no listener of the extensions above."""
    options = config.html_theme_options
    config.booksite_repository = {
        "url": options.get("repository_url", ""),
        "branch": options.get("repository_branch", "main"),
        "footer": options.get("extra_footer", ""),
    }
    config.html_theme = "booktheme"
    config.html_theme_options = {}
    config.html_permalinks_icon = "#"
    config.html_use_index = False
    for name, listeners in app.events.listeners.items():
        app.events.listeners[name] = [
            entry for entry in listeners if not entry.handler.__module__.startswith(SWITCHED_OFF)
        ]


def digest() -> str:
    """Changes when this extension or what it reads changes: then all pages are written anew."""
    names = [*HERE.rglob("*.py"), *HERE.rglob("*.html"), *words.SOURCES]
    text = b"".join(path.read_bytes() for path in sorted(names))
    return hashlib.sha256(text).hexdigest()[:12]


def setup(app) -> dict[str, bool]:
    app.setup_extension("plots_in_page")
    app.add_config_value("booksite_digest", digest(), "env")
    app.add_html_theme("booktheme", str(HERE / "theme"))
    app.connect("config-inited", switch_off, priority=100)
    for part in (formulas, cells, words, frame, search, sharing):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
