"""One step of a stream: PyTorch's cell functions on our weights, as they are now."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lstmbook import torch as lt  # noqa: E402
from lstmbook.errors import ShapeError  # noqa: E402

D, H, B = 3, 5, 4


def layer(name, **options):
    torch.manual_seed(0)
    made = getattr(lt, name)(D, H, dtype="float64", **options)
    with torch.no_grad():
        for p in made.parameters():
            p.copy_(torch.randn_like(p))
    return made


def start(made):
    return tuple(torch.randn(B, H, dtype=torch.float64) for _ in made.layout.states)


def loops(made, x, state):
    """The same steps, as a sequence that goes through the cell's own code."""
    form, made.form = made.form, "steps"
    try:
        return made(x, state)
    finally:
        made.form = form


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
def test_values_and_gradients(name, monkeypatch):
    made = layer(name)
    called = []
    own = made.cell_function
    monkeypatch.setattr(
        type(made), "cell_function", staticmethod(lambda *a: called.append(1) or own(*a))
    )
    x = torch.randn(B, 2, D, dtype=torch.float64, requires_grad=True)
    state = tuple(s.requires_grad_() for s in start(made))
    y1, new = made.step(x[:, 0], state)
    y2, _ = made.step(x[:, 1], new)
    assert len(called) == 2
    inputs = [x, *state, *made.parameters()]
    weight = torch.randn(B, 2, H, dtype=torch.float64)
    got = torch.autograd.grad((torch.stack([y1, y2], 1) * weight).sum(), inputs)
    y, _ = loops(made, x, state)
    want = torch.autograd.grad((y * weight).sum(), inputs)
    assert torch.allclose(torch.stack([y1, y2], 1), y, atol=1e-12)
    assert all(torch.allclose(a, b, atol=1e-11) for a, b in zip(got, want))


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN", "ProjectedLSTM", "PeepholeLSTM"])
def test_weights_that_change_in_between(name):
    made = layer(name)
    x = torch.randn(B, D, dtype=torch.float64)
    before, _ = made.step(x)
    with torch.no_grad():
        for p in made.parameters():
            p.mul_(-0.7)
    after, _ = made.step(x)
    assert not torch.allclose(before, after)
    assert torch.allclose(after, loops(made, x[:, None], None)[0][:, 0], atol=1e-12)


def test_weights_under_other_names():
    made, x = layer("LSTM"), torch.randn(B, D, dtype=torch.float64)
    doubled = {k: 2 * v for k, v in made.state_dict().items()}

    class Step(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = made

        def forward(self, x):
            return self.layer.step(x)[0]

    params = {f"layer.{k}": v for k, v in doubled.items()}
    got = torch.func.functional_call(Step(), params, (x,))
    torch.nn.utils.parametrizations.weight_norm(made, "U")
    assert torch.allclose(made.step(x)[0], loops(made, x[:, None], None)[0][:, 0])
    other = layer("LSTM")
    other.load_state_dict(doubled)
    assert torch.allclose(got, other.step(x)[0])


def test_other_inputs_take_the_way_with_all_checks():
    made = layer("LSTM")
    x, state = torch.randn(B, D, dtype=torch.float64), start(made)
    want, _ = made.step(x, state)
    assert torch.allclose(made.step(x.float(), state)[0], want, atol=1e-6)
    assert torch.allclose(made.step(x, list(state))[0], want)
    with pytest.raises(ShapeError, match="x_t"):
        made.step(torch.randn(D))
    with pytest.raises(ShapeError, match="x_t"):
        made.step(np.zeros((B, D)))
    with pytest.raises(ShapeError, match="state"):
        made.step(x, (state[0][:2], state[1]))
    half = lt.LSTM(D, H, dtype="bfloat16")
    assert half.step(torch.zeros(B, D))[0].dtype == torch.bfloat16
    kept = layer("LSTM", zoneout=0.3).eval()
    assert torch.allclose(
        kept.step(x, state)[0], loops(kept, x[:, None], state)[0][:, 0], atol=1e-12
    )
