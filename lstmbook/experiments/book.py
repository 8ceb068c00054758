r"""What of one experiment has been run, what can run now, and the result when all is there."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lstmbook.experiments import pieces
from lstmbook.experiments.plan import Experiment, Run


class Book:
    r"""The runs of one recipe and the pieces that there are.

    Attributes
    ----------
    recipe : str, its name or path
    experiment : Experiment, with `seeds` and `budgets` in place of its own where they are given
    done : dict of Run to piece
    """

    def __init__(self, recipe: str, folder: Path, **others):
        from lstmbook.experiments import find

        self.recipe, self.folder = str(recipe), Path(folder)
        self.experiment: Experiment = replace(find(recipe).EXPERIMENT, **others)
        self.identity = pieces.identity(self.experiment)
        self.done: dict[Run, dict] = {}
        self._rates: dict[tuple[str, str], float] = {}
        self._known: list[Run] = []
        for contender in self.experiment.contenders:
            for condition in self.experiment.conditions:
                self._meet(self.experiment.tuning_runs(contender, condition))
                self._choose(contender, condition)
        self._meet(self.experiment.rule_runs())

    def path(self, run: Run) -> Path:
        r"""Return where the piece of a run is."""
        return pieces.path_of(self.folder, self.experiment.name, self.identity, run)

    def _meet(self, runs: list[Run]) -> None:
        for run in runs:
            self._known.append(run)
            piece = pieces.read(self.path(run))
            if piece is not None:
                self.done[run] = piece

    def _choose(self, contender: str, condition: str) -> None:
        r"""When all trainings that choose a rate are there, choose it; then the others can run."""
        runs = self.experiment.tuning_runs(contender, condition)
        if (contender, condition) not in self._rates and all(run in self.done for run in runs):
            rate = best_rate(self.experiment, {run: self.done[run] for run in runs})
            self._rates[contender, condition] = rate
            self._meet(self.experiment.stored_runs(contender, condition, rate))

    def add(self, run: Run, piece: dict) -> None:
        r"""Take a finished run."""
        self.done[run] = piece
        if run.kind == "tuning":
            self._choose(run.contender, run.condition)

    def ready(self) -> list[Run]:
        r"""Return the runs that can start: not done, and their rate is known."""
        return [run for run in self._known if run not in self.done]

    def rate(self, contender: str, condition: str) -> float:
        r"""Return the chosen rate."""
        return self._rates[contender, condition]

    def total(self) -> int:
        r"""Return the number of all runs."""
        e = self.experiment
        trained = sum(
            len(e.tuning_seeds) * len(e.rates_of(c)) + len(e.seeds) for c in e.contenders
        ) * len(e.conditions)
        return trained + len(e.rule_runs())

    def left(self) -> int:
        r"""Return how many runs are not done."""
        return self.total() - len(self.done)

    def epochs_left(self) -> dict[tuple[str, str], int]:
        r"""Return for each (contender, condition) the passes that are still to do."""
        e, left = self.experiment, {}
        for contender in e.contenders:
            for condition in e.conditions:
                runs = e.tuning_runs(contender, condition)
                rate = self._rates.get((contender, condition), 0.0)
                runs += e.stored_runs(contender, condition, rate)
                left[contender, condition] = sum(r.epochs for r in runs if r not in self.done)
        return left


def best_rate(experiment: Experiment, tuned: dict[Run, dict]) -> float:
    r"""Return the rate with the best mean validation score at the end of its tuning trainings.

    Where two are equal, as when both answer everything right, the one that was better at the first
    budget; then the one with fewer diverged trainings; then the smaller.
    """
    sign = 1 if experiment.better == "high" else -1

    def merit(rate: float) -> tuple:
        runs = [run for run in tuned if run.rate == rate]
        scores = [tuned[run]["validation"] for run in runs]
        first, last = str(runs[0].marks[0]), str(runs[0].marks[-1])
        return (
            sign * round(float(np.mean([s[last] for s in scores])), 9),
            sign * round(float(np.mean([s[first] for s in scores])), 9),
            -sum(tuned[run]["diverged"] for run in runs),
            -rate,
        )

    return max({run.rate for run in tuned if run.rate is not None}, key=merit)
