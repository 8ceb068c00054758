"""Weights on disk: safetensors or .npz, never pickled."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from lstmbook.errors import (
    DataFileError,
    ShapeError,
    UnknownNameError,
    ValueRangeError,
    import_extra,
    unknown_name,
)

SUFFIXES = (".safetensors", ".npz")


def write(path, weights: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None):
    """Write arrays by name; the file appears whole or not at all.

    Parameters
    ----------
    path : str or Path, ends in .safetensors or .npz
    weights : dict of str to array
    metadata : dict of str to str, kept in a safetensors file

    Raises
    ------
    UnknownNameError
        For another suffix.
    DataFileError
        If the folder does not exist, or the place is taken by a folder.
    """
    path = check_suffix(path)
    if not path.parent.is_dir():
        raise DataFileError(f"weights: expected a folder at {path.parent}, found none; make it")
    if path.is_dir():
        raise DataFileError(f"weights: expected a place for a file at {path}, found a folder")
    part = path.with_name(path.stem + ".part" + path.suffix)
    arrays = {name: np.ascontiguousarray(value) for name, value in weights.items()}
    try:
        if path.suffix == ".npz":
            # NumPy's stub takes any of them for its own option
            np.savez(part, **arrays)  # pyright: ignore[reportArgumentType]
        else:
            import_extra("safetensors", "data")
            numpy_files = import_extra("safetensors.numpy", "data")
            numpy_files.save_file(arrays, part, dict(metadata or {}))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read(path) -> dict[str, np.ndarray]:
    """Arrays by name.

    Raises
    ------
    DataFileError
        If the file is missing, truncated or of another kind.
    """
    path = check_suffix(path)
    if not path.is_file():
        raise DataFileError(f"weights: expected a file at {path}, found none")
    try:
        if path.suffix == ".npz":
            arrays = read_npz(path)
        else:
            arrays = import_extra("safetensors.numpy", "data").load_file(path)
    except (ImportError, MemoryError):
        raise
    except Exception as error:  # zip, zlib, NumPy and safetensors each have their own
        raise damaged(path, error) from error
    return arrays


def read_npz(path: Path) -> dict[str, np.ndarray]:
    if not zipfile.is_zipfile(path):
        raise ValueError("it is no archive of arrays by name")
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    for name, value in arrays.items():
        if not isinstance(value, np.ndarray):
            raise ValueError(f"{name!r} is no array")
    return arrays


def sha256(path) -> str:
    """Hash of a file's contents in hexadecimal digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def load_into(target, path, set_weights: Callable) -> None:
    """Read a file and give its arrays to a layer or model; say which file is wrong and why."""
    weights = read(path)
    try:
        set_weights(target, weights)
    except (UnknownNameError, ShapeError, ValueRangeError) as error:
        raise DataFileError(
            f"weights: {path} does not fit this {type(target).__name__}: {error}"
        ) from error


def check_suffix(path) -> Path:
    if not isinstance(path, str | os.PathLike):
        raise DataFileError(f"weights: expected the path of a file, got {path!r}")
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise unknown_name("suffix of a weights file", path.suffix, SUFFIXES)
    return path


def damaged(path: Path, error: Exception) -> DataFileError:
    return DataFileError(
        f"weights: {path} is damaged or not a {path.suffix} file ({error}); get or save it again"
    )
