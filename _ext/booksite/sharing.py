"""What search machines, other sites and lost readers get: addresses, a first page, a 404 page."""

from __future__ import annotations

import shutil
from pathlib import Path

from booksite.cells import SHARED, repository_of
from booksite.frame import joined

KEPT = {"favicon.svg", "logo.svg", "card.png", "book.css", "book.js"}
KEPT |= {"searchtools.js", "language_data.js", "documentation_options.js", "doctools.js"}
KEPT |= {"sphinx_highlight.js"}
KEPT_FOLDERS = {"fonts", Path(SHARED).name}
FIRST = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title>
<meta name="description" content="An interactive book on LSTM networks.">
<link rel="canonical" href="{address}">
<meta http-equiv="refresh" content="0; url={target}"></head>
<body><h1>{title}</h1><p><a href="{target}">To the book</a></p></body>
</html>
"""
LOST = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Page not found · {title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>
html {{ color-scheme: light dark; }}
body {{ max-width: 34rem; margin: 20vh auto; padding: 0 1.5rem; font: 1.15rem/1.6 Georgia, serif; }}
a {{ color: light-dark(#4338a8, #b3b0ff); }}
</style></head>
<body><main>
<h1>This page has been forgotten</h1>
<p>There is none at this address. Pages that have moved are in the
<a id="home" href="{home}">contents of the book</a>.</p>
</main>
<script>
// the site may lie in a folder of its host: what stands before /book/ in the address
var path = location.pathname;
var at = path.indexOf("/book/");
var root = at >= 0 ? path.slice(0, at + 1) : "{folder}";
document.getElementById("home").href = root + "{page}.html";
</script>
</body>
</html>
"""


def configure(app, config) -> None:
    """The address of GitHub Pages for the repository, unless another one is set."""
    repository = repository_of(app)
    if repository and not config.html_baseurl:
        owner, name = repository["name"].split("/")[:2]
        config.html_baseurl = f"https://{owner.lower()}.github.io/{name}/"


def prune(static: Path) -> None:
    """Leave what a page asks for: other extensions copy megabytes."""
    for path in static.iterdir():
        if path.is_dir() and path.name not in KEPT_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in KEPT:
            path.unlink()


def unused(folder: Path, pages: list[Path]) -> list[Path]:
    """Shared scripts that no page names any more."""
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    return [path for path in folder.glob("*.js") if path.name not in text]


def finish(app, exception) -> None:
    if exception is not None or app.builder.format != "html":
        return
    out, title, page = Path(app.outdir), app.config.html_title, app.config.root_doc
    base = app.config.html_baseurl or ""
    for kind in ("css", "js"):
        (out / "_static" / f"book.{kind}").write_text(joined(kind), encoding="utf-8")
    prune(out / "_static")
    pages = sorted(f"{name}.html" for name in app.env.found_docs)
    for path in unused(out / SHARED, [out / name for name in pages]):
        path.unlink()
    first = FIRST.format(title=title, address=f"{base}{page}.html", target=f"{page}.html")
    (out / "index.html").write_text(first, encoding="utf-8")
    folder = "/" + base.split("/", 3)[-1] if base else "/"
    lost = LOST.format(title=title, home=f"{base}{page}.html", folder=folder, page=page)
    (out / "404.html").write_text(lost, encoding="utf-8")
    robots = "User-agent: *\nAllow: /\n"
    if base:
        places = "".join(f"<url><loc>{base}{name}</loc></url>\n" for name in pages)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        sitemap = f'{head}\n<urlset xmlns="{space}">\n{places}</urlset>\n'
        (out / "sitemap.xml").write_text(sitemap, encoding="utf-8")
        robots += f"Sitemap: {base}sitemap.xml\n"
    (out / "robots.txt").write_text(robots, encoding="utf-8")


def setup(app) -> None:
    app.connect("config-inited", configure, priority=900)
    app.connect("build-finished", finish)
