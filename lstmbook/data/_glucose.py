r"""Glucose under the skin of one person, every five minutes."""

import csv

import numpy as np

from lstmbook.data.dataset import Baseline
from lstmbook.data.packages import package_text, version_of
from lstmbook.data.table import Table

# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES = {
    "persistence, 30 minutes ahead": Baseline(27.17, "RMSE of glucose", "the last value seen"),
    "ridge, 30 minutes ahead": Baseline(22.64, "RMSE of glucose", "two hours, whole windows only"),
}


def glucose() -> Table:
    r"""Return 200 days of one person with type 1 diabetes, a reading every five minutes.

    Returns
    -------
    Table
        glucose (mg/dL); day_sin, day_cos: the time of day as a point on a circle. One row each five
        minutes, NaN where the sensor gave nothing. Training 60, validation 15, test 25 % of the
        time.

    Raises
    ------
    MissingExtraError
        If bokeh_sampledata, which carries the data, is not installed.

    Notes
    -----
    One person, one sensor: what is learned here says nothing about another one, and nothing about
    treatment.
    """
    text = package_text("bokeh_sampledata", "_data/CGM.csv.gz")
    rows = list(csv.DictReader(text.splitlines()))
    read = np.array([row["datetime"].replace(" ", "T") for row in rows], dtype="datetime64[s]")
    level = np.array([float(row["glucose"]) for row in rows])
    # the nearest of a grid of five minutes; of two readings in one place the first
    step = np.timedelta64(300, "s")
    place = np.rint((read - read[0]) / step).astype(int)
    grid = np.full(place.max() + 1, np.nan)
    _, first = np.unique(place, return_index=True)
    grid[place[first]] = level[first]
    time = read[0] + np.arange(len(grid)) * step
    angle = 2 * np.pi * ((time - time.astype("datetime64[D]")) / np.timedelta64(1, "D"))
    n = len(grid)
    return Table(
        values={"glucose": grid, "day_sin": np.sin(angle), "day_cos": np.cos(angle)},
        time=time,
        name="glucose",
        source=f"given by its owner, inside bokeh_sampledata {version_of('bokeh_sampledata')}",
        licence="public domain",
        size=f"{len(first)} readings of one person",
        cuts=(round(0.6 * n), round(0.75 * n), n),
        baselines=dict(_BASELINES),
    )
