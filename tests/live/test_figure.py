"""What holds for every figure: one self-contained, deterministic, small output."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import DataFileError, ShapeError, UnknownNameError, ValueRangeError
from lstmbook.live import figure as base
from lstmbook.live.variants_in_page import presets, specs
from lstmbook.variants import VARIANTS
from tools.repository import ROOT

rng = np.random.default_rng(0)


def digit_weights(hidden=16, seed=0):
    rng = np.random.default_rng(seed)
    sizes = {"layer.W": (8, 4 * hidden), "layer.U": (hidden, 4 * hidden), "layer.b": (4 * hidden,)}
    sizes |= {"head.W": (hidden, 10), "head.b": (10,)}
    return {name: rng.normal(0, 0.5, size) for name, size in sizes.items()}


LSTM = {"W": rng.normal(size=(3, 32)), "U": rng.normal(size=(8, 32)), "b": rng.normal(size=32)}
QUESTIONS = [
    {"ask": "Is `</script>` a *tag*?", "options": ["yes", "no"], "answer": 0, "because": "It is."},
    {"ask": "σ(0)?", "answer": 0.5, "hint": "Half."},
    {"ask": "One step.", "given": {"x": "B D", "W": "D H"}, "answer": "h = tanh(x @ W)"},
    {"ask": "In order.", "lines": ["x = 1 < 2", "y = x", "z = y"], "wrong": ["z = 0"]},
]
FIGURES = {
    "gates": lambda **o: live.GateExplorer(**o),
    "gates of a layer": lambda **o: live.GateExplorer(LSTM, rng.normal(size=(9, 3)), **o),
    "forget gate": lambda **o: live.GateExplorer(focus="forget", **o),
    "gradient": lambda **o: live.GradientExplorer(**o),
    "half-life": lambda **o: live.HalfLife(**o),
    "sentences": lambda **o: live.SentenceGate(**o),
    "timeline": lambda **o: live.MemoryTimeline(**o),
    "probe": lambda **o: live.GateProbe(**o),
    "variants": lambda **o: live.VariantBuilder(**o),
    "playground": lambda **o: live.Playground(**o),
    "digits": lambda **o: live.DigitReader(digit_weights(), **o),
    "descent": lambda **o: live.Descent(**o),
    "lag and start": lambda **o: live.LagAndStart(**o),
    "backward": lambda **o: live.BackwardSteps(**o),
    "held gates": lambda **o: live.HeldGates(**o),
    "norm and scale": lambda **o: live.NormScale(**o),
    "who hears whom": lambda **o: live.WhoHears(**o),
    "reach in a film": lambda **o: live.FilmReach(**o),
    "bottleneck": lambda **o: live.Bottleneck(**o),
    "who can answer": lambda **o: live.WhoCanAnswer(**o),
    "quiz": lambda **o: live.Quiz(QUESTIONS, **o),
    "progress": lambda **o: live.Progress(**o),
    "tabs": lambda **o: live.source_tabs("LSTM", **o),
}


class Balanced(HTMLParser):
    """Fails on a tag that is closed without having been opened, or never closed."""

    VOID = {"br", "wbr", "meta", "input", "circle", "rect", "polyline", "path", "line"}

    def __init__(self, text):
        super().__init__()
        self.open, self.scripts = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in self.VOID or self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)


@pytest.fixture(params=FIGURES)
def figure(request):
    global rng
    rng = np.random.default_rng(1)
    return FIGURES[request.param]()


def test_output_is_deterministic_and_has_no_address(figure, request):
    name = request.node.callspec.params["figure"]
    global rng
    rng = np.random.default_rng(1)
    again = FIGURES[name]()
    assert figure._repr_html_() == again._repr_html_()
    assert repr(figure) == repr(again) == f"{type(figure).__name__}(id={figure.id!r})"


def test_output_asks_nobody_for_anything(figure):
    text = figure.to_html()
    assert not re.search(r"https?:|//[a-z]+\.|\bimport\s*\(|\bfetch\(|XMLHttp|src=", text)


def test_output_is_at_most_80_kb(figure):
    assert len(figure.to_html().encode()) <= 80_000


def test_output_is_one_balanced_container_with_one_classic_script(figure):
    page = Balanced(figure.to_html())
    assert len(page.scripts) == 1
    script = page.scripts[0].strip()
    assert script.startswith("(() => {") and script.endswith("})();")
    assert "type=" not in figure.to_html().split("<script")[1][:20]


def test_without_javascript_there_is_a_picture_in_words_and_numbers(figure):
    static = figure.to_html().split("<script>")[0]
    static = re.sub(r"(?s)<style>.*?</style>", "", static)
    words = re.sub(r"<[^>]+>", " ", static)
    assert len(words.split()) >= 15 and re.search(r"\d", words)
    for picture in re.findall(r"<svg[^>]*>", static):
        assert "aria-label" in picture


def test_numbers_have_6_digits():
    assert base.rounded({"a": np.float64(np.pi), "b": [1e-9 / 3, -0.0, 2.0], "c": "x"}) == {
        "a": 3.14159,
        "b": [3.33333e-10, 0, 2],
        "c": "x",
    }
    assert json.loads(base.to_json(np.array([[1 / 3]]))) == [[0.333333]]
    text = live.GateExplorer(LSTM).to_html()
    assert not re.search(r"\d\.\d{12,}", text.split('ui.mount("')[1])


@pytest.mark.parametrize("bad", [float("nan"), np.array([1.0, np.inf])])
def test_numbers_must_be_finite(bad):
    with pytest.raises(ValueRangeError, match="finite"):
        base.rounded([bad])


def test_script_end_in_data_is_harmless():
    text = live.Quiz([live.Number("</script><!-- \u2028", 1)]).to_html()
    assert text.count("</script>") == 1
    assert json.loads(base.to_json("</script><!--\u2028")) == "</script><!--\u2028"


def test_ids():
    assert live.GateExplorer().id == live.GateExplorer().id
    different = {live.GateExplorer(focus=f).id for f in (None, "forget", "input")}
    assert len(different) == 3
    assert live.GateExplorer(id="mine").id == "mine"
    for bad in ("1st", "a b", 'x"', ""):
        with pytest.raises(ValueRangeError, match="expected an id"):
            live.GateExplorer(id=bad)


def test_wrong_input_is_refused_with_what_to_do():
    with pytest.raises(UnknownNameError, match="forget, input"):
        live.GateExplorer(focus="remember")
    with pytest.raises(ShapeError, match=r"expected \(T, 3\)"):
        live.GateExplorer(LSTM, np.zeros((5, 2)))
    with pytest.raises(ShapeError, match="blocks i, f, g, o"):
        live.GateExplorer({**LSTM, "b": np.zeros(8)})
    with pytest.raises(UnknownNameError, match="W, U, b"):
        live.GateExplorer({"W": np.zeros((1, 4))})
    with pytest.raises(UnknownNameError, match="b_u"):
        live.GateExplorer({**LSTM, "b_u": np.zeros(8)})
    with pytest.raises(ValueRangeError, match="0 to 7"):
        live.GateExplorer(LSTM, unit=8)
    with pytest.raises(UnknownNameError, match="preset"):
        live.GradientExplorer("slow")
    with pytest.raises(UnknownNameError, match="dial"):
        live.GradientExplorer(radius=1)
    with pytest.raises(ValueRangeError, match="20 to 200"):
        live.GradientExplorer(length=500)
    with pytest.raises(UnknownNameError, match="preset"):
        live.VariantBuilder("2048")
    with pytest.raises(UnknownNameError, match="setting"):
        live.Playground(speed=3)
    with pytest.raises(UnknownNameError, match="layer.W"):
        live.DigitReader({"W": np.zeros((8, 4))})
    with pytest.raises(ShapeError, match="head.W"):
        live.DigitReader({**digit_weights(), "head.W": np.zeros((16, 9))})
    with pytest.raises(ValueRangeError, match="answer from 0 to 1"):
        live.Choice("?", ["a", "b"], 2)
    with pytest.raises(ValueRangeError, match="id of its own"):
        live.Quiz([live.Number("a", 1), live.Number("a", 2)])


def test_layers_of_the_package_are_taken_as_they_are():
    from lstmbook import numpy as lb

    layer = lb.LSTM(3, 8)
    x = np.zeros((4, 3))
    assert live.GateExplorer(layer, x).id == live.GateExplorer(lb.get_weights(layer), x).id
    model = lb.SequenceClassifier(lb.LSTM(8, 16), classes=10)
    assert live.DigitReader(model).id == live.DigitReader(lb.get_weights(model)).id


def test_import_loads_no_framework_and_no_matplotlib():
    code = (
        "import sys; from lstmbook import live; live.source_tabs('LSTM').to_html();"
        "print([m for m in ('torch', 'tensorflow', 'keras', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_colours_are_those_of_the_design():
    assert base.COLOURS == {
        "f": "#D55E00",
        "i": "#009E73",
        "g": "#E69F00",
        "o": "#0072B2",
        "c": "#CC79A7",
        "h": "#56B4E9",
    }
    sheet = base.asset("host.css").upper()
    for part, colour in base.COLOURS.items():
        assert f"--{part}: {colour}".upper() in sheet


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_text_colours_have_contrast(mode):
    rules = re.findall(r"\{([^{}]*--ft:[^{}]*)\}", base.asset("host.css"))
    colours = dict(re.findall(r"--(\w+): ?(#[0-9a-fA-F]{3,6})", rules[mode]))
    full = {
        k: v if len(v) == 7 else "#" + "".join(2 * c for c in v[1:]) for k, v in colours.items()
    }
    for ground in ("paper", "wash"):
        for text in ("ft", "it", "gt", "ot", "ct", "ht", "ink", "muted", "violet", "brown"):
            low, high = sorted((luminance(full[ground]), luminance(full[text])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


def test_a_figure_without_its_files_says_which():
    class Unfinished(live.LiveFigure):
        name = "unfinished"

    with pytest.raises(DataFileError, match=r"expected unfinished\.js .*css/my-figure\.css"):
        Unfinished({}).to_html()


def test_every_figure_is_exported_and_tested():
    """A figure that nobody can reach, or that these tests do not draw, is a fault."""
    modules = [
        importlib.import_module(f"lstmbook.live.{m.name}")
        for m in pkgutil.iter_modules(live.__path__)
    ]
    written = {
        name
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, live.LiveFigure)
    }
    assert written <= set(live.__all__)
    drawn = {type(make()).__name__ for make in FIGURES.values()}
    assert written - {"LiveFigure"} <= drawn


def test_logo_and_equations_have_the_colours_of_the_gates():
    sheet = (ROOT / "_static" / "css" / "1-type.css").read_text("utf-8").upper()
    for gate in "fo":
        assert base.COLOURS[gate] in sheet
    drawn = (ROOT / "_static" / "logo.svg").read_text("utf-8")
    assert all(base.COLOURS[gate] in drawn for gate in "ifgoc")


def test_what_the_scripts_know_of_the_variants_is_what_the_package_knows():
    for name, spec in specs().items():
        variant = VARIANTS[name]
        assert spec["blocks"] == "".join(variant.blocks)
        assert spec.get("peephole", False) == ("p_o" in variant.shapes(2, 3))
    for name, preset in presets().items():
        assert VARIANTS[preset["class"]].preset[0] == name


def test_a_new_variant_changes_no_figure(monkeypatch):
    """One without a preset: the scripts and what is stored on pages stay as they are."""
    base.asset.cache_clear()
    before = live.VariantBuilder(id="one").to_html(), live.Playground(id="two").to_html()
    monkeypatch.setitem(
        VARIANTS, "HalfLSTM", replace(VARIANTS["LSTM"], name="HalfLSTM", preset=(), switches=None)
    )
    base.asset.cache_clear()
    assert (live.VariantBuilder(id="one").to_html(), live.Playground(id="two").to_html()) == before
