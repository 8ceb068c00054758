"""Who knows one implementation knows the others: the same names, in the same order."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import lstmbook
from lstmbook.variants import VARIANTS

ROOT = Path(lstmbook.__file__).parent
LIBRARIES = ("numpy", "torch", "tensorflow")
CELLS = sorted(path.stem for path in (ROOT / "numpy/cells").glob("[a-z]*.py"))
# autograd needs no products backward; NumPy finds the gates of an LSTM from parts in its cache
ONLY_NUMPY, ONLY_AUTOGRAD = {"product_T", "product_grad"}, {"gated"}
# NumPy's gradients are in `layer.grads`, TensorFlow's in its tape
ONLY = {
    "torch": {"get_grads", "PointerGenerator"},
    "numpy": set(),
    "tensorflow": {"PointerGenerator"},
}


def library(name: str):
    if name != "numpy":
        pytest.importorskip(name)
    return importlib.import_module(f"lstmbook.{name}")


def public(module) -> list[str]:
    found = getattr(module, "__all__", None)
    if found is None:
        found = [n for n, v in vars(module).items() if n[0] != "_" and not inspect.ismodule(v)]
    return sorted(found)


def definitions(name: str, file: str) -> ast.Module:
    return ast.parse((ROOT / name / "cells" / f"{file}.py").read_text())


def classes(name: str, file: str) -> dict[str, ast.ClassDef]:
    return {n.name: n for n in definitions(name, file).body if isinstance(n, ast.ClassDef)}


def methods(node) -> list[str]:
    found = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
    found = [n for n in found if n not in ONLY_NUMPY | ONLY_AUTOGRAD]
    return [n for n in found if not n.endswith("_backward")]


@pytest.mark.parametrize("file", CELLS)
@pytest.mark.parametrize("name", LIBRARIES[1:])
def test_cells_have_the_same_classes_and_methods(name, file):
    ours, theirs = classes("numpy", file), classes(name, file)
    assert list(ours) == list(theirs)
    for key in ours:
        if key.endswith("Cell"):
            assert sorted(methods(ours[key])) == sorted(methods(theirs[key])), key
            assert [b.id for b in ours[key].bases] == [b.id for b in theirs[key].bases], key


@pytest.mark.parametrize("file", CELLS)
def test_pytorch_and_tensorflow_in_the_same_order(file):
    """Also what a layer says of itself, word for word."""
    one, two = classes("torch", file), classes("tensorflow", file)
    for key, node in one.items():
        if key.endswith("Cell"):
            assert methods(node) == methods(two[key]), key
        else:
            assert ast.get_docstring(node) == ast.get_docstring(two[key]), key
    functions = [
        [n.name for n in definitions(name, file).body if isinstance(n, ast.FunctionDef)]
        for name in ("torch", "tensorflow")
    ]
    extra = {"at_step", "fold_time"}  # TensorFlow's arrays are batch first
    assert [n for n in functions[1] if n not in extra] == functions[0]


def test_the_same_files():
    def files(package):
        return {m.name for m in pkgutil.iter_modules([ROOT / package])}

    # autograd, torch.sigmoid and the native layers are there already
    only_numpy = {"gradcheck", "activations", "fast"}
    # its layer hands out the loop's work in more files
    only_numpy |= {"at_once", "states", "stream", "units"}
    for name in LIBRARIES[1:]:
        assert files("numpy") - only_numpy <= files(name)
        assert files("numpy/cells") == files(f"{name}/cells")


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_same_public_names(name):
    """And no others: what a file imports for itself is not offered."""
    names = set(public(library(name))) - ONLY[name]
    assert set(VARIANTS) <= names
    assert names == set(public(library("numpy"))) - ONLY["numpy"]


def arguments(function) -> dict:
    parameters = inspect.signature(function).parameters.values()
    open_ended = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return {p.name: p.default for p in parameters if p.kind not in open_ended and p.name != "self"}


@pytest.mark.parametrize("key", public(importlib.import_module("lstmbook.numpy")))
@pytest.mark.parametrize("name", LIBRARIES[1:])
def test_the_same_arguments(name, key):
    """PyTorch has `device`, Keras `mask` and its own options; both know who is training."""
    own = {"device", "mask", "training"}
    one, two = getattr(library("numpy"), key), getattr(library(name), key)
    pairs = [(one, two)]
    if inspect.isclass(one):
        pairs += [(getattr(one, n), getattr(two, n)) for n in ("step", "loss") if hasattr(one, n)]
        if "__call__" in dir(one):
            theirs = [vars(base) for base in two.__mro__ if base.__module__.startswith("lstmbook")]
            method = "forward" if name == "torch" else "__call__"
            method = method if any(method in names for names in theirs) else "call"
            pairs.append((one.__call__, getattr(two, method)))
    for ours, theirs in pairs:
        ours, theirs = arguments(ours), arguments(theirs)
        assert {k: v for k, v in theirs.items() if k not in own} == {
            k: v for k, v in ours.items() if k not in own
        }
