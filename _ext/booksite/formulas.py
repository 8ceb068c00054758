r"""Formulas as MathML. One that cannot be set is a warning of the build, so an error with -W."""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from sphinx.util import logging

from booksite.tex_to_mathml import TexError, mathml
from lstmbook.colours import GATES

LOG = logging.getLogger(__name__)
LONG = 30
HELD = re.compile(  # a formula of a line with its bracket or its full stop
    r"([(\[“]?)(<math(?![^>]*display)[^>]*>(?:(?!</math>).)*</math>)([)\],.;:?!”]*)", re.DOTALL
)
CLASSES = {colour.upper(): f"gate-{gate}" for gate, colour in GATES.items()}


def render(translator, node, display: bool) -> tuple[str, str]:
    try:
        return mathml(node.astext(), display, CLASSES)
    except TexError as error:
        LOG.warning("formula %r: %s", node.astext(), error, location=node)
        return f'<code class="problematic">{escape(node.astext())}</code>', ""


def anchor(tag: str) -> str:
    return "equation-" + re.sub(r"[^\w.]+", "-", tag)


def inline(translator, node) -> None:
    body = render(translator, node, display=False)[0]
    if len(node.astext()) > LONG:  # no browser breaks a formula: on a phone this one scrolls
        body = f'<span class="long-formula">{body}</span>'
    translator.body.append(body)
    raise nodes.SkipNode


def block(translator, node) -> None:
    body, tag = render(translator, node, display=True)
    tag = tag or (str(node["number"]) if node.get("number") else "")
    ids = list(node.get("ids", []))
    if tag:
        ids.append(anchor(tag))
    places = "".join(f'<span id="{escape(name)}"></span>' for name in ids)
    number = f'<span class="eqno">({escape(tag)})</span>' if tag else ""
    scroll = f'<div class="wide-formula">{body}</div>'
    translator.body.append(f'<div class="math">{places}{scroll}{number}</div>\n')
    raise nodes.SkipNode


AFTER_LONG = re.compile(  # the same for one that scrolls by itself
    r'(<span class="long-formula"><math.*?</math>)</span>([)\],.;:?!”]+)', re.DOTALL
)


def held(body: str) -> str:
    """No line ends between a formula and its bracket or full stop: browsers take it for a picture.

    Examples
    --------
    >>> held("four (<math>D</math>) of them")
    'four <span class="held">(<math>D</math>)</span> of them'
    >>> held("with <math>D</math> of them")
    'with <math>D</math> of them'
    """

    def hold(found: re.Match) -> str:
        return f'<span class="held">{found[0]}</span>' if found[1] or found[3] else found[0]

    return HELD.sub(hold, AFTER_LONG.sub(r"\1\2</span>", body))


def hold_formulas(app, pagename, templatename, context, doctree) -> None:
    if context.get("body"):
        context["body"] = held(context["body"])


def configure(app, config) -> None:
    config.html_math_renderer = "mathml"


def setup(app) -> None:
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("config-inited", configure)
    app.connect("html-page-context", hold_formulas)
