"""Weights on disk: safetensors or .npz, never pickled."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from lstmbook.errors import DataFileError, NameNotKnown, ShapeError, need, unknown

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
    NameNotKnown
        For another suffix.
    """
    path = check_suffix(path)
    part = path.with_name(path.stem + ".part" + path.suffix)
    arrays = {name: np.ascontiguousarray(value) for name, value in weights.items()}
    if path.suffix == ".npz":
        np.savez(part, **arrays)
    else:
        need("safetensors", "data")
        need("safetensors.numpy", "data").save_file(arrays, part, dict(metadata or {}))
    part.replace(path)


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
            with np.load(path, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        return need("safetensors.numpy", "data").load_file(path)
    except ImportError:
        raise
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise damaged(path, error) from error
    except Exception as error:
        if type(error).__name__ != "SafetensorError":
            raise
        raise damaged(path, error) from error


def sha256(path) -> str:
    """Hash of a file's contents in hexadecimal digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def load_into(target, path, set_weights: Callable) -> None:
    """Read a file and give its arrays to a layer or model; say which file is wrong and why."""
    weights = read(path)
    try:
        set_weights(target, weights)
    except (NameNotKnown, ShapeError) as error:
        raise DataFileError(
            f"weights: {path} does not fit this {type(target).__name__}: {error}"
        ) from error


def check_suffix(path) -> Path:
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise unknown("suffix of a weights file", path.suffix, SUFFIXES)
    return path


def damaged(path: Path, error: Exception) -> DataFileError:
    return DataFileError(
        f"weights: {path} is damaged or not a {path.suffix} file ({error}); get or save it again"
    )
