"""States in and out of a layer: checked, feature-major inside, batch first outside."""

import numpy as np

from lstmbook.core.checks import check_finite
from lstmbook.numpy.arrays import as_input


def as_states(
    layer, state, batch: int, space: tuple[int, ...], learned: bool = False
) -> dict[str, np.ndarray]:
    """The user's states as new feature-major arrays; zeros, or what is learned, for None."""
    layout, dtype = layer.layout, layer.dtype
    states = {n: np.zeros((*s, batch, *space), dtype) for n, s in layout.states.items()}
    given = {} if state is None else layout.state_dict_of(state, batch, space)
    for name, size in layout.states.items():
        value = given.get(name)
        if value is not None:
            value = as_input(f"state {name}", value, dtype)
            check_finite(f"state {name}", value)
            states[name] = np.moveaxis(value, 0, len(size)).copy()
        elif learned and layout.starts:
            start = layer.params[layout.starts[name]]
            states[name] += start.reshape(*size, *[1] * (1 + len(space)))
    return states


def started(layout, state) -> list[str]:
    """Names of the states that a call with this state starts from what is learned."""
    flat = {}
    if state is not None and layout.starts:
        flat = dict(zip(layout.starts, state)) if layout.single else state
    return [name for name in layout.starts if flat.get(name) is None]


def add_start_gradients(layer, learned: list[str], dstates: dict[str, np.ndarray]) -> None:
    """Into `layer.grads`: one start serves the whole batch and every place."""
    for name in learned:
        total = dstates[name].reshape(*layer.layout.states[name], -1).sum(axis=-1)
        layer.grads[layer.layout.starts[name]] = total
