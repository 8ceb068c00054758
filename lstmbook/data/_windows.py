r"""From a table in time order to sequences with a target ahead, without a look at the future."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lstmbook.core.checks import check_int, check_number
from lstmbook.data.dataset import Split
from lstmbook.data.gaps import filled
from lstmbook.data.table import Table, column_number, columns_of
from lstmbook.errors import ValueRangeError, unknown_name

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Windows:
    r"""Three parts of one table, in the order of time.

    Attributes
    ----------
    train, validation, test : Split
        x (N, length, D) float32, y (N, H) float32: one column for each horizon. Both scaled.
    origins : dict of str to ndarray of int
        For each part the row of the table at which each forecast is made: the last row that its x
        has seen. The targets stand at ``origin + horizon``.
    horizons : tuple of int
        Rows ahead, one for each column of y.
    columns : tuple of str
        What the D features of x are, in order; ``"NAME seen"`` and ``"NAME since"`` where gaps
        were filled (see `windows`).
    mean, spread : ndarray, shape (K,)
        Of each column of the table, taken on the rows of the training part alone; 0 and 1 where
        nothing was scaled.
    target : int
        The column of the table that is forecast.
    cuts : tuple of int
        First row after the training part, after the validation part, after the test part.
    """

    train: Split
    validation: Split
    test: Split
    origins: dict[str, np.ndarray]
    horizons: tuple[int, ...]
    columns: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    target: int
    cuts: tuple[int, int, int]

    def unscale(self, y) -> np.ndarray:
        r"""Targets or predictions, scaled as y is, in the units of the table."""
        return np.asarray(y) * self.spread[self.target] + self.mean[self.target]

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(getattr(self, name).x)}" for name in PARTS)
        steps = "s " + ", ".join(map(str, self.horizons)) if self.horizons[1:] else ""
        ahead = f"row{steps}" if steps else f"row {self.horizons[0]}"
        return (
            f"windows of {self.train.x.shape[1]} rows, {ahead} ahead: {sizes}\n"
            f"  columns    {', '.join(self.columns)}"
        )


def windows(
    table: Any,
    length: int,
    horizon: int | Sequence[int] = 1,
    *,
    target: int | str = 0,
    inputs: Sequence[int | str] | None = None,
    shares: Sequence[float] = (0.7, 0.15, 0.15),
    cuts: Sequence[int] | None = None,
    scale: str = "train",
    missing: str = "refuse",
    every: int = 1,
) -> Windows:
    r"""Cut a table into windows of `length` rows with a target some rows ahead.

    Parameters
    ----------
    table : array_like (N, K) or (N,), mapping of names to columns, data frame, or Table
        Numbers, one row a time, oldest first, at equal distances. NaN is a missing value.
    length : int
        Rows that a forecast sees.
    horizon : int or sequence of int
        How many rows after the last row seen the target stands.
    target : int or str
        The column that is forecast.
    inputs : sequence of int or str, optional
        The columns that are seen; default: all, the target's own past among them.
    shares : three numbers with sum 1
        Parts of the rows for training, validation and test, in this order in time.
    cuts : three int, optional
        In place of `shares`: the rows at which training, validation and test end
        (see `rolling_origin`). A `Table` of this package brings its own.
    scale : {"train", "none"}
        "train": every column minus its mean, over its spread, both from the training rows alone.
    missing : {"refuse", "drop", "last", "mask"}
        What becomes of NaN in the inputs. "refuse": an error. "drop": windows with a gap are left
        out. "last": the last value seen, the
        training mean where there was none yet. "mask": the same, and for each column with gaps two
        more features: ``seen`` (1 where the value was measured, else 0) and ``since`` (rows since
        it was, over `length`, at most 1). Windows whose target is missing are left out.
    every : int
        Take every so many-th forecast of the training part (windows that overlap are alike).

    Returns
    -------
    Windows

    Raises
    ------
    ShapeError, ValueRangeError, UnknownNameError
        If the table is none, a column does not exist, a number is out of range, a value is
        infinite (or NaN with "refuse"), or a part would get no window.

    Notes
    -----
    A row belongs to one part by its time. A forecast of the validation part is made no earlier than
    the last target of the training part was known, and so between validation and test: nothing that
    was fitted has seen what was still to come. Its window may reach back into an earlier part,
    whose values are known by then.

    The mask and the time since the last value follow Z. Che et al. (2018), Recurrent neural
    networks for multivariate time series with missing values, https://arxiv.org/abs/1606.01865.

    Examples
    --------
    >>> table = {"heat": np.arange(20.0), "rain": np.arange(20.0) ** 2}
    >>> cut = windows(table, 3, 2, target="heat", scale="none", shares=(0.6, 0.2, 0.2))
    >>> cut
    windows of 3 rows, row 2 ahead: train 8, validation 3, test 3
      columns    heat, rain
    >>> cut.train.x[0, :, 0], cut.train.y[0]  # rows 0, 1, 2 are seen, row 4 is forecast
    (array([0., 1., 2.], dtype=float32), array([4.], dtype=float32))
    >>> cut.origins["test"]  # the last row that was seen; targets are rows 17 to 19
    array([15, 16, 17])
    """
    if isinstance(table, Table) and cuts is None:
        cuts = table.cuts
    values, names = columns_of(table)
    length = check_int("length", length, least=1)
    every = check_int("every", every, least=1)
    horizons = _horizons(horizon)
    goal = column_number("target", target, names)
    wanted = range(len(names)) if inputs is None else inputs
    seen = [column_number("inputs", i, names) for i in wanted]
    if not seen:
        raise ValueRangeError("inputs: expected at least one column, got none")
    if scale not in ("train", "none"):
        raise unknown_name("scale", scale, ("train", "none"))
    ends = _cuts(len(values), shares, cuts)
    mean, spread = _scaling(values[: ends[0]], names, scale)
    scaled = (values - mean) / spread
    usual = (np.nanmean(values[: ends[0]], axis=0) - mean) / spread  # 0 where it was scaled
    features, columns = filled(
        scaled[:, seen], [names[i] for i in seen], missing, length, usual[seen]
    )
    parts, origins = {}, {}
    start = length - 1
    for name, end in zip(PARTS, ends, strict=True):
        rows = np.arange(start, end - max(horizons))
        at = rows[:, None] + np.arange(1 - length, 1)
        aim = scaled[rows[:, None] + np.array(horizons), goal]
        whole = ~np.isnan(aim).any(1) & ~np.isnan(features[at]).any((1, 2))
        rows, aim = rows[whole], aim[whole]
        step = every if name == "train" else 1
        rows, aim = rows[::step], aim[::step]
        if len(rows) == 0:
            raise ValueRangeError(
                f"{name}: expected at least one window of {length} rows with a target {horizons} "
                f"rows ahead, got none in rows {start - length + 1} to {end - 1}: a longer table, "
                "a larger share, or shorter windows"
            )
        at = rows[:, None] + np.arange(1 - length, 1)
        parts[name] = Split(features[at].astype(np.float32), aim.astype(np.float32))
        origins[name] = rows
        start = max(length - 1, end - 1)  # the last target of this part stands at end - 1
    return Windows(**parts, origins=origins, horizons=horizons, columns=columns, mean=mean,
                   spread=spread, target=goal, cuts=ends)  # fmt: skip


def rolling_origin(
    n: int, *, folds: int, test: int, validation: int, train: int | None = None
) -> Iterator[tuple[int, int, int]]:
    r"""Yield the cuts of a backtest: the origin rolls forward, the past grows.

    Parameters
    ----------
    n : int
        Rows of the table.
    folds : int
        How many times to train and test.
    test, validation : int
        Rows of each test part (these do not overlap, the last ends with the table) and of the
        validation part before it.
    train : int, optional
        Fewest rows of the first training part; default 1.

    Yields
    ------
    (int, int, int)
        For ``windows(table, ..., cuts=...)``.

    Raises
    ------
    ValueRangeError
        If the table is too short.

    Examples
    --------
    >>> list(rolling_origin(100, folds=3, test=10, validation=20))
    [(50, 70, 80), (60, 80, 90), (70, 90, 100)]
    """
    n, folds = check_int("n", n, least=1), check_int("folds", folds, least=1)
    test = check_int("test", test, least=1)
    validation = check_int("validation", validation, least=1)
    train = 1 if train is None else check_int("train", train, least=1)
    first = n - folds * test - validation
    if first < train:
        raise ValueRangeError(
            f"expected at least {train} training rows, got {first} of {n}: fewer folds, or shorter "
            "test or validation parts"
        )
    return ((first + k * test, first + k * test + validation, first + (k + 1) * test + validation)
            for k in range(folds))  # fmt: skip


def _horizons(horizon: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(horizon, Sequence | np.ndarray) and not isinstance(horizon, str):
        given = tuple(horizon)
    else:
        given = (horizon,)
    if not given:
        raise ValueRangeError("horizon: expected at least one number of rows, got none")
    return tuple(check_int("horizon", h, least=1) for h in given)


def _cuts(n: int, shares: Sequence[float], cuts: Sequence[int] | None) -> tuple[int, int, int]:
    if cuts is None:
        given = [check_number("shares", share, above=0) for share in shares]
        if len(given) != 3 or abs(sum(given) - 1) > 1e-9:
            raise ValueRangeError(
                f"shares: expected three numbers above 0 with sum 1, got {shares}"
            )
        first = round(n * given[0])
        return first, round(n * (given[0] + given[1])), n
    ends = tuple(check_int("cuts", cut, least=1, most=n) for cut in cuts)
    if len(ends) != 3 or not ends[0] < ends[1] < ends[2]:
        raise ValueRangeError(f"cuts: expected three rows, each after the one before, got {cuts}")
    return ends


def _scaling(known: np.ndarray, names: list[str], scale: str) -> tuple[np.ndarray, np.ndarray]:
    empty = [name for name, column in zip(names, known.T, strict=True) if np.isnan(column).all()]
    if empty:
        raise ValueRangeError(
            f"expected values in the training rows, column {empty[0]!r} has none: leave it out"
        )
    if scale == "none":
        return np.zeros(len(names)), np.ones(len(names))
    spread = np.nanstd(known, axis=0)
    return np.nanmean(known, axis=0), np.where(spread > 0, spread, 1.0)
