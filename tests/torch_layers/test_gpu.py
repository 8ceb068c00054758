"""On a GPU: the numbers of the CPU, lengths that lie there, and fit's way there and back."""

import copy

import numpy as np
import pytest
import torch

from lstmbook import torch as lb
from tests.torch_layers.problems import DEEP, LSTM, flat, gradients, layer_and_problem, tensors
from tests.variants.cases import CASES

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"),
]


@pytest.fixture(autouse=True)
def full_precision(monkeypatch):
    """Else cuDNN rounds products to 10 bits on newer GPUs."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def moved(state, device):
    if isinstance(state, dict):
        return {name: value.to(device) for name, value in state.items()}
    return tuple(value.to(device) for value in state)


@pytest.mark.parametrize("where", ["none", "list", "cpu", "cuda"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_as_on_the_cpu(case, where):
    layer, problem = layer_and_problem(case, "float32", **case.deep)
    x, state = tensors(layer, problem)
    lengths = None if where == "none" else problem.lengths.tolist()
    y, end = layer(x, state, lengths)
    there = copy.deepcopy(layer).to("cuda")
    if where in ("cpu", "cuda"):
        lengths = torch.tensor(lengths, device=where)
    y2, end2 = there(x.to("cuda"), moved(state, "cuda"), lengths)
    torch.testing.assert_close(y2.cpu(), y, rtol=1e-4, atol=1e-4)
    for name, value in flat(layer, end).items():
        torch.testing.assert_close(flat(layer, end2)[name].cpu(), value, rtol=1e-4, atol=1e-4)
    mine, theirs = gradients(layer, y), gradients(there, y2)
    for name, gradient in mine.items():
        scale = gradient.abs().max().clamp(min=1e-3)
        assert (theirs[name] - gradient).abs().max() / scale < 1e-3, name


def test_pytorchs_own_module_does_not_complain(recwarn):
    """Weights that are no longer in one piece of memory cost a copy and a warning every call."""
    layer = lb.LSTM(3, 4, device="cuda", **DEEP)
    lb.set_weights(layer, lb.get_weights(layer))
    copied = copy.deepcopy(layer).cpu().cuda()
    for one in (layer, copied):
        one(torch.zeros(2, 3, 3, device="cuda"))[0].sum().backward()
    assert [str(w.message) for w in recwarn] == []


def test_no_call_waits_for_the_gpu():
    layer, problem = layer_and_problem(LSTM._replace(variant="PeepholeLSTM"), "float32")
    layer.to("cuda")
    x, lengths = torch.tensor(problem.x).cuda(), torch.tensor(problem.lengths).cuda()
    layer(x, lengths=lengths)
    torch.cuda.set_sync_debug_mode("error")
    try:
        layer(x, lengths=lengths)[0].sum().backward()
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_fit_uses_the_gpu_and_puts_the_model_back():
    x = np.random.default_rng(0).normal(size=(30, 5, 3))
    y = (x.sum(axis=(1, 2)) > 0).astype(int)
    model = lb.SequenceClassifier(lb.LSTM(3, 4), 2)
    torch.cuda.reset_peak_memory_stats()
    lb.fit(model, (x, y), validation=(x, y), epochs=2, patience=1, progress=False)
    assert torch.cuda.max_memory_allocated() > 0
    assert {p.device.type for p in model.parameters()} == {"cpu"}
    model.to("cuda")
    lb.fit(model, (x, y), epochs=1, progress=False)
    assert lb.predict(model, x).shape == (30, 2)
    assert {p.device.type for p in model.parameters()} == {"cuda"}
