"""Words that answer: notes beside the text, parts of the cell that light up both ways."""

from __future__ import annotations

import pytest

from tests.book.browser.visits import SITE, Visit, needs_site

pytestmark = needs_site
PAGE = "book/part1/lstm.html"
TERM = "a.term[href$='#term-constant-error-carousel']"


def test_a_term_shows_the_sentence_of_the_glossary(browser, server):
    with Visit(browser, server, PAGE) as opened:
        page = opened.page
        term, note = page.locator(TERM).first, page.locator("#note")
        assert note.is_hidden()
        term.hover()
        note.wait_for(state="visible")
        assert "neither shrunk nor blown up" in note.text_content()
        assert note.locator("[lang=zh]").text_content() == "恒定误差传送带"
        assert term.get_attribute("aria-describedby") == "note"
        box, text = note.bounding_box(), page.locator("article blockquote").first.bounding_box()
        assert box["x"] >= text["x"] + text["width"], "beside the text, where there is room"
        note.hover()
        page.wait_for_timeout(400)
        assert note.is_visible(), "the pointer may go into a note"
        page.keyboard.press("Escape")
        assert note.is_hidden()
        page.mouse.move(5, 400)
        term.focus()
        note.wait_for(state="visible")
        page.locator(".find input").focus()
        note.wait_for(state="hidden")
        assert opened.faults == []


def test_a_finger_shows_first_and_follows_then(browser, server):
    with Visit(browser, server, PAGE, 360, has_touch=True) as opened:
        page = opened.page
        term, note = page.locator(TERM).first, page.locator("#note")
        term.tap()
        note.wait_for(state="visible")
        box = note.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
        assert page.url.endswith(PAGE)
        term.tap()
        page.wait_for_url("**/glossary.html#term-constant-error-carousel")


def test_a_work_is_told_beside_its_link(browser, server):
    with Visit(browser, server, PAGE) as opened:
        link = opened.page.locator("a.work").first
        link.hover()
        opened.page.locator("#note").wait_for(state="visible")
        assert "Long short-term memory" in opened.page.locator("#note").text_content()


def test_a_part_is_sent_and_heard(browser, server):
    with Visit(browser, server, PAGE) as opened:
        page = opened.page
        page.evaluate(
            "window.sent = []; document.addEventListener('lbf:part', e => sent.push(e.detail))"
        )
        page.locator("p .part[data-part=f]").first.hover()
        assert page.evaluate("sent.at(-1)") == {"part": "f", "from": "text"}
        page.mouse.move(700, 5)
        assert page.evaluate("sent.at(-1).part") is None
        page.evaluate(
            "document.dispatchEvent(new CustomEvent('lbf:part', {detail: {part: 'o', from: 'x'}}))"
        )
        lit = page.evaluate(
            "[...document.querySelectorAll('.part.lit')].map(word => word.dataset.part)"
        )
        assert lit and set(lit) == {"o"}
        assert page.evaluate("sent.length") == 3, "a figure's event is not sent again"


def test_terms_are_marked_where_they_should_be(browser, server):
    """Once in a section, never in code, headings or links, always with a row to go to."""
    script = """() => {
      const terms = [...document.querySelectorAll('a.term')];
      const bad = terms.filter(t => t.closest('h1, h2, h3, code, pre, .cell') ||
        t.parentElement.closest('a'));
      const sections = [...document.querySelectorAll('article > section > section')];
      const twice = sections.map(s => [...s.querySelectorAll('a.term')].map(t => t.hash))
        .filter(all => new Set(all).size < all.length);
      return [terms.map(t => t.hash), bad.map(t => t.outerHTML), twice];
    }"""
    with Visit(browser, server, PAGE) as opened:
        terms, bad, twice = opened.page.evaluate(script)
    assert len(terms) > 20 and bad == [] and twice == []
    glossary = (SITE / "book" / "glossary.html").read_text(encoding="utf-8")
    assert all(f'id="{term[1:]}"' in glossary for term in terms)


def test_the_glossary_has_letters_names_and_languages(browser, server):
    with Visit(browser, server, "book/glossary.html") as opened:
        page = opened.page
        page.locator(".letters a", has_text="F").click()
        assert page.url.endswith("#term-finite-differences")
        rows = page.locator("tbody tr").count()
        assert rows > 80 and page.locator("tbody tr[id^=term-] [lang=zh]").count() == rows
        chinese = page.evaluate(
            "[...document.querySelectorAll('tbody td:first-child')].filter(td =>"
            " /[\\u3400-\\u9fff]/.test(td.textContent) && !td.querySelector('[lang=zh]')).length"
        )
        assert chinese == 0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_scripts_a_term_is_a_link(mode, browser, server):
    with Visit(browser, server, PAGE, mode=mode, java_script_enabled=False) as opened:
        opened.page.locator(TERM).first.click()
        opened.page.wait_for_url("**/glossary.html#term-constant-error-carousel")
