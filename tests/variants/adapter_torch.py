"""The PyTorch layers as the tests of the variants want them: NumPy arrays in and out."""

import torch

from lstmbook.torch import get_grads, to_numpy


def forward_backward(layer, x, state, lengths, dy, dstate):
    """Run a layer and take the gradients of sum(y dy) + sum(end dstate).

    Parameters
    ----------
    layer : PyTorch layer
    x, dy : arrays (B, T, ...)
    state, dstate : flat dicts of arrays by the states' names ("h", "c" or "l0.h", ...), or None
    lengths : ints (B,) or None

    Returns
    -------
    y : array
    end : flat dict of arrays
    grads : dict of arrays: every parameter by its canonical name, "x", and every state's name
    """

    def tensor(value, requires_grad=False):
        return torch.tensor(value, dtype=layer.dtype, requires_grad=requires_grad)

    names = list(layer.layout.states)
    layer.zero_grad()
    x = tensor(x, True)
    start = {n: tensor(state[n], True) for n in names} if state else {}
    y, end = layer(x, layer.layout.state_as_given(start) if start else None, lengths)
    end = end if isinstance(end, dict) else dict(zip(names, end, strict=True))
    loss = (y * tensor(dy)).sum()
    for name in names if dstate else ():
        loss = loss + (end[name] * tensor(dstate[name])).sum()
    loss.backward()
    grads = get_grads(layer)
    for name, value in {"x": x, **start}.items():
        grads[name] = to_numpy(torch.zeros_like(value) if value.grad is None else value.grad)
    return to_numpy(y), {name: to_numpy(end[name]) for name in names}, grads
