"""Formulas in JavaScript and in Python: the same values, and faults that say where and why."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from lstmbook import live
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError
from lstmbook.live.expressions import FUNCTIONS, evaluate, lines_of
from lstmbook.live.figure import asset

CODE = "\n".join(
    asset(name) for name in ("arrays.js", "formula-text.js", "expressions.js", "formula.js")
)
RUN = """
const names = {};
for (const [name, { shape, data: flat }] of Object.entries(data.names)) {
  names[name] = nd.array(shape, Float64Array.from(flat));
}
return data.texts.map((text) => {
  try {
    const { last, note } = expressions.run(text, expressions.parse(text), names, new Map());
    return { shape: last.shape, data: [...last.data].map(String), note };
  } catch (fault) {
    if (!(fault instanceof nd.Fault)) throw fault;
    return { fault: fault.message, at: fault.at };
  }
});
"""
SIZES = {"B": 2, "T": 3, "D": 4, "H": 5}
SHAPES = {
    "x": "B T D",
    "y": "T D",
    "u": "B D",
    "W": "D H",
    "U": "H H",
    "f": "B H",
    "b": "H",
    "s": "",
    "r": "T 1",
}


def arrays(seed=0):
    rng = np.random.default_rng(seed)
    of = {**SIZES, "1": 1}
    return {n: rng.normal(size=[of[w] for w in shape.split()]) for n, shape in SHAPES.items()}


def packed(names):
    return {n: {"shape": list(v.shape), "data": v.ravel().tolist()} for n, v in names.items()}


class Writer:
    """Random formulas; `shape` finds the shape of one by computing it."""

    def __init__(self, seed, names):
        self.rng, self.names = random.Random(seed), names

    def shape(self, text):
        try:
            return evaluate(text, self.names)[""].shape
        except (ShapeError, ValueRangeError):
            return None

    def formula(self, depth):
        for _ in range(50):
            text = self.attempt(depth)
            if self.shape(text) is not None and 0 < evaluate(text, self.names)[""].size < 3000:
                return text
        return self.rng.choice(list(self.names))

    def attempt(self, depth):
        if depth == 0:
            number = self.rng.choice(["0.5", "2", "1.5e-1", ".25"])
            return self.rng.choice([*self.names, number])
        one = self.formula(depth - 1)
        kind = self.rng.randrange(8)
        if kind < 3:
            sign = self.rng.choice(["+", "-", "*", "/", "@", "@"])
            other = self.formula(self.rng.randrange(depth))
            both = f"{one} {sign} {other}"
            return self.rng.choice([both, f"({both})", f"-({one}) {sign} {other}"])
        if kind == 3:
            name = self.rng.choice(["sigmoid", "tanh", "exp", "abs", "maximum", "minimum"])
            second = f", {self.formula(0)}" if name.endswith("imum") else ""
            return f"{name}({one}{second})"
        shape = self.shape(one) or ()
        if kind == 4:
            name = self.rng.choice(["sum", "mean", "max", "min", "prod", "var", "std"])
            axis = self.rng.choice(["", *(f", axis={k}" for k in range(-len(shape), len(shape)))])
            keep = self.rng.choice(["", ", keepdims=True"])
            return f"{name}({one}{axis}{keep})"
        if kind == 5 and shape:
            name = self.rng.choice(["cumsum", "cumprod", "softmax"])
            return f"{name}({one}, axis={self.rng.randrange(-len(shape), len(shape))})"
        if kind == 6 and shape:
            pieces = "0 -1 : 1: :-1 -9: :9 ::-1 None 1::2 ... 5:1:-1 -9::2".split()
            return f"({one})[{', '.join(self.rng.sample(pieces, min(len(shape), 2)))}]"
        return self.rng.choice([f"({one}).T", f"(-{one})**2", f"-{self.formula(0)}**2"])


def test_javascript_and_python_compute_the_same(javascript):
    """Six hundred random formulas: shapes and values, also where these are infinite or NaN."""
    names = arrays()
    texts = [Writer(seed, names).formula(1 + seed % 4) for seed in range(600)]
    used = " ".join(texts)
    assert len(set(texts)) > 450
    assert all(
        f"{name}(" in used for name in FUNCTIONS if name not in ("log", "log2", "log10", "sqrt")
    )
    texts += [
        "log(abs(x))",
        "sqrt(exp(y))",
        "log2(abs(x))",
        "log10(exp(y))",
        "log(x)",
        "s ** y",
        "x / (x - x)",
        "2 ** -s",
        "-2 ** 2",
    ]
    for text, found in zip(
        texts, javascript(RUN, {"names": packed(names), "texts": texts}, CODE), strict=True
    ):
        expected = evaluate(text, names)[""]
        assert "fault" not in found, (text, found)
        assert tuple(found["shape"]) == expected.shape, text
        values = [float(v.replace("Infinity", "inf")) for v in found["data"]]
        scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        np.testing.assert_allclose(
            values, expected.ravel(), rtol=1e-9, atol=1e-12 * (1 + scale), err_msg=text
        )


def test_what_does_not_fit_in_python_does_not_fit_in_javascript(javascript):
    """Random pairs of arrays under every operator: refused by both or by neither."""
    names = arrays()
    texts = [f"{a} {sign} {b}" for a in names for b in names for sign in ("+", "@")]
    # of a single number NumPy takes axes 0 and -1, which it has not
    texts += [f"sum({a}, axis={k})" for a in names if a != "s" for k in range(-4, 4)]
    texts += [f"{a}[{i}]" for a in names for i in ("0", "4", "-3", ":, 1", "0, 0, 0", "..., 0")]
    refused = 0
    for text, found in zip(
        texts, javascript(RUN, {"names": packed(names), "texts": texts}, CODE), strict=True
    ):
        try:
            evaluate(text, names)
        except ShapeError:
            assert "fault" in found, text
            refused += 1
        else:
            assert "fault" not in found, (text, found)
    assert refused > 60


FAULTS = {
    "x @": (3, "found the end of the line"),
    "x @ + ": (6, "found the end of the line"),
    "x + * y": (4, "expected a name, a number or `(`, found `*`"),
    "(x + y": (6, "expected `)`"),
    "x + y)": (5, "closes nothing"),
    "2x": (1, "expected an operator"),
    "f x": (2, "expected an operator"),
    "x ^ 2": (2, "a power is written `**`"),
    "x²": (1, "`** 2`"),
    "Wᵀ": (1, "`.T`"),
    "∏f": (0, "`prod( , axis= )`"),
    "h_{t}": (2, "groups stand in ( )"),
    "x += 1": (2, "write the name again"),
    "x == y": (2, "`==` is not used here"),
    "x.size": (1, "`.size` is not known here"),
    "x // y": (2, "divide with `/`"),
    "tanh(W x)": (7, "expected an operator (+ - * / @ **) before `x`"),
    "(W x)": (3, "expected an operator (+ - * / @ **) before `x`"),
    "len(s)": (0, "a single number has no `len`"),
    "x[": (2, "found the end of the line"),
    "x[]": (1, "expected an index"),
    "sum(x": (5, "or `)`"),
    "q": (0, "`q` is not known; there are"),
    "w": (0, "did you mean `W`?"),
    "relu(x)": (0, "`relu` is not a function here; functions: sigmoid, tanh"),
    "f(x)": (0, "`f` is an array, not a function"),
    "tanh": (0, "write `tanh( )`"),
    "tanh(x, y)": (0, "takes one array"),
    "sum(x, axis=7)": (0, "axis 7 does not exist: the array has axes 0 to 2"),
    "sum(x, dim=0)": (0, "has no `dim=`"),
    "cumsum(x)": (0, "needs an axis here"),
    "x[0, 0, 0, 0]": (1, "4 indices for an array with 3 axes"),
    "b[9]": (1, "index 9 is outside an axis of size 5"),
    "b[0.5]": (2, "expected a whole number"),
    "x[::0]": (1, "the step of a slice is not 0"),
    "s @ x": (2, "not a single number"),
    "y + W": (2, "the shapes (3, 4) and (4, 5) do not fit for `+` entry by entry"),
    "x = f = y": (6, "only a name may stand left of `=`"),
    "x\ny @@": (5, "found `@`"),
}


def test_faults_say_where_and_why(javascript):
    found = javascript(RUN, {"names": packed(arrays()), "texts": list(FAULTS)}, CODE)
    for (text, (at, message)), said in zip(FAULTS.items(), found, strict=True):
        assert message in said["fault"], (text, said)
        assert said["at"] == at, (text, said)


SPELLINGS = {
    "x − y": "x - y",
    "f × f · f ⊙ f": "f * f * f * f",
    "x ÷ 2": "x / 2",
    "σ(f)": "sigmoid(f)",
    "ln(exp(f))": "log(exp(f))",
    "np.tanh(f)": "tanh(f)",
    "f.sum(axis=0)": "sum(f, axis=0)",
    "f.mean(-1)": "mean(f, axis=-1)",
    "np.dot(u, W)": "u @ W",
    "u.dot(W)": "u @ W",
    "f[:, np.newaxis]": "f[:, None]",
    "f / len(f)": "f / 2",
    "f / f.shape[0]": "f / 2",
    "u / u.shape[-1]": "u / 4",
    "z = f; z + 1": "f + 1",
    "# a word\nf  # and another": "f",
    "(f +\n f)": "f + f",
}


def test_other_spellings_of_the_same(javascript):
    both = [*SPELLINGS, *SPELLINGS.values()]
    found = javascript(RUN, {"names": packed(arrays()), "texts": both}, CODE)
    half = len(SPELLINGS)
    for text, one, other in zip(SPELLINGS, found[:half], found[half:], strict=True):
        assert one == other and "fault" not in one, (text, one)


CHECK = "return data.texts.map((text) => formulas.check(data.item, text, 1));"


def verdicts(javascript, exercise, texts):
    item = live.Quiz([exercise]).data["questions"][0]
    return javascript(CHECK, {"item": item, "texts": texts}, CODE)


def test_patterns_of_what_differs(javascript):
    given = {"x": "B D", "W": "D H", "b": "H", "z": "B T H"}
    exercise = live.Formula("h?", given, answer="h = x @ W + b")
    said = {
        "-(x @ W + b)": "Every entry has the wrong sign",
        "abs(x @ W + b)": "Only signs are wrong",
        "2 * (x @ W + b)": "yours is 2 times what it should be",
        "x @ W + b - 1": "off by the same amount, \u22121",
        "(x @ W + b).T": "transposed: it has the shape (H, B), expected (B, H)",
        "(x @ W + b)[::-1]": "in the opposite order along axis 0",
        "x @ W": "entries of `h` differ, the first is `h[0, 0]`",
        "x": "The shape of `h` is (B, D), expected (B, H)",
        "x / 0": "`x / 0` divides by 0",
        "(x @ W + b) * (b == b)": "`==` is not used here",
        "log(x) @ W + b": "`log(x)` gives NaN",
        "h = x @ W + b; h * 1": "",
        "b + x @ W": "",
    }
    for (_, words), found in zip(
        said.items(), verdicts(javascript, exercise, list(said)), strict=True
    ):
        assert (found["kind"] == "good") is (words == "") and words in found["text"], found
    single = live.Formula("s?", {"x": "B D"}, answer="s = sum(x)")
    found = verdicts(javascript, single, ["-sum(x)", "mean(x)"])
    assert found[0]["text"] == "The sign of `s` is wrong."
    assert found[1]["text"] == "The value of `s` is not right."
    one_column = live.Formula("c?", {"x": "B D"}, answer="c = cumsum(x, axis=1)")
    found = verdicts(javascript, one_column, ["x", "sum(x, axis=1, keepdims=True) * x / x"])
    assert all(f["kind"] == "bad" for f in found)
    last = live.Formula("c?", {"x": "B D", "s": ""}, answer="x * (s * 0 + 1)")
    found = verdicts(javascript, last, ["x[:, :] + cumsum(x * 0 + 1, axis=0) * 0 + s * 0", "x + s"])
    assert found[0]["kind"] == "good" and found[1]["kind"] == "bad"


def test_a_square_that_is_transposed_is_told(javascript):
    exercise = live.Formula("dU?", {"h": "B H", "dz": "B H"}, answer="h.T @ dz")
    [found] = verdicts(javascript, exercise, ["dz.T @ h"])
    assert found["text"].endswith("The numbers are right, but rows and columns are exchanged.")


def test_a_wrong_column_is_named(javascript):
    exercise = live.Formula(
        "?", {"x": "T 3"}, answer="x - x[:, 1:2] * (cumsum(x*0+1, axis=1) - 1) / 2"
    )
    found = verdicts(
        javascript, exercise, ["x - x[:, 1:2] * maximum(cumsum(x*0+1, axis=1) - 1, 0.5) / 2"]
    )
    assert "all in column 0" in found[0]["text"]


def test_names_on_the_way_are_compared_where_the_reader_has_them(javascript):
    exercise = live.Formula("h?", {"x": "B D", "W": "D H"}, answer="z = x @ W\nh = tanh(z)")
    found = verdicts(
        javascript,
        exercise,
        ["tanh(x @ W)", "z = x @ W\ntanh(z)", "z = x\nh = tanh(z @ W)", "a = x\nh = tanh(a @ W)"],
    )
    assert [f["kind"] for f in found] == ["good", "good", "bad", "good"]
    assert "The last value is right. The shape of `z`" in found[2]["text"]
    assert "give it another name" in found[2]["text"]
    [half] = verdicts(javascript, exercise, ["x @ W"])
    assert half["kind"] == "bad" and half["text"].startswith("That much is right")


def test_the_end_may_have_any_name(javascript):
    """Also where the name of the answer's end stands for something on the reader's way."""
    exercise = live.Formula("h?", {"x": "B D", "W": "D H"}, answer="z = x @ W\nh = tanh(z)")
    found = verdicts(
        javascript,
        exercise,
        ["h = x @ W\ntanh(h)", "h = tanh(x @ W)\nh * 1", "a = x @ W\nh = a\nout = h"],
    )
    assert [f["kind"] for f in found] == ["good", "good", "bad"]
    unnamed = live.Formula("h?", {"x": "B D", "W": "D H"}, answer="z = x @ W\ntanh(z)")
    found = verdicts(javascript, unnamed, ["tanh(x @ W)", "z = x @ W\nz", "z = tanh(x @ W)"])
    assert [f["kind"] for f in found] == ["good", "bad", "good"]


def test_two_values_that_are_asked_for_are_both_needed(javascript):
    exercise = live.Formula(
        "dW, then dx?",
        {"x": "B D", "W": "D H", "d": "B H"},
        answer="dW = x.T @ d\ndx = d @ W.T",
    )
    right = [
        "dW = x.T @ d\ndx = d @ W.T",
        "x.T @ d\nd @ W.T",
        "dx = d @ W.T\ndW = x.T @ d",
        "a = x.T @ d\nt = W.T\nb = d @ t",
    ]
    wrong = {
        "d @ W.T": "two are asked for",
        "t = W.T\nd @ t": "two are asked for",
        "x.T @ d": "That much is right",
        "dW = d.T @ x\ndx = d @ W.T": "`dW` is transposed",
        "a = d.T @ x\nb = d @ W.T": "`dW` is transposed",
        "a = 2 * x.T @ d\nb = d @ W.T": "yours is 2 times",
    }
    said = verdicts(javascript, exercise, [*right, *wrong])
    assert [f["kind"] for f in said] == ["good"] * len(right) + ["bad"] * len(wrong)
    for found, words in zip(said[len(right) :], wrong.values(), strict=True):
        assert words in found["text"], found


def test_arrays_of_the_checks_are_never_degenerate(javascript):
    """Sizes all different (multiples too) and other ones in each draw; gates in (0, 1)."""
    given = {"x": "B T D", "W": "D 4H", "U": "H 4H", "f": "B H", "p": "3", "r": "T 1"}
    item = live.Quiz([live.Formula("?", given, "f", gates=("f",))]).data["questions"][0]
    body = """
    const random = formulas.uniform(data.seed);
    let before = null;
    return [1, 2, 3].map(() => {
      const drawn = formulas.draw(data.item, random, before);
      before = drawn.sizes;
      const names = Object.fromEntries(
        Object.entries(drawn.names).map(([k, v]) => [k, { shape: v.shape, data: [...v.data] }]));
      return { sizes: drawn.sizes, names };
    });
    """
    for seed in range(5):
        draws = javascript(body, {"item": item, "seed": seed}, CODE)
        for one, other in itertools.pairwise(draws):
            assert all(one["sizes"][k] != other["sizes"][k] for k in "BTDH")
        for drawn in draws:
            sizes = drawn["sizes"]
            assert len({*sizes.values(), 4 * sizes["H"], 3}) == 6
            assert drawn["names"]["W"]["shape"] == [sizes["D"], 4 * sizes["H"]]
            assert drawn["names"]["r"]["shape"] == [sizes["T"], 1]
            gate = np.array(drawn["names"]["f"]["data"])
            assert gate.min() > 0.04 and gate.max() < 0.96 and np.ptp(gate) > 0.1
            values = np.array(drawn["names"]["x"]["data"])
            assert values.min() < -0.5 and values.max() > 0.5


@pytest.mark.parametrize(
    ("error", "words", "change"),
    [
        (ValueRangeError, "a shape such as 'B D'", {"given": {"x": "b d"}}),
        (ValueRangeError, "a shape such as 'B D'", {"given": {"x": 3}}),
        (ShapeError, "at most 3 axes", {"given": {"x": "A B C D"}}),
        (ValueRangeError, "no functions", {"given": {"tanh": "B"}}),
        (ValueRangeError, "no functions", {"given": {"a b": "B"}}),
        (ValueRangeError, "a name and a size", {"given": {"x": "B", "B": ""}}),
        (UnknownNameError, "unknown gate 'f'", {"gates": ("f",)}),
        (UnknownNameError, "unknown name 'y'", {"answer": "y + x"}),
        (UnknownNameError, "unknown function 'relu'", {"answer": "relu(x)"}),
        (ShapeError, "do not fit", {"answer": "x @ x"}),
        (ValueRangeError, "NaN or infinity", {"answer": "log(x)"}),
        (ValueRangeError, "NaN or infinity", {"answer": "x / 0"}),
        (ValueRangeError, "at most 3 lines", {"answer": "a = x\nb = a\nc = b\nd = c"}),
        (ValueRangeError, "assignments to one name", {"answer": "import os"}),
        (ValueRangeError, "invalid syntax", {"answer": "x @"}),
        (ValueRangeError, "empty text", {"answer": " "}),
        (ValueRangeError, "no place in a formula", {"answer": "[x for x in x]"}),
        (UnknownNameError, "unknown function", {"answer": "x.__class__()"}),
    ],
)
def test_arguments_of_a_formula_are_checked_at_the_door(error, words, change):
    fields = {"ask": "?", "given": {"x": "B D"}, "answer": "x"} | change
    with pytest.raises(error, match=words):
        live.Formula(**fields)


def test_the_shape_of_an_answer_is_told_in_letters():
    given = {"x": "B D", "W": "D 4H", "b": "4H"}
    assert live.Formula("?", given, "x @ W + b").shape == "B 4H"
    assert live.Formula("?", given, "sum(x)").shape == ""
    assert [name for name, _ in lines_of("a = 1\na")] == ["a", None]
