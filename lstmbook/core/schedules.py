"""Learning-rate schedules: functions of the number of updates made so far.

`plateau` is the one that listens, too: to the scores on the validation data.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from lstmbook.core.checks import check_int, check_number


def constant(rate: float) -> Callable[[int], float]:
    """The same rate always."""
    rate = check_number("rate", rate, above=0)
    return lambda updates: rate


def warmup(rate: float, updates: int) -> Callable[[int], float]:
    """Linear from 0 to `rate` over the first updates, then constant."""
    rate, updates = check_number("rate", rate, above=0), check_int("updates", updates, 1)
    return lambda done: rate * min(1.0, (done + 1) / updates)


def cosine(rate: float, updates: int, end: float = 0.0) -> Callable[[int], float]:
    """Half a cosine from `rate` to `end` over that many updates (arXiv:1608.03983).

    >>> schedule = cosine(1.0, 100)
    >>> [round(schedule(k), 2) for k in (0, 50, 100, 200)]
    [1.0, 0.5, 0.0, 0.0]
    """
    rate, updates = check_number("rate", rate, above=0), check_int("updates", updates, 1)
    end = check_number("end", end, 0)

    def schedule(done: int) -> float:
        part = min(1.0, done / updates)
        return end + (rate - end) * 0.5 * (1 + math.cos(math.pi * part))

    return schedule


def step_decay(rate: float, every: int, factor: float = 0.5) -> Callable[[int], float]:
    """`rate` times `factor` after every so many updates."""
    rate, every = check_number("rate", rate, above=0), check_int("every", every, 1)
    factor = check_number("factor", factor, above=0)
    return lambda done: rate * factor ** (done // every)


@dataclass
class Plateau:
    """The rate of `plateau`; one is made anew for each training, see `begin`."""

    start: float
    factor: float
    patience: int
    least: float
    falls: int = field(default=0, init=False)
    waited: int = field(default=0, init=False)

    def __call__(self, updates: int) -> float:
        return max(self.start * self.factor**self.falls, min(self.least, self.start))

    def begin(self) -> "Plateau":
        """One that has heard nothing yet."""
        return Plateau(self.start, self.factor, self.patience, self.least)

    def hear(self, better: bool) -> None:
        """Told after each epoch whether the score was better than all before."""
        self.waited = 0 if better else self.waited + 1
        if self.waited >= self.patience:
            self.waited, self.falls = 0, self.falls + 1


def plateau(rate: float, factor: float = 0.5, patience: int = 3, least: float = 0.0) -> Plateau:
    """`rate`, times `factor` whenever `fit`'s `monitor` was not better in `patience` epochs.

    Needs validation data. After each fall it waits for `patience` epochs anew; it does not fall
    below `least`. For example `lb.fit(..., optimizer=lb.Adam(plateau(1e-2)))`.

    >>> plateau(0.1, factor=0.5)(0)
    0.1
    """
    rate, least = check_number("rate", rate, above=0), check_number("least", least, 0)
    factor = check_number("factor", factor, above=0, below=1)
    return Plateau(rate, factor, check_int("patience", patience, 1), least)
