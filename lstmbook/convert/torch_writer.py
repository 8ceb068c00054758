"""To `torch.nn.RNN`, `LSTM` and `GRU`; `torch_reader` has the way back and says how they differ."""

from typing import TYPE_CHECKING

import numpy as np

from lstmbook.convert import between, checks
from lstmbook.errors import ConversionError, import_extra

if TYPE_CHECKING:
    import torch

NAMES = {"RNN": "RNN", "LSTM": "LSTM", "GRU": "GRU", "ProjectedLSTM": "LSTM"}


def to_torch(layer) -> "torch.nn.RNNBase":
    """`torch.nn.RNN`, `LSTM` or `GRU` (`batch_first=True`) with the weights of our layer.

    Parameters
    ----------
    layer : RNN, LSTM, ProjectedLSTM, or GRU with `reset_after=True`, of any implementation

    Returns
    -------
    torch.nn.Module
        On the CPU. Where we have one bias, its `bias_hh` is 0. `dropout` between layers is taken
        along; `recurrent_dropout` and `weight_drop`, which PyTorch does not have and which act in
        training only, are left out.

    Raises
    ------
    ConversionError
        For what `torch.nn` cannot express.
    """
    torch = import_extra("torch", "torch")
    layout, weights = between.layer_of(layer, "torch")
    check(layout)
    options = {}
    if layout.variant.name == "ProjectedLSTM":
        options["proj_size"] = layout.options["proj_size"]
    if layout.variant.name == "RNN":
        options["nonlinearity"] = layout.options["activation"]
    module = getattr(torch.nn, NAMES[layout.variant.name])(
        layout.input_size,
        layout.hidden_size,
        num_layers=layout.layers,
        bidirectional=layout.bidirectional,
        dropout=layout.dropout if layout.layers > 1 else 0.0,
        batch_first=True,
        dtype=getattr(torch, next(iter(weights.values())).dtype.name),
        **options,
    )
    arrays = {}
    for unit in layout.units:
        suffix = f"_l{unit.layer}" + "_reverse" * unit.reverse
        own = {key: weights[unit.prefix + key] for key in layout.names}
        arrays.update({name + suffix: value for name, value in to_arrays(own).items()})
    checks.check_arrays(arrays, {k: tuple(v.shape) for k, v in module.named_parameters()})
    with torch.no_grad():
        for name, value in module.named_parameters():
            value.copy_(torch.tensor(arrays[name]))
    return module


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
        checks.refuse_variant(name, "torch.nn has RNN, LSTM, GRU, LSTM with proj_size", "torch")
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
    if layout.merge != "concat":
        raise ConversionError(
            f"merge={layout.merge!r}: torch.nn joins two directions by concatenation only; use "
            "convert.to(layer, 'torch')"
        )
    checks.check_learned_state(layout, "torch.nn", "convert.to(layer, 'torch')")
    checks.check_zoneout(layout, "torch.nn", "convert.to(layer, 'torch')")
