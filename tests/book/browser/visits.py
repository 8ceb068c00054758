"""Opening a built page in Chromium and keeping what went wrong."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.repository import ROOT

SITE = ROOT / "_build" / "html"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
needs_site = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.skipif(not SITE.is_dir(), reason="the book is not built: make book"),
]
PAGES = sorted(p.relative_to(SITE).as_posix() for p in SITE.glob("book/**/*.html"))
NOTEBOOKS = [page for page in PAGES if (ROOT / page).with_suffix(".ipynb").is_file()]
# counts layout shifts from the first paint on, with what moved
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map((s) => s.node && (s.node.className || s.node.nodeName));
    window.shifts.push([entry.value, moved.join(", ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def serving(folder: Path):
    """Address of a server of `folder`."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class Visit:
    """An opened page with everything that went wrong while it loaded."""

    def __init__(
        self,
        browser,
        base: str,
        path: str,
        width: int = 1280,
        mode: str = "light",
        slow: float = 1,
        script: str = SHIFTS,
        **options,
    ):
        self.other_hosts: list[str] = []
        self.faults: list[str] = []
        self.bytes: dict[str, int] = {}
        self.base = base
        options = {"viewport": {"width": width, "height": 900}, **options}
        options = {"reduced_motion": "reduce", "color_scheme": mode, **options}
        self.context = browser.new_context(**options)
        self.context.route("**/*", self.guard)
        self.page = self.context.new_page()
        self.page.add_init_script(script)
        self.page.on("console", self.console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("response", self.response)
        self.page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
        if slow > 1:
            session = self.context.new_cdp_session(self.page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
        self.page.goto(f"{base}/{path}", wait_until="load")

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

    def shift(self) -> tuple[float, list[str]]:
        """How much of the page has moved by itself, and what."""
        found = self.page.evaluate("window.shifts")
        return sum(value for value, _ in found), [f"{value:.3f} {what}" for value, what in found]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def base_of(way: str, server: str) -> str:
    return server if way == "http" else SITE.as_uri()


def axe_violations(page) -> list[str]:
    """What axe-core finds on the whole page, one line for each rule with the first element."""
    sync_axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = sync_axe.Axe().run(page).response["violations"]
    return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}" for v in found]
