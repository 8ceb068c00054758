"""One framework in one process: reads a question a line (JSON), answers with seconds a call.

Frameworks do not share a process: their thread pools wait busily and take each other's time.
"""

import json
import resource
import sys
import time

import numpy as np


def numpy_calls(kind: str, name: str, steps, batch, inputs, hidden):
    """`forward` and `both` (forward and backward) of a NumPy layer, or of its products alone."""
    rng = np.random.default_rng(0)
    if kind == "floor":
        return products(rng, matrices(name, inputs, hidden), steps, batch)
    from lstmbook import numpy as lb

    layer, x, dy = make(lb, rng, name, steps, batch, inputs, hidden)

    def both():
        layer(x)
        layer.backward(dy)

    return lambda: layer(x, training=False), both


def input_size(name, inputs, hidden):
    """D; without mixing a depthwise layer has as many inputs as cells."""
    return hidden if name == "DepthwiseLSTM" else inputs


def matrices(name, inputs, hidden):
    """(rows, columns) of the matrices that a variant multiplies with in every step.

    W and U stand in one matrix where both give the same blocks. Kernels are no matrices.
    """
    from lstmbook.variants import VARIANTS

    variant = VARIANTS[name]
    shapes = variant.shapes(input_size(name, inputs, hidden), hidden)
    kernels = {n for n, param in variant.params.items() if param.role == "depthwise"}
    found = {n: s[-2:] for n, s in shapes.items() if len(s) > 1 and n not in kernels}
    if "U" in found and found["U"][1] == found["W"][1]:
        rows, columns = found.pop("U")
        found["W"] = (rows + found["W"][0], columns)
    return list(found.values())


def products(rng, sizes, steps, batch):
    """The matrix products of a layer alone: what no pointwise work can go below."""

    def normal(*shape):
        return rng.normal(size=shape).astype("float32")

    each = []
    for rows, columns in sizes:
        weight = normal(columns, rows)
        v, z, dv = normal(steps, rows, batch), normal(steps, columns, batch), normal(rows, batch)
        flat = normal(rows, steps * batch), normal(columns, steps * batch)
        each.append((weight, weight.T.copy(), v, z, dv, flat))

    def forward():
        for weight, _, v, z, *_ in each:
            for t in range(steps):
                np.matmul(weight, v[t], out=z[t])

    def both():
        forward()
        for _, turned, _, z, dv, (v, dz) in each:
            for t in range(steps):
                np.matmul(turned, z[t], out=dv)
            v @ dz.T

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
    inputs = input_size(name, inputs, hidden)
    space = {"ConvLSTM1D": (8,), "ConvLSTM2D": (4, 4)}.get(name, ())
    layer = getattr(lb, name)(inputs, hidden)
    x = rng.normal(size=(batch, steps, inputs, *space)).astype("float32")
    outputs = variant.output_size(inputs, hidden)
    return layer, x, rng.normal(size=(batch, steps, outputs, *space)).astype("float32")


def main() -> None:
    framework, clock = sys.argv[1], getattr(time, sys.argv[2])
    frameworks = {"numpy": numpy_calls, "torch": torch_calls, "tensorflow": tensorflow_calls}
    make_calls = frameworks[framework]
    ready: dict[str, tuple] = {}
    for line in sys.stdin:
        question = json.loads(line)
        key = json.dumps([question["kind"], question["name"], question["size"]])
        if key not in ready:
            ready.clear()  # one layer at a time, so that memory and caches are its own
            ready[key] = make_calls(question["kind"], question["name"], *question["size"])
            if clock is time.perf_counter:
                time.sleep(0.3)  # NumPy's threads, which drew the weights, wait busily for a while
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
