"""JavaScript for the tests: Node where there is one, else Chromium, else skipped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from lstmbook.live.figure import asset

NODE = shutil.which("node")
CORE = "".join(asset(name) + "\n" for name in ("cells.js", "training.js"))
TASKS = asset("tasks.js")


@pytest.fixture
def javascript(request):
    """Call `javascript(body, data)`: runs the body of a function of `core` and `data`."""

    def call(body: str, data=None, more: str = ""):
        code = f"{CORE}\n{more}\nconst answer = ((data) => {{ {body} }})"
        if NODE:
            script = f"{code}(JSON.parse(require('fs').readFileSync(0, 'utf8')));"
            script += "process.stdout.write(JSON.stringify(answer));"
            done = subprocess.run(
                [NODE, "-e", script],
                input=json.dumps(data),
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)
        page = request.getfixturevalue("browser").new_page()
        found = page.evaluate(
            f"(text) => {{ {code}(JSON.parse(text)); return JSON.stringify(answer); }}",
            json.dumps(data),
        )
        page.close()
        return json.loads(found)

    return call


def frames(milliseconds: float) -> float:
    """Twice as long, and longer where others use the machine, too: what a slower one may take."""
    return 2 * milliseconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Opened:
    """A page in Chromium with what it asked for and what it complained about."""

    def __init__(self, browser, path, width=1000, theme="light", motion="reduce", script=True):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion=motion,
            java_script_enabled=script,
        )
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page = self.context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda m: m.type in ("error", "warning") and self.faults.append(m.text)
        )
        self.page.goto(path.as_uri())
        self.page.wait_for_timeout(50)


@pytest.fixture
def open_page(browser, tmp_path):
    """Call `open_page(figure, *others, width=..., theme=...)`; gives an `Opened`."""
    opened = []

    def call(figure, *others, **options):
        path = tmp_path / f"page{len(opened)}.html"
        path.write_text(figure.to_page(*others), encoding="utf-8")
        opened.append(Opened(browser, path, **options))
        return opened[-1]

    yield call
    for one in opened:
        assert one.faults == []
        assert [url for url in one.requests if not url.startswith(("file:", "blob:"))] == []
        one.context.close()
