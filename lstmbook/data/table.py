r"""Tables as people bring them: arrays, mappings of columns, data frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lstmbook.core.checks import check_int, check_same_length
from lstmbook.data.dataset import Baseline
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError


@dataclass(frozen=True)
class Table:
    r"""Rows in time order, for `windows`.

    Attributes
    ----------
    values : dict of str to ndarray (N,)
        Columns of numbers; NaN where a value is missing.
    time : ndarray of datetime64, shape (N,)
    name, source, licence, size : str
    cuts : tuple of three int
        The rows at which the training, validation and test parts end.
    real : bool
    baselines : dict of str to Baseline
        Scores on the test part, by task and method.
    """

    values: dict[str, np.ndarray]
    time: np.ndarray
    name: str
    source: str
    licence: str
    size: str
    cuts: tuple[int, int, int]
    real: bool = True
    baselines: dict[str, Baseline] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_same_length(time=self.time, **self.values)
        if (np.diff(self.time) <= np.timedelta64(0)).any():
            raise ValueRangeError(f"{self.name}: expected rows in time order, each time once")

    def __repr__(self) -> str:
        kind = "real" if self.real else "generated"
        return (
            f"{self.name}: {self.size} ({kind})\n  columns    {', '.join(self.values)}\n"
            f"  time       {self.time[0]} to {self.time[-1]}\n"
            + "".join(
                f"  baseline   {name}: {score.metric} {score.value:.3f}\n"
                for name, score in self.baselines.items()
            )
            + f"  source     {self.source}\n  licence    {self.licence}"
        )


def columns_of(table: Any) -> tuple[np.ndarray, list[str]]:
    r"""The table as float64 (N, K) and the names of its columns."""
    if isinstance(table, Table):
        table = table.values
    if isinstance(table, np.ma.MaskedArray):
        table = np.ma.filled(table.astype(np.float64), np.nan)
    named = isinstance(table, Mapping) or hasattr(table, "columns")
    names = (
        [str(name) for name in (table if isinstance(table, Mapping) else table.columns)]
        if named
        else []
    )
    try:
        if named:
            lists = [np.asarray(table[name], dtype=np.float64) for name in table]
            lengths = {column.shape for column in lists}
            if len(lengths) != 1 or len(lists[0].shape) != 1:
                raise ShapeError(
                    f"table: expected columns of one length, got shapes {sorted(lengths)}"
                )
            values = np.stack(lists, axis=1)
        else:
            values = np.array(table, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError(
            f"table: expected numbers, one row a time, got {error}: leave out columns of text and "
            "dates, or turn them into numbers"
        ) from error
    if values.ndim == 1:
        values = values[:, None]
    if values.ndim != 2 or 0 in values.shape:
        raise ShapeError(f"table: expected (N, K) numbers, got shape {values.shape}")
    if np.isinf(values).any():
        row, column = np.argwhere(np.isinf(values))[0]
        raise ValueRangeError(
            f"table: expected finite numbers or NaN, got infinity in row {row}, column {column}"
        )
    return values, names or [str(k) for k in range(values.shape[1])]


def column_number(argument: str, given: int | str, names: list[str]) -> int:
    if isinstance(given, str):
        if given not in names:
            raise UnknownNameError(f"{argument}: expected one of {', '.join(names)}, got {given!r}")
        return names.index(given)
    return check_int(argument, given, least=0, most=len(names) - 1)
