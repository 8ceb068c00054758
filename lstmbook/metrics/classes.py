r"""Scores of classes that were told."""

from numbers import Integral

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.errors import ValueRangeError
from lstmbook.metrics.inputs import class_numbers, labels

LARGEST = 10_000  # classes of a matrix, which then has 100 million cells


def accuracy(truth, prediction) -> float:
    r"""Return the share of correct classes.

    Parameters
    ----------
    truth, prediction : array_like of int or str, one shape
        Class numbers or names, not logits.

    Raises
    ------
    ShapeError
        If the shapes differ.
    ValueRangeError
        If there is no example, or one of the two holds logits or probabilities.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 1, 2, 1])
    0.75
    """
    truth, prediction = labels(truth, prediction)
    return float(np.mean(truth == prediction))


def confusion_matrix(truth, prediction, classes: int | None = None) -> np.ndarray:
    r"""Count how often class k (row) was taken for class j (column).

    Parameters
    ----------
    truth, prediction : array_like of int, one shape
        Class numbers from 0.
    classes : int, optional
        Number of classes K; by default the largest number that occurs, plus 1.

    Returns
    -------
    ndarray of int, shape (K, K)

    Raises
    ------
    ValueRangeError
        If a class number is negative or at least K, or they are no integers.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    truth, prediction = class_numbers(truth, prediction)
    largest = int(max(truth.max(), prediction.max()))
    count = largest + 1 if classes is None else check_int("classes", classes, least=1)
    if count > LARGEST:
        raise ValueRangeError(f"classes: expected at most {LARGEST}, got {count}")
    lowest = int(min(truth.min(), prediction.min()))
    if lowest < 0 or largest >= count:
        raise ValueRangeError(
            f"expected class numbers from 0 to {count - 1}, got {lowest} to {largest}"
        )
    cells = np.bincount(truth * count + prediction, minlength=count**2)
    return cells.reshape(count, count)


def precision_recall_f1(truth, prediction, positive: int = 1) -> tuple[float, float, float]:
    r"""Return precision, recall and their harmonic mean F1 for one class.

    A ratio without cases (nothing predicted positive, or nothing positive) is 0.

    Parameters
    ----------
    truth, prediction : array_like of int or str, one shape
        Class numbers or names.
    positive : int or str
        The class that is looked for.

    Raises
    ------
    ShapeError, ValueRangeError
        As `accuracy`; also if `positive` is a name among numbers, or the other way round.

    Examples
    --------
    >>> precision_recall_f1([1, 1, 1, 0], [1, 0, 1, 1])[0]
    0.6666666666666666
    """
    truth, prediction = labels(truth, prediction)
    names = truth.dtype.kind == "U"
    if not isinstance(positive, str if names else Integral | np.bool_):
        wanted = "the name of a class" if names else "a class number"
        raise ValueRangeError(f"positive: expected {wanted}, got {positive!r}")
    hits = float(np.sum((truth == positive) & (prediction == positive)))
    found, real = float(np.sum(prediction == positive)), float(np.sum(truth == positive))
    precision = hits / found if found else 0.0
    recall = hits / real if real else 0.0
    # F1 = 2 P R / (P + R) = 2 hits / (found + real)
    return precision, recall, 2 * hits / (found + real) if found + real else 0.0


def f1(truth, prediction, positive: int | None = 1) -> float:
    r"""Return F1 of class `positive`, or with None the mean over all classes that occur (macro).

    A class occurs if it is in `truth` or in `prediction`: one that is only predicted counts as 0.

    Raises
    ------
    ShapeError, ValueRangeError
        As `precision_recall_f1`.

    Examples
    --------
    >>> f1([1, 1, 0, 0], [1, 0, 0, 0])
    0.6666666666666666
    """
    truth, prediction = labels(truth, prediction)
    wanted = np.union1d(truth, prediction).tolist() if positive is None else [positive]
    return float(np.mean([precision_recall_f1(truth, prediction, k)[2] for k in wanted]))
