"""Addresses, descriptions, the picture of a shared link, the first page, lost readers, buttons."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
import yaml

from tests.book.browser.visits import NOTEBOOKS, PAGES, SITE, Visit, needs_site
from tools.repository import ROOT

pytestmark = needs_site
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
REPOSITORY = CONFIG["repository"]["url"].removeprefix("https://github.com/")
BRANCH = CONFIG["repository"]["branch"]


def head_of(page: str) -> dict[str, str]:
    html = (SITE / page).read_text(encoding="utf-8").split("<body")[0]
    found = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html))
    found["title"] = re.search(r"<title>(.*?)</title>", html)[1]
    found["canonical"] = re.search(r'<link rel="canonical" href="([^"]*)"', html)[1]
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is(page):
    head = head_of(page)
    assert 40 < len(head["description"]) <= 200
    assert head["og:description"] == head["description"]
    assert head["canonical"].endswith(f"/{page}") and head["og:url"] == head["canonical"]
    assert head["og:title"] and head["twitter:card"] == "summary_large_image"


def test_descriptions_and_titles_differ():
    heads = [head_of(page) for page in PAGES]
    for name in ("title", "description"):
        assert len({head[name] for head in heads}) == len(PAGES), name


def test_the_card_is_a_picture_of_the_usual_size():
    picture = SITE / "_static" / "card.png"
    assert head_of(PAGES[0])["og:image"].endswith("/_static/card.png")
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1200, 630)
    assert picture.stat().st_size < 150_000


def test_the_map_of_the_site_has_every_page():
    places = re.findall(r"<loc>([^<]+)</loc>", (SITE / "sitemap.xml").read_text("utf-8"))
    assert sorted(place.split("/", 4)[-1] for place in places) == PAGES
    assert "Sitemap: https://" in (SITE / "robots.txt").read_text("utf-8")


def test_the_first_page_leads_to_the_book(browser):
    with Visit(browser, SITE.as_uri(), "index.html") as opened:
        opened.page.wait_for_url("**/book/welcome.html")
        assert opened.other_hosts == []
    assert "<title>The LSTM Book</title>" in (SITE / "index.html").read_text("utf-8")


@pytest.mark.parametrize("lost", ["/lstm-book/book/part9/none.html", "/lstm-book/none"])
def test_a_lost_reader_finds_the_book_from_any_depth(lost, browser, server):
    body = (SITE / "404.html").read_text(encoding="utf-8")
    assert 'src="' not in body and "stylesheet" not in body
    with Visit(browser, server, "book/paths.html") as opened:
        opened.page.route(f"**{lost}", lambda route: route.fulfill(status=200, body=body))
        opened.page.goto(server + lost)
        link = opened.page.locator("#home").evaluate("a => a.href")
    assert link == f"{server}/lstm-book/book/welcome.html"


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_notebook_has_its_launch_bar_and_exercises_their_cells(page):
    html = (SITE / page).read_text(encoding="utf-8")
    notebook = Path(page).with_suffix(".ipynb").as_posix()
    colab = f"https://colab.research.google.com/github/{REPOSITORY}/blob/{BRANCH}/{notebook}"
    bar = html.split('<p class="launch">')[1].split("</p>")[0]
    assert f'href="{colab}">Run on Colab' in bar
    target = re.search(r'href="([^"]+)" download', bar)[1]
    assert (SITE / page).parent.joinpath(target).resolve().is_file()
    cells = json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]
    exercises = [
        c["id"] for c in cells if c["id"].startswith("exercise-") and c["cell_type"] == "code"
    ]
    links = re.findall(r'class="needs-python">.*?href="([^"]+)"', html)
    assert links == [f"{colab}#scrollTo={name}" for name in exercises]
