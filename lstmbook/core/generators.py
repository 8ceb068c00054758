"""NumPy's generators that a model draws from in training, so that a checkpoint can keep them."""

import numpy as np


def holders(model, attribute: str) -> dict:
    """What the model and its parts have under that name, by the part."""
    found = {
        name: getattr(p, attribute, None) for name, p in {"model": model, **model.parts}.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def random_states(model) -> dict:
    """The states of all generators, as plain values."""
    found = holders(model, "rng").items()
    return {n: rng.bit_generator.state for n, rng in found if isinstance(rng, np.random.Generator)}


def set_random_states(model, states: dict) -> None:
    """Go on drawing from these states."""
    for name, rng in holders(model, "rng").items():
        if name in states:
            rng.bit_generator.state = states[name]
