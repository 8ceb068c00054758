"""The TensorFlow layers as the tests of the variants want them: NumPy arrays in and out."""

import numpy as np
import tensorflow as tf

from lstmbook.tensorflow import to_numpy


def forward_backward(layer, x, state, lengths, dy, dstate):
    """Run a layer and take the gradients of sum(y dy) + sum(end dend).

    Parameters
    ----------
    layer : TensorFlow layer
    x, dy : arrays (B, T, ...)
    state, dstate : flat dicts of arrays by the states' names ("h", "c" or "l0.h", ...), or None
    lengths : ints (B,) or None

    Returns
    -------
    y : array
    end : flat dict of arrays
    grads : dict of arrays: every parameter by its canonical name, "x", and every state's name
    """
    names = list(layer.layout.states)
    x = tf.constant(x, layer.compute_dtype)
    start = {n: tf.constant(state[n], layer.compute_dtype) for n in names} if state else {}
    with tf.GradientTape() as tape:
        tape.watch([x, *start.values()])
        given = layer.layout.state_as_given(start) if start else None
        y, end = layer(x, given, lengths)
        end = end if isinstance(end, dict) else dict(zip(names, end, strict=True))
        loss = tf.reduce_sum(y * dy)
        for name in names if dstate else ():
            loss += tf.reduce_sum(end[name] * dstate[name])
    sources = {**layer.params, "x": x, **start}
    values = [v.value if hasattr(v, "value") else v for v in sources.values()]
    grads = tape.gradient(loss, values, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    grads = {n: np.asarray(tf.convert_to_tensor(g)) for n, g in zip(sources, grads, strict=True)}
    return to_numpy(y), {name: to_numpy(end[name]) for name in names}, grads
