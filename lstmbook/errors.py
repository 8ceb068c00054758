"""Errors of the package: each says what was expected, what came, and what to do."""

import importlib
from types import ModuleType


class ShapeError(ValueError):
    """An array has another rank or size than the layer was built for."""


class ValueRangeError(ValueError):
    """A value is outside its range: NaN, infinity, a length of 0, a rate above 1."""


class NameNotKnown(ValueError):  # noqa: N818 - reads better at the place where it is raised
    """A name (variant, option, initialisation, weight, pooling) is not one that exists."""


class MissingExtra(ImportError):  # noqa: N818
    """A part of the package was used whose optional dependency is not installed."""


class DataFileError(OSError):
    """A file is missing, truncated, or not what its name says."""


class ConversionError(ValueError):
    """The other side has no place for what a layer is or holds."""


def unknown(kind: str, came: object, known) -> NameNotKnown:
    """Build the error for a name that does not exist, with the names that do."""
    return NameNotKnown(f"unknown {kind} {came!r}; expected one of: {', '.join(map(str, known))}")


def need(module: str, extra: str) -> ModuleType:
    """Import `module`, or say which extra brings it.

    Raises
    ------
    MissingExtra
        If the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtra(
            f"this needs {module.split('.')[0]!r}, which is not installed: "
            f"pip install lstmbook[{extra}]"
        ) from error
