"""Optimizers as plain descriptions, the same in all three.

An optimizer here is its constants, all of them stated: frameworks differ in the ones they leave
unsaid (Adam's epsilon is 1e-8 in PyTorch, 1e-7 in Keras). Each implementation turns a description
into its own optimizer.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from lstmbook.core.checks import check_number
from lstmbook.errors import ValueRangeError

Rate = float | Callable[[int], float]

RANGES = {
    "momentum": {"least": 0, "below": 1},
    "rho": {"least": 0, "below": 1},
    "beta_1": {"least": 0, "below": 1},
    "beta_2": {"least": 0, "below": 1},
    "epsilon": {"above": 0},
    "weight_decay": {"least": 0},
}


@dataclass(frozen=True)
class Optimizer:
    """Base. `learning_rate` is a number, or a function of the number of updates made so far.

    Raises
    ------
    ValueRangeError
        For a constant outside its range: the rate and epsilon above 0; momentum, rho and the betas
        in [0, 1); weight_decay at least 0.
    """

    learning_rate: Rate = 1e-3

    def __post_init__(self):
        rate = self.learning_rate
        if isinstance(rate, type) or not callable(rate):
            try:
                check_number("learning_rate", rate, above=0)
            except ValueRangeError:
                raise ValueRangeError(
                    f"learning_rate: expected a number above 0 or a schedule, got {rate!r}"
                ) from None
        for name in (field.name for field in fields(self)):
            if name in RANGES:
                check_number(name, getattr(self, name), **RANGES[name])

    def rate(self, updates: int) -> float:
        """Learning rate of the next update.

        Raises
        ------
        ValueRangeError
            If the schedule fails, or gives no number >= 0.
        """
        if not callable(self.learning_rate):
            return self.learning_rate
        try:
            rate = self.learning_rate(updates)
        except Exception as error:
            raise ValueRangeError(
                f"learning_rate: expected a schedule, a function of the number of updates made so "
                f"far, got {type(error).__name__} from it at {updates}: {error}"
            ) from error
        return check_number(f"learning_rate: the schedule at update {updates}", rate, 0)


@dataclass(frozen=True)
class SGD(Optimizer):
    """v = momentum v + dw; w -= rate v."""

    learning_rate: Rate = 1e-2
    momentum: float = 0.0


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """s = rho s + (1 - rho) dw^2; w -= rate dw / (sqrt(s) + epsilon)."""

    rho: float = 0.9
    epsilon: float = 1e-7


@dataclass(frozen=True)
class Adam(Optimizer):
    """Kingma & Ba 2015, arXiv:1412.6980, with bias correction.

    >>> Adam(1e-2)
    Adam(learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-08)
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with w -= rate * weight_decay * w too (Loshchilov & Hutter, arXiv:1711.05101)."""

    weight_decay: float = 1e-2


def check_optimizer(optimizer) -> Optimizer:
    """Return the optimizer if it is one of ours.

    Raises
    ------
    ValueRangeError
    """
    if type(optimizer) not in (SGD, RMSprop, Adam, AdamW):
        got = optimizer.__name__ if isinstance(optimizer, type) else repr(optimizer)
        raise ValueRangeError(
            f"optimizer: expected SGD, RMSprop, Adam or AdamW, got {got}; for example lb.Adam(1e-3)"
        )
    return optimizer


def check_rates(optimizer: Optimizer, updates: int) -> None:
    """Ask a schedule for its rates before the first update: for all, or 10,000 spread evenly."""
    if callable(optimizer.learning_rate):
        for k in np.unique(np.linspace(0, updates - 1, min(updates, 10_000)).astype(int)):
            optimizer.rate(int(k))
