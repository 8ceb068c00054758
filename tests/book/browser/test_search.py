"""Search: in sight on every page, in English and Chinese, with a server and from a file."""

from __future__ import annotations

import pytest

from tests.book.browser.visits import Visit, base_of, needs_site

pytestmark = needs_site
LINKS = "[...document.querySelectorAll('ul.search li a')].map(a => a.getAttribute('href'))"


@pytest.mark.parametrize("way", ["http", "file"])
def test_search_in_both_languages(way, browser, server):
    with Visit(browser, base_of(way, server), "search.html") as opened:
        for words, page in (
            ("LSTM", "part3/standard-lstm"),
            ("遗忘", "glossary"),
            ("记忆", "glossary"),
            ("遗忘门", "glossary"),
            ("梯度消失", "glossary"),
            ("门", "glossary"),
            ("carousel", "part1/lstm"),
        ):
            opened.page.goto(f"{base_of(way, server)}/search.html?q={words}")
            opened.page.wait_for_selector("ul.search li a", timeout=10_000)
            opened.page.wait_for_function(f"{LINKS}.some(href => href.includes('{page}'))")
            if words == "LSTM":
                opened.page.wait_for_load_state("networkidle")
                assert [fault for fault in opened.faults if "favicon" not in fault] == []
        opened.page.goto(f"{base_of(way, server)}/search.html?q=没有这个词")
        opened.page.wait_for_function("document.body.textContent.includes('did not match')")
        assert opened.page.locator("ul.search li").count() == 0
        assert opened.other_hosts == []


def test_a_term_is_found_at_its_row(browser, server):
    with Visit(browser, server, "search.html?q=遗忘门") as opened:
        opened.page.wait_for_selector("ul.search li a")
        opened.page.wait_for_function(f"{LINKS}.some(h => h.endsWith('#term-forget-gate'))")


@pytest.mark.parametrize("width", [1280, 360])
def test_search_is_in_sight_with_its_lens_beside_the_text(width, browser, server):
    with Visit(browser, server, "book/part4/gradients.html", width) as opened:
        page = opened.page
        page.evaluate("window.scrollTo(0, 6000)")
        field, lens = page.locator(".find input"), page.locator(".find svg")
        at, glass = field.bounding_box(), lens.bounding_box()
        assert 0 <= at["y"] < 60 and at["width"] > 80
        assert glass["x"] + glass["width"] <= at["x"]
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("forget gate")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=forget+gate")
        page.wait_for_selector("ul.search li a")
