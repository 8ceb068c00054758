"""LSTM and its variants in NumPy, PyTorch and TensorFlow, with one vocabulary.

>>> from lstmbook import numpy as lb          # or torch, or tensorflow: the lines below stay
>>> layer = lb.LSTM(input_size=12, hidden_size=64)
>>> y, (h, c) = layer(lb.asarray([[[0.0] * 12] * 5] * 2))
>>> y.shape
(2, 5, 64)

Nothing but NumPy is loaded before it is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_MODULES = (
    "baselines convert core data errors experiments live metrics models numpy plots results "
    "tensorflow torch tracing variants"
).split()

if TYPE_CHECKING:  # what `__getattr__` gives, for editors and type checkers
    from lstmbook import (  # noqa: I001 - one name a line
        baselines as baselines,
        convert as convert,
        core as core,
        data as data,
        errors as errors,
        experiments as experiments,
        live as live,
        metrics as metrics,
        models as models,
        numpy as numpy,
        plots as plots,
        results as results,
        tensorflow as tensorflow,
        torch as torch,
        tracing as tracing,
        variants as variants,
    )
    from lstmbook.tracing import trace as trace


def __getattr__(name: str) -> Any:
    """Load parts when they are first asked for; `trace` is the function."""
    if name == "trace":
        return importlib.import_module("lstmbook.tracing").trace
    if name in _MODULES:
        return importlib.import_module(f"lstmbook.{name}")
    raise AttributeError(f"module 'lstmbook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_MODULES, "__version__", "trace"])
