"""Start weights by what they are for: what a gate keeps, how far apart, how large."""

import hashlib

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.core import initializers, weight_files
from lstmbook.variants import VARIANTS
from tests.variants.cases import CASES, make

# a state whose next value is keep * old + new, the gate being a sigmoid of its bias alone here
ONE_KEEPING_GATE = [
    case
    for case in CASES
    if VARIANTS[case.variant].keeps and case.variant not in ("MinLSTM", "SLSTM", "MLSTM")
]


def kept(case, init, seed=0):
    """The share of its memory that a layer keeps in one step when nothing but biases act."""
    layer = make("numpy", case, init=init, seed=seed)
    weights = lb.get_weights(layer)
    for name, value in weights.items():
        if VARIANTS[case.variant].params[name].role not in ("bias", "gain"):
            value[...] = 0
    lb.set_weights(layer, weights)
    names = list(layer.layout.states)
    memory, ends = names.index("c" if "c" in names else "h"), []
    for value in (0.25, 0.75):
        shapes = [(1, *size, *(5, 4)[: case.space]) for size in layer.layout.states.values()]
        state = [np.zeros(shape) for shape in shapes]
        state[memory] += value
        x = np.zeros((1, 1, layer.layout.input_size, *(5, 4)[: case.space]))
        ends.append(layer(x, tuple(state), training=False)[1][memory])
    return (ends[1] - ends[0]) / 0.5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("case", ONE_KEEPING_GATE, ids=str)
@pytest.mark.parametrize("bias", [3.0, -2.0])
def test_a_forget_bias_keeps_whichever_gate_it_is(case, bias):
    layer_norm = case.variant == "LayerNormLSTM"  # its gains act on a sum of zeros
    np.testing.assert_allclose(
        kept(case, f"forget_bias({bias})"), sigmoid(bias), atol=1e-3 if layer_norm else 1e-7
    )


@pytest.mark.parametrize("case", ONE_KEEPING_GATE, ids=str)
def test_chrono_keeps_for_up_to_t_max_steps(case):
    memory = np.concatenate(
        [1 / (1 - kept(case, "chrono(40)", seed).ravel()) for seed in range(30)]
    )
    assert memory.min() > 1.99 and memory.max() < 40.01
    assert memory.mean() == pytest.approx(21, abs=5)


@pytest.mark.parametrize("init", ["default", "pytorch", "chrono(30)"])
def test_every_layer_and_direction_starts_by_itself(init):
    layer = lb.LSTM(8, 4, layers=3, bidirectional=True, init=init, seed=3)  # D = 2 H: equal shapes
    params = {n: v for n, v in layer.params.items() if init != "default" or n[-1] != "b"}
    names = list(params)
    for k, one in enumerate(names):
        for other in names[:k]:
            if params[one].shape == params[other].shape:
                assert np.abs(params[one] - params[other]).max() > 1e-3, (one, other)


@pytest.mark.parametrize("name, taps", [("ConvLSTM1D", 7), ("ConvLSTM2D", 25)])
def test_glorot_counts_the_taps_of_a_kernel(name, taps):
    size = {7: 7, 25: 5}[taps]
    weight = getattr(lb, name)(6, 5, kernel_size=size, dtype="float64").params["W"]
    limit = np.sqrt(6 / (taps * (6 + 4 * 5)))
    assert 0.97 * limit < np.abs(weight).max() <= limit
    assert weight.std() == pytest.approx(limit / np.sqrt(3), rel=0.1)


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (4, 4), (5, 3, 8), (2, 6, 6)])
def test_orthogonal_rows_or_columns(shape):
    weight = initializers.orthogonal(np.random.default_rng(0), shape)
    assert weight.shape == shape
    for one in weight.reshape(-1, *shape[-2:]):
        short = one if len(one) <= one.shape[1] else one.T
        np.testing.assert_allclose(short @ short.T, np.eye(len(short)), atol=1e-12)
    draws = [initializers.orthogonal(np.random.default_rng(k), (2, 2))[0, 0] for k in range(400)]
    assert abs(np.mean(draws)) < 0.1  # no sign is preferred, as the QR of LAPACK alone does


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_files_keep_the_type_and_every_bit(tmp_path, dtype, suffix):
    path = tmp_path / f"weights{suffix}"
    one, two = (lb.GRU(3, 4, layers=3, bidirectional=True, dtype=dtype, seed=k) for k in (1, 2))
    lb.save(one, path)
    assert {value.dtype.name for value in weight_files.read(path).values()} == {dtype}
    lb.load(two, path)
    for name, value in one.params.items():
        np.testing.assert_array_equal(two.params[name], value)


def test_roles_that_few_variants_have():
    peephole = lb.PeepholeLSTM(2, 200).params
    for name in ("p_i", "p_f", "p_o"):
        assert 0.09 < np.abs(peephole[name]).max() <= 0.1
    depthwise = lb.DepthwiseLSTM(50, 50, kernel_size=5, dtype="float64").params["W"]
    assert 0.95 / np.sqrt(10) < np.abs(depthwise).max() <= 1 / np.sqrt(10)
    norm = lb.LayerNormLSTM(3, 4).params
    gains = [n for n in norm if VARIANTS["LayerNormLSTM"].params[n].role == "gain"]
    assert gains
    assert all((norm[name] == 1).all() for name in gains)


def test_starts_by_the_name_of_a_framework():
    def start(init, **more):
        return lb.GRU(3, 100, init=init, seed=4, **more).params

    for one, other in (("framework", "pytorch"), ("keras", "default")):
        for name, value in start(one).items():
            np.testing.assert_array_equal(value, start(other)[name])
    # the two biases of the GRU stand apart: none is a sum of two draws
    for name in ("W", "U", "b", "b_u"):
        assert 0.09 < np.abs(start("pytorch")[name]).max() <= 0.1
    assert np.abs(start("pytorch", reset_after=False)["b"]).max() > 0.11


@pytest.mark.parametrize(
    "text, value",
    [("1e2", 100), (".5", 0.5), ("3.", 3), ("-2.5e-1", -0.25), ("1e+1", 10)],
)
def test_numbers_in_the_brackets(text, value):
    assert initializers.parse(f"forget_bias({text})") == ("forget_bias", value)


def test_what_a_file_says_about_itself(tmp_path):
    safetensors = pytest.importorskip("safetensors")
    path = tmp_path / "weights.safetensors"
    weight_files.write(path, {"b": np.ones(3)}, {"made": "today"})
    with safetensors.safe_open(path, "numpy") as file:
        assert file.metadata() == {"made": "today"}
    assert weight_files.sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
