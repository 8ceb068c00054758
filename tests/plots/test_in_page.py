"""Plots in the built page: no plate, the theme's colours, letters that can be read everywhere."""

import re
import sys

import nbformat
import numpy as np
import pytest

from lstmbook import plots
from tests.plots.test_plots import EVERY
from tools.refresh import new_client, tidy
from tools.repository import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import plots_in_page


def logarithms():
    """A figure drawn by a page itself: exponents, an index, words and a line in a gate's colour."""
    with plots.style.drawing():  # as the kernels that run the pages have it
        figure, (left, right) = plots.subplots(1, 2, height=2.5)
        left.semilogy([1, 1e-3, 1e-9], color=plots.COLOURS["o"], label="$c_t$ kept")
        left.text(0, 1e-6, "forget", color=plots.COLOURS["f"])
        left.text(0, 1e-8, "grey", color="gray")
        left.legend()
        right.imshow(np.eye(3), cmap=plots.shades())
    return figure


CSS = ("1-type", "7-plots")
FIGURES = {**EVERY, "logarithms": logarithms}


@pytest.fixture(scope="module")
def svgs(tmp_path_factory):
    plt = pytest.importorskip("matplotlib.pyplot")
    folder, stored = tmp_path_factory.mktemp("svg"), {}
    for name, draw in FIGURES.items():
        figure = draw()
        stored[name] = plots.save(figure, folder / f"{name}.svg").read_text(encoding="utf-8")
        plt.close(figure)
    return stored


def html_of(svgs):
    shown = [plots_in_page.in_page(svg, f"The {n}.", n) for n, svg in svgs.items()]
    style = "".join((ROOT / "_static" / "css" / f"{n}.css").read_text() for n in CSS)
    body = "body{margin:0 16px;background:var(--page)}"
    return f'<html data-theme="light"><style>{style}{body}</style>{"".join(shown)}'


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_stored_becomes_one_drawing(name, svgs):
    html = plots_in_page.in_page(svgs[name], 'A "b" & c.', "p1")
    assert html == plots_in_page.in_page(svgs[name], 'A "b" & c.', "p1")
    assert 'role="img"' in html and 'aria-label="A &quot;b&quot; &amp; c."' in html
    assert len(html) < len(svgs[name]) < 60_000
    for left in ("<?xml", "<style", "metadata", "xlink", "DejaVu", "ns0:"):
        assert left not in html, left
    colours = set(re.findall(r"#[0-9a-f]{6}\b", re.sub(r'"data:[^"]*"', "", html)))
    assert colours == set(), "colours that the theme does not know"
    own = re.findall(r' id="([^"]+)"', html)
    assert len(own) == len(set(own)) and all(i.startswith("p1-") for i in own)
    pointed = {a or b for a, b in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', html)}
    assert pointed == set(own)


@pytest.mark.parametrize("name", FIGURES)
def test_no_plate(name, svgs):
    """Nothing opaque covers the figure: the notebook's plate is taken away, and only that."""
    html = plots_in_page.in_page(svgs[name], "", "p1")
    width, height = map(float, re.search(r'viewBox="0 0 (\S+) (\S+)"', html).groups())
    assert f"L {width:g} 0 L 0 0 z" in " ".join(svgs[name].split())
    for path, style in re.findall(r'<path d="([^"]*z)"[^>]*style="([^"]*)"', html):
        sides = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float)
        size = sides.max(0) - sides.min(0)
        assert "fill: none" in style or size.prod() < 0.5 * width * height, style


def test_formulas_become_words(svgs):
    html = plots_in_page.in_page(svgs["logarithms"], "", "p1")
    spans = re.findall(r"<text><tspan.*?</text>", html)
    words = [re.sub("<[^>]*>", " ", span).split() for span in spans]
    assert ["10", "−4"] in words and ["c", "t", "kept"] in words
    assert re.search(r'<tspan dy="-\d[^>]*font-size: 10.8px[^>]*>−4<', html)  # above
    assert re.search(r'<tspan dy="1[^>]*italic"[^>]*>t<', html)  # below


