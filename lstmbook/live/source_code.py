r"""Tabs that show the package's own source: NumPy, PyTorch and TensorFlow side by side.

The text is cut out of the files with `ast`; no framework is imported for it.
"""

from __future__ import annotations

import ast
import html
import inspect
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from lstmbook.errors import unknown_name
from lstmbook.live.figure import LiveFigure

PACKAGE = Path(__file__).parent.parent
ROOMS = {"NumPy": "numpy", "PyTorch": "torch", "TensorFlow": "tensorflow"}


def module_file(module: str) -> Path:
    """File of a module of this package, by name, without importing it."""
    parts = module.split(".")
    base = PACKAGE.joinpath(*parts[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if parts[0] == PACKAGE.name and path.is_file():
            return path
    raise unknown_name(
        "module", module, ["a module of lstmbook, for example lstmbook.numpy.cells.lstm"]
    )


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def find(tree: ast.Module, name: str) -> Definition | None:
    """Definition of a (dotted) class or function in a syntax tree."""
    found, within = None, tree.body
    for part in name.split("."):
        nodes = [n for n in within if isinstance(n, Definition) and n.name == part]
        if not nodes:
            return None
        found = nodes[-1]
        within = found.body
    return found


def imported_from(tree: ast.Module, name: str) -> str | None:
    """The module of this package from which another one has a class or function."""
    first = name.split(".")[0]
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == first for alias in node.names):
            if (node.module or "").startswith(PACKAGE.name + "."):
                return node.module
    return None


def source_of(target: Any) -> str:
    r"""Source text of an object or of a name such as ``"lstmbook.numpy.cells.lstm:LSTMCell"``.

    Parameters
    ----------
    target : str, list of str, or a class, function or module
        ``"module:Name"``, ``"module:Name.method"``, or ``"module"`` for a whole file. The parts
        of a list are put under each other, with two empty lines between them.

    Returns
    -------
    str, exactly as in the file (a method loses its common indentation), no newline at the end.

    Raises
    ------
    UnknownNameError
        If there is no such module or name.

    Examples
    --------
    >>> print(source_of("lstmbook.variants.checks:as_shape"))
    def as_shape(value) -> tuple[int, ...]:
        return tuple(value) if isinstance(value, tuple) else (value,)
    """
    if isinstance(target, list | tuple):
        return "\n\n\n".join(source_of(part) for part in target)
    if not isinstance(target, str):
        return dedent(inspect.getsource(target)).rstrip("\n")
    module, _, name = target.partition(":")
    text = module_file(module).read_text(encoding="utf-8")
    if not name:
        return text.rstrip("\n")
    tree = ast.parse(text)
    node = find(tree, name)
    if node is None and (origin := imported_from(tree, name)) is not None:
        return source_of(f"{origin}:{name}")
    if node is None:
        known = [n.name for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
        raise unknown_name(f"name in {module}", name, known)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))


def source_tabs(name: str, **options: Any) -> SourceTabs:
    r"""Tabs with the cell of a variant in all implementations that have it.

    Parameters
    ----------
    name : str
        A variant's name; its class is ``<name>Cell`` or ``<name>`` in a file of ``cells/``.

    Raises
    ------
    UnknownNameError
        If no implementation has such a class.
    """
    found = {}
    for title, room in ROOMS.items():
        files = sorted((PACKAGE / room / "cells").glob("*.py"))
        for wanted in (f"{name}Cell", name):
            hit = next((f for f in files if find(ast.parse(f.read_text("utf-8")), wanted)), None)
            if hit:
                found[title] = f"lstmbook.{room}.cells.{hit.stem}:{wanted}"
                break
    if not found:
        raise unknown_name("cell", name, ["the name of a variant, for example LSTM"])
    return SourceTabs(found, **options)


def highlighted(text: str) -> str:
    """Python source to HTML with one class a kind of token; plain text without pygments."""
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer
    except ModuleNotFoundError:
        return html.escape(text, quote=False)
    code = highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return code.removesuffix("\n")


class SourceTabs(LiveFigure):
    r"""The same thing in several implementations, one tab each.

    Parameters
    ----------
    sources : dict, optional
        Title of a tab -> what `source_of` takes; also as keywords: ``SourceTabs(NumPy=obj)``.
    caption : str
    id : str, optional

    Notes
    -----
    A tab that is chosen is chosen in all source tabs of the page. Without JavaScript all stand
    under each other.

    Examples
    --------
    >>> SourceTabs({"NumPy": "lstmbook.numpy.cells.lstm:LSTMCell"}, id="cell")
    SourceTabs(id='cell')
    """

    name = "source-tabs"
    scripts = ()
    shadow = False

    def __init__(
        self,
        sources: Mapping[str, Any] | None = None,
        *,
        caption: str = "",
        id: str | None = None,
        **more: Any,
    ) -> None:
        targets = {**(sources or {}), **more}
        if not targets:
            raise unknown_name("set of tabs", targets, ["at least one, for example NumPy=..."])
        self.sources = {title: source_of(target) for title, target in targets.items()}
        self.names = {t: v if isinstance(v, str) else "" for t, v in targets.items()}
        super().__init__({"titles": list(self.sources)}, caption, id)
        if id is None:  # the text is part of what the figure is
            digest = LiveFigure({"text": self.sources}, caption).id.rsplit("-", 1)[1]
            self.id = f"{self.name}-{digest}"

    def fallback(self) -> str:
        """Every tab as a headed block of code."""
        blocks = []
        for title, text in self.sources.items():
            name = html.escape(self.names[title] or "").replace(":", ":<wbr>")
            note = f' <span class="lbf-from">{name}</span>' if name else ""
            blocks.append(
                f'<div class="lbf-panel" data-title="{html.escape(title)}">'
                f'<p class="lbf-title"><strong>{html.escape(title)}</strong>{note}</p>'
                f'<pre class="lbf-code" tabindex="0" aria-label="{html.escape(title)} code">'
                f"<code>{highlighted(text)}</code></pre></div>"
            )
        return "".join(blocks)
