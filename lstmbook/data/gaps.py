r"""Missing values in a table: filled from the past, and told to the network."""

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name


def filled(
    values: np.ndarray, names: list[str], missing: str, horizon: int, usual: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    r"""Return the features (N, D) and their names; see `windows` for `missing`.

    Only the past of a row is used: the last value seen, or that column's `usual` one before the
    first. ``since`` counts rows up to `horizon`, as a share of it.

    Examples
    --------
    >>> gap = np.array([[np.nan], [5.0], [np.nan], [np.nan], [7.0]])
    >>> filled(gap, ["a"], "mask", 4, np.zeros(1))[0].T
    array([[0.  , 5.  , 5.  , 5.  , 7.  ],
           [0.  , 1.  , 0.  , 0.  , 1.  ],
           [1.  , 0.  , 0.25, 0.5 , 0.  ]])
    """
    if missing not in ("refuse", "drop", "last", "mask"):
        raise unknown_name("missing", missing, ("refuse", "drop", "last", "mask"))
    known = ~np.isnan(values)
    if missing == "refuse" and not known.all():
        row, column = (int(k) for k in np.argwhere(~known)[0])
        raise ValueRangeError(
            f"table: expected no missing values, got {int((~known).sum())}, the first in row "
            f"{row}, column {names[column]!r}; pass missing='mask', 'last' or 'drop'"
        )
    if missing in ("refuse", "drop"):
        return values, tuple(names)
    rows = np.arange(len(values))[:, None]
    last = np.maximum.accumulate(np.where(known, rows, -1), axis=0)  # -1: nothing seen yet
    full = np.where(last >= 0, np.take_along_axis(values, np.maximum(last, 0), axis=0), usual)
    if missing != "mask" or known.all():
        return full, tuple(names)
    since = np.where(last >= 0, np.minimum((rows - last) / horizon, 1.0), 1.0)
    gaps = [k for k in range(len(names)) if not known[:, k].all()]
    features = np.concatenate([full, known[:, gaps], since[:, gaps]], axis=1)
    more = [f"{names[k]} {what}" for what in ("seen", "since") for k in gaps]
    return features, (*names, *more)
