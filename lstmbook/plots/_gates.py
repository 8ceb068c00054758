r"""What the gates and states of one sequence did."""

from collections.abc import Mapping, Sequence

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.errors import ShapeError, unknown_name
from lstmbook.plots.style import (
    COLOURS,
    NAMES,
    SIGNED,
    SOFT,
    WIDTH,
    drawing,
    finished,
    gate_colours,
)

ORDER = "firzognch"  # from the top; a variant has some of them
DASH = dict(zip("firzognch", ("-", "--", "--", "-", "-.", ":", ":", "-", "--"), strict=True))


def gates(
    record: Mapping,
    sample: int = 0,
    unit: int | None = None,
    *,
    layer: str = "",
    labels: Sequence[str] | None = None,
):
    r"""Draw gates and states over time: all units as heat maps, or one unit as lines.

    Parameters
    ----------
    record : dict of str to array, each (B, T, H)
        What `lstmbook.tracing` gives, or any dict with some of f, i, r, z, o, g, n, c, h.
    sample : int
        Which sequence of the batch.
    unit : int, optional
        One unit: its gates and states as lines. None: every unit, as heat maps.
    layer : str
        With several layers or directions the prefix of the names, such as "l0" or "l0.reverse".
    labels : sequence of str, optional
        What was read at each step, such as letters, for the time axis.

    Returns
    -------
    matplotlib.figure.Figure
        Steps past the length of the sequence (NaN in the record) are left out.

    Raises
    ------
    UnknownNameError
        If the record has none of the names.
    ShapeError
        If an array is not (B, T, H), or there are fewer labels than steps.
    ValueRangeError
        If sample or unit does not exist.
    MissingExtraError
        If Matplotlib is not installed.

    Examples
    --------
    >>> record = {name: np.full((1, 5, 3), 0.5) for name in "ifgoch"}
    >>> figure = gates(record, unit=0)
    >>> [axis.get_ylabel() for axis in figure.axes]
    ['gate (0 to 1)', 'value']
    """
    shown = _chosen(record, sample, layer)
    steps, units = next(iter(shown.values())).shape
    if labels is not None and len(labels) < steps:
        raise ShapeError(f"labels: expected one for each of {steps} steps, got {len(labels)}")
    with drawing() as plt:
        if unit is None:
            figure = _maps(plt, shown, labels)
        else:
            unit = check_int("unit", unit, least=0, most=units - 1)
            figure = _lines(plt, {name: value[:, unit] for name, value in shown.items()}, labels)
            figure.suptitle(f"unit {unit} (of 0 to {units - 1})")
    return finished(plt, figure)


def _chosen(record: Mapping, sample: int, layer: str) -> dict[str, np.ndarray]:
    r"""Return name -> (T, H) of one sequence, without the steps past its end."""
    prefix = f"{layer}." if layer else ""
    names = [name for name in ORDER if prefix + name in record]
    if not names:
        raise unknown_name(
            "record: a gate or state to draw is missing; names", list(record), prefix + ORDER
        )
    arrays = {name: np.asarray(record[prefix + name]) for name in names}
    for name, array in arrays.items():
        if array.ndim != 3:
            raise ShapeError(f"{prefix}{name}: expected (B, T, H), got {array.shape}")
    sample = check_int("sample", sample, least=0, most=len(arrays[names[0]]) - 1)
    rows = {name: array[sample].astype(np.float64) for name, array in arrays.items()}
    real = ~np.isnan(rows[names[0]]).all(axis=1)
    return {name: row[real] for name, row in rows.items()}


def _maps(plt, shown: Mapping, labels):
    units = next(iter(shown.values())).shape[1]
    height = 0.8 + len(shown) * (0.85 if units < 12 else 1.1)
    figure, axes = plt.subplots(len(shown), 1, figsize=(WIDTH, height), sharex=True, squeeze=False)
    for axis, (name, value) in zip(axes[:, 0], shown.items(), strict=True):
        # g, n and h lie in -1..1, c may be larger: its scale is its own.
        top = max(1.0, float(np.abs(value).max())) if name in SIGNED else 1.0
        image = axis.imshow(
            value.T,
            aspect="auto",
            interpolation="none",
            origin="lower",
            cmap=gate_colours(name),
            vmin=-top if name in SIGNED else 0.0,
            vmax=top,
        )
        axis.grid(False)
        axis.set_ylabel("unit")
        axis.set_yticks([0, units - 1] if units > 1 else [0])
        axis.set_title(f"{name}  {NAMES[name]}", loc="left", pad=4)
        ticks = [-top, 0, top] if name in SIGNED else [0, 1]
        bar = figure.colorbar(image, ax=axis, ticks=ticks, format="%.3g", pad=0.01, fraction=0.04)
        bar.solids.set_rasterized(True)  # in an SVG one picture, not 256 shapes
    _time(axes[-1, 0], labels, len(next(iter(shown.values()))))
    return figure


def _lines(plt, shown: Mapping, labels):
    upper = [name for name in shown if name not in SIGNED]
    lower = [name for name in shown if name in SIGNED]
    panels = [names for names in (upper, lower) if names]
    figure, axes = plt.subplots(
        len(panels),
        1,
        figsize=(WIDTH, 0.9 + 2.0 * len(panels)),
        sharex=True,
        squeeze=False,
    )
    for axis, names in zip(axes[:, 0], panels, strict=True):
        for name in names:
            said = f"{name}  {NAMES[name]}"
            axis.plot(shown[name], linestyle=DASH[name], color=COLOURS[name], label=said)
        axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        if names is upper:
            axis.set(ylim=(-0.03, 1.03), ylabel="gate (0 to 1)")
        else:
            axis.axhline(0, color=SOFT, linewidth=0.8)
            axis.set_ylabel("value")
    _time(axes[-1, 0], labels, len(shown[panels[0][0]]))
    return figure


def _time(axis, labels, steps: int) -> None:
    axis.set_xlabel("step t" if labels is None else "step t, what was read")
    if labels is not None:
        every = -(-steps // 40)  # so that at most 40 stand beside each other
        axis.set_xticks(np.arange(0, steps, every), [str(k) for k in labels[:steps:every]])
    else:
        axis.xaxis.get_major_locator().set_params(integer=True)
