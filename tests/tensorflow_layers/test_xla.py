"""Compiled by XLA: the same numbers, also when the last batch is smaller than the others."""

import numpy as np
import pytest

from lstmbook.variants import VARIANTS
from tests.variants.cases import cases_of, random_problem

LAST_OF_EACH = [cases_of(name)[-1] for name in VARIANTS]


@pytest.mark.slow
@pytest.mark.parametrize("case", LAST_OF_EACH, ids=str)
def test_last_batch_of_another_size(lb, keras, case):
    problem = random_problem(case, batch=7, steps=5)
    x, y = problem.x.astype("f"), np.linspace(-1, 1, 7)[:, None]
    losses = []
    for jit_compile in (True, False):
        keras.utils.set_random_seed(0)
        layer = getattr(lb, case.variant)(**case.sizes, **case.options, return_state=False)
        layers = [keras.Input(x.shape[1:]), layer, keras.layers.Flatten(), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        model.compile("sgd", "mse", jit_compile=jit_compile)
        fitted = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        losses.append(fitted.history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)
