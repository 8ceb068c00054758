r"""What an experiment is: contenders, conditions, parts of data, a grid of rates, seeds, budgets.

A recipe is one file that defines `EXPERIMENT`. It checks itself when it is built, so that a name
or a seed that cannot be is found before hours of training.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.experiments.parts import Parts

__all__ = ["Experiment", "Parts", "Run"]

OWN = ("rates", "clip_norm")  # what a contender may have of its own


class Run(NamedTuple):
    r"""One thing to do: train one network, or measure one rule."""

    kind: Literal["tuning", "stored", "again", "rule"]
    contender: str
    condition: str
    rate: float | None
    seed: int
    epochs: int
    marks: tuple[int, ...]  # epochs after which scores are taken


@dataclass(frozen=True)
class Experiment:
    r"""A question and how it is answered.

    For each contender and condition the rate is chosen by the mean validation score of the
    `tuning_seeds` at `tuning_budget`; all have as many rates to choose from. Then each of `seeds`
    is trained once, to the longest budget, and scored on the test part on its way. The optimizer
    is Adam at a constant rate, so that a shorter training is the beginning of a longer one.

    Parameters
    ----------
    name : str
        Of the file and of the stored result.
    pages : sequence of str
        Numbers of the pages that show it.
    title, task, network : str
        What is asked, of which data, of which network.
    contenders, conditions : sequence of str
        What is compared, under which conditions; ("",) where there is one.
    parts : function (condition, seed) -> Parts
    model : function (contender, condition, seed) -> SequenceClassifier or SequenceRegressor
        With start weights, of `lstmbook.numpy`.
    rates : sequence of float
        The grid of learning rates.
    guessing : float, or dict of condition to float
        The score without learning; a training whose loss becomes NaN counts as this.
    epochs, budgets : int, sequence of int
        Budget b is b * epochs passes over the training part.
    score, better : str, "high" or "low"
        A name that `lb.evaluate` gives, or the name of what `scores` measures.
    perfect : float, optional
        The best score there can be; 1 for "high", 0 for "low".
    scores : function (model, parts, "validation" or "test") -> float, optional
        In place of `lb.evaluate`.
    extra : function (model, parts, condition) -> dict of str to float, optional
        Measured at the end of each stored training.
    rules : dict of str to function (condition, seed) -> float
        Scores of simple rules and linear models on the test part.
    per_contender : dict of contender to dict, optional
        Its own "rates" (as many) or "clip_norm".
    about : dict of contender to str, optional
        What each contender is, in words.
    batch_size, clip_norm, tuning_budget, tuning_seeds, seeds
        As their names say.

    Raises
    ------
    ValueRangeError
        If names are not unique, seeds stand in both lists, or grids are of different sizes.
    UnknownNameError
        For a contender or condition in a table that does not exist.
    """

    name: str
    pages: Sequence[str]
    title: str
    task: str
    network: str
    contenders: Sequence[str]
    parts: Callable
    model: Callable
    rates: Sequence[float]
    guessing: float | Mapping[str, float]
    conditions: Sequence[str] = ("",)
    epochs: int = 6
    budgets: Sequence[int] = (1, 3, 10)
    score: str = "accuracy"
    better: Literal["high", "low"] = "high"
    perfect: float | None = None
    batch_size: int = 32
    clip_norm: float | None = 1.0
    tuning_budget: int = 3
    tuning_seeds: Sequence[int] = (0, 1)
    seeds: Sequence[int] = (10, 11, 12, 13, 14)
    rules: Mapping[str, Callable] = field(default_factory=dict)
    scores: Callable | None = None
    extra: Callable | None = None
    per_contender: Mapping[str, Mapping] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueRangeError(f"name: expected letters, digits and _, got {self.name!r}")
        lists = "contenders conditions rates budgets tuning_seeds seeds pages".split()
        for what in lists:
            object.__setattr__(self, what, different(what, getattr(self, what)))
        for what in ("epochs", "batch_size", "tuning_budget"):
            positive_whole(what, getattr(self, what))
        for budget in self.budgets:
            positive_whole("budgets", budget)
        if list(self.budgets) != sorted(self.budgets):
            raise ValueRangeError(f"budgets: expected rising numbers, got {self.budgets}")
        both = set(self.seeds) & set(self.tuning_seeds)
        if both:
            raise ValueRangeError(
                f"seeds: expected none that chose the rates, got {sorted(both)} in both lists"
            )
        if self.better not in ("high", "low"):
            raise unknown_name("direction of better scores", self.better, ("high", "low"))
        if self.perfect is None:
            object.__setattr__(self, "perfect", 1.0 if self.better == "high" else 0.0)
        if isinstance(self.guessing, Mapping):
            same_names("guessing", self.guessing, self.conditions)
        if self.about:
            same_names("about", self.about, self.contenders)
        for contender, own in self.per_contender.items():
            if contender not in self.contenders:
                raise unknown_name("contender in per_contender:", contender, self.contenders)
            for key in own:
                if key not in OWN:
                    raise unknown_name("setting in per_contender:", key, OWN)
        for contender in self.contenders:
            rates = different(f"rates of {contender}", self.rates_of(contender))
            if min(rates) <= 0:
                raise ValueRangeError(f"rates of {contender}: expected above 0, got {rates}")
            if len(rates) != len(self.rates):
                raise ValueRangeError(
                    f"rates of {contender}: expected {len(self.rates)}, as many as the others "
                    f"have, got {len(rates)}"
                )

    def rates_of(self, contender: str) -> tuple[float, ...]:
        r"""Return the grid of a contender."""
        return tuple(self.per_contender.get(contender, {}).get("rates", self.rates))

    def clip_norm_of(self, contender: str) -> float | None:
        r"""Return the largest norm of the gradient of a contender."""
        return self.per_contender.get(contender, {}).get("clip_norm", self.clip_norm)

    def guess(self, condition: str) -> float:
        r"""Return the score without learning."""
        return self.guessing[condition] if isinstance(self.guessing, Mapping) else self.guessing

    def measure(self, model, parts: Parts, part: str) -> float:
        r"""Return the score of a model on "validation" or "test"."""
        if self.scores is not None:
            return float(self.scores(model, parts, part))
        from lstmbook.numpy import evaluate

        given = evaluate(model, getattr(parts, part))
        if self.score not in given:
            raise unknown_name("score", self.score, given)
        return given[self.score]

    def tuning_runs(self, contender: str, condition: str) -> list[Run]:
        r"""Return the trainings that choose a rate."""
        last = self.tuning_budget
        marks = [b * self.epochs for b in sorted({*self.budgets, last}) if b <= last]
        return [
            Run("tuning", contender, condition, rate, seed, marks[-1], tuple(marks))
            for rate in self.rates_of(contender)
            for seed in self.tuning_seeds
        ]

    def stored_runs(self, contender: str, condition: str, rate: float) -> list[Run]:
        r"""Return the trainings whose scores are stored."""
        marks = tuple(b * self.epochs for b in self.budgets)
        return [
            Run("stored", contender, condition, rate, seed, marks[-1], marks) for seed in self.seeds
        ]

    def rule_runs(self) -> list[Run]:
        r"""Return the measurements of the simple rules."""
        return [
            Run("rule", rule, condition, None, seed, 0, ())
            for rule in self.rules
            for condition in self.conditions
            for seed in self.seeds
        ]


def different(what: str, values: Sequence) -> tuple:
    r"""Return the values as a tuple, or say that there are none or that one stands twice."""
    values = tuple(values)
    if isinstance(values, str) or not values or len(set(values)) < len(values):
        raise ValueRangeError(f"{what}: expected different ones, at least one, got {values}")
    return values


def positive_whole(what: str, value: object) -> None:
    if not isinstance(value, int) or value < 1:
        raise ValueRangeError(f"{what}: expected a whole number of at least 1, got {value!r}")


def same_names(what: str, table: Mapping, names: Sequence[str]) -> None:
    if set(table) != set(names):
        raise ValueRangeError(f"{what}: expected one for each of {names}, got {list(table)}")
