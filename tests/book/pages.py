"""A small page that keeps all rules, for tests that break one rule at a time."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.repository import SETUP_ID, SETUP_TAGS, setup_cell

PROMISE = """\
> **You will be able to** (1) write one step, (2) check it, (3) say what a gate does.
>
> **Before this page:** nothing. **Time:** 5 minutes; the cells take 1 s on a CPU and on a T4."""
EQUATION = r"""## The rule

$$
\begin{aligned}
c_t &= f_t \odot c_{t-1} \\
    &+ i_t \odot g_t
\end{aligned} \tag{3.1.1}
$$

The largest difference is 0.125."""
FIGURE = {
    "image": {"alt": "A line that rises from 0 to 9."},
    "figure": {"caption": "The cell state.", "name": "fig-state"},
}
SVG = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" id="figure_1"/>'


def stream(text: str, name: str = "stdout") -> nbformat.NotebookNode:
    return new_output("stream", name=name, text=text)


def code(name: str, source: str, outputs: tuple = (), **metadata) -> nbformat.NotebookNode:
    return new_code_cell(source, id=name, outputs=list(outputs), metadata=metadata)


def markdown(name: str, source: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, id=name)


def exercise(name: str) -> list[nbformat.NotebookNode]:
    check = f'print("Correct" if {name}(1, 2) == 3 else "Not yet: {name}(1, 2) is 3")'
    solution = f"def {name}(a, b):\n    return a + b"
    return [
        code(f"exercise-{name}", f"def {name}(a, b):\n    return 0"),
        code(f"check-{name}", check, [stream(f"Not yet: {name}(1, 2) is 3\n")]),
        markdown(
            f"solution-{name}",
            f"<details>\n<summary>Solution</summary>\n\n```python\n{solution}\n```\n\n</details>",
        ),
    ]


def good_notebook() -> nbformat.NotebookNode:
    cells = [
        markdown("title", "# 3.1 A page"),
        markdown("promise", PROMISE),
        code(SETUP_ID, setup_cell(), tags=list(SETUP_TAGS)),
        markdown("rule", EQUATION),
        code("largest", "print(1 / 8)", [stream("0.125\n")]),
        code(
            "training",
            "loss = 0.1\nassert loss < 0.5\nprint(loss)",
            [stream("0.1\n")],
            tags=["nbval-ignore-output"],
        ),
        code(
            "picture", "plot()", [new_output("display_data", {"image/svg+xml": SVG})], mystnb=FIGURE
        ),
        *[cell for name in ("add", "plus", "total", "both") for cell in exercise(name)],
    ]
    for k, cell in enumerate((c for c in cells if c.cell_type == "code"), start=1):
        cell.execution_count = k
    return new_notebook(cells=cells)


def cell_of(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)
