"""The three implementations, one after the other."""

import importlib

import pytest


@pytest.fixture(params=["numpy", "torch", "tensorflow"])
def lb(request):
    if request.param != "numpy":
        pytest.importorskip(request.param)
    return importlib.import_module(f"lstmbook.{request.param}")
