"""What was done is kept by the browser, shown on one page, and told in a code."""

from __future__ import annotations

import pytest

from lstmbook import live
from lstmbook.errors import ValueRangeError
from lstmbook.live.figure import asset
from tests.live.conftest import Opened
from tests.live.test_quiz import CELL, CHOICE, NUMBER, Form

CODE = asset("results.js")
PAGES = [
    {"page": "part1/one", "title": "1.1 One", "exercises": [["number", "4?"], ["choice", "f?"]]},
    {"page": "part2/two", "title": "2.1 Two", "exercises": [["cell", "The new memory."]]},
]
STATES = {"part1/one/number": "own", "part1/one/choice": "shown", "gone/away": "own"}
ROUND = """
const code = results.encode(data.pages, data.states, data.name, Date.UTC(2026, 8, 1, 12));
return { code, back: results.decode(data.others || data.pages, code),
  damaged: data.codes ? data.codes.map((text) => results.decode(data.pages, text)) : [] };
"""


@pytest.mark.parametrize("name", ["", "Ada Lovelace", "  李 雷 ", "é" * 80, "<b>x</b>"])
def test_a_code_gives_back_what_went_in(name, javascript):
    found = javascript(ROUND, {"pages": PAGES, "states": STATES, "name": name}, CODE)
    back = found["back"]
    assert back["states"] == {k: v for k, v in STATES.items() if k != "gone/away"}
    assert back["date"] == "2026-09-01"
    assert name.strip().startswith(back["name"]) and len(back["name"]) >= min(len(name.strip()), 20)
    assert len(found["code"]) < 130 and found["code"].startswith("LSTM1.")


def test_a_code_of_the_whole_book_fits_in_a_message(javascript):
    pages = live.Progress().data["pages"]
    states = {f"{p['page']}/{id}": "own" for p in pages for id, _ in p["exercises"]}
    found = javascript(ROUND, {"pages": pages, "states": states, "name": "A"}, CODE)
    assert found["back"]["states"] == states
    assert len(found["code"]) < 200


def test_any_slip_of_copying_is_noticed(javascript):
    data = {"pages": PAGES, "states": STATES, "name": "Ada"}
    code = javascript(ROUND, data, CODE)["code"]
    slips = [code[:k] + ("A" if code[k] != "A" else "B") + code[k + 1 :] for k in range(len(code))]
    slips += [code[:k] for k in range(len(code))] + ["", "hello", code + "A", "LSTM1.%%%"]
    found = javascript(ROUND, {**data, "codes": [*slips, f" {code[:9]}\n {code[9:]} "]}, CODE)
    *damaged, spaced = found["damaged"]
    # the last letter has bits that say nothing
    assert sum("fault" not in verdict for verdict in damaged) <= 1
    assert spaced["name"] == "Ada"
    other = [{**PAGES[0], "exercises": PAGES[0]["exercises"][:1]}, PAGES[1]]
    assert "another edition" in javascript(ROUND, {**data, "others": other}, CODE)["back"]["fault"]


def test_pages_without_exercises_or_twice_are_refused():
    with pytest.raises(ValueRangeError, match="exercises of their own"):
        live.Progress([{"page": "a", "title": "A", "exercises": []}])
    with pytest.raises(ValueRangeError, match="a name"):
        live.Progress([PAGES[0], PAGES[0]])


@pytest.fixture
def book(browser, tmp_path):
    """A built book in small: two pages and the page of the progress, in one browser."""
    folder = tmp_path / "book"
    pages = {
        "part1/one": live.Quiz([NUMBER, CHOICE], id="quiz"),
        "part2/two": live.Quiz([CELL], id="quiz"),
        "progress": live.Progress(PAGES, id="progress"),
    }
    for name, figure in pages.items():
        path = folder / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(figure.to_page(), encoding="utf-8")
    opened = Opened(browser, folder / "part1" / "one.html", width=360)

    def go(name):
        opened.page.goto((folder / f"{name}.html").as_uri())
        opened.page.wait_for_function("document.querySelector('[data-ready]')")
        return opened.page

    yield go
    assert opened.faults == []
    opened.context.close()


@pytest.mark.browser
def test_what_was_done_is_remembered_shown_and_forgotten(book):
    page = book("part1/one")
    Form(page, "number").type("4.5")
    Form(page, "choice").form.locator("input").first.check()
    Form(page, "choice").check()
    Form(page, "choice").press("Show the answer")
    page = book("part1/one")
    assert (Form(page, "number").mark(), Form(page, "choice").mark()) == ("done", "solution seen")
    assert page.locator("[data-k=score]").inner_text() == "1 of 2 right, 1 shown"
    assert Form(book("part2/two"), "cell").mark() == ""
    page = book("progress")
    assert page.locator("[data-k=all]").inner_text() == "1 of 3 done, 1 with the solution seen"
    one = page.locator("[data-k=pages] details").first
    one.locator("summary").click()
    items = [" ".join(text.split()) for text in one.locator("li").all_inner_texts()]
    assert items == ["done 4?", "solution seen f?"]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    one.get_by_role("link").click()
    assert page.url.endswith("/book/part1/one.html")
    page = book("progress")
    page.locator("[data-k=forget]").click()
    page.locator("[data-k=no]").click()
    assert page.locator("[data-k=all]").inner_text().startswith("1 of 3")
    page.locator("[data-k=forget]").click()
    page.locator("[data-k=yes]").click()
    assert page.locator("[data-k=all]").inner_text() == "0 of 3 done"
    assert Form(book("part1/one"), "number").mark() == ""


@pytest.mark.browser
def test_a_class_of_codes_becomes_a_table(book):
    page = book("part2/two")
    Form(page, "cell").type("i * g + f * c_prev")
    page = book("progress")
    codes = []
    for name in ("Ada", "<img src=x>"):
        page.locator("[data-k=name]").fill(name)
        page.locator("[data-k=make]").click()
        codes.append(page.locator("[data-k=code]").input_value())
    page.locator("[data-k=codes]").fill("\n".join([*codes, "", codes[0][:-3]]))
    page.locator("[data-k=read]").click()
    rows = page.locator("[data-k=table] tbody tr")
    assert rows.nth(0).locator("th, td").all_inner_texts()[2:5] == ["1", "0", "2"]
    assert rows.nth(1).locator("th").inner_text() == "<img src=x>"
    assert "damaged" in rows.nth(2).inner_text()
    assert rows.count() == 3


@pytest.mark.browser
@pytest.mark.parametrize("how", ["forbidden", "junk", "a list", "wrong states"])
def test_a_browser_that_keeps_nothing_or_junk_does_no_harm(how, browser, tmp_path):
    path = tmp_path / "book" / "one.html"
    path.parent.mkdir()
    path.write_text(live.Quiz([NUMBER, CHOICE], id="q").to_page(), encoding="utf-8")
    opened = Opened(browser, path)
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    kept = {"junk": "{", "a list": "[1, 2]", "wrong states": '{"one/number": {"a": 1}}'}.get(how)
    store = f"localStorage.setItem('lstmbook.exercises', '{kept}')" if kept else forbid
    opened.page.add_init_script(store)
    opened.page.reload()
    form = Form(opened.page, "number")
    assert form.mark() == ""
    assert form.type("4.5") == "Right. Add."
    assert form.mark() == "done"
    assert opened.faults == []
    opened.context.close()
