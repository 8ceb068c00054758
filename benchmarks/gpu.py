"""python -m benchmarks.gpu --out gpu.json --seconds 420: the PyTorch layers on a GPU.

First the tests that compare a GPU with the CPU, then forward and backward of every variant beside
`torch.nn.LSTM` (cuDNN). It needs PyTorch, NumPy and pytest. What is measured is written down at
once: neither a failure nor the end of the time loses what came before. Without a GPU everything
runs in tiny sizes, to show that it runs.
"""

import argparse
import contextlib
import gc
import json
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch

from lstmbook import torch as lb
from lstmbook.variants import VARIANTS

ROOT = Path(__file__).parents[1]
GPU_TESTS = ["--noconftest", "-p", "no:cacheprovider", "tests/torch_layers/test_gpu.py"]
NATIVE = ("RNN", "LSTM", "GRU", "ProjectedLSTM")
COMPILED = {"MinLSTM": 256, "MinGRU": 256, "MLSTM": 256, "PeepholeLSTM": 16}  # steps


class Report:
    """What was found, in a file that is whole at every moment."""

    def __init__(self, path: Path, seconds: float):
        self.path, self.end = path, time.monotonic() + seconds
        self.found: dict = {"about": about(), "tests": {}, "runs": []}
        self.write()

    def left(self) -> float:
        return self.end - time.monotonic()

    def write(self) -> None:
        text = json.dumps(self.found, indent=1)
        part = self.path.with_suffix(".part")
        part.write_text(text + "\n")
        part.replace(self.path)

    def add(self, run: dict) -> None:
        self.found["runs"].append(run)
        self.write()
        shown = [
            f"{value:.4g}" if isinstance(value, float) else str(value) for value in run.values()
        ]
        print(f"{self.left():5.0f} s left", *shown, flush=True)


def about() -> dict:
    on_gpu = torch.cuda.is_available()
    return {
        "device": torch.cuda.get_device_name() if on_gpu else "cpu",
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version() if on_gpu else None,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "unit": "ms of one forward and backward pass, median; MB of memory at its peak",
    }


def run_tests(report: Report, seconds: float) -> None:
    """The tests of tests/torch_layers/test_gpu.py in a process of their own."""
    command = [sys.executable, "-m", "pytest", "-q", *GPU_TESTS]
    started = time.monotonic()
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)
        output, code = done.stdout + done.stderr, done.returncode
    except subprocess.TimeoutExpired as stopped:
        output, code = (stopped.stdout or b"").decode(errors="replace"), None
    counts = re.findall(r"(\d+) (passed|failed|skipped|error)", output)
    report.found["tests"] = {
        "exit code": code,  # None: stopped by the time
        **{word: int(number) for number, word in counts},
        "seconds": round(time.monotonic() - started, 1),
        "output": output[-6000:],
    }
    report.write()
    print("tests:", {k: v for k, v in report.found["tests"].items() if k != "output"}, flush=True)


# ---------------------------------------------------------------- one measurement


class Problem:
    """A layer, an input and a gradient of its output."""

    def __init__(self, name, size: int, batch: int, steps: int, kind: str, device: str, form: str):
        torch.manual_seed(0)
        shape = (batch, steps, size)
        if name == "torch.nn.LSTM":
            self.layer = torch.nn.LSTM(size, size, batch_first=True, device=device)
        else:
            space = max(VARIANTS[name].space) if name.startswith("Conv") else 0
            if space:  # as many numbers a step as the other layers have, about
                size, shape = max(2, size // 16), (batch, steps, max(2, size // 16))
                shape += ((16,), (4, 4))[space - 1]
            self.layer = getattr(lb, name)(size, size, device=device, form=form)
        self.size, self.kind, self.device = size, kind, device
        self.x = torch.randn(shape, device=device)
        self.dy = None

    def both(self) -> None:
        """Forward and backward."""
        clear(self.layer)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.kind == "bfloat16"):
            y = self.layer(self.x)[0]
        if self.dy is None:
            self.dy = torch.randn_like(y)
        y.backward(self.dy)


@contextlib.contextmanager
def products(kind: str):
    """float32 products in full, or with 10 bits where the kind is "tf32"."""
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    set_products("high" if kind == "tf32" else "highest", kind == "tf32")
    try:
        yield
    finally:
        set_products(*before)


def set_products(precision: str, tf32: bool) -> None:
    torch.set_float32_matmul_precision(precision)
    torch.backends.cudnn.allow_tf32 = tf32


def synchronize() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def clear(layer) -> None:
    for parameter in layer.parameters():
        parameter.grad = None


def timed(call, seconds: float, most: int = 20) -> float:
    """Median milliseconds of a call; at least 3 calls, then until the seconds are used."""
    taken, started = [], time.perf_counter()
    while len(taken) < 3 or (len(taken) < most and time.perf_counter() - started < seconds):
        synchronize()
        begun = time.perf_counter()
        call()
        synchronize()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def eager(problem: Problem):
    problem.both()
    return problem.both


