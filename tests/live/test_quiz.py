"""Questions in the page, as a reader works them: keys, odd spellings, hints, solutions, memory."""

from __future__ import annotations

import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError

CHOICE = live.Choice(
    "What is *f_t* = 0?", ["keep", "forget"], 1, ["1 does.", "It *closes*."], id="choice"
)
NUMBER = live.Number("4 + 0.5?", 4.5, 0.01, because="Add.", hint="More than 4.", id="number")
CELL = live.Formula(
    "The new memory.",
    given={"f": "B H", "i": "B H", "g": "B H", "c_prev": "B H"},
    gates=("f", "i"),
    answer="c = f * c_prev + i * g",
    hint="Keep, then write.",
    because="Two gates.",
    id="cell",
)
UPDATE = live.Order(
    "One update.",
    lines=["y = model(x)", "loss, dy = model.loss(y, t)", "model.backward(dy)"],
    wrong=["model.backward(y)"],
    hint="The loss is of the outputs.",
    because="Forward, then back.",
    id="update",
)


class Form:
    """One question of a page."""

    def __init__(self, page, name):
        self.page, self.form = page, page.locator(f"form[data-id={name}]")

    def check(self):
        self.form.locator(".check").click()
        return self.said()

    def said(self):
        return " ".join(self.form.locator(".verdict").inner_text().split())

    def type(self, text):
        self.form.locator("input[type=text], textarea").fill(text)
        return self.check()

    def press(self, name):
        self.form.get_by_role("button", name=name, exact=True).click()
        return self.said()

    def offers(self):
        """Names of the buttons below the question that can be seen."""
        return self.form.locator(".row:has(.check) button:visible").all_inner_texts()

    def mark(self):
        return self.form.locator(".mark").text_content()


@pytest.fixture
def ask(open_page):
    def call(*questions, **options):
        page = open_page(live.Quiz(questions, id="quiz"), **options).page
        return page, *(Form(page, q.id) for q in questions)

    return call


pytestmark = pytest.mark.browser


