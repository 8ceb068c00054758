"""Every constructor option of torch.nn's layers, alone and in pairs: its numbers, or a refusal.

PyTorch is the oracle. All weights are random and differ, both biases too; the start state is not 0.
"""

import importlib
import inspect
import warnings

import numpy as np
import pytest

from lstmbook import convert, trace
from lstmbook import numpy as lb
from lstmbook.errors import ConversionError
from tests.convert.options import alone_and_in_pairs

torch = pytest.importorskip("torch")
parametrizations = torch.nn.utils.parametrizations
prune = importlib.import_module("torch.nn.utils.prune")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 6, 4))
TABLE = {
    "num_layers": [2, 3],
    "nonlinearity": ["tanh", "relu"],
    "bias": [False],
    "batch_first": [True],
    "dropout": [0.4, 1.0],
    "bidirectional": [True],
    "proj_size": [2],
    "device": ["cpu", "meta"],
    "dtype": [torch.float32, torch.float16, torch.bfloat16],
}
ONLY = {"nonlinearity": "RNN", "proj_size": "LSTM"}
ATOL = {torch.float16: 1e-2, torch.bfloat16: 4e-2, torch.float32: 1e-5, torch.float64: 1e-12}
CASES = [
    (kind, options)
    for kind in ("RNN", "LSTM", "GRU")
    for options in alone_and_in_pairs(TABLE)
    if all(ONLY.get(name, kind) == kind for name in options)
]


def make(kind: str, options: dict):
    options = {"dtype": torch.float64} | options
    with warnings.catch_warnings():  # of dropout with one layer
        warnings.simplefilter("ignore")
        module = getattr(torch.nn, kind)(4, 5, **options).eval()
    return randomised(module)


def randomised(module):
    with torch.no_grad():
        for value in module.parameters():
            if value.device.type != "meta":
                value.copy_(torch.tensor(RNG.normal(0, 0.5, tuple(value.shape))))
    return module


def refused(options: dict) -> str | None:
    """The word that a refusal must hold, or None where the layer must be read."""
    layers = options.get("num_layers", 1)
    if options.get("dropout") == 1 and layers > 1:
        return "dropout"
    return "meta" if options.get("device") == "meta" else None


def check_same(ours, module, options: dict):
    """Outputs and states from a start state, against PyTorch's."""
    dtype = options.get("dtype", torch.float64)
    first = bool(options.get("batch_first"))
    x = torch.tensor(X, dtype=dtype)
    names = list(ours.layout.states)
    start = {n: RNG.normal(size=(3, *ours.layout.states[n])) for n in names}
    letters = list(ours.variant.states)
    theirs = [
        torch.tensor(np.stack([v for n, v in start.items() if n.endswith(c)]), dtype=dtype)
        for c in letters
    ]
    with torch.no_grad():
        y, ends = module(
            x if first else x.transpose(0, 1), theirs[0] if letters == ["h"] else theirs
        )
    y = y if first else y.transpose(0, 1)
    got, got_ends = ours(X, ours.layout.state_as_given(start), training=False)
    got_ends = got_ends if isinstance(got_ends, dict) else dict(zip(names, got_ends, strict=True))
    np.testing.assert_allclose(got, y.double().numpy(), ATOL[dtype], ATOL[dtype])
    for letter, end in zip(letters, (ends,) if letters == ["h"] else ends, strict=True):
        mine = np.stack([v for n, v in got_ends.items() if n.endswith(letter)])
        np.testing.assert_allclose(mine, end.double().numpy(), ATOL[dtype], ATOL[dtype])


def test_the_table_holds_every_option_there_is():
    taken = set(inspect.signature(torch.nn.RNNBase.__init__).parameters)
    assert set(TABLE) | {"self", "mode", "input_size", "hidden_size"} == taken | {"nonlinearity"}


@pytest.mark.parametrize(("kind", "options"), CASES, ids=str)
def test_every_option_alone_and_with_every_other(kind, options):
    module, word = make(kind, options), refused(options)
    if word is not None:
        with pytest.raises(ConversionError, match=word):
            convert.from_torch(module)
        with pytest.raises(ConversionError, match=word):
            trace(module, X)
        return
    check_same(convert.from_torch(module), module, options)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("to", ["torch", "tensorflow"])
def test_three_layers_both_directions_and_every_type(kind, to):
    pytest.importorskip(to)
    for dtype in ATOL:
        options = {"num_layers": 3, "bidirectional": True, "dropout": 0.3, "dtype": dtype}
        module = make(kind, options)
        check_same(convert.from_torch(module), module, options)
        ours = convert.from_torch(module, to)
        assert str(dtype).removeprefix("torch.") in str(ours.dtype)
        assert ours.layout.dropout == 0.3
        check_same(convert.to(ours), module, options)


def spectral(module):
    """Spectral norm in training mode: there each use goes on with its iteration."""
    return torch.nn.utils.spectral_norm(module, "weight_hh_l0").train()


