"""Gradients by central differences, to hold against the ones derived by hand."""

from collections.abc import Callable, Mapping

import numpy as np


def numeric_gradient(f: Callable[[], float], x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """df/dx by (f(x + eps) - f(x - eps)) / (2 eps), one element of x at a time, in place.

    Parameters
    ----------
    f : function without arguments that reads `x` and gives a float
    x : float64 array, changed and put back
    """
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + eps
        above = f()
        x[index] = old - eps
        below = f()
        x[index] = old
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """Largest difference, relative to the largest value of either."""
    scale = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0), 1e-8)
    return float(np.abs(a - b).max(initial=0) / scale)


def check_layer(layer, x, state=None, lengths=None, seed: int = 0) -> dict[str, float]:
    """Relative error of every gradient of a NumPy layer, by name: `x`, states, parameters.

    The loss is a sum of y and of the last state with random weights. Float64 layers reach 1e-7.

    Parameters
    ----------
    layer : NumPy layer with dtype="float64"
    x : array (B, T, D)
    state : as `layer` takes it; random by default, h0 != c0
    lengths : ints (B,) or None
    """
    rng = np.random.default_rng(seed)
    x = np.array(x, dtype="float64")
    sizes, space = layer.layout.states, x.shape[3:]
    if state is None:
        flat = {n: rng.normal(0, 0.5, (len(x), *size, *space)) for n, size in sizes.items()}
    else:
        flat = layer.layout.state_dict_of(state, len(x), space)
    flat = {name: np.array(value, dtype="float64") for name, value in flat.items()}
    given = layer.layout.state_as_given

    def forward(training=False):
        before = layer.rng.bit_generator.state
        y, end = layer(x, given(flat), lengths, training=training)
        layer.rng.bit_generator.state = before
        return y, end if isinstance(end, Mapping) else dict(zip(sizes, end, strict=True))

    y, end = forward(training=True)
    dy = rng.normal(size=y.shape)
    dend = {name: rng.normal(size=value.shape) for name, value in end.items()}
    dx, dstate = layer.backward(dy, given(dend))
    grads = {**layer.grads, "x": dx}
    grads |= dstate if isinstance(dstate, Mapping) else dict(zip(sizes, dstate, strict=True))

    def loss():
        y, end = forward(training=random)
        return float((y * dy).sum() + sum((end[n] * dend[n]).sum() for n in end))

    s = layer.layout
    random = bool(s.dropout or s.recurrent_dropout or s.weight_drop or s.zoneout)
    variables = {**layer.params, "x": x, **flat}
    return {n: relative_error(grads[n], numeric_gradient(loss, v)) for n, v in variables.items()}