def test_a_choice_by_keys(ask):
    page, form, _ = ask(CHOICE, NUMBER)
    assert form.check() == "Choose one of the answers first."
    form.form.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert form.said() == "Not right. 1 does."
    assert form.offers() == ["Check", "Show the answer"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert form.said() == "Right. It closes."
    assert page.locator("[data-k=score]").inner_text() == "1 of 2 right"
    assert form.mark() == "done"


@pytest.mark.parametrize(
    ("answer", "tolerance", "right", "wrong"),
    [
        (
            19200,
            0,
            "19200|19,200|19.200|19.200,0|19 200|19_200|1.92e4|1.92·10^4|1,92 × 10⁴",
            "19.2|19,201|19.201|1920",
        ),
        (
            0.25,
            0.001,
            "0.25|.25|0,25|1/4|25 %|25%|2.5e-1|2,5·10^-1| 1 / 4 |+0.25",
            "25|-0.25|−1/4|0.25 %",
        ),
        (1.5, 0.01, "1.5|1.5 %|1.5%|1,5|3/2", "15|0.015|150"),
        (0.015, 0.0001, "1.5 %|0.015|3/200", "1.5|1,5"),
        (-3, 0.01, "-3|−3|– 3|-3.0|−6/2", "3|3-"),
        (0.002, 1e-6, "2e-3|2·10^-3|2*10**-3|2 × 10⁻³|0.002|1/500|2×10^(-3)", "2e3|2-3"),
        (1e-4, 1e-9, "1e-4|10^-4|10⁻⁴", "10^4|-4"),
    ],
)
def test_numbers_as_people_write_them(answer, tolerance, right, wrong, ask):
    _, form = ask(live.Number("How many?", answer, tolerance, hint="Count.", id="n"))
    for typed in right.split("|"):
        assert form.type(typed) == "Right.", typed
    for typed in wrong.split("|"):
        assert not form.type(typed).startswith("Right"), typed


def test_what_is_no_number_is_asked_for_again_and_is_no_miss(ask):
    _, form = ask(NUMBER)
    for typed in ("", "   ", "about 5", "1/0", "1/2/3", "--4", "4.5.6", "0x4", "Infinity", "1e999"):
        assert "for example 0.25" in form.type(typed), typed
        assert form.offers() == ["Check", "Hint"]


def test_nothing_scores_after_the_solution_was_shown(ask):
    page, form, other = ask(NUMBER, CHOICE)
    assert form.press("Hint") == "Hint. More than 4."
    assert form.type("5") == "Not right. More than 4."
    assert form.press("Show the answer") == "The answer: 4.5. Add."
    assert form.mark() == "solution seen"
    assert form.type("5").startswith("Not right.")
    assert form.type("4.5") == "Right. Add."
    assert form.mark() == "solution seen"
    assert page.locator("[data-k=score]").inner_text() == "0 of 2 right, 1 shown"
    assert other.mark() == ""


def test_a_formula_says_what_is_wrong_then_gives_hint_and_solution(ask):
    _, form = ask(CELL)
    assert form.check() == "Type a formula first."
    assert form.type("f * * c_prev") == (
        "Cannot be read. Character 5: expected a name, a number or (, found *. f * * c_prev"
    )
    assert form.offers() == ["Check", "Hint"]
    said = form.type("f * c_prev")
    assert said.startswith("Not right. ") and "entries of c differ, the first is c[0, 0]" in said
    assert said.endswith("Hint. Keep, then write.")
    assert form.press("Show the answer").startswith("The answer: c = f * c_prev + i * g")
    assert form.type("g * i + c_prev * f") == "Right. Two gates."
    assert form.mark() == "solution seen"


def test_a_formula_by_its_buttons_and_keys(ask):
    page, form = ask(CELL)
    field = form.form.locator("textarea")
    for name in ("f (B, H)", "*", "c_prev (B, H)"):
        form.form.get_by_role("button", name=name, exact=True).click()
    assert field.input_value() == "f * c_prev"
    field.press("End")
    page.keyboard.type(" + i * g")
    page.keyboard.press("Control+Enter")
    assert form.said() == "Right. Two gates."
    field.fill("")
    form.form.get_by_role("button", name="tanh()", exact=True).click()
    page.keyboard.type("f")
    assert field.input_value() == "tanh(f)"
    # one stop for Tab, then arrows
    form.form.locator(".given button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert field.input_value() == "tanh(f i)"


def test_what_is_typed_is_never_run_nor_set_as_html(ask):
    page, form = ask(CELL)
    for typed in (
        "<img src=x onerror=alert(1)>",
        "f.constructor",
        "constructor(f)",
        "__proto__",
        "toString",
        "hasOwnProperty(f)",
        "alert(1)",
        "f['x']",
        "`f`",
    ):
        assert not form.type(typed).startswith("Right"), typed
    assert page.locator("form img").count() == 0


def texts(form):
    return form.form.locator(".lines:not(.aside) .text").all_inner_texts()


def test_an_order_by_keys(ask):
    page, form = ask(UPDATE)
    assert form.check() == (
        "Not right. The first line is out of place. Hint. The loss is of the outputs."
    )
    for place, line in enumerate(UPDATE.lines):
        form.form.get_by_role("button", name=line, exact=True).focus()
        while texts(form).index(line) > place:
            page.keyboard.press("ArrowUp")
    assert texts(form) == [*UPDATE.lines, *UPDATE.wrong]
    assert form.check().startswith(
        "Not right. The first 3 lines stand right; line 4 is the first out of place."
    )
    form.form.get_by_role("button", name=UPDATE.wrong[0], exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert form.form.locator(".aside .text").all_inner_texts() == list(UPDATE.wrong)
    page.wait_for_timeout(300)
    assert page.locator("[role=status]").inner_text() == "model.backward(y): put aside"
    assert form.check() == "Right. Forward, then back."


def test_an_order_by_single_taps(ask):
    _, form = ask(UPDATE)
    for line in reversed(UPDATE.lines):
        form.form.get_by_role("button", name=line, exact=True).click()
        while texts(form)[0] != line:
            form.press("Move up")
    form.form.get_by_role("button", name=UPDATE.wrong[0], exact=True).click()
    form.press("Put aside")
    assert form.check() == "Right. Forward, then back."
    form.press("Take back")
    assert len(texts(form)) == 4
    form.form.get_by_role("button", name=UPDATE.lines[2], exact=True).click()
    form.press("Put aside")
    form.form.get_by_role("button", name=UPDATE.wrong[0], exact=True).click()
    form.press("Put aside")
    assert "a line that you put aside belongs" in form.check()


@pytest.mark.parametrize("width", [360, 1000])
def test_an_order_by_dragging(width, ask):
    page, form = ask(UPDATE, width=width)
    for place, line in enumerate(UPDATE.lines):
        source = form.form.get_by_role("button", name=line, exact=True)
        goal = form.form.locator(".lines li").nth(place).bounding_box()
        box = source.bounding_box()
        page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(goal["x"] + 60, goal["y"] + 3, steps=8)
        page.mouse.up()
    wrong = form.form.get_by_role("button", name=UPDATE.wrong[0], exact=True).bounding_box()
    aside = form.form.locator(".aside").bounding_box()
    page.mouse.move(wrong["x"] + 60, wrong["y"] + 10)
    page.mouse.down()
    page.mouse.move(aside["x"] + 60, aside["y"] + 20, steps=8)
    page.mouse.up()
    assert form.check() == "Right. Forward, then back."


def test_one_live_region_says_each_verdict(ask):
    page, form, number, cell, order = ask(CHOICE, NUMBER, CELL, UPDATE)
    live_regions = page.locator("[aria-live], [role=status], [role=alert], output")
    assert live_regions.count() == 1
    for step in (form.check, lambda: number.type("5"), lambda: cell.type("f"), order.check):
        said = step()
        page.wait_for_timeout(300)
        assert " ".join(live_regions.inner_text().split()) == said


def test_questions_that_are_none_are_refused():
    with pytest.raises(UnknownNameError, match=r"live\.Choice, live\.Number, live\.Formula"):
        live.Quiz([{"question": "?"}])
    with pytest.raises(ValueRangeError, match="id of its own"):
        live.Quiz([NUMBER, NUMBER])


def test_an_order_by_touch(browser, tmp_path):
    """By its handle a line follows the finger; elsewhere the finger scrolls the page."""
    path = tmp_path / "page.html"
    path.write_text(live.Quiz([UPDATE]).to_page(), encoding="utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 700}, has_touch=True)
    page = context.new_page()
    page.goto(path.as_uri())
    form = Form(page, "update")
    touch = context.new_cdp_session(page)

    def drag(source, goal):
        box, end = source.bounding_box(), goal.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind, part in [("touchStart", 0), *(("touchMove", k / 8) for k in range(1, 9))]:
            points = [{"x": x, "y": y + part * (end["y"] + 2 - y)}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(50)

    rows = form.form.locator(".lines:not(.aside) li")
    for place, line in enumerate(UPDATE.lines):
        row = rows.filter(has=page.get_by_role("button", name=line, exact=True))
        before = texts(form)
        if before.index(line) != place:
            drag(row.locator(".text"), rows.nth(place))
            assert texts(form) == before
            page.evaluate("scrollTo(0, 0)")
            drag(row.locator(".grip"), rows.nth(place))
    assert texts(form) == [*UPDATE.lines, *UPDATE.wrong]
    drag(rows.nth(3).locator(".grip"), form.form.locator(".aside"))
    assert form.check() == "Right. Forward, then back."
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_verdicts_hints_and_solutions_are_accessible_on_a_phone(theme, ask):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page, choice, number, cell, order = ask(CHOICE, NUMBER, CELL, UPDATE, width=360, theme=theme)
    if theme == "dark":
        page.evaluate("document.body.style.background = '#14181e'")
    choice.form.locator("input").first.check()
    choice.check()
    number.type("5")
    number.press("Show the answer")
    cell.type("f @ c_prev * ")
    order.check()
    for step in (lambda: None, lambda: cell.type("f @ g"), lambda: cell.press("Show the answer")):
        step()
        found = axe.run(page).response["violations"]
        page_wide = {"region", "landmark-one-main", "page-has-heading-one"}
        ours = [v for v in found if v["id"] not in page_wide]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in ours] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