def test_pictures_in_ink_are_found(svgs):
    classes = {n: plots_in_page.in_page(s, "", n).count('class="ink"') for n, s in svgs.items()}
    assert classes == {n: int(n in ("confusion", "logarithms")) for n in FIGURES}


def test_a_notebook_stores_svg_in_the_look_of_the_book(tmp_path):
    """Also what a page draws with pyplot after a figure of ours, and the same bytes again."""
    cells = [
        "from lstmbook import plots\nimport matplotlib.pyplot as plt",
        "plots.confusion([[5, 1], [0, 4]])",
        "figure, axis = plots.subplots(height=2)\n_ = axis.plot([1, 2])",
        "figure, axis = plt.subplots()\n_ = axis.semilogy([1, 2], label='a')",
    ]
    drawn = []
    for _ in "ab":
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
        new_client(book, tmp_path).execute()
        tidy(book)
        drawn.append([[dict(o.get("data", {})) for o in c.outputs] for c in book.cells])
    assert drawn[0] == drawn[1]
    assert [len(outputs) for outputs in drawn[0]] == [0, 1, 1, 1]
    for (output,) in drawn[0][1:]:
        assert set(output) == {"image/svg+xml", "text/plain"}
        assert "<text" in output["image/svg+xml"] and "dc:date" not in output["image/svg+xml"]
        assert "font-size: 12px" in output["image/svg+xml"]
        families = re.findall('font-family: ([^;"]+)', output["image/svg+xml"])
        assert set(families) == {"'DejaVu Sans', sans-serif"}  # where the first is not installed


MEASURE = """() => [...document.querySelectorAll('svg.plot')].flatMap(svg =>
  [...svg.querySelectorAll('text')].map(text => {
    const shown = text.querySelector('tspan') || text;
    const box = svg.getBoundingClientRect(), own = text.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    return {text: text.textContent, size: parseFloat(getComputedStyle(shown).fontSize) * scale,
            fill: getComputedStyle(text).fill, plot: svg.getAttribute('aria-label'),
            out: Math.max(box.left - own.left, own.right - box.right)};
  }))"""
LINES = """() => [...document.querySelectorAll('svg.plot path, svg.plot use')].map(line => {
  const style = getComputedStyle(line), own = line.getAttribute('style') || '';
  return {stroke: style.stroke, wide: parseFloat(style.strokeWidth),
          grid: own.includes('plot-grid') || own.includes('paper')};
}).filter(line => line.stroke !== 'none' && !line.grid)"""


def contrast(colour, ground):
    def light(text):
        if text.startswith("color(srgb"):
            rgb = [float(v) for v in re.findall(r"[\d.]+", text)[:3]]
        else:
            rgb = [int(v) / 255 for v in re.findall(r"\d+", text)[:3]]
        rgb = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
        return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]

    low, high = sorted((light(colour), light(ground)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def page(svgs, browser):
    page = browser.new_page()
    page.set_content(html_of(svgs))
    yield page
    page.close()


@pytest.mark.parametrize("width, least", [(360, 9), (1280, 15)])
def test_letters_can_be_read(page, width, least):
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(MEASURE)
    assert len(found) > 100
    assert [f for f in found if f["size"] < least and f["text"].strip()] == []
    assert [f for f in found if f["out"] > 2] == [], "letters past the edge"


@pytest.mark.parametrize(
    "theme, ground", [("light", "rgb(255,255,255)"), ("dark", "rgb(20,24,30)")]
)
def test_contrast(page, theme, ground):
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    on_shade = re.compile(r"^The (confusion)\.$")  # counts stand on squares of their own
    for text in page.evaluate(MEASURE):
        if not on_shade.match(text["plot"]) or not text["text"].isdigit():
            least = 3.9 if text["text"] == "grey" else 4.5  # Matplotlib's own "gray"
            assert contrast(text["fill"], ground) >= least, text
    for line in page.evaluate(LINES):
        if line["wide"] > 1:
            least = 2.2 if theme == "light" else 3  # the gates' yellow and light blue on white
            assert contrast(line["stroke"], ground) >= least, line
