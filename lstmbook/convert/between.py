"""Between our own three implementations: the same arrays under the same names, bit by bit."""

import importlib
import inspect
from types import ModuleType
from typing import Any

import numpy as np

from lstmbook.convert import checks
from lstmbook.core.layout import SETTINGS, Layout
from lstmbook.errors import ConversionError, unknown_name

IMPLEMENTATIONS = ("numpy", "torch", "tensorflow")
MODELS = (
    "SequenceClassifier",
    "SequenceRegressor",
    "SequenceLabeller",
    "SequenceHeads",
    "SequenceQuantiles",
    "LanguageModel",
    "EncoderDecoder",
    "PointerGenerator",
)


def to(layer, implementation: str = "numpy") -> Any:
    """The same layer or model in another of our implementations.

    Parameters
    ----------
    layer : a layer or model of `lstmbook.numpy`, `lstmbook.torch` or `lstmbook.tensorflow`
    implementation : "numpy", "torch" or "tensorflow"

    Returns
    -------
    layer or model
        New, with the same weights bit by bit and the same settings, also where it is the same
        implementation. Types of 16 bits become float32 in NumPy, which has no layers of those.
        All weights may be trained; what was frozen is not known to the new one.

    Raises
    ------
    UnknownNameError
        For another implementation.
    ConversionError
        For an object that is not between; for weights that are NaN or infinite.
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
    make = new_model if hasattr(layer, "head") else new_layer
    new = make(lb, implementation, layer)
    set_weights(lb, new, weights, type(layer).__name__)
    return new


def as_numpy(layer) -> Any:
    """A NumPy layer or model with the weights of any layer that can be read; itself if it is one.

    Raises
    ------
    ConversionError
        For an object that is neither ours nor a layer of `torch.nn` or Keras that we know.
    """
    from lstmbook import convert  # here: the package imports this module

    if belongs_to(layer, "lstmbook"):
        return layer if implementation_of(layer) == "numpy" else to(layer, "numpy")
    if belongs_to(layer, "torch.nn"):
        return convert.from_torch(layer)
    if belongs_to(layer, "keras") or is_keras_list(layer):
        return convert.from_keras(layer)
    raise ConversionError(
        f"expected a layer of lstmbook, torch.nn or keras.layers, got {checks.full_name(layer)}"
    )


def is_keras_list(layer) -> bool:
    """Whether it is a list of Keras' layers."""
    return isinstance(layer, list | tuple) and any(belongs_to(one, "keras") for one in layer)


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


def new_layer(lb: ModuleType, implementation: str, layer):
    """A layer of the same layout and settings; its start weights are cheap ones."""
    kind = getattr(lb, layer.layout.variant.name)
    settings = settings_of(layer, implementation)
    form = getattr(layer, "form", None)
    if isinstance(form, str) and "form" in inspect.signature(kind.__init__).parameters:
        settings["form"] = form
    return kind(**settings)


def settings_of(layer, implementation: str) -> dict:
    """The arguments that build a layer like it there, with cheap start weights."""
    layout = layer.layout
    names = ("input_size", "hidden_size", *SETTINGS)
    return {
        **{name: getattr(layout, name) for name in names},
        **layout.options,
        "return_state": layer.return_state,
        "dtype": dtype_of(layer, implementation),
        "init": "pytorch",
    }


def new_model(lb: ModuleType, implementation: str, model):
    """A model with the same parts; the class of ours that it is, or is made from."""
    name = model_name(model)
    if not hasattr(lb, name):
        raise ConversionError(f"{name}: {implementation} has none, only torch and tensorflow")
    parts = dict(model.settings)
    if model.embedding is not None and not model.own_embedding:
        table = model.embedding.params["E"]
        dtype = dtype_of(model.embedding, implementation)
        parts["embedding"] = lb.Embedding(*table.shape, dtype=dtype)
    layer = new_layer(lb, implementation, model.layer)
    if model.reads_target:
        decoder = new_layer(lb, implementation, model.decoder)
        return getattr(lb, name)(layer, decoder, model.counted[1], **parts)
    return getattr(lb, name)(layer, model.counted[1], **parts)


def model_name(model) -> str:
    """The class of ours that a model is, or is made from.

    Raises
    ------
    ConversionError
        For a model of another kind.
    """
    names = [cls.__name__ for cls in type(model).__mro__ if cls.__name__ in MODELS]
    if not names:
        raise ConversionError(f"expected a model of {MODELS}, got {type(model).__name__}")
    return names[0]


def dtype_of(part, implementation: str):
    """The float type that a layer or embedding gets there.

    Keras' own policy, such as mixed_float16, goes on in Keras alone; elsewhere counts what the
    weights are kept in.
    """
    policy = getattr(part, "dtype_policy", None)
    if policy is not None and implementation == "tensorflow":
        return policy
    if policy is not None:
        return dtype_for(implementation, part.variable_dtype)
    name = str(next(iter(part.params.values())).dtype).removeprefix("torch.")
    return name if belongs_to(part, "lstmbook.numpy") else dtype_for(implementation, name)


def dtype_for(implementation: str, name: str) -> str:
    """The float type in an implementation for weights of that type: NumPy has none of 16 bits.

    >>> dtype_for("numpy", "bfloat16"), dtype_for("torch", "bfloat16")
    ('float32', 'bfloat16')
    """
    return "float32" if implementation == "numpy" and name.endswith("float16") else name


def set_weights(lb: ModuleType, layer, weights: dict, name: str) -> None:
    """Copy weights in, each in the type of its new place.

    Raises
    ------
    ConversionError
        For NaN and infinity, and for shapes that do not fit.
    """
    for key, value in weights.items():
        if not np.isfinite(np.asarray(value, "float64")).all():
            raise ConversionError(
                f"{name}: expected finite weights, got NaN or infinity in {key}; training has "
                "diverged, go back to weights from before"
            )
    lb.set_weights(layer, {k: np.asarray(v, narrowest(v)) for k, v in weights.items()})


def narrowest(value) -> str:
    """ "float64" where it is one; the types of 16 bits, which not all sides know, as float32."""
    return "float64" if value.dtype == np.float64 else "float32"


def layer_of(layer, where: str) -> tuple[Layout, dict[str, np.ndarray]]:
    """Layout and weights of a layer of ours, for `convert.to_...`; weights of 16 bits as float32.

    Raises
    ------
    ConversionError
        For a model, or an object that is not ours.
    """
    source = library(implementation_of(layer))
    if hasattr(layer, "head"):
        ours = {"torch": "torch", "keras": "tensorflow"}[where]
        raise ConversionError(
            f"{type(layer).__name__} is a model of ours, which {where} has not as one layer; use "
            f"convert.to(model, {ours!r}), or convert.to_{where}(model.layer) for its layer alone"
        )
    weights = source.get_weights(layer)
    return layer.layout, {k: np.asarray(v, narrowest(v)) for k, v in weights.items()}
