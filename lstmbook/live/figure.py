r"""One self-contained HTML output for a figure that runs in the reader's page.

A figure is a ``<div>`` with a static picture inside and one classic script after it. The script
holds everything it needs: the numbers, the shared core and the code of the figure. It asks no
server for anything, so it works in a built book (also from a file), in Jupyter and on Colab.
Without JavaScript the static picture stays.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lstmbook import colours
from lstmbook.errors import DataFileError, ValueRangeError
from lstmbook.live.variants_in_page import in_builder, specs

FOLDER = Path(__file__).parent


COLOURS = colours.GATES
PROPERTIES = {
    "gates": colours.properties(colours.GATES),
    "text on light": colours.properties(colours.ON_LIGHT, "t"),
    "text on dark": colours.properties(colours.ON_DARK, "t"),
}
FROM_VARIANTS = {"VARIANTS_IN_PAGE": specs, "VARIANTS_IN_BUILDER": in_builder}


def rounded(value: Any) -> Any:
    r"""Turn arrays and numbers into what JSON can hold, with 6 significant digits.

    Parameters
    ----------
    value : nested dict, list, tuple, NumPy array, number, str, bool or None

    Returns
    -------
    The same structure of dicts, lists and plain Python values.

    Raises
    ------
    ValueRangeError
        If a number is NaN or infinite.

    Examples
    --------
    >>> rounded({"W": np.array([[1 / 3, 2.0]])})
    {'W': [[0.333333, 2]]}
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float):
        if not np.isfinite(value):
            raise ValueRangeError(
                f"expected finite numbers in the data of a figure, got {value}; "
                "look for NaN or infinity in the weights or inputs"
            )
        short = float(f"{value:.6g}")
        return int(short) if short == int(short) and abs(short) < 1e15 else short
    return value


