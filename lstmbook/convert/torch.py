"""To and from `torch.nn.RNN`, `LSTM` and `GRU`.

PyTorch's blocks stand in our order (i, f, g, o; r, z, n), its matrices are ours transposed. Its two
biases add up to our one, except in the GRU, where they stay apart as `b` and `b_u`.
"""

import numpy as np

from lstmbook.convert import between
from lstmbook.errors import ConversionError, import_extra

NAMES = {"RNN": "RNN", "LSTM": "LSTM", "GRU": "GRU", "ProjectedLSTM": "LSTM"}


def from_torch(module, to: str = "numpy"):
    """Our layer with the weights of a `torch.nn` layer or cell.

    Parameters
    ----------
    module : torch.nn.RNN (tanh), LSTM, GRU, RNNCell, LSTMCell or GRUCell
        Stacked, bidirectional and `proj_size` too. It is not changed. Ours reads (B, T, D),
        whatever its `batch_first` says.
    to : "numpy", "torch" or "tensorflow"

    Returns
    -------
    layer
        Of the same dtype, with the same `dropout` between layers, on the CPU.

    Raises
    ------
    ConversionError
        For another module, or one with `nonlinearity="relu"`.
    """
    nn = import_extra("torch.nn", "torch")
    kind = next((k for k in ("RNN", "LSTM", "GRU") if is_kind(nn, module, k)), None)
    if kind is None or between.belongs_to(module, "lstmbook"):
        raise ConversionError(refusal(nn, module))
    if kind == "RNN" and module.nonlinearity != "tanh":
        raise ConversionError(
            f"torch.nn.RNN with nonlinearity={module.nonlinearity!r}: expected 'tanh', the only "
            "one that our RNN has; train it again with tanh"
        )
    cell = not isinstance(module, nn.RNNBase)
    projected = getattr(module, "proj_size", 0)
    name = "ProjectedLSTM" if projected else kind
    arrays = {k: v.detach().cpu().numpy() for k, v in module.named_parameters()}
    layer = getattr(between.library(to), name)(
        module.input_size,
        module.hidden_size,
        layers=1 if cell else module.num_layers,
        bidirectional=not cell and module.bidirectional,
        dropout=0.0 if cell else module.dropout,
        dtype=next(iter(arrays.values())).dtype.name,
        init="pytorch",
        **({"proj_size": projected} if projected else {}),
    )
    weights = {}
    for unit in layer.layout.units:
        suffix = "" if cell else f"_l{unit.layer}" + "_reverse" * unit.reverse
        own = from_arrays(arrays, suffix, kind)
        weights.update({unit.prefix + key: value for key, value in own.items()})
    between.library(to).set_weights(layer, weights)
    return layer


def to_torch(layer):
    """`torch.nn.RNN`, `LSTM` or `GRU` (`batch_first=True`) with the weights of our layer.

    Parameters
    ----------
    layer : RNN, LSTM, ProjectedLSTM, or GRU with `reset_after=True`, of any implementation

    Returns
    -------
    torch.nn.Module
        On the CPU. Where we have one bias, its `bias_hh` is 0. `dropout` between layers is taken
        along; `recurrent_dropout`, which PyTorch does not have and which acts in training only,
        is left out.

    Raises
    ------
    ConversionError
        For what `torch.nn` cannot express.
    """
    torch = import_extra("torch", "torch")
    source = between.library(between.implementation_of(layer))
    layout, weights = layer.layout, source.get_weights(layer)
    check(layout)
    options = {}
    if layout.variant.name == "ProjectedLSTM":
        options["proj_size"] = layout.options["proj_size"]
    module = getattr(torch.nn, NAMES[layout.variant.name])(
        layout.input_size,
        layout.hidden_size,
        num_layers=layout.layers,
        bidirectional=layout.bidirectional,
        dropout=layout.dropout,
        batch_first=True,
        dtype=getattr(torch, next(iter(weights.values())).dtype.name),
        **options,
    )
    arrays = {}
    for unit in layout.units:
        suffix = f"_l{unit.layer}" + "_reverse" * unit.reverse
        own = {key: weights[unit.prefix + key] for key in layout.names}
        arrays.update({name + suffix: value for name, value in to_arrays(own).items()})
    between.check_arrays(arrays, {k: tuple(v.shape) for k, v in module.named_parameters()})
    with torch.no_grad():
        for name, value in module.named_parameters():
            value.copy_(torch.tensor(arrays[name]))
    return module


def from_arrays(arrays: dict, suffix: str, kind: str) -> dict[str, np.ndarray]:
    """One layer and direction of PyTorch's arrays under our names."""
    own = {"W": arrays["weight_ih" + suffix].T, "U": arrays["weight_hh" + suffix].T}
    zero = np.zeros(own["W"].shape[1], own["W"].dtype)
    b, b_u = (arrays.get(name + suffix, zero) for name in ("bias_ih", "bias_hh"))
    own |= {"b": b, "b_u": b_u} if kind == "GRU" else {"b": b + b_u}
    if "weight_hr" + suffix in arrays:
        own["P"] = arrays["weight_hr" + suffix].T
    return own


def to_arrays(own: dict) -> dict[str, np.ndarray]:
    """One layer and direction of our weights under PyTorch's names."""
    arrays = {"weight_ih": own["W"].T, "weight_hh": own["U"].T, "bias_ih": own["b"]}
    arrays["bias_hh"] = own.get("b_u", np.zeros_like(own["b"]))
    if "P" in own:
        arrays["weight_hr"] = own["P"].T
    return arrays


def check(layout) -> None:
    """Raise ConversionError unless `torch.nn` can express the layer."""
    name, options = layout.variant.name, layout.options
    if name not in NAMES:
        between.refuse_variant(name, "torch.nn has RNN, LSTM, GRU, LSTM with proj_size", "torch")
    if name == "GRU" and not options["reset_after"]:
        raise ConversionError(
            "GRU(reset_after=False): torch.nn.GRU resets after the product, so no weights of it "
            "give the same function; use convert.to(layer, 'torch'), or train with "
            "reset_after=True"
        )
    if name == "ProjectedLSTM" and options["proj_size"] == layout.hidden_size:
        raise ConversionError(
            f"ProjectedLSTM: torch.nn.LSTM wants proj_size < hidden_size, got "
            f"{layout.hidden_size} for both; use convert.to(layer, 'torch')"
        )
    between.check_zoneout(layout, "torch.nn", "convert.to(layer, 'torch')")


def is_kind(nn, module, kind: str) -> bool:
    return isinstance(module, getattr(nn, kind) | getattr(nn, kind + "Cell"))


def refusal(nn, module) -> str:
    """Why a module is not read, with the names of those inside it that would be."""
    if between.belongs_to(module, "lstmbook"):
        return f"{type(module).__name__} is ours already: use convert.to(layer, 'numpy')"
    text = f"expected torch.nn.RNN, LSTM, GRU or a cell of these, got {type(module).__name__}"
    inside = getattr(module, "named_modules", list)()
    names = [n for n, m in inside if n and any(is_kind(nn, m, k) for k in ("RNN", "LSTM", "GRU"))]
    return text + (f"; give one of the layers inside it: {', '.join(names)}" if names else "")
