"""Learning-rate schedules: functions of the number of updates made so far."""

import math
from collections.abc import Callable

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
