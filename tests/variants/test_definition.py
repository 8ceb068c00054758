"""A variant checks itself when it is defined, and its options when a layer is made."""

import dataclasses
import importlib

import numpy as np
import pytest

from lstmbook.variants import VARIANTS
from lstmbook.variants.spec import Param, Variant

LSTM = VARIANTS["LSTM"]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_passes_its_own_checks(name):
    assert dataclasses.replace(VARIANTS[name]) == VARIANTS[name]


def test_arguments_have_names():
    with pytest.raises(TypeError):
        Variant("A", "title")


def params(**more):
    return {**LSTM.params, **more}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"params": params(W=Param("(D, 4*K)", "input"))}, r"LSTM, shape of W: .* D, H .*'K'"),
        ({"params": params(W=Param("(D, 4*H", "input"))}, "LSTM, shape of W: "),
        ({"params": params(W=Param("(D, H/2)", "input"))}, "shape of W: expected whole numbers"),
        ({"params": params(W=Param("(D, H-99)", "input"))}, "shape of W: expected whole numbers"),
        ({"params": params(W=Param("(D, 4*H)", "inputs"))}, "unknown role of LSTM's W 'inputs'"),
        ({"params": params(V=Param("H", "bias", "peep"))}, "LSTM, when of V: "),
        ({"states": {"h": "H", "c": "J"}}, "LSTM, shape of state c: .*'J'"),
        ({"states": {"c": "H", "h": "H"}}, "LSTM, states: expected h, the output, as the first"),
        ({"count": "4*H*(D+H)"}, r"LSTM, count: expected the number of weights, 544 for D = 8"),
        ({"count": "4*H*(D+G+1)"}, "LSTM, count: .*'G'"),
        ({"output": "2*H"}, "LSTM, output: expected the size of h, 'H', got '2"),
        ({"reference": "Hochreiter & Schmidhuber"}, "LSTM, reference: expected authors and a year"),
        ({"reference": "arXiv:1503.04069"}, "LSTM, reference: expected authors and a year"),
        ({"keeps": "q"}, "unknown gate in keeps of LSTM 'q'; expected one of: i, f, g, o"),
        ({"zoneout": ("m",)}, "unknown state in zoneout of LSTM 'm'"),
        ({"requires": (("H % headz == 0", "no"),)}, "LSTM, requires: .*'headz'"),
        ({"requires": (("H > 999", "no"),)}, "LSTM, requires: expected D and H such as"),
        ({"name": "my LSTM"}, "expected the name of a class, got 'my LSTM'"),
    ],
)
def test_mistakes_are_found_at_the_definition(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(LSTM, **change)


WRONG = {
    str: ("Tanh", "", None, 1, True, ["tanh"]),
    bool: (1, 0, "True", None, 1.0, np.array([True])),
    int: (0, -1, 1.5, 2.0, True, "2", None, [2], float("nan"), np.array([2]), np.True_),
    type(None): (0, -1, 1.5, 2.0, True, "2", [2], np.array([2])),
}
OPTIONS = [
    (variant.name, option, value)
    for variant in VARIANTS.values()
    for option, default in variant.options.items()
    for value in WRONG[type(default)]
]


@pytest.mark.parametrize("name, option, value", OPTIONS, ids=str)
def test_values_of_another_type_or_out_of_range(name, option, value):
    with pytest.raises(ValueError, match=f"^{option}: expected .*, got ") as caught:
        VARIANTS[name].settings(4, 4, **{option: value})
    assert type(caught.value).__module__ == "lstmbook.errors"


@pytest.mark.parametrize("impl", ["numpy", "torch", "tensorflow"])
def test_layers_say_the_same(impl):
    if impl != "numpy":
        pytest.importorskip(impl)
    lb = importlib.import_module(f"lstmbook.{impl}")
    for name, options in (
        ("MLSTM", {"heads": 0}),
        ("ConvLSTM1D", {"kernel_size": -1}),
        ("ProjectedLSTM", {"proj_size": 1.5}),
        ("GRU", {"reset_after": "no"}),
    ):
        (option,) = options
        with pytest.raises(ValueError, match=f"^{option}: expected"):
            getattr(lb, name)(4, 4, **options)


@pytest.mark.parametrize("size", [0, -1, 1.5, 2.0, True, "2", None, [2], np.array([2])])
def test_sizes(size):
    for sizes in ((size, 4), (4, size)):
        with pytest.raises(ValueError, match="_size: expected an integer >= 1, got"):
            LSTM.settings(*sizes)


def test_numpys_integers_are_integers():
    """Also small ones, whose products would not fit."""
    shapes = LSTM.shapes(np.int8(100), np.uint8(200))
    assert shapes == LSTM.shapes(100, 200)
    assert VARIANTS["MLSTM"].settings(4, 4, heads=np.int8(2))["heads"] == 2
    assert VARIANTS["GRU"].settings(4, 4, reset_after=np.False_)["reset_after"] is False
