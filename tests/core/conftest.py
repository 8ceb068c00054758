"""The three implementations, one after the other."""

import importlib

import pytest

IMPLEMENTATIONS = ["numpy", "torch", "tensorflow"]


@pytest.fixture(params=IMPLEMENTATIONS)
def some(request):
    """One of the three, where `lb` is NumPy's in the file."""
    return library(request.param)


@pytest.fixture(params=IMPLEMENTATIONS)
def lb(request):
    return library(request.param)


def library(name):
    if name != "numpy":
        pytest.importorskip(name)
    return importlib.import_module(f"lstmbook.{name}")
