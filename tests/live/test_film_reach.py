"""How far a pixel sees: what the figure lights is what the package's gradients reach."""

from __future__ import annotations

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError, ValueRangeError
from lstmbook.live import film_reach
from lstmbook.live.film_reach import SIZE

READ = """() => [...document.querySelector('.lbf').shadowRoot.querySelectorAll('[data-panel]')]
  .map((svg) => [...svg.children].map((c) => c.getAttribute('class')))"""


def lit(page):
    return np.array(page.evaluate(READ)).reshape(-1, SIZE, SIZE)


@pytest.mark.parametrize("kernel", film_reach.ALLOWED["K"])
@pytest.mark.parametrize("layers", film_reach.ALLOWED["layers"])
def test_what_is_lit_is_what_a_gradient_reaches(kernel, layers, open_page):
    page = open_page(live.FilmReach(K=kernel, layers=layers, t=6)).page
    found = lit(page)
    row, column = np.argwhere(found[5] == "here")[0]
    reached = film_reach.sees(kernel, layers, 5, 2 * SIZE + 1)  # the output in the middle
    for k in range(5):
        seen = np.char.find(found[k], "seen") >= 0
        window = reached[k, SIZE - row : 2 * SIZE - row, SIZE - column : 2 * SIZE - column]
        np.testing.assert_array_equal(seen, window)
        assert (np.char.find(found[k], "dot") >= 0).sum() == 1


@pytest.mark.parametrize(
    ("dials", "words"),
    [
        ({"speed": 1, "K": 3}, "can be told"),
        ({"speed": 2, "K": 3}, "nothing at that place"),
        ({"speed": 2, "K": 3, "layers": 2}, "not where it came from"),
        ({"speed": 2, "K": 5}, "can be told"),
        ({"speed": 3, "K": 5}, "nothing at that place"),
        ({"speed": 1, "K": 1}, "nothing at that place"),
        ({"speed": 1, "K": 3, "t": 1}, "first frame"),
    ],
)
def test_the_sentence_says_what_can_be_known(dials, words, open_page):
    page = open_page(live.FilmReach(**dials)).page
    assert words in page.locator("[data-k=say]").inner_text()


def test_the_dot_moves_as_in_the_films_of_the_page(open_page):
    """Straight on, thrown back at the border; the next place stands in the last picture."""
    page = open_page(live.FilmReach(speed=3, slant=True, K=7)).page
    place, step, right = np.array(film_reach.BEGIN), np.array([3, 3]), []
    for _ in range(film_reach.FRAMES):
        right.append(place)
        out = (place + step < 0) | (place + step >= SIZE)
        step = np.where(out, -step, step)
        place = place + step
    for t in range(1, film_reach.FRAMES):
        page.locator("[data-k=in-t]").fill(str(t))
        found = lit(page)
        assert (np.argwhere(found[5] == "here")[0] == right[t]).all()
        now = np.argwhere(np.char.find(found[4], "dot") >= 0)[0]
        assert (now == right[t - 1]).all()


def test_dials_and_play(open_page):
    page = open_page(live.FilmReach(speed=2)).page
    page.locator("[name=K][value='3']").focus()
    page.keyboard.press("ArrowRight")
    assert "can be told" in page.locator("[data-k=say]").inner_text()
    page.locator("[data-k=play]").click()
    page.wait_for_function(
        "document.querySelector('.lbf').shadowRoot.querySelector('[data-k=out-t]')"
        ".textContent.startsWith('5')"
    )
    page.locator("[data-k=play]").click()
    assert page.locator("[data-k=play]").inner_text() == "Play"


def test_wrong_dials_are_refused():
    with pytest.raises(UnknownNameError, match="dial"):
        live.FilmReach(colour=1)
    with pytest.raises(ValueRangeError, match="K: expected one of"):
        live.FilmReach(K=2)
