r"""Scores: for classes, for values, for strings, and over several seeds. NumPy alone."""

from lstmbook.metrics.classes import accuracy, confusion_matrix, f1, precision_recall_f1
from lstmbook.metrics.ranking import auroc, average_precision
from lstmbook.metrics.strings import edit_distance, error_rate
from lstmbook.metrics.values import mae, mean_and_spread, mse, rmse

__all__ = [
    "accuracy",
    "auroc",
    "average_precision",
    "confusion_matrix",
    "edit_distance",
    "error_rate",
    "f1",
    "mae",
    "mean_and_spread",
    "mse",
    "precision_recall_f1",
    "rmse",
]
