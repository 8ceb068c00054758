from __future__ import annotations

import pytest

from tests.book.browser.visits import CHROMIUM, SITE, serving


@pytest.fixture(scope="package")
def server():
    with serving(SITE) as address:
        yield address


@pytest.fixture(scope="package")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        # Chromium's sandbox does not start for root, as whom containers run
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
