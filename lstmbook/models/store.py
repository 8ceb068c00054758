"""Weights of the stored models: read and checked with NumPy alone.

A safetensors file is 8 bytes with the length of a header, the header in JSON (name -> type, shape,
first and last byte), then the numbers. https://github.com/huggingface/safetensors
"""

import hashlib
import json
import math
from pathlib import Path

import numpy as np

from lstmbook.core.stored import REPAIR
from lstmbook.errors import DataFileError

TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U8": "|u1"}


def sha256(path: Path) -> str:
    """Hash of a file's contents in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path, expected: str | None) -> dict[str, np.ndarray]:
    """Arrays by name, after the file's SHA-256 was found to be the expected one.

    Raises
    ------
    DataFileError
        If the file is missing, is not what its card says, or is not safetensors.
    """
    if not path.is_file():
        raise DataFileError(f"model: expected a file at {path}, found none; {REPAIR}")
    content = path.read_bytes()
    got = hashlib.sha256(content).hexdigest()
    if got != expected:
        raise DataFileError(
            f"model: {path} is truncated or changed: its card says SHA-256 {expected}, the file "
            f"({len(content)} bytes) has {got}; {REPAIR}"
        )
    try:
        return parse(content)
    except (ValueError, KeyError, TypeError) as error:
        raise DataFileError(f"model: {path} is not a safetensors file ({error})") from error


def parse(content: bytes) -> dict[str, np.ndarray]:
    """The arrays in the bytes of a safetensors file."""
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 + size:
        raise ValueError(f"a header of {size} bytes in a file of {len(content)}")
    header = json.loads(content[8 : 8 + size])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        kind, count = np.dtype(TYPES[entry["dtype"]]), math.prod(entry["shape"])
        if last - first != count * kind.itemsize:
            raise ValueError(f"{name}: {last - first} bytes for shape {entry['shape']}")
        array = np.frombuffer(content, kind, count, 8 + size + first)
        arrays[name] = array.reshape(entry["shape"]).copy()
    return arrays
