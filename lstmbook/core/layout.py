"""What the three implementations share about a layer: names, shapes, checks. No framework."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lstmbook.core import initializers
from lstmbook.errors import NameNotKnown, ShapeError, ValueRangeError
from lstmbook.variants import Variant


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
    bidirectional : bool, a second direction from the last step to the first; outputs are joined.
    dropout : float in [0, 1), on the outputs between layers, in training.
    recurrent_dropout : float in [0, 1), one mask a sequence on what enters the recurrent matrices
        (Gal & Ghahramani 2016, arXiv:1512.05287).
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
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        zoneout: float = 0.0,
        **options,
    ):
        if isinstance(layers, bool) or not hasattr(layers, "__index__") or layers < 1:
            raise ValueRangeError(f"layers: expected an integer >= 1, got {layers!r}")
        rates = {"dropout": dropout, "recurrent_dropout": recurrent_dropout, "zoneout": zoneout}
        for label, rate in rates.items():
            if not 0 <= rate < 1:
                raise ValueRangeError(f"{label}: expected a rate in [0, 1), got {rate!r}")
        if zoneout and not variant.zoneout:
            raise ValueRangeError(
                f"zoneout: {variant.name} has no state that may keep its old value alone; use 0"
            )
        self.variant, self.input_size, self.hidden_size = variant, input_size, hidden_size
        self.layers, self.bidirectional = layers, bool(bidirectional)
        self.dropout, self.recurrent_dropout, self.zoneout = dropout, recurrent_dropout, zoneout
        values = variant.settings(input_size, hidden_size, **options)
        self.options = {name: values[name] for name in variant.options}
        self.unit_output = variant.output_size(input_size, hidden_size, **self.options)
        self.output_size = self.unit_output * (2 if bidirectional else 1)
        self.units = tuple(self._units())
        self.single = len(self.units) == 1
        self.shapes = {
            unit.prefix + name: shape
            for unit in self.units
            for name, shape in variant.shapes(unit.input_size, hidden_size, **self.options).items()
        }
        self.names = tuple(variant.shapes(input_size, hidden_size, **self.options))
        sizes = variant.state_shapes(input_size, hidden_size, **self.options)
        self.states = {u.prefix + name: size for u in self.units for name, size in sizes.items()}

    def _units(self):
        for layer in range(self.layers):
            size = self.input_size if layer == 0 else self.output_size
            for reverse in (False, True)[: 1 + self.bidirectional]:
                many = self.layers > 1 or self.bidirectional
                prefix = f"l{layer}." + "reverse." * reverse if many else ""
                yield Unit(prefix, layer, reverse, size)

    def initial_weights(self, init: str, seed) -> dict[str, np.ndarray]:
        """Start weights (float64) from `numpy.random.default_rng(seed)`, unit after unit."""
        rng = np.random.default_rng(seed)
        weights = {}
        for unit in self.units:
            start = initializers.weights(
                self.variant, unit.input_size, self.hidden_size, self.options, init, rng
            )
            weights.update({unit.prefix + name: value for name, value in start.items()})
        return weights

    def check_input(self, shape: tuple[int, ...], one_step: bool = False) -> None:
        """Raise ShapeError unless x is (B, T, D) or, for one step, (B, D); T, B >= 1."""
        form = "(B, D" if one_step else "(B, T, D"
        ranks = [len(form.split(",")) + space for space in self.variant.space]
        axes = {0: "", 1: ", width", 2: ", height, width"}
        wanted = " or ".join(form + axes[space] + ")" for space in self.variant.space)
        name = "x_t" if one_step else "x"
        if len(shape) not in ranks:
            raise ShapeError(
                f"{name}: expected {wanted} with D = {self.input_size}, got shape {tuple(shape)}"
            )
        if shape[1 if one_step else 2] != self.input_size:
            raise ShapeError(
                f"{name}: expected D = {self.input_size} features on axis "
                f"{1 if one_step else 2} ({wanted}), got shape {tuple(shape)}"
            )
        if 0 in shape:
            raise ShapeError(f"{name}: expected at least one of everything, got shape {shape}")

    def check_lengths(self, lengths, batch: int, steps: int) -> np.ndarray:
        """Lengths as an int array (B,), each in 1..T."""
        array = np.asarray(lengths)
        if array.shape != (batch,):
            raise ShapeError(
                f"lengths: expected one integer a sequence, shape ({batch},), got {array.shape}"
            )
        if array.dtype.kind not in "iu":
            raise ValueRangeError(
                f"lengths: expected integers, got {array.dtype}; a mask is made into lengths "
                "with mask.sum(axis=1) when its padding is on the right"
            )
        if array.min() < 1 or array.max() > steps:
            raise ValueRangeError(
                f"lengths: expected 1 <= length <= T = {steps}, got {array.min()} to {array.max()}"
            )
        return array

    def state_dict_of(self, state, batch: int, space: tuple[int, ...] = ()) -> dict:
        """A state as given by the user, as a flat dict, its shapes checked."""
        names = list(self.states)
        if self.single:
            if not isinstance(state, tuple | list) or len(state) != len(names):
                came = (
                    f"{type(state).__name__} of {len(state)}"
                    if hasattr(state, "__len__")
                    else state
                )
                raise ShapeError(f"state: expected a tuple ({', '.join(names)}), got {came}")
            state = dict(zip(names, state, strict=True))
        elif not isinstance(state, Mapping) or set(state) != set(names):
            came = sorted(state) if isinstance(state, Mapping) else type(state).__name__
            raise ShapeError(f"state: expected a dict with the keys {names}, got {came}")
        for name in names:
            wanted = (batch, *self.states[name], *space)
            if tuple(state[name].shape) != wanted:
                raise ShapeError(
                    f"state {name}: expected shape {wanted}, got {tuple(state[name].shape)}"
                )
        return dict(state)

    def state_as_given(self, states: Mapping):
        """The flat dict of states as the user gets it: a tuple for one layer and direction."""
        return tuple(states[name] for name in self.states) if self.single else dict(states)

    def check_weights(self, weights: Mapping) -> None:
        """Raise before anything is copied if names or shapes differ from the layer's."""
        check_names_and_shapes(weights, self.shapes)


def check_names_and_shapes(weights: Mapping, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Names and shapes of a set of weights against what is wanted, and no NaN or infinity.

    Raises
    ------
    NameNotKnown
        If a name is missing or too many.
    ShapeError
        If a shape differs.
    """
    missing = [name for name in shapes if name not in weights]
    extra = [name for name in weights if name not in shapes]
    if missing or extra:
        raise NameNotKnown(
            f"weights: expected the names {list(shapes)}; missing {missing}, not known {extra}"
        )
    for name, shape in shapes.items():
        came = tuple(np.shape(weights[name]))
        if came != tuple(shape):
            raise ShapeError(f"weights {name}: expected shape {tuple(shape)}, got {came}")
