"""Every variant with its options, and random problems for them.

The list makes itself from `lstmbook.variants`: a new variant has its tests before it has its code.
"""

import importlib
from itertools import product
from typing import NamedTuple

import numpy as np

from lstmbook.core.layout import Layout
from lstmbook.variants import VARIANTS

IMPLEMENTATIONS = ("numpy", "torch", "tensorflow")

# Values to test beside the default; an option that is True or False is tested both ways.
MORE = {"heads": (2,), "proj_size": (3,), "activation": ("relu",)}

SPACES = {0: (), 1: (5,), 2: (4, 3)}  # larger than a kernel of 3


class Case(NamedTuple):
    """A variant, its options, how many space axes its x has, and D and H if not the usual."""

    variant: str
    options: dict
    space: int = 0
    given: dict | None = None

    def __str__(self):
        options = [f"{name}={value}" for name, value in self.options.items()]
        return "-".join([self.variant, *options, *["width"] * (self.space == 1)])

    @property
    def sizes(self) -> dict[str, int]:
        """D = 3 and H = 4, or both 4 where they have to be the same."""
        if self.given:
            return self.given
        for input_size in (3, 4):
            sizes = {"input_size": input_size, "hidden_size": 4}
            try:
                VARIANTS[self.variant].settings(**sizes, **self.options)
            except ValueError:
                continue
            return sizes
        raise AssertionError(f"no sizes fit {self}")

    @property
    def deep(self) -> dict:
        """Two layers and, where a second layer can read two directions, both of them."""
        try:
            settings = {"layers": 2, "bidirectional": True}
            self.layout(**settings)
        except ValueError:
            settings = {"layers": 2}
        return settings

    def sized(self, input_size: int, hidden_size: int) -> "Case":
        return self._replace(given={"input_size": input_size, "hidden_size": hidden_size})

    def layout(self, **settings) -> Layout:
        return Layout(VARIANTS[self.variant], **self.sizes, **self.options, **settings)


def cases_of(name: str) -> list[Case]:
    variant = VARIANTS[name]
    choices = []
    for option, default in variant.options.items():
        more = (not default,) if isinstance(default, bool) else MORE.get(option, ())
        choices.append([(option, value) for value in dict.fromkeys((default, *more))])
    return [Case(name, dict(some), n) for some in product(*choices) for n in variant.space]


CASES = [case for name in VARIANTS for case in cases_of(name)]


FRAMEWORKS_OWN = ("RNN", "LSTM", "GRU")  # PyTorch and Keras have these themselves


def way(case: Case) -> tuple:
    """What the code around a cell sees of it: two cases of one way differ in their rule alone."""
    variant, layout = VARIANTS[case.variant], case.layout()
    params = [(n, variant.params[n].role) for n in layout.shapes if not n.startswith("p_")]
    own = str(case) if case.variant in FRAMEWORKS_OWN else ""
    return case.space, tuple(layout.states), variant.parallel, tuple(params), own


# for what is not the cell's: the loop over time, lengths, directions, dropout, zoneout
ONE_OF_EACH_WAY = list({way(case): case for case in CASES}.values())


def make(impl: str, case: Case, dtype: str = "float64", **settings):
    """The layer of one implementation; `settings` may replace the sizes too."""
    layer = getattr(importlib.import_module(f"lstmbook.{impl}"), case.variant)
    return layer(**{**case.sizes, **case.options, **settings}, dtype=dtype)


def random_weights(layer, seed: int = 0) -> dict[str, np.ndarray]:
    """Weights that all differ, for a layer or a `Layout`; biases and gains are not 0 or 1."""
    rng = np.random.default_rng(seed)
    shapes = getattr(layer, "layout", layer).shapes
    return {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}


def random_states(layout: Layout, batch: int, space=(), seed: int = 0) -> dict:
    """A flat dict of states, all different, that a layer could have come to."""
    rng = np.random.default_rng(seed)
    states = {}
    for name, size in layout.states.items():
        states[name] = rng.normal(0, 0.5, (batch, *size, *space))
        if name.endswith("n"):  # a sum of positive numbers in sLSTM, 0 before the first step
            states[name] = np.abs(states[name]) + 0.3
    return states


class Problem(NamedTuple):
    """All that a forward and a backward pass need, as float64 arrays; states by name."""

    weights: dict
    x: np.ndarray
    state: dict
    lengths: np.ndarray
    dy: np.ndarray
    dstate: dict


def random_problem(case: Case, batch: int = 3, steps: int = 4, seed: int = 0, **settings):
    """Random weights, inputs, states and gradients; one sequence has T steps, one has 1."""
    layout, space = case.layout(**settings), SPACES[case.space]
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, steps + 1, batch)
    lengths[0], lengths[-1] = steps, 1
    return Problem(
        weights=random_weights(layout, seed + 1),
        x=rng.normal(size=(batch, steps, layout.input_size, *space)),
        state=random_states(layout, batch, space, seed + 2),
        lengths=lengths,
        dy=rng.normal(size=(batch, steps, layout.output_size, *space)),
        dstate=random_states(layout, batch, space, seed + 3),
    )
