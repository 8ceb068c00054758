"""Errors of the package: each says what was expected, what was got, and what to do."""

import importlib
from types import ModuleType


class ShapeError(ValueError):
    """An array has another rank or size than the layer was built for."""


class ValueRangeError(ValueError):
    """A value is outside its range or of another type: NaN, a length of 0, a rate above 1."""


class DivergedError(ValueRangeError):
    """Training ended in NaN or infinity."""


class UnknownNameError(ValueError):
    """A name (variant, option, initialisation, weight, pooling) is not one that exists."""


class MissingExtraError(ImportError):
    """A part of the package was used whose optional dependency is not installed."""


class DataFileError(OSError):
    """A file is missing, truncated, or not what its name says."""


class ConversionError(ValueError):
    """The other side has no place for what a layer is or holds."""


def unknown_name(kind: str, got: object, known) -> UnknownNameError:
    """Build the error for a name that does not exist, with the names that do."""
    names = ", ".join(map(str, known))
    return UnknownNameError(f"unknown {kind} {got!r}; expected one of: {names}")


def import_extra(module: str, extra: str) -> ModuleType:
    """Import `module`, or say which extra brings it.

    Raises
    ------
    MissingExtraError
        If the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtraError(
            f"this needs {module.split('.')[0]!r}, which is not installed: "
            f"pip install lstmbook[{extra}]"
        ) from error
