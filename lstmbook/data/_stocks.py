r"""Twenty years of the S&P 500."""

import csv

import numpy as np

from lstmbook.data.dataset import Baseline
from lstmbook.data.packages import package_text, version_of
from lstmbook.data.table import Table

# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES = {
    "level, persistence": Baseline(19.97, "RMSE of close", "as on the day before"),
    "direction, always up": Baseline(0.522, "accuracy of up", "tomorrow the index rises"),
    "volatility, persistence": Baseline(1.126, "MSE of log_variance", "as on the day before"),
    "volatility, mean": Baseline(2.673, "MSE of log_variance", "mean of the training part"),
    "volatility, HAR": Baseline(
        0.847, "MSE of log_variance", "linear in the last day, the mean of 5 and of 22 days"
    ),
}


def stocks() -> Table:
    r"""Return 5,031 trading days of the S&P 500 index, 1999 to 2018.

    Returns
    -------
    Table
        open, high, low, close (points) and volume, and three columns made of them: log_return,
        ``log(close / close of the day before)``, 0 on the first day; up, 1 where it is above 0;
        log_variance, the logarithm of Parkinson's variance of the day,
        ``log(log(high / low)^2 / (4 log 2))``. Training 60, validation 20, test 20 % of the days.

    Raises
    ------
    MissingExtraError
        If arch, which carries the data, is not installed.

    Notes
    -----
    An index cannot be bought at its closing price; nothing here is advice.

    References
    ----------
    M. Parkinson (1980), The extreme value method for estimating the variance of the rate of return,
    The Journal of Business 53.
    """
    rows = list(csv.DictReader(package_text("arch", "data/sp500/sp500.csv.gz").splitlines()))
    day = [row["Date"].split("/") for row in rows]  # 1/4/1999 is the fourth of January
    time = np.array([f"{y}-{int(m):02d}-{int(d):02d}" for m, d, y in day], dtype="datetime64[D]")
    names = ("Open", "High", "Low", "Close", "Volume")
    values = {name.lower(): np.array([float(row[name]) for row in rows]) for name in names}
    change = np.diff(np.log(values["close"]), prepend=np.log(values["close"][0]))
    spread = np.log(values["high"] / values["low"])
    variance = np.log(spread**2 / (4 * np.log(2)))
    values |= {"log_return": change, "up": (change > 0) * 1.0, "log_variance": variance}
    n = len(time)
    return Table(
        values=values,
        time=time,
        name="stocks",
        source=f"Yahoo Finance, the copy inside arch {version_of('arch')}",
        licence="NCSA (the package that carries the rows)",
        size=f"{n} trading days of the S&P 500",
        cuts=(round(0.6 * n), round(0.8 * n), n),
        baselines=dict(_BASELINES),
    )
