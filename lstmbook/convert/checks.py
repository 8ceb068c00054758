"""What may not be converted, and why: refusals that all the converters share."""

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.errors import ConversionError

# methods that a subclass may replace without changing what the layer computes
HARMLESS = ("build", "extra_repr", "from_config", "get_config", "reset_parameters")


def full_name(thing) -> str:
    """Where its class is from and how it is called: `torch.nn.LSTM`."""
    cls = type(thing)
    module = cls.__module__.removeprefix("builtins")
    if module.startswith("torch.nn.modules."):
        module = "torch.nn"
    if module.startswith("keras.src.layers."):
        module = "keras.layers"
    return f"{module}.{cls.__qualname__}".lstrip(".")


def check_own_methods(thing, classes, known: tuple, call: str) -> None:
    """Raise ConversionError where a subclass, or the object itself, replaces what it computes with.

    Parameters
    ----------
    thing : a framework's layer or cell
    classes : its classes, first the most special one
    known : the framework's own classes, whose methods we know
    call : name of the method that computes
    """
    names = [call] if call in vars(thing) else []
    for cls in classes:
        if cls in known:
            break
        bases = [base for base in known if issubclass(cls, base)]
        for name in vars(cls):
            special = name.startswith("__") and name not in ("__call__", "__getattr__")
            if not special and name not in HARMLESS and any(hasattr(b, name) for b in bases):
                names.append(name)
    if names:
        raise ConversionError(
            f"{full_name(thing)} has its own {', '.join(names)}, so it need not compute what "
            f"{' or '.join(f'{one.__name__}' for one in known)} does; convert a layer of the "
            "framework's own class with its weights"
        )


def check_arrays(arrays: dict, shapes: dict) -> None:
    """Raise ConversionError unless names and shapes are those of the other side.

    This finds a framework that has changed its names, before anything is copied.
    """
    got = {name: tuple(value.shape) for name, value in arrays.items()}
    if got != shapes:
        raise ConversionError(
            f"the other side's weights are not as expected: it has {shapes}, we made {got}"
        )


def check_learned_state(layout: Layout, where: str, instead: str) -> None:
    """Layers of the frameworks start from zeros."""
    if layout.learned_state:
        raise ConversionError(
            f"learned_state=True: {where} has no place for a start state of its own; use {instead}"
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
