"""What the three implementations share about a layer: names, shapes, checks. No framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstmbook.core import initializers
from lstmbook.core.arrays import as_lengths
from lstmbook.core.checks import check_bool, check_int, check_number, check_seed
from lstmbook.core.merges import check_merge
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name
from lstmbook.variants import Variant

# matrices and kernels that meet the output, or the gates, of the step before
RECURRENT = ("U", "U_m", "R", "N")
# arguments of every layer beside its sizes, and what they are by default
SETTINGS: dict[str, Any] = {
    "layers": 1,
    "bidirectional": False,
    "merge": "concat",
    "learned_state": False,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "weight_drop": 0.0,
    "zoneout": 0.0,
}


@dataclass(frozen=True)
class Unit:
    """One layer in one direction: the prefix of its names, and its input size."""

    prefix: str
    layer: int
    reverse: bool
    input_size: int


class Layout:
    """A layer on paper: variant, sizes, stacked layers, directions.

    Parameters
    ----------
    variant : Variant
    input_size, hidden_size : int, D and H.
    layers : int, stacked layers; the next reads the output of the one before.
    bidirectional : bool, a second direction from the last step to the first.
    merge : "concat", "sum", "mean" or "product", how the outputs of two directions become one.
    learned_state : bool, the states to start from where none are given are parameters, `h0`, ...
    dropout : float in [0, 1), on the outputs between layers, in training.
    recurrent_dropout : float in [0, 1), one mask a sequence on what enters the recurrent matrices
        (Gal & Ghahramani 2016, arXiv:1512.05287).
    weight_drop : float in [0, 1), one mask a call on the weights that meet what comes from the step
        before (Merity et al. 2018, arXiv:1708.02182).
    zoneout : float in [0, 1), the chance that a state keeps its old value (Krueger et al. 2017,
        arXiv:1606.01305).
    """

    def __init__(
        self,
        variant: Variant,
        input_size: int,
        hidden_size: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        merge: str = "concat",
        learned_state: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        weight_drop: float = 0.0,
        zoneout: float = 0.0,
        **options,
    ):
        layers = check_int("layers", layers, 1)
        bidirectional = check_bool("bidirectional", bidirectional)
        merge = check_merge(merge, bidirectional)
        self.learned_state = check_bool("learned_state", learned_state)
        rates = {"dropout": dropout, "recurrent_dropout": recurrent_dropout, "zoneout": zoneout}
        rates["weight_drop"] = weight_drop
        dropout, recurrent_dropout, zoneout, self.weight_drop = (
            check_number(name, rate, 0, below=1) for name, rate in rates.items()
        )
        if dropout and layers == 1:
            raise ValueRangeError(
                "dropout: it acts between layers, so that it has no effect with layers=1; use "
                "recurrent_dropout, or layers=2"
            )
        if zoneout and not variant.zoneout:
            raise ValueRangeError(
                f"zoneout: {variant.name} has no state that may keep its old value alone; use 0"
            )
        values = variant.settings(input_size, hidden_size, **options)
        input_size, hidden_size = values["D"], values["H"]
        self.variant, self.input_size, self.hidden_size = variant, input_size, hidden_size
        self.layers, self.bidirectional, self.merge = layers, bidirectional, merge
        self.dropout, self.recurrent_dropout, self.zoneout = dropout, recurrent_dropout, zoneout
        self.options = {name: values[name] for name in variant.options}
        self.unit_output = variant.output_size(input_size, hidden_size, **self.options)
        self.output_size = self.unit_output * (2 if bidirectional and merge == "concat" else 1)
        self.units = tuple(self._units())
        self.single = len(self.units) == 1
        self.names = tuple(variant.shapes(input_size, hidden_size, **self.options))
        self.recurrent = [name for name in self.names if name in RECURRENT]
        if weight_drop and not self.recurrent:
            raise ValueRangeError(
                f"weight_drop: {variant.name} has no recurrent weights to drop; use 0"
            )
        sizes = variant.state_shapes(input_size, hidden_size, **self.options)
        self.states = {u.prefix + name: size for u in self.units for name, size in sizes.items()}
        # the parameter that each state starts from; empty without learned_state
        self.starts = {name: f"{name}0" for name in self.states if self.learned_state}
        self.shapes = {}
        for unit in self.units:
            own = variant.shapes(unit.input_size, hidden_size, **self.options)
            own |= {f"{name}0": size for name, size in sizes.items() if self.learned_state}
            self.shapes |= {unit.prefix + name: shape for name, shape in own.items()}

    def _units(self):
        for layer in range(self.layers):
            size = self.input_size if layer == 0 else self.output_size
            for reverse in (False, True)[: 1 + self.bidirectional]:
                many = self.layers > 1 or self.bidirectional
                prefix = f"l{layer}." + "reverse." * reverse if many else ""
                yield Unit(prefix, layer, reverse, size)

    def initial_weights(self, init: str, seed) -> dict[str, np.ndarray]:
        """Start weights (float64) from `numpy.random.default_rng(seed)`, unit after unit.

        Learned states start as zeros.
        """
        rng = np.random.default_rng(check_seed(seed))
        weights = {}
        for unit in self.units:
            start = initializers.weights(
                self.variant, unit.input_size, self.hidden_size, self.options, init, rng
            )
            weights.update({unit.prefix + name: value for name, value in start.items()})
        weights |= {own: np.zeros(self.states[name]) for name, own in self.starts.items()}
        return {name: weights[name] for name in self.shapes}

    def check_input(self, shape: tuple[int, ...], one_step: bool = False, name: str = "") -> None:
        """Raise ShapeError unless x is (B, T, D) or, for one step, (B, D); T, B >= 1."""
        form = "(B, D" if one_step else "(B, T, D"
        ranks = [len(form.split(",")) + space for space in self.variant.space]
        axes = {0: "", 1: ", width", 2: ", height, width"}
        wanted = " or ".join(form + axes[space] + ")" for space in self.variant.space)
        name = name or ("x_t" if one_step else "x")
        if len(shape) not in ranks:
            raise ShapeError(
                f"{name}: expected {wanted} with D = {self.input_size}, got shape {tuple(shape)}"
                + (alone(name, one_step) if len(shape) + 1 in ranks else "")
            )
        if shape[1 if one_step else 2] != self.input_size:
            raise ShapeError(
                f"{name}: expected D = {self.input_size} features on axis "
                f"{1 if one_step else 2} ({wanted}), got shape {tuple(shape)}"
            )
        if 0 in shape:
            raise ShapeError(
                f"{name}: expected at least one sequence, step and place, got shape {tuple(shape)}"
            )

    def check_lengths(self, lengths, batch: int, steps: int) -> np.ndarray:
        """Lengths as a new int64 array (B,), each in 1..T."""
        return as_lengths("lengths", lengths, batch, steps)

    def state_dict_of(self, state, batch: int, space: tuple[int, ...] = ()) -> dict:
        """A state as given by the user, as a flat dict, its shapes checked.

        One of several states may be None, for zeros; it stays None here.
        """
        names = list(self.states)
        if self.single:
            if not isinstance(state, tuple | list) or len(state) != len(names):
                got = type(state).__name__
                got += f" of {len(state)}" if isinstance(state, tuple | list | Mapping) else ""
                raise ShapeError(f"state: expected a tuple ({', '.join(names)}), got {got}")
            state = dict(zip(names, state, strict=True))
        elif not isinstance(state, Mapping) or set(state) != set(names):
            got = sorted(map(str, state)) if isinstance(state, Mapping) else type(state).__name__
            raise ShapeError(f"state: expected a dict with the keys {names}, got {got}")
        for name in names:
            wanted = (batch, *self.states[name], *space)
            got = wanted if state[name] is None else shape_of(f"state {name}", state[name])
            if got != wanted:
                raise ShapeError(f"state {name}: expected shape {wanted}, got {got}")
        return dict(state)

    def state_as_given(self, states: Mapping):
        """The flat dict of states as the user gets it: a tuple for one layer and direction."""
        return tuple(states[name] for name in self.states) if self.single else dict(states)

    def describe(self) -> str:
        """Sizes and all that is not the default, as in the call that builds the layer."""
        shown = {n: getattr(self, n) for n, usual in SETTINGS.items() if getattr(self, n) != usual}
        usual = {n: v for n, v in self.variant.options.items() if isinstance(v, str)}
        shown |= {n: v for n, v in self.options.items() if usual.get(n) != v}
        return ", ".join(
            [f"{self.input_size}, {self.hidden_size}"] + [f"{n}={shown[n]!r}" for n in shown]
        )


def check_form(form: str) -> str:
    """Raise UnknownNameError unless it is "auto" or "steps"."""
    if not isinstance(form, str) or form not in ("auto", "steps"):
        raise unknown_name("form", form, ("auto", "steps"))
    return form


def shape_of(name: str, value) -> tuple[int, ...]:
    """The shape of an array, a tensor or nested lists."""
    try:
        return tuple(value.shape if hasattr(value, "shape") else np.shape(value))
    except ValueError as error:
        raise ShapeError(f"{name}: expected an array, got lists of different lengths") from error


def alone(name: str, one_step: bool) -> str:
    """What to do where the axis of the batch may be missing, or x is ids."""
    if one_step:
        return f"; a single step (D,) is a batch of one: {name}[None]"
    return (
        f"; a single sequence (T, D) is a batch of one: {name}[None]; ids (B, T) go through an "
        "Embedding first"
    )
