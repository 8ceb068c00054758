"""Weights of a layer or model, out and in by canonical name, to and from a file: once for all.

An implementation says what its arrays are and how one is read and written, see `bind`; the four
functions that a reader calls are made here.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVarTuple

import numpy as np

from lstmbook.core import weight_files
from lstmbook.core.arrays import as_floats, as_plain
from lstmbook.errors import ShapeError, UnknownNameError

Functions = TypeVarTuple("Functions")


class Access(NamedTuple):
    """How an implementation reads and writes its arrays.

    Attributes
    ----------
    package : str, its name in messages
    kind : type of the values of `layer.params`
    read : function of one of them -> a NumPy array
    write : function of (one of them, array), which copies the numbers in
    dtype : function of one of them -> the NumPy type that holds its numbers
    check : function of (name, one of them), which raises where nothing can be written
    """

    package: str
    kind: type
    read: Callable
    write: Callable
    dtype: Callable
    check: Callable = lambda name, value: None


def bind(access: Access, module: str):
    """`get_weights, set_weights, save, load` of one implementation, as functions of `module`."""

    def get_weights(layer) -> dict[str, np.ndarray]:
        """Copies of all parameters of a layer or model by canonical name, as NumPy arrays.

        >>> from lstmbook import numpy as lb          # or torch, or tensorflow
        >>> sorted(lb.get_weights(lb.LSTM(2, 3)))
        ['U', 'W', 'b']
        """
        params = params_of(layer, access)
        return {name: np.array(access.read(value), order="C") for name, value in params.items()}

    def set_weights(layer, weights: Mapping[str, np.ndarray]) -> None:
        """Copy weights into a layer or model. All is checked first: on an error nothing changes.

        Parameters
        ----------
        layer : a layer or model
        weights : dict of arrays by canonical name, as `get_weights` gives it

        Raises
        ------
        UnknownNameError
            If a name is missing or too many.
        ShapeError
            If a shape differs, or something is no array.
        ValueRangeError
            For NaN, infinity, or what is no real number.
        """
        params = params_of(layer, access)
        wanted = {n: (tuple(v.shape), access.dtype(v)) for n, v in params.items()}
        arrays = checked(weights, wanted)
        for name, value in params.items():
            access.check(name, value)
        for name, value in params.items():
            access.write(value, arrays[name])

    def save(layer, path) -> None:
        """Write the weights of a layer or model to `.safetensors` or `.npz`.

        Raises
        ------
        UnknownNameError
            For another suffix.
        DataFileError
            If there is no such folder.
        """
        weight_files.write(path, get_weights(layer))

    def load(layer, path) -> None:
        """Read weights written by `save` (of any implementation) into a layer or model.

        Raises
        ------
        DataFileError
            If the file is missing, damaged, holds NaN, or is for another layer; nothing has changed
            then.
        """
        params_of(layer, access)
        weight_files.load_into(layer, path, set_weights)

    return named((get_weights, set_weights, save, load), module)


def named(functions: tuple[*Functions], module: str) -> tuple[*Functions]:
    """The functions as if they were written in that module, for `help` and pickle."""
    function: Any
    for function in functions:
        function.__module__, function.__qualname__ = module, function.__name__
    return functions


def params_of(layer, access: Access) -> dict:
    """`layer.params`, if it is a layer or model of the implementation."""
    params = getattr(layer, "params", None)
    if not isinstance(params, Mapping) or not all(
        isinstance(value, access.kind) for value in params.values()
    ):
        raise ShapeError(
            f"layer: expected a layer or model of lstmbook.{access.package}, got "
            f"{type(layer).__module__}.{type(layer).__name__}"
        )
    return dict(params)


def checked(weights: Mapping, wanted: Mapping[str, tuple]) -> dict[str, np.ndarray]:
    """Weights as arrays of finite floats.

    Parameters
    ----------
    weights : dict of arrays by name
    wanted : for each name its shape and type

    Raises
    ------
    UnknownNameError, ShapeError, ValueRangeError
    """
    if not isinstance(weights, Mapping):
        raise ShapeError(
            f"weights: expected a dict of arrays by name, got {type(weights).__name__}; "
            "get_weights(layer) gives such a dict"
        )
    missing = [name for name in wanted if name not in weights]
    extra = [name for name in weights if name not in wanted]
    if missing or extra:
        raise UnknownNameError(
            f"weights: expected the names {list(wanted)}; missing {missing}, not known {extra}"
        )
    arrays = {}
    for name, (shape, dtype) in wanted.items():
        array = as_plain(f"weights {name}", weights[name])
        if array.shape != shape:
            raise ShapeError(f"weights {name}: expected shape {shape}, got {array.shape}")
        arrays[name] = as_floats(f"weights {name}", array, dtype)
    return arrays
