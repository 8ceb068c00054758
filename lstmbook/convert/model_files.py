"""A whole layer or model in one file, how it is built and its weights; for any implementation."""

import json
from types import ModuleType
from typing import Any

import numpy as np

from lstmbook.convert import between
from lstmbook.core import weight_files
from lstmbook.errors import DataFileError, UnknownNameError, unknown_name

RECIPE = "recipe"


def to_file(model, path) -> None:
    """Write a layer or model of any of our implementations, whole, to one `.npz` file.

    Parameters
    ----------
    model : a layer or model of `lstmbook.numpy`, `lstmbook.torch` or `lstmbook.tensorflow`
    path : str or Path, ends in .npz

    Raises
    ------
    UnknownNameError
        For another suffix.
    DataFileError
        If there is no such folder.
    ConversionError
        For an object that is none of ours.
    """
    path = as_path(path)
    implementation = between.implementation_of(model)
    weights = between.library(implementation).get_weights(model)
    arrays = {f"weights/{n}": np.asarray(v, between.narrowest(v)) for n, v in weights.items()}
    text = json.dumps(recipe_of(model, implementation)).encode()
    weight_files.write(path, {RECIPE: np.frombuffer(text, "uint8"), **arrays})


def from_file(path, implementation: str = "numpy") -> Any:
    """The layer or model that `to_file` wrote, built anew in one of our implementations.

    Parameters
    ----------
    path : str or Path
    implementation : "numpy", "torch" or "tensorflow"; it need not be the one that wrote the file

    Returns
    -------
    layer or model

    Raises
    ------
    UnknownNameError
        For another implementation or suffix.
    DataFileError
        If the file is missing, damaged or another one.

    Examples
    --------
    >>> import tempfile
    >>> from lstmbook import numpy as lb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     to_file(lb.SequenceClassifier(lb.GRU(2, 3), classes=4), f"{folder}/model.npz")
    ...     model = from_file(f"{folder}/model.npz")
    >>> model
    SequenceClassifier(GRU(2, 3, reset_after=True), classes=4)
    """
    lb, path = between.library(implementation), as_path(path)
    arrays = weight_files.read(path)
    try:
        recipe = json.loads(arrays.pop(RECIPE).tobytes())
        model = built(lb, implementation, recipe)
        weights = {name.removeprefix("weights/"): value for name, value in arrays.items()}
        between.set_weights(lb, model, weights, recipe["class"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataFileError(
            f"model: {path} holds no layer or model of lstmbook ({error}); write it with "
            "convert.to_file, or load weights alone with lb.load"
        ) from error
    return model


def as_path(path):
    """The path, which ends in .npz."""
    path = weight_files.check_suffix(path)
    if path.suffix != ".npz":
        raise unknown_name("suffix of a model file", path.suffix, [".npz"])
    return path


def recipe_of(model, implementation: str) -> dict:
    """What builds it again, as plain values."""
    if not hasattr(model, "head"):
        return layer_recipe(model, implementation)
    recipe = {
        "class": between.model_name(model),
        "layer": layer_recipe(model.layer, implementation),
        "count": model.counted[1],
        "settings": dict(model.settings),
    }
    if model.embedding is not None and not model.own_embedding:
        table = model.embedding.params["E"]
        dtype = plain_dtype(between.dtype_of(model.embedding, implementation))
        recipe["embedding"] = [*map(int, table.shape), dtype]
    if model.reads_target:
        recipe["decoder"] = layer_recipe(model.decoder, implementation)
    return recipe


def layer_recipe(layer, implementation: str) -> dict:
    """What builds a recurrent layer again."""
    settings = between.settings_of(layer, implementation)
    settings["dtype"] = plain_dtype(settings["dtype"])
    return {"class": layer.layout.variant.name, "settings": settings}


def plain_dtype(dtype) -> str:
    """A float type or a policy of Keras by its name."""
    return dtype if isinstance(dtype, str) else dtype.name


def built(lb: ModuleType, implementation: str, recipe: dict) -> Any:
    """The layer or model of a recipe."""
    name = recipe["class"]
    if name not in lb.__all__:
        raise UnknownNameError(f"no layer or model {name!r} in {lb.__name__}")
    if "layer" not in recipe:
        dtype = dtype_there(recipe["settings"]["dtype"], implementation)
        return getattr(lb, name)(**{**recipe["settings"], "dtype": dtype})
    parts = dict(recipe["settings"])
    if "embedding" in recipe:
        *sizes, dtype = recipe["embedding"]
        parts["embedding"] = lb.Embedding(*sizes, dtype=dtype_there(dtype, implementation))
    layers = [built(lb, implementation, recipe[k]) for k in ("layer", "decoder") if k in recipe]
    return getattr(lb, name)(*layers, recipe["count"], **parts)


def dtype_there(name: str, implementation: str) -> str:
    """The float type that an implementation has for it; a mixed one of Keras keeps float32."""
    if implementation != "tensorflow" and name.startswith("mixed_"):
        return "float32"
    return between.dtype_for(implementation, name)
