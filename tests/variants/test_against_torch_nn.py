"""Our RNN, LSTM, GRU and ProjectedLSTM against `torch.nn`'s, with weights put in by hand.

Three forms are held against it: NumPy, PyTorch by PyTorch's own function, PyTorch on our loop.
"""

import numpy as np
import pytest

from tests.variants import adapter_numpy
from tests.variants.cases import Case, make, random_problem, random_states

THEIRS = {
    "RNN": Case("RNN", {}),
    "LSTM": Case("LSTM", {}),
    "GRU": Case("GRU", {"reset_after": True}),
    "ProjectedLSTM": Case("ProjectedLSTM", {"proj_size": 2}),
}
SETTINGS = [{}, {"bidirectional": True}, {"layers": 3}, {"layers": 2, "bidirectional": True}]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.fixture(params=["numpy", "torch", "torch, our loop"])
def form(request, torch):
    return request.param


def module_and_weights(torch, case, settings, seed=0):
    """`torch.nn`'s module with random weights and two random biases, and ours from them."""
    sizes = [case.sizes["input_size"], case.sizes["hidden_size"]]
    kind = "LSTM" if case.variant == "ProjectedLSTM" else case.variant
    torch.manual_seed(seed)
    module = getattr(torch.nn, kind)(
        *sizes,
        num_layers=settings.get("layers", 1),
        bidirectional=settings.get("bidirectional", False),
        batch_first=True,
        dtype=torch.float64,
        **({"proj_size": case.options["proj_size"]} if "proj_size" in case.options else {}),
    )
    weights = {}
    for unit in case.layout(**settings).units:
        end = f"l{unit.layer}" + ("_reverse" if unit.reverse else "")
        theirs = {
            n: getattr(module, f"{n}_{end}", None)
            for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        }
        theirs = {n: v.detach().numpy() for n, v in theirs.items() if v is not None}
        own = {"W": theirs["weight_ih"].T, "U": theirs["weight_hh"].T}
        if kind == "GRU":  # the second bias is reset too, so the two cannot be one
            own |= {"b": theirs["bias_ih"], "b_u": theirs["bias_hh"]}
        else:
            own["b"] = theirs["bias_ih"] + theirs["bias_hh"]
        if "weight_hr" in theirs:
            own["P"] = theirs["weight_hr"].T
        weights |= {unit.prefix + name: value for name, value in own.items()}
    return module, weights


def run_module(torch, module, case, settings, problem, lengths):
    """y, last states and gradients of `torch.nn`'s module under our names."""
    rnn = torch.nn.utils.rnn
    layout = case.layout(**settings)
    letters = list(layout.variant.states)
    x = torch.tensor(problem.x, requires_grad=True)
    start = {n: torch.tensor(problem.state[n], requires_grad=True) for n in layout.states}
    units = layout.units
    stacked = [torch.stack([start[u.prefix + n] for u in units]) for n in letters]
    inputs = x
    if lengths is not None:
        inputs = rnn.pack_padded_sequence(x, torch.tensor(lengths), True, enforce_sorted=False)
    y, last = module(inputs, stacked[0] if len(letters) == 1 else tuple(stacked))
    if lengths is not None:
        y, _ = rnn.pad_packed_sequence(y, True, total_length=x.shape[1])
    last = [last] if len(letters) == 1 else last
    end = {u.prefix + n: last[k][j] for k, n in enumerate(letters) for j, u in enumerate(units)}
    loss = (y * torch.tensor(problem.dy)).sum()
    loss = loss + sum((end[n] * torch.tensor(problem.dstate[n])).sum() for n in end)
    loss.backward()
    grads = {"x": x.grad.numpy(), **{n: s.grad.numpy() for n, s in start.items()}}
    names = {"W": "weight_ih", "U": "weight_hh", "b": "bias_ih", "b_u": "bias_hh", "P": "weight_hr"}
    for unit in units:
        end_of_name = f"l{unit.layer}" + ("_reverse" if unit.reverse else "")
        for name in layout.names:
            grads[unit.prefix + name] = (
                getattr(module, f"{names[name]}_{end_of_name}").grad.numpy().T
            )
    return y.detach().numpy(), {n: v.detach().numpy() for n, v in end.items()}, grads


def run_ours(form, case, settings, weights, problem, lengths):
    if form == "numpy":
        from lstmbook import numpy as lb

        layer = make("numpy", case, **settings)
        run = adapter_numpy.forward_backward
    else:
        from lstmbook import torch as lb
        from tests.variants.adapter_torch import forward_backward as run

        layer = make("torch", case, **settings)
        layer.form = "steps" if form == "torch, our loop" else "auto"
    lb.set_weights(layer, weights)
    return run(layer, problem.x, problem.state, lengths, problem.dy, problem.dstate)


@pytest.mark.parametrize("padded", [False, True], ids=["whole", "lengths"])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("name", THEIRS)
def test_equal_to_torch_nn(torch, form, name, settings, padded):
    case = THEIRS[name]
    problem = random_problem(case, steps=5, **settings)
    lengths = [3, 5, 1] if padded else None
    module, weights = module_and_weights(torch, case, settings)
    theirs = run_module(torch, module, case, settings, problem, lengths)
    ours = run_ours(form, case, settings, weights, problem, lengths)
    for (what, a), (_, b) in zip(by_name(ours), by_name(theirs), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10, err_msg=what)


def by_name(result):
    y, end, grads = result
    named = {"y": y, **{f"end {n}": v for n, v in end.items()}}
    return sorted({**named, **{f"gradient of {n}": v for n, v in grads.items()}}.items())


def test_the_states_of_these_problems_differ():
    """With h = c or with equal units a mistake in the states could not be seen."""
    layout = THEIRS["LSTM"].layout(layers=2, bidirectional=True)
    values = list(random_states(layout, 3).values())
    assert len({v.tobytes() for v in values}) == len(values) == 8
