"""The `state_dict` of a `torch.nn.RNN`, `LSTM` or `GRU`, loaded into a layer of ours as it is."""

import re

from torch import Tensor

from lstmbook.core.layout import Layout
from lstmbook.errors import ConversionError, ShapeError

FROM_TORCH = {"RNN": "RNN", "LSTM": "LSTM", "GRU": "GRU", "ProjectedLSTM": "LSTM"}
KEY = re.compile(r"(weight|bias)_(ih|hh|hr)_l\d+(_reverse)?")


def rename(layout: Layout, state_dict: dict, prefix: str) -> None:
    """Put our names and forms in the place of `torch.nn`'s: `weight_ih_l0` becomes `W`, ...

    A state_dict without such keys stays as it is. Where all biases are missing, as with
    `bias=False`, ours become 0.

    Parameters
    ----------
    layout : of the layer that loads
    state_dict : changed in place
    prefix : of the layer's keys in it

    Raises
    ------
    ConversionError
        For a variant that `torch.nn` does not have.
    ShapeError
        For other names or shapes than a `torch.nn` layer of these sizes has. Nothing has been
        loaded by then.
    """
    found = {
        key: value
        for key, value in state_dict.items()
        if key.startswith(prefix) and KEY.fullmatch(key.removeprefix(prefix))
    }
    if not found:
        return
    theirs = {key.removeprefix(prefix): value for key, value in found.items()}
    check(layout, theirs)
    ours = {}
    for unit in layout.units:
        suffix = f"_l{unit.layer}" + "_reverse" * unit.reverse
        for name, value in from_torch(layout, theirs, suffix).items():
            ours[prefix + unit.prefix + name] = value
    both = sorted(set(ours) & set(state_dict))
    if both:
        raise ShapeError(
            f"state_dict: expected the keys of a torch.nn layer or ours, got both: {both[0]}"
        )
    for key in found:
        del state_dict[key]
    state_dict.update(ours)


def check(layout: Layout, theirs: dict) -> None:
    """Raise unless these are all the arrays of a `torch.nn` layer like this one."""
    name = layout.variant.name
    if name not in FROM_TORCH or not layout.options.get("reset_after", True):
        title = name + ("(reset_after=False)" if name == "GRU" else "")
        raise ConversionError(
            f"state_dict: expected the keys {', '.join(layout.shapes)}, got those of a torch.nn "
            f"layer, which computes another function than {title}"
        )
    wanted = shapes_of(layout, bias=any(key.startswith("bias") for key in theirs))
    missing, more = sorted(set(wanted) - set(theirs)), sorted(set(theirs) - set(wanted))
    if missing or more:
        raise ShapeError(
            f"state_dict: expected the keys of torch.nn.{FROM_TORCH[name]} like {name}("
            f"{layout.describe()}); missing: {missing}, not expected: {more}"
        )
    for key, shape in wanted.items():
        got = tuple(theirs[key].shape)
        if got != shape:
            raise ShapeError(
                f"state_dict {key}: expected shape {shape} for {name}({layout.describe()}), got "
                f"{got}"
            )


def shapes_of(layout: Layout, bias: bool) -> dict[str, tuple[int, ...]]:
    """The shapes that a `torch.nn` layer like it has, by PyTorch's names."""
    shapes = {}
    for unit in layout.units:
        suffix = f"_l{unit.layer}" + "_reverse" * unit.reverse
        own = {name: layout.shapes[unit.prefix + name] for name in layout.names}
        shapes["weight_ih" + suffix] = own["W"][::-1]
        shapes["weight_hh" + suffix] = own["U"][::-1]
        if "P" in own:
            shapes["weight_hr" + suffix] = own["P"][::-1]
        if bias:
            shapes["bias_ih" + suffix] = shapes["bias_hh" + suffix] = own["b"]
    return shapes


def from_torch(layout: Layout, theirs: dict[str, Tensor], suffix: str) -> dict[str, Tensor]:
    """One layer and direction under our names, as new tensors."""
    W = theirs["weight_ih" + suffix]
    zero = W.new_zeros(len(W))
    b, b_u = (theirs.get(name + suffix, zero) for name in ("bias_ih", "bias_hh"))
    own = {"W": W.T, "U": theirs["weight_hh" + suffix].T}
    own |= {"b": b, "b_u": b_u} if "b_u" in layout.names else {"b": b + b_u}
    if "P" in layout.names:
        own["P"] = theirs["weight_hr" + suffix].T
    return {name: value.contiguous() for name, value in own.items()}
