"""A training on disk after each epoch, whole or not at all, to go on from as if never cut."""

import json
import zlib
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lstmbook.core import weight_files
from lstmbook.core.batches import Batch
from lstmbook.core.history import History
from lstmbook.errors import DataFileError, unknown_name

META = "checkpoint"
GROUPS = ("weights", "best", "memory")


class Place(NamedTuple):
    """Where a training is kept.

    Attributes
    ----------
    path : Path
    resume : bool, go on from the file if there is one
    call : dict, what must be the same for a training to go on
    """

    path: Path
    resume: bool
    call: dict


class Found(NamedTuple):
    """A training as it was after its last whole epoch.

    Attributes
    ----------
    history : History
    arrays : dict of dict of arrays: weights, best (those of early stopping), memory (the optimizer)
    order : state of the generator of the order of batches
    plain : dict, what else the engine keeps
    """

    history: History
    arrays: dict[str, dict[str, np.ndarray]]
    order: dict
    plain: dict


def as_path(path) -> Path:
    """The path of a checkpoint: ends in .npz, in a folder that exists.

    Raises
    ------
    DataFileError, UnknownNameError
    """
    path = weight_files.check_suffix(path)
    if path.suffix != ".npz":
        raise unknown_name("suffix of a checkpoint", path.suffix, [".npz"])
    if not path.parent.is_dir():
        raise DataFileError(f"checkpoint: expected a folder at {path.parent}, found none; make it")
    if path.is_dir():
        raise DataFileError(f"checkpoint: expected a place for a file at {path}, found a folder")
    return path


def call_of(model, optimizer, train: Batch | None, **settings) -> dict:
    """What two calls of `fit` have in common if one goes on where the other stopped."""
    plain = {field.name: getattr(optimizer, field.name) for field in fields(optimizer)}
    plain = {name: "a schedule" if callable(v) else v for name, v in plain.items()}
    return {
        "package": type(model).__module__.split(".")[1],
        "model": model.describe(),
        "optimizer": [type(optimizer).__name__, plain],
        "train": "batches" if train is None else fingerprint(train),
        **settings,
    }


def fingerprint(data: Batch) -> list:
    """Shapes and a checksum of all arrays of the data."""
    arrays = [v for v in data if isinstance(v, np.ndarray)]
    check = 0
    for array in arrays:
        check = zlib.crc32(np.ascontiguousarray(array).tobytes(), check)
    return [*(list(array.shape) for array in arrays), check]


def write(place: Place, found: Found) -> None:
    """Put a training in its place."""
    meta = {
        "call": place.call,
        "history": asdict(found.history),
        "order": found.order,
        "plain": found.plain,
    }
    arrays = {
        f"{group}/{name}": value for group in GROUPS for name, value in found.arrays[group].items()
    }
    text = json.dumps(meta, allow_nan=False, default=np.ndarray.tolist).encode()
    weight_files.write(place.path, {META: np.frombuffer(text, "uint8"), **arrays})


def read(place: Place, get_weights: Callable[[], dict]) -> Found | None:
    """The training in that place; None where there is none, or it is not asked for.

    Raises
    ------
    DataFileError
        If the file is damaged, no checkpoint, or one of another call.
    """
    if not place.resume or not place.path.exists():
        return None
    arrays = weight_files.read(place.path)
    try:
        meta: dict[str, Any] = json.loads(arrays.pop(META).tobytes())
        history, call = History(**meta["history"]), meta["call"]
        order, plain = meta["order"], meta["plain"]
        groups: dict[str, dict] = {group: {} for group in GROUPS}
        for name, value in arrays.items():
            group, _, rest = name.partition("/")
            groups[group][rest] = value
    except (KeyError, TypeError, ValueError) as error:
        raise DataFileError(
            f"checkpoint: {place.path} is no checkpoint of fit ({error!r}); give another path, or "
            "remove it to begin anew"
        ) from error
    now = json.loads(json.dumps(place.call))
    for name in dict.fromkeys((*now, *call)):
        if now.get(name) != call.get(name):
            raise DataFileError(
                f"checkpoint: {place.path} was written with {name} {call.get(name)}, got "
                f"{now.get(name)}; call fit as before, or remove the file to begin anew"
            )
    wanted = {name: value.shape for name, value in get_weights().items()}
    for group in ("weights", "best"):
        if {name: value.shape for name, value in groups[group].items()} != wanted:
            raise DataFileError(f"checkpoint: {place.path} is of another model; give another path")
    return Found(history, groups, order, plain)
