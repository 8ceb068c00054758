"""python -m benchmarks [--quick]: measure, print, and store results.md and results.json."""

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from lstmbook.variants import VARIANTS

FOLDER = Path(__file__).parent
SIZES = [
    (50, 32, 32, 64),
    (100, 32, 64, 128),
    (28, 128, 28, 128),
    (100, 64, 128, 256),
    (200, 64, 256, 512),
]
CONVOLUTIONS = ("ConvLSTM1D", "ConvLSTM2D")  # no size here is comparable
BASE = ("torch", "peer", "LSTM")
KERAS = ("tensorflow", "peer", "LSTM")
# NumPy's OpenBLAS does not know every processor and may leave half of its speed unused. Where there
# is AVX-512, a second NumPy is told to use it.
AVX512 = "numpy, AVX-512"
COLUMNS = {
    ("numpy", "ours"): "NumPy",
    ("numpy", "floor"): "its products",
    (AVX512, "ours"): "NumPy, AVX-512",
    (AVX512, "floor"): "its products, AVX-512",
    ("torch", "ours"): "PyTorch",
    ("tensorflow", "ours"): "TensorFlow",
}

# in the table: the title, the column, and what stands in brackets behind it
SHOWN = [
    ("NumPy", "NumPy", "its products"),
    ("AVX-512", "NumPy, AVX-512", "its products, AVX-512"),
    ("PyTorch", "PyTorch", None),
    ("TensorFlow", "TensorFlow", None),
]


def processor() -> tuple[str, bool]:
    """Its name, and whether it has AVX-512."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        said = dict(line.replace("\t", "").split(":", 1) for line in lines if ":" in line)
        return said.get("model name", "").strip(), "avx512f" in said.get("flags", "")
    return platform.processor() or platform.machine(), False


class Workers:
    """One process a framework, asked in turn."""

    def __init__(self, threads: int, clock: str):
        # idle threads wait busily for a while, and would take the time of the next process
        self.pause = 0.3 if threads > 1 else 0.0
        names = "OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS TF_NUM_INTRAOP_THREADS"
        more = dict.fromkeys(names.split(), str(threads)) | {"TF_NUM_INTEROP_THREADS": "1"}
        usual = {**os.environ, **more}
        kinds = {name: usual for name in ("numpy", "torch", "tensorflow")}
        if processor()[1]:
            kinds[AVX512] = {**usual, "OPENBLAS_CORETYPE": "SkylakeX"}
        self.processes = {
            name: subprocess.Popen(
                [sys.executable, "-m", "benchmarks.worker", name.split(",")[0], clock],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=environment,
            )
            for name, environment in kinds.items()
        }

    def ask(self, framework: str, kind: str, name: str, size, mode: str, repeat: int) -> dict:
        process = self.processes[framework]
        if self.pause:
            time.sleep(self.pause)
        question = {"kind": kind, "name": name, "size": size, "mode": mode, "repeat": repeat}
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker of {framework} ended while it measured {question}")
        return json.loads(line)

    def close(self) -> None:
        for process in self.processes.values():
            process.stdin.close()
            process.wait(timeout=30)


def measure(workers: Workers, name: str, size, mode: str, rounds: int, progress) -> dict:
    """Median milliseconds of a variant in every column, of its floor and of the peers."""
    asked = [BASE, KERAS, *((*who, name) for who in COLUMNS if who[0] in workers.processes)]
    work = size[0] * size[1] * (size[2] + size[3]) * size[3]
    repeat = max(1, int(4e7 / work))
    times: dict[tuple, list] = {}
    for _ in range(rounds):  # blocks of the frameworks in turn: A B C A B C
        for who in asked:
            seconds = workers.ask(*who, size, mode, repeat)["seconds"]
            times.setdefault(who, []).append(1e3 * seconds)
    progress(f"{name} {size} {mode}")
    medians = {who: statistics.median(values) for who, values in times.items()}
    base = medians[BASE]
    row = {"variant": name, "size": size, "mode": mode, "torch.nn.LSTM ms": round(base, 3)}
    row["keras.layers.LSTM"] = round(medians[KERAS] / base, 2)
    for who, title in COLUMNS.items():
        if (*who, name) in medians:
            row[title] = round(medians[*who, name] / base, 2)
    return row


def rows_of(sizes) -> list[tuple[str, tuple, str]]:
    main = [(n, s, m) for m in ("both", "forward") for n in ("LSTM",) for s in sizes]
    main += [(n, s, "both") for n in ("GRU", "PeepholeLSTM") for s in sizes]
    others = [n for n in VARIANTS if n not in ("LSTM", "GRU", "PeepholeLSTM", *CONVOLUTIONS)]
    return main + [(n, SIZES[1], "both") for n in others]


def table(rows: list[dict]) -> str:
    """Rows as Markdown; a layer's products alone stand in brackets behind it."""
    lines = []
    for row in rows:
        forward = ", forward" if row["mode"] == "forward" else ""
        cells = {
            "variant": row["variant"] + forward,
            "size": "ABCDE"[SIZES.index(tuple(row["size"]))],
            "Keras": f"{row['keras.layers.LSTM']:.2f}",
        }
        for title, column, floor in SHOWN:
            if column in row:
                cells[title] = f"{row[column]:.2f}"
                if row.get(floor):  # a variant without matrices has no products
                    cells[title] += f" ({row[floor]:.2f})"
        lines.append(cells)
    return markdown(lines)


