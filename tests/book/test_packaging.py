"""What `pip install` gives: the extras that messages name, the pins, the files in the package."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import PurePath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
PINS = [
    Requirement(line)
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_numpy_is_the_only_dependency():
    assert [Requirement(d).name for d in PROJECT["project"]["dependencies"]] == ["numpy"]


def test_every_dependency_is_pinned_inside_its_range():
    pins = {canonicalize_name(pin.name): pin for pin in PINS}
    for line in [*PROJECT["project"]["dependencies"], *sum(EXTRAS.values(), [])]:
        wanted = Requirement(line)
        if wanted.name == "lstmbook":
            continue
        (pin,) = pins[canonicalize_name(wanted.name)].specifier
        assert pin.operator == "==", line
        assert wanted.specifier.contains(pin.version), line
        assert "+" not in pin.version, "a local version exists on one machine only"


def test_colabs_versions_are_inside_the_ranges():
    ranges = {
        canonicalize_name(r.name): r.specifier
        for r in map(Requirement, [*PROJECT["project"]["dependencies"], *sum(EXTRAS.values(), [])])
    }
    lines = (ROOT / ".github" / "colab.txt").read_text(encoding="utf-8").splitlines()
    for there in map(Requirement, [line for line in lines if not line.startswith("#")]):
        (pin,) = there.specifier
        allowed = ranges.get(canonicalize_name(there.name))
        assert allowed is None or allowed.contains(pin.version), there


def asked_for():
    """Every call import_extra(module, extra) of the package: (file, module, extra)."""
    for path in sorted((ROOT / "lstmbook").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_extra":
                module, extra = (ast.literal_eval(argument) for argument in node.args)
                yield path.name, module, extra


def test_messages_name_the_extra_that_brings_the_module():
    """A distribution may have another name than its module."""
    distributions = {"sklearn": "scikit-learn"}
    calls = list(asked_for())
    assert {"onnx", "torch", "keras", "sklearn", "safetensors"} <= {
        module.split(".")[0] for _, module, _ in calls
    }
    for file, module, extra in calls:
        brought = {canonicalize_name(Requirement(line).name) for line in EXTRAS[extra]}
        wanted = module.split(".")[0]
        assert canonicalize_name(distributions.get(wanted, wanted)) in brought, (file, module)


def test_other_messages_name_extras_that_exist():
    for path in (ROOT / "lstmbook").rglob("*.py"):
        named = set(re.findall(r"lstmbook\[(\w+)\]", path.read_text(encoding="utf-8")))
        assert named <= set(EXTRAS), (path, named)


def test_files_that_are_not_python_are_package_data():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["lstmbook"]
    suffixes = {PurePath(pattern).suffix for pattern in patterns}
    others = {
        path.suffix
        for path in (ROOT / "lstmbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py"
    }
    assert others <= suffixes, f"left out by pip install: {sorted(others - suffixes)}"


def test_every_folder_of_the_package_is_a_package():
    folders = {p.parent for p in (ROOT / "lstmbook").rglob("*.py")}
    missing = [str(f.relative_to(ROOT)) for f in folders if not (f / "__init__.py").exists()]
    assert missing == []


def test_the_version_is_the_same_everywhere():
    version = PROJECT["project"]["version"]
    package = (ROOT / "lstmbook" / "__init__.py").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'__version__ = "{version}"' in package
    assert f"version: {version}\n" in citation
