"""Update rules on dicts of arrays, in place; and clipping by the norm of all gradients."""

import numpy as np

from lstmbook.core.checks import check_number
from lstmbook.core.optimizers import SGD, Adam, AdamW, Optimizer, RMSprop, check_optimizer

__all__ = ["SGD", "Adam", "AdamW", "RMSprop", "Updater", "clip_by_norm"]


class Updater:
    """An optimizer at work: `Updater(Adam(1e-2), params)`, then `update(grads)` after each batch.

    Parameters
    ----------
    optimizer : Optimizer, the constants
    params : dict of arrays, changed in place
    """

    def __init__(self, optimizer: Optimizer, params: dict[str, np.ndarray]):
        self.rule = RULES[type(check_optimizer(optimizer))]
        self.optimizer, self.params, self.updates = optimizer, params, 0
        self.memory: dict[str, dict] = {name: {} for name in params}

    def update(self, grads: dict[str, np.ndarray]) -> None:
        rate = self.optimizer.rate(self.updates)
        self.updates += 1
        for name, w in self.params.items():
            w -= self.rule(self.optimizer, rate, self.updates, self.memory[name], w, grads[name])


def sgd(constants, rate, t, memory, w, dw):
    # v = momentum v + dw;  w -= rate v
    memory["v"] = constants.momentum * memory.get("v", 0.0) + dw
    return rate * memory["v"]


def rmsprop(constants, rate, t, memory, w, dw):
    # s = rho s + (1 - rho) dw^2;  w -= rate dw / (sqrt(s) + epsilon)
    memory["s"] = constants.rho * memory.get("s", 0.0) + (1 - constants.rho) * dw * dw
    return rate * dw / (np.sqrt(memory["s"]) + constants.epsilon)


def adam(constants, rate, t, memory, w, dw):
    b1, b2 = constants.beta_1, constants.beta_2
    # m = b1 m + (1 - b1) dw;  v = b2 v + (1 - b2) dw^2
    memory["m"] = b1 * memory.get("m", 0.0) + (1 - b1) * dw
    memory["v"] = b2 * memory.get("v", 0.0) + (1 - b2) * dw * dw
    # w -= rate m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)
    m, v = memory["m"] / (1 - b1**t), memory["v"] / (1 - b2**t)
    return rate * m / (np.sqrt(v) + constants.epsilon)


def adamw(constants, rate, t, memory, w, dw):
    # as Adam, and w -= rate weight_decay w
    return adam(constants, rate, t, memory, w, dw) + rate * constants.weight_decay * w


RULES = {SGD: sgd, RMSprop: rmsprop, Adam: adam, AdamW: adamw}


def clip_by_norm(grads: dict[str, np.ndarray], norm: float) -> float:
    """Scale all gradients together so that their joint norm is at most `norm`; return the old norm.

    Raises
    ------
    ValueRangeError
        If `norm` is no finite number above 0.

    Examples
    --------
    >>> grads = {"W": np.array([3.0]), "b": np.array([4.0])}
    >>> clip_by_norm(grads, 1.0), grads["W"].round(6).tolist()
    (5.0, [0.6])
    """
    norm = check_number("clip_norm", norm, above=0)
    total = float(np.sqrt(sum(float((g * g).sum()) for g in grads.values())))
    if total > norm:
        for g in grads.values():
            g *= norm / (total + 1e-6)
    return total
