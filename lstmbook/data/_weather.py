r"""Four years of weather in Seattle, day by day."""

import csv

import numpy as np

from lstmbook.data.dataset import Baseline
from lstmbook.data.packages import package_text, version_of
from lstmbook.data.table import Table

COLUMNS = ("precipitation", "temp_max", "temp_min", "wind")
STARTS = ("2014-01-01", "2015-01-01")  # of the validation and of the test part
# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_SCORES = {  # 1, 3 and 7 days ahead
    "persistence": (2.240, 3.485, 3.731),
    "climatology": (3.326, 3.324, 3.288),
    "ridge": (2.213, 2.854, 2.830),
}
_HOW = {
    "persistence": "as on the last day seen",
    "climatology": "mean of 2012 and 2013 within 15 days of the same day of the year",
    "ridge": "all columns of 14 days",
}
_BASELINES = {
    f"{name}, {ahead} days ahead": Baseline(value, "MAE of temp_max", _HOW[name])
    for name, values in _SCORES.items()
    for ahead, value in zip((1, 3, 7), values, strict=True)
}


def weather() -> Table:
    r"""Return the weather of 1,461 days, 2012 to 2015, at Seattle-Tacoma airport.

    Returns
    -------
    Table
        precipitation (mm), temp_max and temp_min (Celsius), wind (m/s), and season_sin, season_cos:
        the place in the year as a point on a circle. Training 2012 and 2013, validation 2014, test
        2015.

    Raises
    ------
    MissingExtraError
        If vega_datasets, which carries the data, is not installed.
    """
    text = package_text("vega_datasets", "_data/seattle-weather.csv")
    rows = list(csv.DictReader(text.splitlines()))
    time = np.array([row["date"].replace("/", "-") for row in rows], dtype="datetime64[D]")
    values = {name: np.array([float(row[name]) for row in rows]) for name in COLUMNS}
    angle = 2 * np.pi * (day_of_year(time) - 1) / 365.25
    values |= {"season_sin": np.sin(angle), "season_cos": np.cos(angle)}
    validation, test = (int(np.searchsorted(time, np.datetime64(day))) for day in STARTS)
    return Table(
        values=values,
        time=time,
        name="weather",
        source=f"NOAA, the copy inside vega_datasets {version_of('vega_datasets')}",
        licence="public domain (NOAA)",
        size=f"{len(time)} days in Seattle",
        cuts=(validation, test, len(time)),
        baselines=dict(_BASELINES),
    )


def day_of_year(time: np.ndarray) -> np.ndarray:
    r"""Day of the year, 1 to 366, of each date.

    Examples
    --------
    >>> day_of_year(np.array(["2012-01-01", "2012-12-31", "2013-12-31"], dtype="datetime64[D]"))
    array([  1, 366, 365])
    """
    days = time.astype("datetime64[D]")
    return (days - days.astype("datetime64[Y]")).astype(int) + 1
