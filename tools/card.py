"""Draws the picture that other sites show for a link to the book.

    python -m tools.card        writes _static/card.png (1200 x 630), with Chromium

A line of memory over twelve steps, and under it how far the gates stand open at each.
"""

from __future__ import annotations

import base64
import shutil
from pathlib import Path

import numpy as np

from lstmbook.colours import GATES

STATIC = Path(__file__).resolve().parent.parent / "_static"
WIDTH, HEIGHT, STEPS = 1200, 630, 12
WRITES = {2: 0.9, 7: -1.1}  # step: what the candidate brings
WIPED = {6}  # steps at which the forget gate closes


def states() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The memory after each step, and the gates that made it so."""
    steps = range(STEPS)
    gates = {
        "f": np.array([0.05 if t in WIPED else 0.97 for t in steps]),
        "i": np.array([0.95 if t in WRITES else 0.05 for t in steps]),
        "o": np.array([0.95 if t in (4, 5, 10) else 0.1 for t in steps]),
    }
    c, memory = 0.0, []
    for t in steps:
        c = gates["f"][t] * c + gates["i"][t] * WRITES.get(t, 0.0)
        memory.append(c)
    return np.array(memory), gates


def drawing() -> str:
    memory, gates = states()
    left, step, line = 90, (WIDTH - 180) / (STEPS - 1), 375
    points = " ".join(f"{left + t * step:.0f},{line - 62 * c:.0f}" for t, c in enumerate(memory))
    parts = [
        f'<path d="M{left} {line}H{WIDTH - left}" stroke="#d9d6cd" stroke-width="2"/>',
        f'<polyline points="{points}" fill="none" stroke="{GATES["c"]}" stroke-width="12"'
        ' stroke-linejoin="round" stroke-linecap="round"/>',
    ]
    for row, gate in enumerate("fio"):
        for t, value in enumerate(gates[gate]):
            x, y, r = left + t * step, 490 + 46 * row, 17
            colour = GATES[gate]
            parts.append(
                f'<circle cx="{x:.0f}" cy="{y}" r="{r}" fill="none" stroke="{colour}"'
                f' stroke-width="2.5"/><circle cx="{x:.0f}" cy="{y}" r="{r * value:.1f}"'
                f' fill="{colour}"/>'
            )
    return f'<svg width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'


def page() -> str:
    def face(name: str) -> str:
        return base64.b64encode((STATIC / "fonts" / f"{name}.woff2").read_bytes()).decode()

    faces = "".join(
        f"@font-face {{ font-family: T; font-weight: {weight};"
        f" src: url(data:font/woff2;base64,{face(name)}); }}"
        for name, weight in (("text", 400), ("text-bold", 600))
    )
    return (
        f'<meta charset="utf-8"><style>{faces}'
        " body { margin: 0; font-family: T; color: #1f2933; }"
        " svg { position: absolute; top: 0; left: 0; }"
        " h1 { margin: 58px 90px 0; font: 600 92px/1 T; }"
        " p { margin: 24px 90px; font: 400 38px/1.3 T; color: #57616b; }</style>"
        f"{drawing()}<h1>The LSTM Book</h1>"
        "<p>One memory, three gates: to read, to run, to build with</p>"
    )


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        tab.set_content(page())
        tab.wait_for_timeout(300)
        tab.screenshot(path=STATIC / "card.png")
        browser.close()


if __name__ == "__main__":
    main()
