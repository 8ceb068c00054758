"""One framework in one process: reads a question a line (JSON), answers with seconds a call.

Frameworks do not share a process: their thread pools wait busily and take each other's time.
"""

import json
import resource
import sys
import time

import numpy as np


def numpy_calls(kind: str, name: str, steps, batch, inputs, hidden):
    """`forward` and `both` (forward and backward) of a NumPy layer, or of the products alone."""
    rng = np.random.default_rng(0)
    if name == "products":
        return products(rng, steps, batch, inputs, hidden)
    from lstmbook import numpy as lb

    layer, x, dy = make(lb, rng, name, steps, batch, inputs, hidden)

    def both():
        layer(x)
        layer.backward(dy)

    return lambda: layer(x, training=False), both


def products(rng, steps, batch, inputs, hidden):
    """The matrix products of an LSTM alone: what no pointwise work can go below."""
    weights = rng.normal(size=(4 * hidden, inputs + hidden + 1)).astype("float32")
    s = rng.normal(size=(steps, inputs + hidden + 1, batch)).astype("float32")
    z, turned = np.empty((steps, 4 * hidden, batch), "float32"), weights.T[:-1].copy()
    ds = np.empty((steps, inputs + hidden, batch), "float32")
    rows = rng.normal(size=(inputs + hidden + 1, steps * batch)).astype("float32")
    columns = rng.normal(size=(4 * hidden, steps * batch)).astype("float32")

    def forward():
        for t in range(steps):
            np.matmul(weights, s[t], out=z[t])

    def both():
        forward()
        for t in range(steps):
            np.matmul(turned, z[t], out=ds[t])
        return rows @ columns.T

    return forward, both


def torch_calls(kind: str, name: str, steps, batch, inputs, hidden):
    """The same of a PyTorch layer: ours, or `torch.nn`'s with kind "peer"."""
    import torch

    rng = np.random.default_rng(0)
    if kind == "peer":
        layer = getattr(torch.nn, name)(inputs, hidden, batch_first=True)
        x = rng.normal(size=(batch, steps, inputs)).astype("float32")
        dy = rng.normal(size=(batch, steps, hidden)).astype("float32")
    else:
        from lstmbook import torch as lb

        layer, x, dy = make(lb, rng, name, steps, batch, inputs, hidden)
    x, dy = torch.tensor(x, requires_grad=True), torch.tensor(dy)

    def forward():
        with torch.no_grad():
            layer(x)

    def both():
        layer.zero_grad()
        x.grad = None
        layer(x)[0].backward(dy)

    return forward, both


def tensorflow_calls(kind: str, name: str, steps, batch, inputs, hidden):
    """The same of a Keras layer, ours or Keras', inside `tf.function`."""
    import keras
    import tensorflow as tf

    rng = np.random.default_rng(0)
    if kind == "peer":
        layer = getattr(keras.layers, name)(hidden, return_sequences=True)
        x = rng.normal(size=(batch, steps, inputs)).astype("float32")
        dy = rng.normal(size=(batch, steps, hidden)).astype("float32")
    else:
        from lstmbook import tensorflow as lb

        layer, x, dy = make(lb, rng, name, steps, batch, inputs, hidden)
        layer.return_state = False
    x, dy = tf.constant(x), tf.constant(dy)
    forward = tf.function(lambda: layer(x))

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x) * dy)
        return tape.gradient(loss, [x, *layer.trainable_variables])

    return forward, both


def make(lb, rng, name, steps, batch, inputs, hidden):
    """A layer of ours and arrays of the shapes that it takes and gives."""
    from lstmbook.variants import VARIANTS

    variant = VARIANTS[name]
    inputs = hidden if name == "DepthwiseLSTM" else inputs
    space = {"ConvLSTM1D": (8,), "ConvLSTM2D": (4, 4)}.get(name, ())
    layer = getattr(lb, name)(inputs, hidden)
    x = rng.normal(size=(batch, steps, inputs, *space)).astype("float32")
    outputs = variant.output_size(inputs, hidden)
    return layer, x, rng.normal(size=(batch, steps, outputs, *space)).astype("float32")


def main() -> None:
    framework, clock = sys.argv[1], getattr(time, sys.argv[2])
    make_calls = {"numpy": numpy_calls, "torch": torch_calls, "tensorflow": tensorflow_calls}
    ready: dict[str, tuple] = {}
    for line in sys.stdin:
        question = json.loads(line)
        key = json.dumps([question["kind"], question["name"], question["size"]])
        if key not in ready:
            ready.clear()  # one layer at a time, so that memory and caches are its own
            calls = make_calls[framework](question["kind"], question["name"], *question["size"])
            ready[key] = calls
        call = ready[key][question["mode"] == "both"]
        call()
        started = clock()
        for _ in range(question["repeat"]):
            call()
        seconds = (clock() - started) / question["repeat"]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mib": peak}), flush=True)


if __name__ == "__main__":
    main()
