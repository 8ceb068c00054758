"""Layers and inputs for the tests of this folder."""

import numpy as np
import torch

from lstmbook import torch as lb
from tests.variants.cases import CASES, Case, make, random_problem

FLAT = [case for case in CASES if case.space == max(case.layout().variant.space)]
DEEP = {"layers": 2, "bidirectional": True}
LSTM = Case("LSTM", {})


def layer_and_problem(case, dtype="float64", steps=4, **settings):
    """A layer with random weights, and a problem for it."""
    problem = random_problem(case, steps=steps, **settings)
    layer = make("torch", case, dtype, **settings)
    lb.set_weights(layer, problem.weights)
    return layer, problem


def tensors(layer, problem):
    """x and the state of a problem, as the layer takes them."""
    state = {name: lb.asarray(value, layer.dtype) for name, value in problem.state.items()}
    return lb.asarray(problem.x, layer.dtype), layer.layout.state_as_given(state)


def flat(layer, state) -> dict:
    """A state as layers give it, as a flat dict."""
    return state if isinstance(state, dict) else dict(zip(layer.layout.states, state))


def assert_same(layer, one, other, tolerance=1e-12):
    """y and states of two calls of layers of one layout."""
    (y, end), (y2, end2) = one, other
    end, end2 = flat(layer, end), flat(layer, end2)
    for a, b in [(y, y2), *((end[n], end2[n]) for n in end)]:
        np.testing.assert_allclose(lb.to_numpy(a), lb.to_numpy(b), rtol=tolerance, atol=tolerance)


def gradients(layer, y) -> dict[str, torch.Tensor]:
    layer.zero_grad()
    slopes = torch.linspace(-1, 1, y.numel(), dtype=y.dtype, device=y.device)
    (y * slopes.view(y.shape)).sum().backward()
    return {name: torch.as_tensor(g) for name, g in lb.get_grads(layer).items()}
