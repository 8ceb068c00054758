"""From `torch.nn.RNN`, `LSTM` and `GRU`, and their cells.

PyTorch's blocks stand in our order (i, f, g, o; r, z, n), its matrices are ours transposed. Its two
biases add up to our one, except in the GRU, where they stay apart as `b` and `b_u`.

A module computes with what its attributes say at the call: weight norm, spectral norm and pruning
make `weight_hh_l0` from other parameters just before. `weight_of` does the same, and changes
nothing. What may compute something else (a forward of its own, a hook) is refused.
"""

import contextlib
import re
from typing import Any

import numpy as np

from lstmbook.convert import between, checks
from lstmbook.errors import ConversionError, import_extra

KINDS = ("RNN", "LSTM", "GRU")


def from_torch(module, to: str = "numpy") -> Any:
    """Our layer with the weights of a `torch.nn` layer or cell.

    Parameters
    ----------
    module : torch.nn.RNN (tanh), LSTM, GRU, RNNCell, LSTMCell or GRUCell
        Stacked, bidirectional and `proj_size` too; with weight norm, spectral norm or pruning. It
        is not changed. Ours reads (B, T, D), whatever its `batch_first` says.
    to : "numpy", "torch" or "tensorflow"

    Returns
    -------
    layer
        Of the same dtype (float32 in NumPy where PyTorch's is of 16 bits), with the same `dropout`
        between layers, on the CPU; all its weights may be trained.

    Raises
    ------
    ConversionError
        For another module; for `nonlinearity="relu"`, `dropout=1`, a forward or a hook of its own,
        weights without numbers (on the meta device, quantized).
    """
    nn = import_extra("torch.nn", "torch")
    lb = between.library(to)
    kind = kind_of(nn, module)
    if kind is None or between.belongs_to(module, "lstmbook"):
        raise ConversionError(refusal(nn, module))
    check(nn, module, kind)
    cell = isinstance(module, nn.RNNCellBase)
    projected = getattr(module, "proj_size", 0)
    layers = 1 if cell else module.num_layers
    suffixes = [""]
    if not cell:
        ends = ("", "_reverse")[: 1 + module.bidirectional]
        suffixes = [f"_l{depth}{end}" for depth in range(layers) for end in ends]
    arrays = weights_of(module, suffixes, projected)
    layer = getattr(lb, "ProjectedLSTM" if projected else kind)(
        module.input_size,
        module.hidden_size,
        layers=layers,
        bidirectional=not cell and bool(module.bidirectional),
        dropout=float(module.dropout) if layers > 1 else 0.0,
        dtype=between.dtype_for(to, str(arrays.pop("dtype")).removeprefix("torch.")),
        init="pytorch",
        **({"proj_size": projected} if projected else {}),
        **({"activation": module.nonlinearity} if kind == "RNN" else {}),
    )
    weights = {}
    for unit, suffix in zip(layer.layout.units, suffixes, strict=True):
        own = from_arrays(arrays, suffix, kind)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.set_weights(lb, layer, weights, checks.full_name(module))
    return layer


def from_arrays(arrays: dict, suffix: str, kind: str) -> dict[str, np.ndarray]:
    """One layer and direction of PyTorch's arrays under our names."""
    own = {"W": arrays["weight_ih" + suffix].T, "U": arrays["weight_hh" + suffix].T}
    zero = np.zeros(own["W"].shape[1], own["W"].dtype)
    b, b_u = (arrays.get(name + suffix, zero) for name in ("bias_ih", "bias_hh"))
    own |= {"b": b, "b_u": b_u} if kind == "GRU" else {"b": b + b_u}
    if "weight_hr" + suffix in arrays:
        own["P"] = arrays["weight_hr" + suffix].T
    return own


def kind_of(nn, module) -> str | None:
    """ "RNN", "LSTM" or "GRU", for a layer or a cell; None for other objects."""
    return next((k for k in KINDS if isinstance(module, classes(nn, k))), None)


def classes(nn, kind: str) -> tuple:
    return getattr(nn, kind), getattr(nn, kind + "Cell")


def check(nn, module, kind: str) -> None:
    """Raise ConversionError where the module computes something else than its kind."""
    name = checks.full_name(module)
    own = [base for base in type(module).__mro__ if base.__name__ != f"Parametrized{kind}"]
    checks.check_own_methods(module, own, classes(nn, kind), "forward")
    if kind == "RNN" and module.nonlinearity not in ("tanh", "relu"):
        raise ConversionError(
            f"{name} with nonlinearity={module.nonlinearity!r}: expected 'tanh' or 'relu'"
        )
    if getattr(module, "dropout", 0) == 1 and module.num_layers > 1:
        raise ConversionError(
            f"{name}: dropout=1 leaves nothing between the layers in training, and ours takes "
            "rates below 1; set module.dropout to another rate first"
        )
    made = [target(hook) for hook in module._forward_pre_hooks.values()]
    for hook in (*module._forward_hooks.values(), *module._forward_pre_hooks.values()):
        if not is_weight(target(hook)) or made.count(target(hook)) > 1:
            raise ConversionError(
                f"{name}: its forward hook {getattr(hook, '__name__', type(hook).__name__)!r} may "
                "change what it computes; take the hook off (the handle's remove()) and convert"
            )


