r"""Scores against the budget: what is cut short is a curve, not one number."""

from collections.abc import Mapping, Sequence

from lstmbook.errors import unknown_name
from lstmbook.plots.style import DASHES, MARKS, SERIES, SOFT, WIDTH, above, drawing, finished


def budget_curve(
    result: Mapping, condition: str | None = None, *, contenders: Sequence[str] | None = None
):
    r"""Draw the score of each contender against the passes over the training part.

    Lines are means over the seeds, the shade behind each is their range. Guessing and the simple
    rules are level lines.

    Parameters
    ----------
    result : dict
        A stored experiment, as `lstmbook.results.load` gives it.
    condition : str, optional
        Which condition; the first by default.
    contenders : sequence of str, optional
        Which to draw; all by default.

    Returns
    -------
    matplotlib.figure.Figure
        The horizontal axis is logarithmic.

    Raises
    ------
    UnknownNameError
        For a contender or condition that was not run.
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> result = {"contenders": ["LSTM"], "conditions": [""], "budgets": [1, 3], "epochs": 6,
    ...           "score": "accuracy", "guessing": 0.25, "rules": {},
    ...           "scores": {"LSTM": {"": {"1": [0.5, 0.7], "3": [0.9, 1.0]}}}}
    >>> budget_curve(result).axes[0].get_lines()[0].get_xdata().tolist()
    [6, 18]
    """
    condition = result["conditions"][0] if condition is None else condition
    if condition not in result["conditions"]:
        raise unknown_name("condition", condition, result["conditions"])
    drawn = list(result["contenders"] if contenders is None else contenders)
    for contender in drawn:
        if contender not in result["contenders"]:
            raise unknown_name("contender", contender, result["contenders"])
    passes = [budget * result["epochs"] for budget in result["budgets"]]
    guessing = result["guessing"]
    guess = guessing[condition] if isinstance(guessing, Mapping) else guessing
    level = {rule: _mean(values[condition]) for rule, values in result["rules"].items()}
    with drawing() as plt:
        figure, axis = plt.subplots(figsize=(WIDTH, 3.2))
        for k, contender in enumerate(drawn):
            scores = result["scores"][contender][condition]
            scores = [scores[str(budget)] for budget in result["budgets"]]
            colour, turn = SERIES[k % len(SERIES)], k // len(SERIES)  # second turn: other dashes
            axis.plot(
                passes,
                [_mean(s) for s in scores],
                color=colour,
                linestyle=DASHES[(k + turn) % len(DASHES)],
                marker=MARKS[(k + turn) % len(MARKS)],
                markersize=6,
                label=contender,
            )
            lowest, highest = [min(s) for s in scores], [max(s) for s in scores]
            axis.fill_between(passes, lowest, highest, color=colour, alpha=0.12, linewidth=0)
        for k, (name, value) in enumerate({**level, "guessing": guess}.items()):
            axis.axhline(value, color=SOFT, lw=1.2, ls=DASHES[(k + 2) % 4], label=name)
        axis.set_xscale("log")
        axis.set_xticks(passes, [str(p) for p in passes])
        axis.minorticks_off()
        axis.set(xlabel="passes over the training part (log scale)", ylabel=result["score"])
        if result["score"] in ("accuracy", "f1", "auroc"):
            axis.set_ylim(0, 1.03)
        rows = above(figure, axis)
        figure.set_figheight(3 + 0.22 * rows)
    return finished(plt, figure)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
