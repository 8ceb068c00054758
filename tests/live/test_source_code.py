"""Source tabs show the package's code, letter by letter."""

from __future__ import annotations

import html
import inspect
import re

import pytest

from lstmbook import live
from lstmbook.errors import UnknownNameError
from lstmbook.live import gate_explorer, source_code


def shown(figure):
    """Text of every tab as a reader copies it."""
    blocks = re.findall(r"(?s)<pre[^>]*><code>(.*?)</code></pre>", figure.fallback())
    return [html.unescape(re.sub(r"<[^>]+>", "", block)) for block in blocks]


def test_text_equals_the_file():
    from lstmbook.numpy.cells.lstm import LSTMCell

    name = "lstmbook.numpy.cells.lstm:LSTMCell"
    expected = inspect.getsource(LSTMCell).rstrip("\n")
    assert live.source_of(name) == live.source_of(LSTMCell) == expected
    assert (
        shown(live.SourceTabs(NumPy=LSTMCell)) == shown(live.SourceTabs({"A": name})) == [expected]
    )


@pytest.mark.parametrize("name", ["LSTM", "RNN", "GRU"])
def test_all_implementations_are_found_by_the_name_of_the_variant(name):
    figure = live.source_tabs(name)
    assert next(iter(figure.sources)) == "NumPy"
    for text, target in zip(shown(figure), figure.names.values(), strict=True):
        module, _, cls = target.partition(":")
        path = source_code.module_file(module)
        assert text in path.read_text("utf-8")
        assert re.match(rf"(@.*\n)*class {cls}\b", text)


def test_parts():
    method = live.source_of("lstmbook.numpy.cells.lstm:LSTMCell.rule")
    assert method.startswith("def rule(self") and "rule_backward" not in method
    decorated = live.source_of("lstmbook.live.quiz:Choice")
    assert decorated.startswith("@dataclass(frozen=True)\nclass Choice(Exercise):")
    whole = live.source_of("lstmbook.live.weights")
    assert whole.startswith('r"""Weights of a layer')
    two = live.source_of([gate_explorer.run_cell, "lstmbook.live.gate_explorer:tinted"])
    assert two.count("\ndef ") == 1 and "\n\n\ndef tinted" in two


def test_unknown_names():
    with pytest.raises(UnknownNameError, match="LSTMCell"):
        live.source_of("lstmbook.numpy.cells.lstm:Cell1997")
    with pytest.raises(UnknownNameError, match="a module of lstmbook"):
        live.source_of("numpy.linalg:norm")
    with pytest.raises(UnknownNameError, match="variant"):
        live.source_tabs("NoSuchCell")
    with pytest.raises(UnknownNameError, match="at least one"):
        live.SourceTabs()


SOURCES = {
    "NumPy": "lstmbook.live.weights:weights_of",
    "PyTorch": "lstmbook.live.figure:to_json",
    "TensorFlow": "lstmbook.live.figure:table",
}


@pytest.mark.browser
def test_tabs_work_by_mouse_and_keyboard_and_together(open_page):
    first = live.SourceTabs(SOURCES, id="first")
    second = live.SourceTabs({k: SOURCES[k] for k in ("NumPy", "TensorFlow")}, id="second")
    page = open_page(first, second).page
    for name in ("first", "second"):
        assert page.locator(f"#{name} [role=tabpanel]:visible").count() == 1
    page.locator("#first [role=tab]", has_text="TensorFlow").click()
    for name in ("first", "second"):
        panel = page.locator(f"#{name} [role=tabpanel]:visible")
        assert panel.get_attribute("data-title") == "TensorFlow"
        assert panel.locator("code").inner_text() == live.source_of(SOURCES["TensorFlow"])
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "NumPy"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == "PyTorch"
    # the second figure has no such tab and keeps its own
    assert (
        page.locator("#second [role=tabpanel]:visible").get_attribute("data-title") == "TensorFlow"
    )
    assert page.locator("#first [tabindex='0'][role=tab]").count() == 1


@pytest.mark.browser
def test_without_javascript_all_tabs_stand_under_each_other(open_page):
    page = open_page(live.SourceTabs(SOURCES), script=False).page
    assert page.locator("pre:visible").count() == 3
    assert page.locator("strong:visible").all_inner_texts() == list(SOURCES)


def test_a_name_that_a_module_imports_is_found_where_it_is_written():
    for room in ("numpy", "torch", "tensorflow"):
        asked, written = (
            source_code.source_of(f"lstmbook.{room}.cells.{file}:PartsCell.gate")
            for file in ("ablations", "parts")
        )
        assert asked == written and asked.startswith("def gate(")
