"""Losses against finite differences; optimizers against the rules written out by hand."""

import numpy as np
import pytest

from lstmbook import numpy as lb
from lstmbook.core import optimizers, schedules
from lstmbook.errors import ShapeError, ValueRangeError
from lstmbook.numpy import losses
from lstmbook.numpy.gradcheck import numeric_gradient, relative_error
from lstmbook.numpy.optimizers import Updater, clip_by_norm

RNG = np.random.default_rng(0)
MASK = np.array([[True, True, False], [True, False, False]])
CLASSES = RNG.integers(0, 4, (2, 3))


@pytest.mark.parametrize("mask", [None, MASK])
@pytest.mark.parametrize(
    ("loss", "target"),
    [
        (losses.cross_entropy, CLASSES),
        (lambda z, y, m: losses.cross_entropy(z, y, m, label_smoothing=0.2), CLASSES),
        (losses.mse, RNG.normal(size=(2, 3, 4))),
        (losses.binary_cross_entropy, RNG.random((2, 3, 4))),
    ],
)
def test_gradients(loss, target, mask):
    z = RNG.normal(size=(2, 3, 4))
    value, gradient = loss(z, target, mask)
    numeric = numeric_gradient(lambda: loss(z, target, mask)[0], z)
    assert np.isfinite(value) and relative_error(gradient, numeric) < 1e-7
    if mask is not None:
        assert not gradient[~mask].any()


def test_losses_are_means_over_what_counts():
    z = RNG.normal(size=(2, 3, 4))
    log_p = z - np.log(np.exp(z).sum(-1, keepdims=True))
    chosen = -np.take_along_axis(log_p, CLASSES[..., None], -1)[..., 0]
    assert losses.cross_entropy(z, CLASSES, MASK)[0] == pytest.approx(chosen[MASK].mean())
    assert losses.mse(z, z + 2, MASK)[0] == pytest.approx(4)
    p = 1 / (1 + np.exp(-z))
    y = RNG.random(z.shape)
    expected = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    assert losses.binary_cross_entropy(z, y)[0] == pytest.approx(expected)


def test_huge_logits_do_not_overflow():
    z = np.array([[1e4, -1e4]])
    assert losses.cross_entropy(z, np.array([1]))[0] == pytest.approx(2e4)
    assert losses.binary_cross_entropy(z, np.array([[0.0, 1.0]]))[0] == pytest.approx(1e4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: losses.mse(np.zeros((5, 1)), np.zeros(5)), ShapeError, r"prediction \(5, 1\)"),
        (lambda: losses.cross_entropy(np.zeros((5, 2)), np.zeros((5, 1), int)), ShapeError, "one"),
        (lambda: losses.cross_entropy(np.zeros((5, 2)), np.full(5, 2)), ValueRangeError, "0..1"),
        (lambda: losses.cross_entropy(np.zeros((5, 2)), np.zeros(5)), ValueRangeError, "integers"),
        (
            lambda: losses.binary_cross_entropy(np.zeros(2), np.array([0.0, 2.0])),
            ValueRangeError,
            "expected 0..1",
        ),
        (lambda: lb.Adam(0), ValueRangeError, "learning_rate: expected a number above 0"),
        (lambda: clip_by_norm({}, -1), ValueRangeError, "clip_norm"),
    ],
)
def test_mistakes_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def steps(optimizer, gradients):
    w = {"w": np.array([1.0, -2.0])}
    updater = Updater(optimizer, w)
    for g in gradients:
        updater.update({"w": np.array(g)})
    return w["w"]


GRADIENTS = [[0.5, -1.0], [0.25, 3.0], [-1.0, 0.5]]


def test_sgd_with_momentum():
    w, v = np.array([1.0, -2.0]), 0
    for g in GRADIENTS:
        v = 0.9 * v + np.array(g)
        w = w - 0.1 * v
    np.testing.assert_allclose(steps(lb.SGD(0.1, momentum=0.9), GRADIENTS), w)


def test_rmsprop():
    w, s = np.array([1.0, -2.0]), 0
    for g in np.array(GRADIENTS):
        s = 0.9 * s + 0.1 * g**2
        w = w - 0.1 * g / (np.sqrt(s) + 1e-7)
    np.testing.assert_allclose(steps(lb.RMSprop(0.1), GRADIENTS), w)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adam_and_adamw(decay):
    w, m, v = np.array([1.0, -2.0]), 0, 0
    for t, g in enumerate(np.array(GRADIENTS), start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
        w = w - 0.1 * (m_hat / (np.sqrt(v_hat) + 1e-8) + decay * w)
    optimizer = lb.AdamW(0.1, weight_decay=decay) if decay else lb.Adam(0.1)
    np.testing.assert_allclose(steps(optimizer, GRADIENTS), w)


def test_every_constant_is_stated():
    assert repr(lb.AdamW()) == (
        "AdamW(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-08, weight_decay=0.01)"
    )


def test_schedules():
    assert [schedules.warmup(2.0, 4)(k) for k in range(6)] == [0.5, 1, 1.5, 2, 2, 2]
    assert [schedules.step_decay(2.0, 2)(k) for k in range(5)] == [2, 2, 1, 1, 0.5]
    assert [schedules.step_decay(2.0, 3, 0.1)(k) for k in (2, 3)] == [2, pytest.approx(0.2)]
    assert schedules.constant(0.3)(0) == schedules.constant(0.3)(99) == 0.3


@pytest.mark.parametrize("end", [0.0, 0.2])
def test_the_cosine_schedule_goes_half_a_period(end):
    schedule = schedules.cosine(2.0, 12, **({"end": end} if end else {}))
    for done in range(20):
        angle = np.pi * min(done, 12) / 12
        assert schedule(done) == pytest.approx((2 + end) / 2 + (2 - end) / 2 * np.cos(angle))
    assert [schedule(k) for k in (0, 12, 99)] == pytest.approx([2, end, end])


def test_a_schedule_is_asked_for_the_first_the_last_and_no_more_than_ten_thousand():
    for updates, count in ((1, 1), (3, 3), (25_000, 10_000)):
        asked = []
        optimizers.check_rates(lb.SGD(lambda done, asked=asked: asked.append(done) or 1), updates)
        assert len(asked) == count and asked[0] == 0 and asked[-1] == updates - 1
        assert np.diff([*asked, updates]).max() <= 3
    optimizers.check_rates(lb.SGD(0.1), 5)
    assert lb.SGD(0.1).rate(7) == 0.1 and lb.SGD(lambda done: 1 / (1 + done)).rate(3) == 0.25


def test_the_least_that_a_constant_may_be():
    for make in (lb.SGD, lb.RMSprop, lb.Adam, lb.AdamW):
        assert optimizers.check_optimizer(make()) == make()
    lb.SGD(momentum=0), lb.RMSprop(rho=0), lb.Adam(beta_1=0, beta_2=0), lb.AdamW(weight_decay=0)
    assert (lb.SGD().learning_rate, lb.SGD().momentum) == (1e-2, 0)
    assert (lb.RMSprop().learning_rate, lb.RMSprop().rho, lb.RMSprop().epsilon) == (1e-3, 0.9, 1e-7)
