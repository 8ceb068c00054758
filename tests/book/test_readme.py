"""README.md: its Python runs, its commands exist, its files are there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tools.repository import ROOT, repository

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?ms)^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", README)


def test_there_is_an_example():
    assert EXAMPLES


@pytest.mark.parametrize(("source", "printed"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_example_runs_and_prints_what_is_shown(source, printed, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning:__main__", "-c", source],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    if printed:
        assert done.stdout == printed


def test_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?m)^([a-z-]+):", makefile))
    used = set(re.findall(r"\bmake ([a-z-]+)", README))
    assert {"book", "test"} <= used
    assert used <= targets


def test_ci_runs_what_the_readme_says():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make ")] == ["make book", "make test"]


def test_links_lead_to_files():
    for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", README):
        assert (ROOT / link).exists(), link


def test_address_is_the_repository_of_the_configuration():
    owner_and_name = repository()["url"].removeprefix("https://github.com/")
    for address in re.findall(r"github\.com/([\w.-]+/[\w-]+)", README):
        assert address == owner_and_name