def graph(problem: Problem):
    """Everything that one pass starts on the GPU, started as one."""
    if problem.device != "cuda":
        raise RuntimeError("a CUDA graph needs a GPU")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(2):
            problem.both()
    torch.cuda.current_stream().wait_stream(side)
    recorded = torch.cuda.CUDAGraph()
    with torch.cuda.graph(recorded):
        problem.both()
    return recorded.replay


def compiled(problem: Problem):
    problem.layer = torch.compile(problem.layer)
    for _ in range(2):
        problem.both()
    return problem.both


WAYS = {"eager": eager, "graph": graph, "compile": compiled}


def measure(name, size, batch, steps, kind, way, seconds=0.4, form="auto") -> dict:
    """One row of the report; a failure is a row too."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    row = dict(layer=name, H=size, B=batch, T=steps, numbers=kind, way=way, form=form)
    problem = call = None
    try:
        with products(kind):
            if device == "cuda":
                gc.collect()  # a graph and its memory outlive their last name
                torch.cuda.empty_cache()
                torch.cuda.reset_peak_memory_stats()
                before = torch.cuda.memory_allocated()
            started = time.monotonic()
            problem = Problem(name, size, batch, steps, kind, device, form)
            row["H"] = problem.size
            call = WAYS[way](problem)
            call()
            synchronize()
            row["set-up s"] = round(time.monotonic() - started, 2)
            row["ms"] = timed(call, seconds)
            if device == "cuda":
                row["MB"] = (torch.cuda.max_memory_allocated() - before) / 1e6
    except Exception as error:  # whatever it is, the other measurements go on
        row["error"] = f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        del problem, call
    return row


# ---------------------------------------------------------------- all of them


def plan(sizes, batch, steps):
    """Measurements, the ones most looked for first; the base before what is compared with it."""
    base, variants = "torch.nn.LSTM", list(VARIANTS)
    for kind in ("float32", "bfloat16", "tf32"):
        for size in sizes:
            for way in ("eager", "graph"):
                yield base, size, batch, steps, kind, way
    for way in ("eager", "graph"):
        for kind in ("float32", "bfloat16"):
            for size in sizes:
                for name in variants:
                    if way == "eager" or name not in NATIVE:
                        yield name, size, batch, steps, kind, way
    for size in sizes:  # the loop that a reader sees, and TF32
        yield "LSTM", size, batch, steps, "float32", "eager", 0.4, "steps"
        yield "LSTM", size, batch, steps, "float32", "graph", 0.4, "steps"
        yield from ((name, size, batch, steps, "tf32", "eager") for name in variants)


def compile_all(report: Report, seconds: float, size: int, batch: int, tiny: bool) -> None:
    """`torch.compile` in a process that can be stopped; it writes its rows to its own output."""
    command = [sys.executable, "-m", "benchmarks.gpu", "--compile", f"{size},{batch},{int(tiny)}"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)
        output, more = done.stdout, done.stderr[-2000:]
    except subprocess.TimeoutExpired as stopped:
        output, more = (stopped.stdout or b"").decode(errors="replace"), "stopped by the time"
    rows = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    for row in rows:
        report.add(row)
    if len(rows) < 2 * len(COMPILED):
        report.add({"way": "compile", "error": f"{len(rows)} rows of {2 * len(COMPILED)}; {more}"})


def compile_here(size: int, batch: int, tiny: bool) -> None:
    for name, steps in COMPILED.items():
        for way in ("eager", "compile"):
            row = measure(name, size, batch, 4 if tiny else steps, "float32", way)
            print(json.dumps(row), flush=True)


def main(arguments=None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("gpu.json"), help="the file to write")
    parser.add_argument("--seconds", type=float, default=420, help="for everything together")
    parser.add_argument("--compile", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.compile:
        return compile_here(*map(int, options.compile.split(",")))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    report = Report(options.out, options.seconds)
    tiny = not torch.cuda.is_available()
    sizes, batch, steps = ((16,), 2, 3) if tiny else ((256, 1024), 64, 256)
    run_tests(report, options.seconds * 0.3)
    rows = list(plan(sizes, batch, steps))
    main_part = next(i for i, row in enumerate(rows) if len(row) > 6)
    for number, row in enumerate(rows):
        if number == main_part and report.left() > 20:
            compile_all(report, min(90, report.left() - 10), sizes[0], batch, tiny)
        if report.left() < 5:
            report.add({"way": "stopped", "error": f"{len(rows) - number} rows of the plan left"})
            break
        report.add(measure(*row))
    print(f"wrote {options.out}")


if __name__ == "__main__":
    main()
