"""Between our own three implementations: the same arrays under the same names, bit by bit."""

import importlib
from types import ModuleType

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.errors import ConversionError, unknown_name

IMPLEMENTATIONS = ("numpy", "torch", "tensorflow")
MODELS = ("SequenceClassifier", "SequenceRegressor")


def to(layer, implementation: str = "numpy"):
    """The same layer or model in another of our implementations.

    Parameters
    ----------
    layer : a layer or model of `lstmbook.numpy`, `lstmbook.torch` or `lstmbook.tensorflow`
    implementation : "numpy", "torch" or "tensorflow"

    Returns
    -------
    layer or model
        New, with the same weights bit by bit, also where it is the same implementation.

    Raises
    ------
    UnknownNameError
        For another implementation.
    ConversionError
        For an object that is not between.
    MissingExtraError
        If the framework is not installed.

    Examples
    --------
    >>> from lstmbook import numpy as lb
    >>> layer = lb.GRU(2, 3, layers=2)
    >>> twin = to(layer, "numpy")
    >>> bool((twin.params["l1.U"] == layer.params["l1.U"]).all())
    True
    """
    lb = library(implementation)
    source = library(implementation_of(layer))
    weights = source.get_weights(layer)
    new = new_model(lb, layer, weights) if hasattr(layer, "head") else new_layer(lb, layer, weights)
    lb.set_weights(new, weights)
    return new


def as_numpy(layer):
    """A NumPy layer or model with the weights of any layer that can be read; itself if it is one.

    Raises
    ------
    ConversionError
        For an object that is neither ours nor a layer of `torch.nn` or Keras that we know.
    """
    from lstmbook import convert  # here: the package imports this module

    if belongs_to(layer, "lstmbook.numpy"):
        return layer
    if belongs_to(layer, "lstmbook"):
        return to(layer, "numpy")
    if belongs_to(layer, "torch.nn"):
        return convert.from_torch(layer)
    if belongs_to(layer, "keras") or isinstance(layer, list | tuple):
        return convert.from_keras(layer)
    raise ConversionError(
        f"expected a layer of lstmbook, torch.nn or keras.layers, got {type(layer).__name__}"
    )


def implementation_of(layer) -> str:
    """ "numpy", "torch" or "tensorflow".

    Raises
    ------
    ConversionError
        For an object that is not between.
    """
    for name in IMPLEMENTATIONS:
        if belongs_to(layer, f"lstmbook.{name}") and (
            hasattr(layer, "layout") or hasattr(layer, "head")
        ):
            return name
    raise ConversionError(
        f"expected a layer or model of lstmbook, got {type(layer).__module__}."
        f"{type(layer).__name__}; use convert.from_torch, from_keras or from_onnx for others"
    )


def belongs_to(layer, package: str) -> bool:
    """Whether a class of this object, or one that it is made from, is in that package."""
    modules = (cls.__module__ for cls in type(layer).__mro__)
    return any(module == package or module.startswith(package + ".") for module in modules)


def library(implementation: str) -> ModuleType:
    """The module `lb` of that implementation."""
    if implementation not in IMPLEMENTATIONS:
        raise unknown_name("implementation", implementation, IMPLEMENTATIONS)
    return importlib.import_module(f"lstmbook.{implementation}")


def build(lb: ModuleType, layout: Layout, dtype: str, return_state: bool = True):
    """A layer of that layout; its start weights are cheap ones, to be replaced."""
    return getattr(lb, layout.variant.name)(
        layout.input_size,
        layout.hidden_size,
        layers=layout.layers,
        bidirectional=layout.bidirectional,
        dropout=layout.dropout,
        recurrent_dropout=layout.recurrent_dropout,
        zoneout=layout.zoneout,
        return_state=return_state,
        dtype=dtype,
        init="pytorch",
        **layout.options,
    )


def new_layer(lb: ModuleType, layer, weights: dict):
    dtype = next(iter(weights.values())).dtype.name
    return build(lb, layer.layout, dtype, layer.return_state)


def new_model(lb: ModuleType, model, weights: dict):
    """A model with the same parts; the class of ours that it is, or is made from."""
    names = [cls.__name__ for cls in type(model).__mro__ if cls.__name__ in MODELS]
    if not names:
        raise ConversionError(f"expected a model of {MODELS}, got {type(model).__name__}")
    parts = {}
    if model.embedding is not None:
        table = weights["embedding.E"]
        parts["embedding"] = lb.Embedding(*table.shape, dtype=table.dtype.name)
    if names[0] == "SequenceClassifier":
        parts["label_smoothing"] = model.label_smoothing
    pooling = getattr(model.pooling, "pooling", model.pooling)
    own = {k.removeprefix("layer."): v for k, v in weights.items() if k.startswith("layer.")}
    layer = new_layer(lb, model.layer, own)
    return getattr(lb, names[0])(layer, int(weights["head.b"].size), pooling=pooling, **parts)


def check_arrays(arrays: dict, shapes: dict) -> None:
    """Raise ConversionError unless names and shapes are those of the other side.

    This finds a framework that has changed its names, before anything is copied.
    """
    got = {name: tuple(value.shape) for name, value in arrays.items()}
    if got != shapes:
        raise ConversionError(
            f"the other side's weights are not as expected: it has {shapes}, we made {got}"
        )


def check_zoneout(layout: Layout, where: str, instead: str) -> None:
    """Zoneout acts in inference too, so leaving it out would change the function."""
    if layout.zoneout:
        raise ConversionError(
            f"zoneout={layout.zoneout}: {where} has no place for it, and without it the "
            f"layer gives other outputs; use {instead}, or train with zoneout=0"
        )


def refuse_variant(name: str, has: str, implementation: str) -> None:
    """Raise ConversionError for a variant that the other side does not have."""
    raise ConversionError(
        f"{name}: {has}, and none of them is this variant; use "
        f"convert.to(layer, {implementation!r}), a layer of ours in that framework"
    )


def reorder(array: np.ndarray, order: list[int]) -> np.ndarray:
    """Put the blocks of the last axis in another order; `order[k]` is where block k comes from.

    >>> reorder(np.array([1, 1, 2, 2, 3, 3]), [1, 0, 2]).tolist()
    [2, 2, 1, 1, 3, 3]
    """
    parts = np.split(array, len(order), axis=-1)
    return np.concatenate([parts[k] for k in order], axis=-1)
