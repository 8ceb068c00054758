"""Runs notebooks top to bottom, each in a fresh kernel, and stores their outputs.

    python -m tools.refresh                                   all notebooks of the book
    python -m tools.refresh book/part3/standard-lstm.ipynb    these only

A notebook that raises, or that writes to stderr, stays as it was; the exit status is then 1.
`make refresh` sets the one-thread variables that the stored outputs were made with.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tools.repository import ROOT, notebooks

CPU_LIMIT = 45  # seconds of one thread that a page may take
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def cpu_seconds() -> float:
    """CPU time of all kernels that have ended so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def new_client(notebook: nbformat.NotebookNode, folder: Path, timeout: int = 600) -> NotebookClient:
    """A client whose kernel is this environment's Python, started in `folder`."""
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    os.environ.setdefault("IPYTHONDIR", str(ROOT / "tools" / "ipython"))
    return NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(folder)}},
    )


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Take away what differs from one machine to the next."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if "image/svg+xml" in output.get("data", {}):
                output.data["image/svg+xml"] = with_fallback(output.data["image/svg+xml"])


def with_fallback(svg: str) -> str:
    """A plot whose formulas, too, have a typeface where Matplotlib's own is not installed."""
    return svg.replace("font-family: 'DejaVu Sans'\"", "font-family: 'DejaVu Sans', sans-serif\"")


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """One line for every cell that wrote to stderr."""
    return [
        f"cell {cell.get('id')} writes to stderr: {output.text.strip()[:300]}"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]


def without_colours(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def refresh(path: Path) -> bool:
    """Run one notebook and store it; False, and a message, where that fails."""
    notebook = nbformat.read(path, as_version=4)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    wall, cpu = time.perf_counter(), cpu_seconds()
    try:
        new_client(notebook, path.parent).execute()
        faults = complaints(notebook)
    except CellExecutionError as error:
        broken = next(
            cell.get("id")
            for cell in notebook.cells
            if any(o.output_type == "error" for o in cell.get("outputs", []))
        )
        faults = [f"cell {broken} raises:\n{without_colours(str(error))}"]
    wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    for fault in faults:
        print(f"{name}: {fault}", file=sys.stderr)
    if faults:
        return False
    tidy(notebook)
    nbformat.write(notebook, path)
    note = f"  more than {CPU_LIMIT} s: make it shorter" if cpu > CPU_LIMIT else ""
    print(f"{name}: {cpu:.1f} CPU seconds, {wall:.1f} s{note}", flush=True)
    return True


def main(arguments: list[str]) -> int:
    paths = [Path(a).resolve() for a in arguments] or notebooks()
    missing = [p for p in paths if not p.is_file()]
    if missing:
        print(f"there is no notebook {missing[0]}", file=sys.stderr)
        return 2
    return int(not all([refresh(path) for path in paths]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
