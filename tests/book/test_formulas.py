r"""TeX to MathML: what is set is what was written, and what cannot be set is an error."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import nbformat
import pytest

from tools.repository import ROOT

sys.path.insert(0, str(ROOT / "_ext"))
tex = pytest.importorskip("booksite.tex_to_mathml")
held = pytest.importorskip("booksite.formulas").held
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.DOTALL)


def text_of(formula: str, display: bool = True) -> str:
    """All characters of the MathML, in order."""
    return "".join(ET.fromstring(tex.mathml(formula, display)[0]).itertext())


def formulas(path):
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    for found in FORMULA.finditer(text):
        yield found[1] or found[2], found[1] is not None


PAGES = sorted([*(ROOT / "book").rglob("*.ipynb"), *(ROOT / "book").rglob("*.md")])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_formula_of_a_page_is_set_and_loses_no_letter(path):
    for formula, display in formulas(path):
        body, _ = tex.mathml(formula, display)
        shown = "".join(ET.fromstring(body).itertext())
        written = re.sub(r"\\(tag|begin|end|color)\{[^}]*\}", "", formula)
        written = re.sub(r"\\[A-Za-z]+", "", written)
        letters = re.findall(r"[A-Za-z0-9]", written)
        assert [c for c in letters if shown.count(c) < letters.count(c)] == [], formula


@pytest.mark.parametrize(
    "formula, shown",
    [
        (r"h_t = o_t \odot \tanh(c_t)", "ht=ot⊙tanh(ct)"),
        (r"c_{t-1} \cdot 19{,}200", "ct−1⋅19,200"),
        (r"\lfloor K/2 \rfloor", "⌊K/2⌋"),
        (r"\{i, f\}", "{i,f}"),
        (r"\tilde C_t", "C˜t"),
        (r"x^10", "x10"),
        (r"a_i'", "ai′"),
        (r"\text{what comes}", "what\xa0comes"),
        (r"\mathrm{diag}(v)", "diag(v)"),
    ],
)
def test_signs(formula, shown):
    assert text_of(formula) == shown


def test_a_power_takes_one_digit_as_in_tex():
    assert "<msup><mi>x</mi><mn>1</mn></msup><mn>0</mn>" in tex.mathml("x^10", False)[0]


def test_a_minus_is_a_sign_or_a_difference():
    assert 'form="prefix"' in tex.mathml("= -x", False)[0]
    assert 'form="prefix"' not in tex.mathml("y - x", False)[0]
    broken = r"\begin{aligned} c &= a \\ &+ b \end{aligned}"
    assert '<mo form="infix">+</mo>' in tex.mathml(broken, True)[0]


def test_the_tag_leaves_the_formula():
    body, tag = tex.mathml(r"x = y \tag{3.1.1}", True)
    assert tag == "3.1.1" and "3.1" not in body


def test_limits_stand_under_a_name_in_a_displayed_formula_only():
    assert "munder" in tex.mathml(r"\max_t x", True)[0]
    assert "munder" not in tex.mathml(r"\max_t x", False)[0]
    assert "munder" not in tex.mathml(r"\frac{\max_t x}{2}", True)[0]


def test_rows_and_columns():
    tree = ET.fromstring(tex.mathml(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", True)[0])
    assert [len(row) for row in tree.iter("mtr")] == [2, 2]


def test_a_gates_colour_follows_the_theme_and_another_one_stays():
    body, _ = tex.mathml(r"\color{#D55E00}{f_t} + \color{red}{x}", False, {"#D55E00": "gate-f"})
    assert '<mrow class="gate-f">' in body and 'style="color:red"' in body


@pytest.mark.parametrize(
    "formula, message",
    [
        (r"\unheard x", r"\unheard"),
        (r"\frac{a}", "ends where"),
        (r"{a", "ends where"),
        (r"a}", "unexpected }"),
        (r"a_1_2", "two scripts"),
        (r"a & b", "unexpected &"),
        (r"\begin{gather} a \end{gather}", "gather"),
        (r"\begin{cases} a \end{aligned}", "something else"),
        (r"\left( a", "expected"),
        (r"a \tag{1}", "displayed"),
        (r"a \\ b", "unexpected"),
        ("x 😀", "do not know the sign"),
    ],
)
def test_what_cannot_be_set_is_an_error(formula, message):
    with pytest.raises(tex.TexError, match=re.escape(message)):
        tex.mathml(formula, display=False)


def test_markup_in_text_stays_text():
    body = tex.mathml(r"\text{<b>} < x", False)[0]
    assert "&lt;b&gt;" in body and "<b>" not in body


def test_a_formula_keeps_its_bracket_and_its_full_stop():
    body = "<p>four (<math>D</math>), <math>H</math> of them, <math>c</math>.</p>"
    whole = '<p>four <span class="held">(<math>D</math>),</span> <math>H</math> of them, '
    assert held(body) == whole + '<span class="held"><math>c</math>.</span></p>'
    long = '<span class="long-formula"><math>a</math></span>, with'
    assert held(long).startswith('<span class="long-formula"><span class="held"><math>a</math>,')
    displayed = '<div class="wide-formula"><math display="block">D</math>.</div>'
    assert held(displayed) == displayed
