"""The tool that changes one thing at a time: which changes it makes, and what it tells."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.changes import mutants
from tools.repository import ROOT


@pytest.mark.parametrize(
    "before, after",
    [
        ("return a + b", ["return a - b", "return a"]),
        ("return a < b", ["return a <= b"]),
        ("return a[1:b]", ["return a[1 + 1:b]", "return a[1:b + 1]"]),
        ("return a[:b]", ["return a[1:b]"]),
        ("return f(a, key=True)", ["return f(a, key=False)", "return f(a)", "return a"]),
        ("return max(a, 0)", ["return min(a, 0)", "return max(a, 1)"]),
        ("if not a:\n        check(b)", ["if not not a:", "pass"]),
        ("if a:\n        raise ValueError(f'{b + 1}')", ["pass"]),
    ],
)
def test_changes(before, after):
    made = [text for _, text in mutants(f"def f(a, b):\n    {before}\n")]
    assert all(any(line in text for text in made) for line in after)
    assert len(set(made)) == len(made)


def test_messages_and_documentation_stay_as_they_are():
    source = 'def f(a: int = 1) -> int:\n    """Add 1 to a."""\n    raise ValueError(f"{a + 1}")\n'
    made = [text for _, text in mutants(source)]
    assert len(made) == 2 and "a: int=0" in made[1] and "pass" in made[0]
    assert all('"""Add 1 to a."""' in text for text in made)


@pytest.mark.slow
def test_what_a_test_sees_and_what_it_does_not(tmp_path):
    test = tmp_path / "test_one.py"
    test.write_text(
        "from lstmbook.metrics import mae\n\n\n"
        "def test_mae():\n    assert mae([1, 2], [1, 4]) == 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", "lstmbook/metrics/values.py", "--tests", str(test)]
        + ["--most", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    outcomes = [line.split()[0] for line in done.stdout.splitlines() if "values.py:" in line]
    assert done.returncode == outcomes.count("survived") // 2, done.stdout + done.stderr
    assert Path(ROOT, "lstmbook/metrics/values.py").read_text() == METRICS


METRICS = Path(ROOT, "lstmbook/metrics/values.py").read_text()
