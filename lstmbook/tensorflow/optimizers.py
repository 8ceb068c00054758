"""Update rules on variables; and clipping by the norm of all gradients.

The rules are written out, because Keras' own differ in what they leave unsaid: its Adam adds
epsilon before the bias correction, its momentum holds the learning rate.
"""

import keras
from keras import ops

from lstmbook.core.checks import check_number
from lstmbook.core.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, check_optimizer

__all__ = ["SGD", "Adam", "AdamW", "RMSprop", "Updater", "clip_by_norm"]


class Updater:
    """An optimizer at work: `Updater(Adam(1e-2), params)`, then `update(grads)` after each batch.

    Parameters
    ----------
    optimizer : Optimizer, the constants
    params : dict of variables, changed in place
    """

    def __init__(self, optimizer: Optimizer, params: dict[str, keras.Variable]):
        self.rule = RULES[type(check_optimizer(optimizer))]
        self.optimizer, self.params, self.updates = optimizer, params, 0
        slots = SLOTS[type(optimizer)]
        self.memory = {
            name: {s: keras.Variable(ops.zeros_like(w), trainable=False) for s in slots}
            for name, w in params.items()
        }

    def next(self) -> tuple[float, float]:
        """Learning rate and number (from 1) of the next update."""
        rate = self.optimizer.rate(self.updates)
        self.updates += 1
        return rate, float(self.updates)

    def update(self, grads: dict) -> None:
        self.apply(grads, *self.next())

    def apply(self, grads: dict, rate, t) -> None:
        """The same for use inside a `tf.function`, with what `next` gave as tensors."""
        for name, w in self.params.items():
            step = ops.cast(rate, w.dtype)
            w.assign(w - self.rule(self.optimizer, step, t, self.memory[name], w, grads[name]))


def sgd(constants, rate, t, memory, w, dw):
    # v = momentum v + dw;  w -= rate v
    v = keep(memory["v"], constants.momentum * memory["v"] + dw)
    return rate * v


def rmsprop(constants, rate, t, memory, w, dw):
    # s = rho s + (1 - rho) dw^2;  w -= rate dw / (sqrt(s) + epsilon)
    s = keep(memory["s"], constants.rho * memory["s"] + (1 - constants.rho) * dw * dw)
    return rate * dw / (ops.sqrt(s) + constants.epsilon)


def adam(constants, rate, t, memory, w, dw):
    b1, b2 = constants.beta_1, constants.beta_2
    # m = b1 m + (1 - b1) dw;  v = b2 v + (1 - b2) dw^2
    m = keep(memory["m"], b1 * memory["m"] + (1 - b1) * dw)
    v = keep(memory["v"], b2 * memory["v"] + (1 - b2) * dw * dw)
    # w -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)
    m, v = m / ops.cast(1 - b1**t, w.dtype), v / ops.cast(1 - b2**t, w.dtype)
    return rate * m / (ops.sqrt(v) + constants.epsilon)


def adamw(constants, rate, t, memory, w, dw):
    # as Adam, and w -= rate weight_decay w
    return adam(constants, rate, t, memory, w, dw) + rate * constants.weight_decay * w


RULES = {SGD: sgd, RMSprop: rmsprop, Adam: adam, AdamW: adamw}
SLOTS = {SGD: ("v",), RMSprop: ("s",), Adam: ("m", "v"), AdamW: ("m", "v")}


def keep(variable: keras.Variable, value):
    variable.assign(value)
    return value


def clip_by_norm(grads: dict, norm: float) -> tuple[dict, object]:
    """All gradients scaled together so that their joint norm is at most `norm`; and the old norm.

    Raises
    ------
    ValueRangeError
        If `norm` is no finite number above 0.

    Examples
    --------
    >>> grads, total = clip_by_norm({"W": ops.array([3.0]), "b": ops.array([4.0])}, 1.0)
    >>> float(total), round(float(grads["W"][0]), 6)
    (5.0, 0.6)
    """
    norm = check_number("clip_norm", norm, above=0)
    total = ops.sqrt(sum(ops.sum(ops.square(g)) for g in grads.values()))
    scale = ops.where(total > norm, norm / (total + 1e-6), 1.0)
    return {name: g * scale for name, g in grads.items()}, total
