"""Baselines of the applications, measured: {loader: {task and method: (value, metric)}}."""

from __future__ import annotations

import numpy as np

from lstmbook import baselines, data, metrics
from lstmbook.data import Split

LEVEL, RETURNS, VARIANCE = "close", "log_return", "log_variance"


def text_classes(dataset) -> dict[str, float]:
    """Accuracy of words and pairs of words, C chosen on the validation part."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    train = words.fit_transform(dataset.train.x)
    validation, test = words.transform(dataset.validation.x), words.transform(dataset.test.x)
    models = [LogisticRegression(C=c, max_iter=1000).fit(train, dataset.train.y) for c in (1, 10)]
    best = max(models, key=lambda model: model.score(validation, dataset.validation.y))
    share = max((dataset.test.y == k).mean() for k in (0, 1))
    majority = int(dataset.train.y.mean() > 0.5)
    assert share >= (dataset.test.y == majority).mean()
    return {
        "majority": float((dataset.test.y == majority).mean()),
        "logistic regression on words": float(best.score(test, dataset.test.y)),
    }


def summaries(split: Split) -> Split:
    """Means of each sequence over its real steps."""
    rows = [x[:n].mean(0) for x, n in zip(split.x, split.lengths)]
    return Split(np.array(rows)[:, None], split.y)


def ridge(train: Split, validation: Split, test: Split) -> dict:
    """With the penalty that is best on the validation part."""
    tried = [0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0]
    scores = [baselines.ridge(train, validation, strength=s)["mse"] for s in tried]
    return baselines.ridge(train, test, strength=tried[int(np.argmin(scores))])


def vowels() -> dict[str, float]:
    given = data.vowels()
    flat = summaries(given.train), summaries(given.test)
    return {
        "majority": baselines.majority(given.train, given.test)["accuracy"],
        "logistic regression": baselines.logistic_regression(*flat)["accuracy"],
        "nearest neighbour": baselines.nearest_neighbour(*flat)["accuracy"],
    }


def in_units(cut, result) -> dict[str, float]:
    """The errors of predictions that are scaled as y is, in the units of the table."""
    truth, guess = cut.unscale(cut.test.y), cut.unscale(result["prediction"])
    return {"mae": metrics.mae(truth, guess), "rmse": metrics.rmse(truth, guess)}


def weather() -> dict[str, float]:
    table = data.weather()
    found = {}
    for ahead in (1, 3, 7):
        cut = data.windows(table, 14, ahead, target="temp_max")
        heat = cut.columns.index("temp_max")
        days = {
            name: data.day_of_year(table.time[cut.origins[name] + ahead])
            for name in ("train", "test")
        }
        climate = baselines.climatology(
            cut.train, cut.test, train_day=days["train"], test_day=days["test"]
        )
        rules = {
            "persistence": baselines.persistence(cut.train, cut.test, feature=heat),
            "climatology": climate,
            "ridge": ridge(cut.train, cut.validation, cut.test),
        }
        found |= {
            f"{name}, {ahead} days ahead": in_units(cut, result)["mae"]
            for name, result in rules.items()
        }
    return found


def har(split: Split, column: int) -> Split:
    """Last day, mean of five, mean of 22 (Corsi 2009)."""
    past = split.x[:, :, column]
    rows = np.stack([past[:, -1], past[:, -5:].mean(1), past[:, -22:].mean(1)], axis=1)
    return Split(rows[:, None], split.y)


def stocks() -> dict[str, float]:
    table = data.stocks()
    level = data.windows(table, 22, 1, target=LEVEL, inputs=[LEVEL])
    last = baselines.persistence(level.train, level.test)
    up = data.windows(table, 22, 1, target="up", inputs=[RETURNS], scale="none")
    var = data.windows(table, 22, 1, target=VARIANCE, inputs=[VARIANCE], scale="none")
    return {
        "level, persistence": in_units(level, last)["rmse"],
        "direction, always up": float(up.test.y.mean()),
        "volatility, persistence": baselines.persistence(var.train, var.test)["mse"],
        "volatility, mean": baselines.mean(var.train, var.test)["mse"],
        "volatility, HAR": baselines.ridge(har(var.train, 0), har(var.test, 0))["mse"],
    }


def glucose() -> dict[str, float]:
    table = data.glucose()
    cut = data.windows(table, 24, 6, target="glucose", missing="drop")
    rules = {
        "persistence": baselines.persistence(cut.train, cut.test),
        "ridge": ridge(cut.train, cut.validation, cut.test),
    }
    return {
        f"{name}, 30 minutes ahead": in_units(cut, result)["rmse"] for name, result in rules.items()
    }


def exact(prediction, truth) -> float:
    return float(np.mean([a == b for a, b in zip(prediction, truth)]))


def nearest_text(train: Split, test: Split) -> list[str]:
    """The answer to the training text that shares the most pairs of characters."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    pairs = TfidfVectorizer(analyzer="char", ngram_range=(2, 3))
    known = pairs.fit_transform(train.x)
    best = (pairs.transform(test.x) @ known.T).argmax(axis=1)
    return list(train.y[np.asarray(best).ravel()])


def translation(given) -> dict[str, float]:
    return {
        "copy": exact(given.test.x, given.test.y),
        "nearest neighbour": exact(nearest_text(given.train, given.test), given.test.y),
    }


MEASURED = {
    "vowels": vowels,
    "weather": weather,
    "stocks": stocks,
    "glucose": glucose,
    "number_words": lambda: translation(data.number_words()),
    "names": lambda: translation(data.names()),
}
