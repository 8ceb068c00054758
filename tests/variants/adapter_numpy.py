"""One forward and backward pass of a NumPy layer, arrays in and out."""

import numpy as np


def forward_backward(layer, x, state, lengths, dy, dstate):
    """y, the last states, and the gradients of sum(y dy) + sum(end dstate), all by name.

    `state` and `dstate` are flat dicts or None; the gradients have the names of the parameters,
    `x`, and the names of the states.
    """
    given = layer.layout.state_as_given
    y, end = layer(x, None if state is None else given(state), lengths)
    dx, dstart = layer.backward(dy, None if dstate is None else given(dstate))
    grads = {**layer.grads, "x": dx, **by_name(layer, dstart)}
    return y, by_name(layer, end), grads


def by_name(layer, state) -> dict[str, np.ndarray]:
    """A state as layers give it, as a flat dict."""
    names = layer.layout.states
    return state if isinstance(state, dict) else dict(zip(names, state, strict=True))
