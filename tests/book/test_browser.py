"""The built pages in Chromium: no request to another host, no error, phone width, dark mode, axe.

`make browser` builds the book first. Without Chromium all of it is reported as skipped.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest

from tools.repository import ROOT

SITE = ROOT / "_build" / "html"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(not SITE.is_dir(), reason="the book is not built: make book"),
]
PAGES = sorted(p.relative_to(SITE).as_posix() for p in SITE.glob("book/**/*.html"))
VISITS = {  # each way to read, each width and each mode, in four visits
    "http-1400-light": ("http", 1400, "light"),
    "http-360-dark": ("http", 360, "dark"),
    "file-1400-dark": ("file", 1400, "dark"),
    "file-360-light": ("file", 360, "light"),
}
# axe finds these in the theme's own header and sidebar
KNOWN_IN_THEME = {
    "label-content-name-mismatch",  # search button: its name lacks the shown "Ctrl+K"
    "region",  # skip link and header buttons stand outside of landmarks
}


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server():
    handler = functools.partial(QuietHandler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        # Chromium's sandbox does not start for root, as whom containers run
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Visit:
    """An opened page with everything that went wrong while it loaded."""

    def __init__(self, browser, base: str, path: str, width: int = 1400, mode: str = "light"):
        self.other_hosts: list[str] = []
        self.faults: list[str] = []
        self.base = base
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=mode, reduced_motion="reduce"
        )
        self.context.route("**/*", self.guard)
        self.page = self.context.new_page()
        self.page.on("console", self.console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("response", self.response)
        self.page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
        self.page.goto(f"{base}/{path}", wait_until="load")
        self.page.wait_for_function(  # formulas are set when their promise is kept
            "!window.MathJax || (MathJax.startup && MathJax.startup.promise.then(() => true))"
        )

    def guard(self, route):
        url = route.request.url
        if url.startswith((self.base, "file://", "data:", "blob:")):
            route.continue_()
        else:
            self.other_hosts.append(url)
            route.abort()

    def console(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def response(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def base_of(way: str, server: str) -> str:
    return server if way == "http" else SITE.as_uri()


def axe_violations(page, inside: str | None) -> list[str]:
    """What axe-core finds, one line for each rule with the first element."""
    sync_axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = sync_axe.Axe().run(page, context=inside).response["violations"]
    return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found]


def test_there_are_pages():
    assert PAGES


@pytest.mark.parametrize("visit", VISITS)
@pytest.mark.parametrize("path", PAGES)
def test_page(path, visit, browser, server):
    way, width, mode = VISITS[visit]
    with Visit(browser, base_of(way, server), path, width, mode) as opened:
        page = opened.page
        assert opened.other_hosts == []
        assert opened.faults == []
        assert page.evaluate("document.documentElement.dataset.theme") == mode
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("mjx-merror, article .problematic").count() == 0
        # querySelectorAll stays out of the shadow roots of live figures, which have no MathJax
        formulas, drawn = page.evaluate(
            "['article .math', 'article .math mjx-container']"
            ".map(s => document.querySelectorAll(s).length)"
        )
        assert drawn >= formulas
        without_words = page.evaluate(
            "[...document.querySelectorAll('article img')]"
            ".filter(i => !i.alt.trim() || i.alt.includes('.png')).map(i => i.src.slice(-60))"
        )
        assert without_words == []
        page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
        assert axe_violations(page, "article") == []


def test_outside_of_the_pages_axe_finds_only_what_is_known_of_the_theme(browser, server):
    with Visit(browser, server, PAGES[0]) as opened:
        found = {line.split()[0] for line in axe_violations(opened.page, None)}
    assert found <= KNOWN_IN_THEME


@pytest.mark.parametrize("way", ["http", "file"])
def test_search_finds_a_page(way, browser, server):
    with Visit(browser, base_of(way, server), "search.html?q=LSTM") as opened:
        opened.page.wait_for_selector("ul.search li a", timeout=10_000)
        assert opened.other_hosts == []
        assert opened.faults == []


def test_the_first_page_leads_to_the_book(browser):
    with Visit(browser, SITE.as_uri(), "index.html") as opened:
        opened.page.wait_for_url("**/book/welcome.html")
        assert opened.other_hosts == []


@pytest.mark.parametrize("path", PAGES)
def test_page_has_its_buttons(path, browser, server):
    notebook = Path(path).with_suffix(".ipynb")
    if not (ROOT / notebook).exists():
        pytest.skip("not a notebook")
    with Visit(browser, server, path) as opened:
        links = opened.page.evaluate(
            "[...document.querySelectorAll('.article-header-buttons a')].map(a => a.href)"
        )
        assert any("colab" in link and link.endswith(notebook.as_posix()) for link in links)
        assert any(f"_sources/{notebook.as_posix()}" in link for link in links)


def test_a_planted_request_to_another_host_is_seen(browser, server):
    with Visit(browser, server, PAGES[0]) as opened:
        opened.page.evaluate("new Image().src = 'https://example.org/x.png'")
        opened.page.wait_for_timeout(200)
        assert opened.other_hosts == ["https://example.org/x.png"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_gate_colours_are_readable_as_text(mode, browser, server):
    """Contrast of every text colour with the page and with boxes on it, at least 4.5."""
    script = """() => {
        const style = getComputedStyle(document.documentElement);
        const resolve = name => {
            const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = `var(${name})`;
            const rgb = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
            probe.remove();
            return rgb;
        };
        const grounds = ["background", "surface"].map(g => [g, resolve(`--pst-color-${g}`)]);
        const gates = [..."figoch"].map(g => [g, resolve(`--gate-${g}-text`)]);
        return Object.fromEntries(grounds.concat(gates));
    }"""
    with Visit(browser, server, PAGES[0], mode=mode) as opened:
        colours = opened.page.evaluate(script)
    for gate in "figoch":
        for ground in ("background", "surface"):
            assert contrast(colours[gate], colours[ground]) >= 4.5, (gate, ground)


def contrast(first, second) -> float:
    """WCAG 2 contrast of two colours, each (red, green, blue) from 0 to 255."""

    def luminance(colour):
        parts = [v / 255 for v in colour]
        linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)
