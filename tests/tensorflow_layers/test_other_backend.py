"""The layers are written with `keras.ops` alone: they also run where Keras runs on PyTorch."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import keras, numpy as np, torch
assert keras.backend.backend() == "torch"
from lstmbook import numpy as ours
from lstmbook.tensorflow.cells.gru import GRU
from lstmbook.tensorflow.cells.minimal import MinLSTM
from lstmbook.tensorflow.cells.peephole import PeepholeLSTM
from lstmbook.tensorflow.weights import get_weights

rng = np.random.default_rng(0)
x, lengths = rng.normal(size=(4, 3, 2)).astype("float32"), np.array([3, 1, 2, 3])
for layer in (PeepholeLSTM, MinLSTM, GRU):
    settings = {"bidirectional": True, "seed": 3}
    one, other = layer(2, 4, **settings), getattr(ours, layer.__name__)(2, 4, **settings)
    y, state = one(torch.tensor(x), lengths=lengths)
    want, end = other(x, lengths=lengths)
    dy = rng.normal(size=want.shape)
    (y * torch.tensor(dy).float()).sum().backward()
    other.backward(dy)
    differences = [np.abs(y.detach().numpy() - want).max()]
    differences += [np.abs(state[name].detach().numpy() - end[name]).max() for name in end]
    for name, grad in other.grads.items():
        differences.append(np.abs(one.params[name].value.grad.numpy() - grad).max())
    assert max(differences) < 1e-5, (layer, differences)
    assert (get_weights(one)["l0.W"] == other.params["l0.W"]).all()
print("equal")
"""


def test_on_the_torch_backend(tmp_path):
    for module in ("keras", "torch"):
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module}")
    root = Path(__file__).parents[2]
    env = {**os.environ, "KERAS_BACKEND": "torch", "KERAS_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["equal"]