def to_json(value: Any) -> str:
    r"""JSON that is safe inside a ``<script>``: no end tag, no comment start.

    Examples
    --------
    >>> to_json({"text": "</script>"})
    '{"text":"<\\/script>"}'
    """
    text = json.dumps(rounded(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return (
        text.replace("</", r"<\/")
        .replace("<!--", r"<\u0021--")
        .replace("\u2028", r"\u2028")
        .replace("\u2029", r"\u2029")
    )


@cache
def asset(name: str) -> str:
    r"""Text of a file of `js` or `css`, without indentation and whole-line comments: what the page
    needs, a third smaller. In a style sheet `/*gates*/`, `/*text on light*/` and `/*text on dark*/`
    stand for the colours of the gates.

    Raises
    ------
    DataFileError
        If there is no such file: every figure has one of each, named after it.
    """
    path = FOLDER / name.rsplit(".", 1)[-1] / name
    if not path.is_file():
        raise DataFileError(
            f"live figure: expected {name} at {path}, found none; a figure named 'my-figure' has "
            "js/my-figure.js and css/my-figure.css (which may be empty)"
        )
    text = path.read_text(encoding="utf-8")
    if not name.endswith(".css"):
        for place, value in FROM_VARIANTS.items():
            text = text.replace(f"= {place};", f"= {to_json(value())};")
        lines = (line.strip() for line in text.splitlines())
        comments = ("//", "/**", "* ", "*/")
        return "\n".join(line for line in lines if line and not line.startswith(comments))
    for place, properties in PROPERTIES.items():
        text = text.replace(f"/*{place}*/", properties)
    text = "".join(line.strip() for line in text.splitlines())
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def inline(text: str) -> str:
    r"""Short text to HTML: `` `code` ``, ``*letter*``, ``**word**``, ``x_t``, ``h_{t-1}``, ``e^2``.

    Examples
    --------
    >>> inline("`b` < h_{t-1}, 0.9^66")
    '<code>b</code> &lt; <i>h<sub>t−1</sub></i>, 0.9<sup>66</sup>'
    >>> inline("*n*, reset **before** the product")
    '<i>n</i>, reset <em>before</em> the product'
    """
    out = []
    for part in re.split(r"(`[^`]*`)", text):
        if len(part) > 1 and part.startswith("`") and part.endswith("`"):
            out.append(f"<code>{html.escape(part[1:-1], quote=False)}</code>")
            continue
        part = html.escape(part, quote=False)
        part = re.sub(r"\b([a-zA-Z])_(?:\{([^}]*)\}|([a-zA-Z0-9])\b)", subscript, part)
        part = re.sub(r"\^(?:\{([^}]*)\}|(\d+|\w))", lambda m: f"<sup>{m[1] or m[2]}</sup>", part)
        part = re.sub(r"(?<![\w)])\*\*([^*\s][^*]*)\*\*(?!\w)", r"<em>\1</em>", part)
        out.append(re.sub(r"\*([^*\s][^*]*)\*", r"<i>\1</i>", part))
    return "".join(out)


def subscript(match: re.Match) -> str:
    """Letter and index, as `x_t` or `h_{t-1}` give them, in italics."""
    index = (match[2] or match[3]).replace("-", "−")
    return f"<i>{match[1]}<sub>{index}</sub></i>"


class LiveFigure:
    r"""Base of all figures: turns data, code and a static picture into one HTML output.

    A subclass sets `name` (that of its file in ``js`` and in ``css``), the `scripts` that go
    before its own, and `fallback`, the static picture.

    Parameters
    ----------
    data : dict
        What the script gets: numbers, lists, strings, NumPy arrays.
    caption : str
        One or two sentences that say what to see.
    id : str, optional
        Name of the container in the page. Default: the figure's name and a hash of its data, so
        that the same call always gives the same output.
    """

    name = "figure"
    scripts: tuple[str, ...] = ("cells.js",)
    styles: tuple[str, ...] = ()
    # (what it declares, script): stand in a function `workshop`, so that a worker can be made of it
    in_worker: tuple[tuple[str, str], ...] = ()
    shadow = True  # styles of the page stay out, styles of the figure stay in

    def __init__(self, data: dict[str, Any], caption: str = "", id: str | None = None) -> None:
        self.data = rounded(data)
        self.caption = caption
        if id is None:
            digest = hashlib.sha256((to_json(self.data) + caption).encode()).hexdigest()[:8]
            id = f"{self.name}-{digest}"
        elif not re.fullmatch(r"[A-Za-z][\w-]*", id):
            raise ValueRangeError(
                f"expected an id of letters, digits, '-' and '_' that starts with a letter, "
                f"got {id!r}; for example id='{self.name}-one'"
            )
        self.id = id

    def fallback(self) -> str:
        r"""Static HTML shown when JavaScript is off."""
        return ""

    def script(self) -> str:
        r"""The whole script: core, helpers, the figure's code and its data."""
        code = [asset(name) for name in (*self.scripts, "ui.js", f"{self.name}.js")]
        if self.in_worker:
            names = ", ".join(name for name, _ in self.in_worker if name)
            work = "\n".join(asset(file) for _, file in self.in_worker)
            code[:0] = [
                f"function workshop() {{\n{work}\nreturn {{ {names} }};\n}}",
                f"const {{ {names} }} = workshop();",
            ]
        sheets = ("ui.css", *self.styles, f"{self.name}.css") if self.shadow else ()
        css = "".join(asset(name) for name in sheets)
        call = f"ui.mount({to_json(self.id)}, {to_json(css)}, {to_json(self.data)}, figure);"
        # `module` is shadowed so that the core never meets a module loader of the page.
        body = "\n".join(['"use strict";', "let module;", *code, call])
        return f"(() => {{\n{body}\n}})();"

    def to_html(self) -> str:
        r"""The container with its static picture, then the script."""
        style = asset("host.css") + ("" if self.shadow else asset(f"{self.name}.css"))
        caption = f'<p class="lbf-caption">{inline(self.caption)}</p>' if self.caption else ""
        return (
            f'<div class="lbf lstm-widget lbf-{self.name}" id="{self.id}" data-lbf="{self.id}">'
            f'<style>{style}</style><div class="lbf-static">{self.fallback()}{caption}</div></div>'
            f"\n<script>\n{self.script()}\n</script>"
        )

    def to_page(self, *others: LiveFigure, theme: str | None = None) -> str:
        r"""A whole HTML page with this figure (and `others`), for a file of its own."""
        dark = f' data-theme="{theme}"' if theme else ""
        body = "\n".join(figure.to_html() for figure in (self, *others))
        return (
            f'<!doctype html>\n<html lang="en"{dark}>\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(self.name)}</title></head>\n<body>\n{body}\n</body>\n</html>\n"
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r})"


def table(header: list[str], rows: list[list[Any]], caption: str = "") -> str:
    r"""A plain HTML table for static pictures; numbers get three digits after the point."""

    def cell(value: Any) -> str:
        return f"{value:.3f}" if isinstance(value, float) else html.escape(str(value))

    head = "".join(f'<th scope="col">{inline(name)}</th>' for name in header)
    body = "".join("<tr>" + "".join(f"<td>{cell(v)}</td>" for v in row) + "</tr>" for row in rows)
    title = f"<caption>{inline(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
