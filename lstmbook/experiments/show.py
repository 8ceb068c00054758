r"""Stored results for a reader: tables, differences, one run done again."""

import textwrap
from collections.abc import Mapping

import numpy as np

from lstmbook import results
from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.experiments.compare import Difference, t_interval

COLUMNS = 84  # of a page
NEAR_CHANCE = 0.1  # of the way from guessing to perfect; nearer counts as "at chance"


def table(result: Mapping, budget: int | None = None, condition: str | None = None) -> None:
    r"""Print a stored result, and the simple rules beneath.

    Parameters
    ----------
    result : dict, from `results.load`
    budget : int, optional
        Its scores, seed by seed, with mean, range, and how many seeds are at chance: not a tenth of
        the way from guessing to perfect. None: mean and range at every budget.
    condition : str, optional
        None: one block for each condition.

    Raises
    ------
    UnknownNameError
        For a budget or condition that was not run.
    """
    if budget is not None:
        known("budget", budget, result["budgets"])
    conditions = result["conditions"] if condition is None else [condition]
    for place, one in enumerate(conditions):
        known("condition", one, result["conditions"])
        if place:
            print()
        block(result, budget, one)


def block(result: Mapping, budget: int | None, condition: str) -> None:
    r"""Print the rows of one condition."""
    budgets = result["budgets"] if budget is None else [budget]
    names = [*result["contenders"], *result["rules"]]
    width = max(map(len, [*names, "guessing"])) + 2
    passes = ", ".join(str(b * result["epochs"]) for b in budgets)
    of = f"{condition}: " if condition else ""
    print(f"{of}{result['score']} after {passes} passes, {len(result['seeds'])} seeds")
    for contender in result["contenders"]:
        scores = result["scores"][contender][condition]
        cells = [summary(result, condition, scores[str(b)], budget is not None) for b in budgets]
        print_row(contender, cells, width)
    for rule in result["rules"]:
        values = result["rules"][rule][condition]
        print(f"{rule:{width}}{mean_and_range(values)}   (rule)")
    print(f"{'guessing':{width}}{short(guess(result, condition))}")


def print_row(name: str, cells: list[str], width: int) -> None:
    r"""Print a name and its cells, on as many lines as the width of a page asks for.

    >>> print_row("LSTM", ["0.5 (0.4 to 0.6)"] * 2, 6)
    LSTM  0.5 (0.4 to 0.6)   0.5 (0.4 to 0.6)
    """
    line = f"{name:{width}}{cells[0]}"
    for cell in cells[1:]:
        if len(line) + 3 + len(cell) > COLUMNS:
            print(line)
            line = " " * width + cell
        else:
            line += "   " + cell
    print(line)


def summary(result: Mapping, condition: str, scores: list, each: bool) -> str:
    r"""Return the scores of some seeds in words and numbers."""
    said = mean_and_range(scores)
    if each:
        said = " ".join(map(short, scores)) + f"   mean {said}"
    lost = at_chance(result, scores, condition)
    return f"{said}, {lost} of {len(scores)} at chance" if lost else said


def mean_and_range(values: list) -> str:
    return f"{short(float(np.mean(values)))} ({short(min(values))} to {short(max(values))})"


def short(value: float) -> str:
    r"""Return a number with three digits after the point, or three that count if it is small.

    >>> short(0.98765), short(0.00012345), short(12.0)
    ('0.988', '0.000123', '12.000')
    """
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.01 else f"{value:.3g}"


def guess(result: Mapping, condition: str) -> float:
    guessing = result["guessing"]
    return guessing[condition] if isinstance(guessing, Mapping) else guessing


def at_chance(result: Mapping, scores: list, condition: str = "") -> int:
    r"""Return how many scores are not a tenth of the way from guessing to perfect."""
    start = guess(result, condition)
    way = result["perfect"] - start
    return sum((score - start) / way < NEAR_CHANCE for score in scores)


def difference(
    result: Mapping, a: str, b: str, condition: str | None = None, budget: int | None = None
) -> Difference:
    r"""Print and return the mean of score(a) - score(b), paired by seed, with its 95 % interval.

    The interval is Student's t over the seeds: it speaks of new seeds (other start weights, other
    draws of the data), not of new tasks.

    Parameters
    ----------
    result : dict, from `results.load`
    a, b : str, contenders
    condition : str; None where there is one
    budget : int; the longest by default

    Raises
    ------
    UnknownNameError
        For a contender, condition or budget that was not run.

    Examples
    --------
    >>> result = {"contenders": ["A", "B"], "conditions": [""], "budgets": [1], "epochs": 6,
    ...           "score": "accuracy", "scores": {"A": {"": {"1": [0.9, 0.8, 0.9]}},
    ...                                           "B": {"": {"1": [0.7, 0.7, 0.8]}}}}
    >>> found = difference(result, "A", "B")
    A - B: accuracy +0.133 (95 % interval -0.010 to +0.277; 3 seeds, 6 passes)
    """
    if condition is None and len(result["conditions"]) > 1:
        raise ValueRangeError(f"condition: expected one of {result['conditions']}, got none")
    condition = result["conditions"][0] if condition is None else condition
    budget = max(result["budgets"]) if budget is None else budget
    known("condition", condition, result["conditions"])
    known("budget", budget, result["budgets"])
    for contender in (a, b):
        known("contender", contender, result["contenders"])
    first, second = (np.array(result["scores"][c][condition][str(budget)]) for c in (a, b))
    found = t_interval(first - second)
    of = f", {condition}" if condition else ""
    said = (
        f"{a} - {b}{of}: {result['score']} {found.mean:+.3f} (95 % interval {found.low:+.3f} to "
        f"{found.high:+.3f}; {len(first)} seeds, {budget * result['epochs']} passes)"
    )
    print(textwrap.fill(said, COLUMNS, subsequent_indent="    "))
    return found


def rerun(
    name: str,
    contender: str,
    condition: str | None = None,
    seed: int | None = None,
    budget: int | None = None,
) -> float:
    r"""Train one stored seed again, at the stored rate, and return its score on the test part.

    Parameters
    ----------
    name : str, of a stored result
    contender, condition, seed, budget
        Which run; the first seed and the first budget by default.

    Raises
    ------
    UnknownNameError
        For what was not run.
    """
    from lstmbook.experiments import find
    from lstmbook.experiments.one_run import perform
    from lstmbook.experiments.plan import Run

    result, experiment = results.load(name), find(name).EXPERIMENT
    condition = result["conditions"][0] if condition is None else condition
    seed = result["seeds"][0] if seed is None else seed
    budget = result["budgets"][0] if budget is None else budget
    for kind, value in zip(("contender", "condition", "seed"), (contender, condition, seed)):
        known(kind, value, result[f"{kind}s"])
    known("budget", budget, result["budgets"])
    epochs = budget * result["epochs"]
    rate = result["rates"][contender][condition]
    piece = perform(experiment, Run("again", contender, condition, rate, seed, epochs, (epochs,)))
    return piece["test"][str(epochs)]


def known(kind: str, value: object, values) -> None:
    if value not in values:
        raise unknown_name(kind, value, values)