def markdown(rows: list[dict]) -> str:
    names = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row.get(n, "")) for n in names) + " |" for row in rows]
    return "\n".join(lines)


def peak_memory() -> list[dict]:
    """Peak MiB of a process that trains one step at T = 1000, B = 32, D = 64, H = 256."""
    found = []
    for name in ("LSTM", "MLSTM"):
        for framework, title in (("numpy", "NumPy"), ("torch", "PyTorch")):
            workers = Workers(1, "process_time")
            with contextlib.closing(workers):
                small = workers.ask(framework, "ours", name, (1, 1, 64, 256), "both", 1)
                large = workers.ask(framework, "ours", name, (1000, 32, 64, 256), "both", 1)
            grown = round(large["peak_mib"] - small["peak_mib"])
            found.append({"variant": name, "in": title, "MiB": grown})
    return found


def facts() -> dict:
    names = ("numpy", "torch", "tensorflow", "keras")
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor()[0],
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


TEXT = """\
# Speed

Made by `make benchmark` on {date}: {processor}, Python {python}, NumPy {numpy}, PyTorch {torch},
TensorFlow {tensorflow}, Keras {keras}. float32. A row is forward and backward with all gradients;
`forward` keeps nothing for a backward pass.

All numbers are ratios to `torch.nn.LSTM` of that size in the same run: below 1 is faster. `Keras`
is `keras.layers.LSTM`; the other columns are the layers of this package. In brackets: the variant's
matrix products in NumPy and nothing else, which no NumPy layer can be below. Each number is a
median of {rounds} interleaved blocks.

Sizes (T, B, D, H), with the milliseconds of `torch.nn.LSTM` on one thread: {sizes}.

The column `AVX-512` stands there where the processor has it: NumPy once more, with
`OPENBLAS_CORETYPE=SkylakeX` set before it starts. Where it is much lower, NumPy's OpenBLAS
did not know the processor and took older kernels; the same setting helps your own programs.

## One thread, CPU time

{one}

## Two threads, wall time

{two}

## Peak memory of one training step at T = 1000, B = 32, D = 64, H = 256

What a process grows by.

{memory}
"""


def report(found: dict) -> str:
    """The measurements as Markdown."""
    about = {k: v for k, v in found.items() if not isinstance(v, list)}
    own = [row for row in found["one thread"] if row["variant"] == "LSTM" and row["mode"] == "both"]
    sizes = "; ".join(
        f"{letter} ({', '.join(map(str, row['size']))}) {row['torch.nn.LSTM ms']:.3g}"
        for letter, row in zip("ABCDE", own)
    )
    return TEXT.format(
        **about,
        sizes=sizes,
        one=table(found["one thread"]),
        two=table(found["two threads"]),
        memory=markdown(found["memory"]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, few variants, not stored")
    quick = parser.parse_args().quick
    rounds, sizes = (3, SIZES[:2]) if quick else (5, SIZES)
    rows = [r for r in rows_of(sizes) if not quick or r[0] in ("LSTM", "GRU", "PeepholeLSTM")]

    def progress(text):
        print(text, file=sys.stderr, flush=True)

    with contextlib.closing(Workers(1, "process_time")) as workers:
        one = [measure(workers, *row, rounds, progress) for row in rows]
    with contextlib.closing(Workers(2, "perf_counter")) as workers:
        two = [measure(workers, "LSTM", size, "both", rounds, progress) for size in sizes]
    memory = [] if quick else peak_memory()
    found = {**facts(), "rounds": rounds}
    found |= {"one thread": one, "two threads": two, "memory": memory}
    print(report(found))
    if not quick:
        (FOLDER / "results.json").write_text(json.dumps(found, indent=1) + "\n")
        (FOLDER / "results.md").write_text(report(found))


if __name__ == "__main__":
    main()
