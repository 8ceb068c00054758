"""One pass forward and back through a model of any of the three, and what it gives."""

from typing import Any

import numpy as np


def random_weights(lb, model, seed: int = 0) -> dict[str, np.ndarray]:
    """Different weights everywhere, written into the model too."""
    rng = np.random.default_rng(seed)
    weights = {n: rng.normal(0, 0.7, w.shape) for n, w in sorted(lb.get_weights(model).items())}
    lb.set_weights(model, weights)
    return weights


def passed(lb, model, target, /, *inputs: Any, **options: Any):
    """Outputs, loss and gradients of all weights, as NumPy has them."""
    name = lb.__name__.rpartition(".")[2]
    lengths = options.get("lengths")
    if name == "numpy":
        outputs = model(*inputs, **options)
        loss, doutputs = model.loss(outputs, target, lengths)
        model.backward(doutputs)
        return outputs, loss, model.grads
    if name == "torch":
        model.zero_grad()
        outputs = model(*(tensor(lb, x) for x in inputs), **options)
        loss = model.loss(outputs, target, lengths)
        loss.backward()
        return lb.to_numpy(outputs), loss.item(), lb.get_grads(model)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs = model(*(tensor(lb, x) for x in inputs), **options)
        loss = model.loss(outputs, target, lengths)
    params = model.params
    found = tape.gradient(loss, [v.value for v in params.values()])
    grads = {n: lb.to_numpy(tf.convert_to_tensor(g)) for n, g in zip(params, found, strict=True)}
    return lb.to_numpy(outputs), float(loss), grads


def tensor(lb, x):
    """Floats as the implementation has them; ids as they are."""
    return lb.asarray(x, "float64") if np.asarray(x).dtype.kind == "f" else x


def assert_same(one: dict, two: dict, atol: float) -> None:
    """Arrays by name, close to each other."""
    assert set(one) == set(two)
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, atol=atol, err_msg=name)
