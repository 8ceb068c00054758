"""Optimizers as plain descriptions, the same in all three.

An optimizer here is its constants, all of them stated: frameworks differ in the ones they leave
unsaid (Adam's epsilon is 1e-8 in PyTorch, 1e-7 in Keras). Each implementation turns a description
into its own optimizer.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from lstmbook.errors import ValueRangeError

Rate = float | Callable[[int], float]


@dataclass(frozen=True)
class Optimizer:
    """Base. `learning_rate` is a number, or a function of the number of updates made so far."""

    learning_rate: Rate = 1e-3

    def __post_init__(self):
        if not callable(self.learning_rate) and not 0 < self.learning_rate < math.inf:
            raise ValueRangeError(
                f"learning_rate: expected a number above 0 or a schedule, got {self.learning_rate}"
            )

    def rate(self, updates: int) -> float:
        """Learning rate of the next update."""
        return self.learning_rate(updates) if callable(self.learning_rate) else self.learning_rate


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
    """Adam with w -= rate * weight_decay * w besides (Loshchilov & Hutter, arXiv:1711.05101)."""

    weight_decay: float = 1e-2
