"""benchmarks/gpu.py runs without a GPU too, so that it does not break before there is one."""

import json

import pytest
import torch

from benchmarks import gpu, gpu_table
from lstmbook.variants import VARIANTS

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="tiny sizes are for the CPU")


@pytest.fixture
def no_other_process(monkeypatch):
    monkeypatch.setattr(gpu, "run_tests", lambda *_: None)
    monkeypatch.setattr(gpu, "compile_all", lambda *_: None)


def test_every_variant_is_measured(tmp_path, no_other_process):
    path = tmp_path / "folder" / "gpu.json"
    gpu.main(["--out", str(path), "--seconds", "100"])
    found = json.loads(path.read_text())
    assert found["about"]["device"] == "cpu" and "median" in found["about"]["unit"]
    good = [run for run in found["runs"] if "error" not in run]
    for kind in ("float32", "bfloat16"):
        measured = {run["layer"] for run in good if run["numbers"] == kind}
        assert measured >= set(VARIANTS)
    assert "torch.nn.LSTM" in {run["layer"] for run in good}
    assert all(run["ms"] > 0 for run in good)
    failed = [run["error"] for run in found["runs"] if run.get("way") == "graph"]
    assert failed and all("needs a GPU" in error for error in failed)


def test_the_end_of_the_time_loses_nothing(tmp_path, no_other_process):
    path = tmp_path / "gpu.json"
    gpu.main(["--out", str(path), "--seconds", "0"])
    (only,) = json.loads(path.read_text())["runs"]
    assert only["way"] == "stopped" and "rows of the plan left" in only["error"]


def test_the_tests_are_run_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "GPU_TESTS", [*gpu.GPU_TESTS, "-k", "fit_uses"])
    report = gpu.Report(tmp_path / "gpu.json", 100)
    gpu.run_tests(report, 100)
    found = json.loads(report.path.read_text())["tests"]
    assert found["exit code"] == 0 and found["skipped"] == 1
    gpu.run_tests(report, 0.01)
    assert json.loads(report.path.read_text())["tests"]["exit code"] is None


def test_the_stored_table_is_that_of_the_stored_numbers():
    folder = gpu_table.FOLDER
    found = json.loads((folder / "gpu.json").read_text(encoding="utf-8"))
    text = gpu_table.table(found)
    assert (folder / "gpu.md").read_text(encoding="utf-8") == text
    assert "| LSTM | 1.1 |" in text and "| PeepholeLSTM | 16.5 | 2.8 |" in text


def test_the_table_holds_one_number_of_steps_and_says_it():
    found = json.loads((gpu_table.FOLDER / "gpu.json").read_text(encoding="utf-8"))
    assert "B = 64, T = 256, D = H." in gpu_table.table(found)
    timed = [run for run in found["runs"] if "ms" in run]
    other = {**found, "runs": [*timed, *({**run, "T": 16, "ms": 1e9} for run in timed)]}
    assert gpu_table.table(other) == gpu_table.table(found)
    shorter = {**found, "runs": [{**run, "T": 16} for run in timed]}
    assert "B = 64, T = 16, D = H." in gpu_table.table(shorter)


def test_no_memory_is_stored_that_a_graph_had_left():
    runs = json.loads((gpu_table.FOLDER / "gpu.json").read_text(encoding="utf-8"))["runs"]
    assert [run["way"] for run in runs if "MB" in run].count("graph") == 0
    assert all(run["MB"] < 1000 for run in runs if "MB" in run)