CHANGED = {
    "weight norm": lambda m: parametrizations.weight_norm(m, "weight_hh_l0"),
    "weight norm of all": lambda m: [
        parametrizations.weight_norm(m, n) for n, v in list(m.named_parameters()) if v.ndim > 1
    ][-1],
    "spectral norm": lambda m: parametrizations.spectral_norm(m, "weight_ih_l1").train(),
    "orthogonal": lambda m: parametrizations.orthogonal(m, "weight_hh_l1_reverse"),
    "weight norm by hook": lambda m: torch.nn.utils.weight_norm(m, "weight_hh_l0_reverse"),
    "spectral norm by hook": spectral,
    "pruned": lambda m: prune.l1_unstructured(m, "weight_ih_l1", 0.5),
    "pruned twice": lambda m: prune.random_unstructured(
        prune.l1_unstructured(m, "bias_hh_l0", 0.3), "bias_hh_l0", 0.3
    ),
    "frozen": lambda m: m.requires_grad_(False),
    "weight drop": lambda m: torch.nn.utils.parametrize.register_parametrization(
        m, "weight_hh_l0", torch.nn.Dropout(0.5)
    ).train(),
    "of a subclass": lambda m: setattr(m, "__class__", type("Mine", (type(m),), {})) or m,
}


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.filterwarnings("ignore")
def test_weights_that_are_made_from_others(kind, change):
    options = {"num_layers": 2, "bidirectional": True, "batch_first": True}
    module = CHANGED[change](make(kind, options))
    with torch.no_grad():  # as an optimizer does it: the weights made from these are now old
        for value in module.parameters():
            value.mul_(1.5)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    training = [one.training for one in module.modules()]
    ours, record = convert.from_torch(module), trace(module, X)
    assert all(bool((module.state_dict()[n] == v).all()) for n, v in before.items())
    assert [one.training for one in module.modules()] == training
    check_same(ours, module.eval(), options)
    y = module(torch.tensor(X))[0].detach().numpy()
    np.testing.assert_allclose(record["y"], y, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("bias", [True, False])
def test_cells(kind, bias):
    cell = randomised(getattr(torch.nn, kind + "Cell")(4, 5, bias=bias, dtype=torch.float64))
    state = h = torch.tensor(RNG.normal(size=(3, 5)))
    given = (h.numpy(),)
    if kind == "LSTM":
        state = (h, torch.tensor(RNG.normal(size=(3, 5))))
        given = tuple(part.numpy() for part in state)
    for t in range(6):
        state = cell(torch.tensor(X[:, t]), state)
    ends = convert.from_torch(cell)(X, given)[1]
    for got, wanted in zip(ends, state if kind == "LSTM" else (state,), strict=True):
        np.testing.assert_allclose(got, wanted.detach().numpy(), atol=1e-12)


def hooked(module, how: str):
    getattr(module, how)(lambda *given: None)
    return module


class Doubled(torch.nn.LSTM):
    def forward(self, x, state=None):
        return super().forward(2 * x, state)


def patched(module):
    module.forward = lambda x: x
    return module


def with_nan(module):
    with torch.no_grad():
        module.bias_hh_l0[1] = float("nan")
    return module


def mixed(module):
    module.weight_hh_l0.data = module.weight_hh_l0.data.half()
    return module


def sparse(module):
    module.weight_hh_l0 = torch.nn.Parameter(module.weight_hh_l0.detach().to_sparse())
    return module


def without(module):
    del module.weight_hh_l0
    return module


def fake():
    with importlib.import_module("torch._subclasses").FakeTensorMode():
        return LSTM(3, 4)


LSTM = torch.nn.LSTM
REFUSED = {
    "Linear": lambda: torch.nn.Linear(3, 4),
    "RNNBase": lambda: torch.nn.RNNBase("LSTM", 3, 4),
    "layers inside it: 0": lambda: torch.nn.Sequential(LSTM(3, 4), torch.nn.Linear(4, 1)),
    "layers inside it: module": lambda: torch.nn.DataParallel(LSTM(3, 4)),
    "compiled module": lambda: torch.jit.script(LSTM(3, 4)),
    "quantized": lambda: torch.ao.quantization.quantize_dynamic(
        torch.nn.Sequential(LSTM(3, 4)), {LSTM}, torch.qint8
    )[0],
    "quantizable": lambda: torch.ao.nn.quantizable.LSTM(3, 4),
    "forward hook": lambda: hooked(LSTM(3, 4), "register_forward_hook"),
    "forward hook 'pre'": lambda: hooked(LSTM(3, 4), "register_forward_pre_hook"),
    "Doubled has its own forward": lambda: Doubled(3, 4),
    "its own forward": lambda: patched(LSTM(3, 4)),
    "NaN or infinity in b": lambda: with_nan(LSTM(3, 4)),
    "one float type": lambda: mixed(LSTM(3, 4)),
    "float type": lambda: LSTM(3, 4, dtype=torch.complex64),
    "weight_hh_l0 is sparse": lambda: sparse(LSTM(3, 4)),
    "they cannot be read": lambda: without(LSTM(3, 4)),
    "cannot be read as numbers": fake,
    "layers inside it: _orig_mod": lambda: torch.compile(LSTM(3, 4)),
    "OrderedDict": lambda: LSTM(3, 4).state_dict(),
    "NoneType": lambda: None,
}


@pytest.mark.parametrize("word", REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_other_modules_are_named(word):
    with pytest.raises(ConversionError, match=word.removesuffix(" 'pre'")):
        convert.from_torch(REFUSED[word]())


def test_a_layer_of_ours_is_sent_to_the_right_function():
    ours = convert.to(lb.LSTM(3, 4), "torch")
    with pytest.raises(ConversionError, match="use convert.to"):
        convert.from_torch(ours)
