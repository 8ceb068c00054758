r"""Curves: training over epochs, and the gradient against the lag."""

from collections.abc import Mapping, Sequence

import numpy as np

from lstmbook.core.checks import check_number
from lstmbook.errors import ShapeError, ValueRangeError, unknown_name
from lstmbook.plots.style import DASHES, MARKS, SERIES, SOFT, WIDTH, above, drawing, finished


def _runs(name: str, history) -> list[tuple[list, list]]:
    r"""Return (training losses, validation scores) of one history, a dict, or a list of them."""
    if isinstance(history, Sequence):
        return [run for one in history for run in _runs(name, one)]
    if isinstance(history, Mapping):
        if "loss" not in history:
            what = f"key in history {name!r}, which needs 'loss':"
            raise unknown_name(what, list(history), ["loss"])
        loss, scores = history["loss"], history.get("validation", [])
    elif hasattr(history, "loss"):
        loss, scores = history.loss, getattr(history, "validation", [])
    else:
        raise ShapeError(
            f"history {name!r}: expected a History, a dict with 'loss', or a list of them, "
            f"got {type(history).__name__}"
        )
    if len(loss) == 0:
        raise ValueRangeError(f"history {name!r}: expected at least one epoch, got none")
    return [(list(loss), list(scores or []))]


def training_curve(history, *, metric: str | None = "accuracy", reference: Mapping | None = None):
    r"""Draw the loss over the epochs, and a validation score beside it.

    Parameters
    ----------
    history : History, dict, list of them, or dict of name to any of these
        One training, several seeds of one model (a list), or several models by name. A dict holds
        ``"loss"``, a number per epoch, and maybe ``"validation"``, a dict of scores per epoch.
    metric : str or None
        The validation score of the second panel, which is left out if no history has it.
    reference : dict of str to float, optional
        Horizontal lines in the second panel, such as ``{"chance": 0.1}``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError, ValueRangeError, UnknownNameError
        If a history is something else, has no epochs, or has no loss.
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> figure = training_curve({"loss": [1.0, 0.5], "validation": [{"accuracy": 0.6}] * 2})
    >>> len(figure.axes)
    2
    """
    named = isinstance(history, Mapping) and "loss" not in history
    models = history if named else {"": history}
    runs = {name: _runs(name, one) for name, one in models.items()}
    if not runs or not all(runs.values()):
        raise ValueRangeError("history: expected at least one training, got none")
    scored = any(metric in s for each in runs.values() for _, v in each for s in v)
    with drawing() as plt:
        figure, axes = plt.subplots(1, 1 + scored, figsize=(WIDTH, 3.4), squeeze=False)
        loss, score = axes[0, 0], axes[0, -1]
        for k, (name, each) in enumerate(runs.items()):
            look = dict(color=SERIES[k % len(SERIES)], marker=MARKS[k % len(MARKS)], markersize=4)
            for seed, (losses, validation) in enumerate(each):
                first = seed == 0
                said = f"{name} training".strip() if first else None
                loss.plot(_epochs(losses), losses, DASHES[0], label=said, **look)
                _scores(loss, validation, "loss", DASHES[1], f"{name} validation", first, look)
                if scored:
                    _scores(score, validation, metric, DASHES[0], name, first, look)
        loss.set(xlabel="epoch", ylabel="loss (mean per example)")
        loss.set_ylim(bottom=0)
        _legend(figure, loss)
        if scored:
            for k, (name, value) in enumerate((reference or {}).items()):
                score.axhline(value, color=SOFT, linestyle=DASHES[(k + 2) % 4], label=name)
            score.set(xlabel="epoch", ylabel=f"{metric} (validation)")
            if metric in ("accuracy", "f1", "auroc"):
                score.set_ylim(0, 1.03)
            if score.get_legend_handles_labels()[0]:
                score.legend()
        for axis in axes[0]:
            axis.xaxis.get_major_locator().set_params(integer=True)
    return finished(plt, figure)


