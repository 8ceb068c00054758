"""Draws the logo: the line of the cell state, and on it the four blocks i, f, g, o as bars.

    python -m tools.logo        writes _static/logo.svg and _static/favicon.svg

The colours are those of the gates in the whole book; no text, so no font is needed.
"""

from __future__ import annotations

from pathlib import Path

from lstmbook.colours import GATES

STATIC = Path(__file__).resolve().parent.parent / "_static"

CELL_STATE = GATES["c"]


def logo(size: int = 96) -> str:
    """The picture as SVG text, drawn in a square of 96 units."""
    heights = {"i": 40, "f": 56, "g": 30, "o": 48}  # bars of different height: gates open or not
    bars = "".join(
        f'<rect x="{12 + 19 * k}" y="{86 - heights[gate]}" width="14" height="{heights[gate]}"'
        f' rx="4" fill="{GATES[gate]}"/>'
        for k, gate in enumerate("ifgo")
    )
    line = (
        f'<path d="M4 18H82" stroke="{CELL_STATE}" stroke-width="8" stroke-linecap="round"/>'
        f'<path d="M76 6L92 18L76 30Z" fill="{CELL_STATE}" stroke="{CELL_STATE}"'
        ' stroke-width="3" stroke-linejoin="round"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="{size}"'
        f' height="{size}" role="img" aria-label="The LSTM Book"><title>The LSTM Book</title>'
        f"{line}{bars}</svg>\n"
    )


def main() -> None:
    STATIC.mkdir(exist_ok=True)
    (STATIC / "logo.svg").write_text(logo(96), encoding="utf-8")
    (STATIC / "favicon.svg").write_text(logo(32), encoding="utf-8")


if __name__ == "__main__":
    main()
