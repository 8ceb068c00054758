"""The table of the speed page from gpu.json: python -m benchmarks.gpu_table writes gpu.md."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent
BASE = "torch.nn.LSTM"
COLUMNS = [
    (kind, size, way)
    for kind in ("float32", "bfloat16")
    for size in (256, 1024)
    for way in ("eager", "graph")
]


def table(found: dict) -> str:
    """Ratios to the base of the same size, steps and numbers, called one by one (eager).

    Only what was measured with the base's batch and steps stands in it; the heading says which.
    """
    measured = [run for run in found["runs"] if "ms" in run and run["form"] == "auto"]
    batch, steps = next((run["B"], run["T"]) for run in measured if run["layer"] == BASE)
    times = {
        (run["layer"], run["numbers"], run["H"], run["way"]): run["ms"]
        for run in measured
        if (run["B"], run["T"]) == (batch, steps)
    }
    heads = [
        f"{'fp32' if kind == 'float32' else 'bf16'}, {size}, {way}" for kind, size, way in COLUMNS
    ]
    lines = ["| layer | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(COLUMNS)]
    names = dict.fromkeys(run["layer"] for run in found["runs"] if "layer" in run)
    for name in names:
        cells = []
        for kind, size, way in COLUMNS:
            taken, base = times.get((name, kind, size, way)), times.get((BASE, kind, size, "eager"))
            if name == BASE and way == "eager":
                cells.append(f"{base:.1f} ms")
            else:
                cells.append(f"{taken / base:.1f}" if taken and base else "")
        if any(cells):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    about = found["about"]
    made = f"{about['device']}, PyTorch {about['torch']}, cuDNN {about['cudnn']}"
    sizes = f"B = {batch}, T = {steps}, D = H"
    return "\n".join([f"Measured on one {made}; {sizes}.", "", *lines]) + "\n"


if __name__ == "__main__":
    found = json.loads((FOLDER / "gpu.json").read_text(encoding="utf-8"))
    (FOLDER / "gpu.md").write_text(table(found), encoding="utf-8")
