r"""Simple methods to compare a network with: each takes two splits and returns its scores.

Every method has the form ``method(train, test, ...) -> dict``. The dict holds ``"prediction"`` (for
`test`) and the scores: ``"accuracy"`` for classes; ``"mse"``, ``"rmse"`` and ``"mae"`` for values.
They learn from `train` alone.
"""

from lstmbook.baselines.classes import logistic_regression, majority, nearest_neighbour
from lstmbook.baselines.inputs import features
from lstmbook.baselines.values import climatology, mean, persistence, ridge

__all__ = [
    "climatology",
    "features",
    "logistic_regression",
    "majority",
    "mean",
    "nearest_neighbour",
    "persistence",
    "ridge",
]