def target(hook) -> str | None:
    """The parameter that a hook of weight norm, spectral norm or pruning makes; None for others."""
    if not (hasattr(hook, "compute_weight") or hasattr(hook, "apply_mask")):
        return None
    return getattr(hook, "name", getattr(hook, "_tensor_name", None))


def is_weight(name: str | None) -> bool:
    return (
        name is not None
        and re.fullmatch(r"(weight|bias)_(ih|hh|hr)(_l\d+(_reverse)?)?", name) is not None
    )


def weights_of(module, suffixes: list[str], projected: int) -> dict:
    """PyTorch's arrays by name, as the next call would use them, and their `dtype`."""
    import torch

    names = ["weight_ih", "weight_hh", *["weight_hr"] * bool(projected)]
    names += ["bias_ih", "bias_hh"] if module.bias else []
    title = checks.full_name(module)
    try:
        found = {n + s: weight_of(module, n + s) for s in suffixes for n in names}
    except (AttributeError, RuntimeError, TypeError, ValueError) as error:
        raise ConversionError(
            f"{title}: expected the weights of a layer of PyTorch's own, but they cannot be read "
            f"({error}); copy its state_dict into a new layer and convert that"
        ) from error
    dtypes = {value.dtype for value in found.values()}
    if len(dtypes) > 1 or not next(iter(dtypes)).is_floating_point:
        raise ConversionError(
            f"{title}: expected weights of one float type, got {sorted(map(str, dtypes))}; bring "
            "them to one with module.float()"
        )
    for name, value in found.items():
        if value.layout != torch.strided:
            raise ConversionError(f"{title}: {name} is sparse; make it dense with .to_dense()")
        if value.device.type == "meta":
            raise ConversionError(
                f"{title}: {name} is on the meta device and has no numbers; give it some with "
                "module.to_empty(device='cpu') and load_state_dict"
            )
    dtype = dtypes.pop()
    half = dtype not in (torch.float32, torch.float64)  # NumPy does not know all of those
    try:
        arrays = {n: (v.float() if half else v).cpu().numpy() for n, v in found.items()}
    except (RuntimeError, TypeError) as error:  # of tensors that hold no numbers
        raise ConversionError(
            f"{title}: its weights cannot be read as numbers ({error}); copy its state_dict into a "
            "new layer and convert that"
        ) from error
    return {**arrays, "dtype": dtype}


def weight_of(module, name: str):
    """One parameter as the next call in evaluation would use it."""
    import torch

    with torch.no_grad(), evaluation(getattr(module, "parametrizations", None)):
        for hook in module._forward_pre_hooks.values():
            if target(hook) != name:
                continue
            if hasattr(hook, "apply_mask"):
                value = hook.apply_mask(module)
            elif hasattr(hook, "n_power_iterations"):  # spectral norm: no round more than it did
                value = hook.compute_weight(module, do_power_iteration=False)
            else:
                value = hook.compute_weight(module)
            return value.detach()
        return getattr(module, name).detach()


@contextlib.contextmanager
def evaluation(module):
    """A module in evaluation mode: spectral norm goes on with its iteration in training."""
    modules = [] if module is None else list(module.modules())
    before = [one.training for one in modules]
    for one in modules:
        one.training = False
    try:
        yield
    finally:
        for one, training in zip(modules, before, strict=True):
            one.training = training


def refusal(nn, module) -> str:
    """Why a module is not read, with the names of those inside it that would be."""
    if between.belongs_to(module, "lstmbook"):
        return f"{type(module).__name__} is ours already: use convert.to(layer, 'numpy')"
    name = checks.full_name(module)
    text = f"expected torch.nn.RNN, LSTM, GRU or a cell of these, got {name}"
    if "quantized" in name or "quantizable" in name:
        return text + ", whose weights are quantized; give the layer that it was made from"
    if between.belongs_to(module, "torch.jit"):
        return text + "; a compiled module cannot be read: give the module that it was made from"
    inside = module.named_modules() if isinstance(module, nn.Module) else ()
    names = [n for n, m in inside if n and kind_of(nn, m)]
    return text + (f"; give one of the layers inside it: {', '.join(names)}" if names else "")
