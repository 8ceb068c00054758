"""`form="steps"`, the loop through the cell's step, computes what the fastest form computes."""

import numpy as np
import pytest

from lstmbook.variants import VARIANTS
from tests.variants.cases import CASES, make, random_problem

NATIVE = {"RNN", "LSTM", "GRU"}  # computed by Keras' own layer
PARALLEL = {name for name, variant in VARIANTS.items() if variant.parallel}


def has_two_forms(case):
    return case.variant in NATIVE | PARALLEL


def test_all_others_have_the_steps_alone(lb):
    """Of these alone a faster form has to be compared."""
    from lstmbook.tensorflow.native import Native
    from lstmbook.tensorflow.recurrent import Recurrent

    for name in VARIANTS:
        kind = getattr(lb, name)
        assert issubclass(kind, Native) == (name in NATIVE)
        assert (kind.run_unit is Recurrent.run_unit) == (name not in NATIVE)


@pytest.mark.parametrize("deep", [False, True], ids=["flat", "deep"])
@pytest.mark.parametrize("case", [*filter(has_two_forms, CASES)], ids=str)
def test_steps_equal_the_fastest_form(lb, tf, case, deep):
    from tests.variants.adapter_tensorflow import forward_backward

    settings = case.deep if deep else {}
    problem = random_problem(case, **settings)
    results = []
    for form in ("auto", "steps"):
        layer = make("tensorflow", case, form=form, **settings)
        assert layer.form == layer.get_config()["form"] == form
        lb.set_weights(layer, problem.weights)
        results.append(forward_backward(layer, *problem[1:]))
    for one, other in zip(*results, strict=True):
        one, other = (v if isinstance(v, dict) else {"y": v} for v in (one, other))
        for name, value in one.items():
            np.testing.assert_allclose(value, other[name], rtol=1e-9, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("name", [n for n, v in VARIANTS.items() if v.parallel] + ["LSTM", "GRU"])
def test_steps_calls_the_step_of_the_cell(lb, name, monkeypatch):
    calls = []
    layer = getattr(lb, name)(3, 4, form="steps")
    step = layer.Cell.step
    monkeypatch.setattr(layer.Cell, "step", lambda *a: calls.append(1) or step(*a))
    layer(np.ones((2, 5, 3), "f"))
    assert len(calls) == 1 + 5  # Keras' loop asks the step once for its shapes, before it starts