def _legend(figure, axis) -> None:
    r"""Place a legend: inside for one model, above the panels for more, so that it hides none."""
    if len(axis.get_legend_handles_labels()[1]) <= 2:
        axis.legend()
    else:
        above(figure, axis)


def _epochs(values: Sequence) -> np.ndarray:
    return np.arange(1, len(values) + 1)


def _scores(axis, validation, metric, dash, name, first, look) -> None:
    values = [scores[metric] for scores in validation if metric in scores]
    if values:
        said = name.strip() if first and name.strip() else None
        hollow = look | dict(markerfacecolor="white") if dash != DASHES[0] else look
        axis.plot(_epochs(values), values, linestyle=dash, label=said, **hollow)


def dies_at(values: np.ndarray, share: float = 1e-3) -> int | None:
    r"""Return the first lag from which on the values stay below `share` of their largest.

    Parameters
    ----------
    values : array_like, shape (L,)
        Size of the gradient at lag 0, 1, ..., L - 1.
    share : float
        Which part counts as dead.

    Returns
    -------
    int or None
        None if the last value is still alive.

    Raises
    ------
    ShapeError, ValueRangeError
        If values is not one row of finite numbers of at least 0.

    Examples
    --------
    >>> dies_at([1.0, 0.1, 0.01, 0.001], share=0.05)
    2
    """
    values = _sizes("values", values)
    share = check_number("share", share, 0, 1)
    alive = np.flatnonzero(values > share * values.max())
    last = int(alive[-1]) if len(alive) else -1
    return last + 1 if last + 1 < len(values) else None


def _sizes(name: str, values) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or len(values) < 2:
        raise ShapeError(
            f"{name}: expected one number per lag, at least 2, got shape {values.shape}"
        )
    if not np.isfinite(values).all() or values.min() < 0:
        raise ValueRangeError(f"{name}: expected finite sizes of at least 0, got others")
    return values


def gradient_against_lag(curves: Mapping, *, share: float = 1e-3, of: str = "x"):
    r"""Draw how fast the gradient shrinks with the number of steps that it goes back.

    Parameters
    ----------
    curves : dict of str to array_like, shape (L,)
        Size of the gradient at lag 0, 1, ... by name, as `lstmbook.tracing.gradient_against_lag`
        gives it.
    share : float
        Below this part of its largest value a gradient counts as dead; the lag is marked and told
        in the legend, and `dies_at` gives it as a number.
    of : str
        The letter of what the gradient is taken to, for the label of the axis.

    Returns
    -------
    matplotlib.figure.Figure
        The vertical axis is logarithmic. Zeros, which it cannot show, are left out.

    Raises
    ------
    ShapeError, ValueRangeError
        If there are no curves, or one is not a row of finite numbers of at least 0.
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> figure = gradient_against_lag({"RNN": 0.5 ** np.arange(50), "LSTM": 0.99 ** np.arange(50)})
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['RNN: below 1/1000 from lag 10', 'LSTM: alive at lag 49']
    """
    if not curves:
        raise ValueRangeError("curves: expected at least one, got none")
    rows = {name: _sizes(name, values) for name, values in curves.items()}
    with drawing() as plt:
        figure, axis = plt.subplots(figsize=(WIDTH, 3.8))
        for k, (name, values) in enumerate(rows.items()):
            dead, colour = dies_at(values, share), SERIES[k % len(SERIES)]
            said = f"alive at lag {len(values) - 1}"
            if dead is not None:
                said = f"below 1/{1 / share:.0f} from lag {dead}" if share else f"0 from {dead}"
            shown = np.where(values > 0, values, np.nan)
            dash = DASHES[k % len(DASHES)]
            axis.plot(shown, linestyle=dash, color=colour, label=f"{name}: {said}")
            if dead is not None and values[dead] > 0:
                axis.plot(
                    dead, values[dead], MARKS[k % len(MARKS)], color=colour, ms=9, mfc="white"
                )
        axis.set_yscale("log")
        axis.set(
            xlabel="lag k (steps back from the last)",
            ylabel=f"size of ∂h(T) / ∂{of}(T − k)",
        )
        above(figure, axis)
    return finished(plt, figure)
