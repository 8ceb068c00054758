r"""Scores: for classes, for values, for strings, and over several seeds. NumPy alone."""

from collections.abc import Sequence

import numpy as np

from lstmbook.core.checks import check_finite, check_int, check_same_length
from lstmbook.errors import ShapeError, ValueRangeError


def _classes(truth, prediction) -> tuple[np.ndarray, np.ndarray]:
    truth, prediction = np.asarray(truth), np.asarray(prediction)
    check_same_length(truth=truth, prediction=prediction)
    if truth.shape != prediction.shape:
        raise ShapeError(
            f"expected class numbers of one shape, got truth {truth.shape}, prediction "
            f"{prediction.shape}: take logits.argmax(-1) first"
        )
    if truth.size == 0:
        raise ValueRangeError("expected at least one example, got none")
    return truth.ravel(), prediction.ravel()


def _values(truth, prediction) -> np.ndarray:
    r"""Return truth - prediction; equal shapes, so that nothing is broadcast by accident."""
    truth = np.asarray(truth, dtype=np.float64)
    prediction = np.asarray(prediction, dtype=np.float64)
    if truth.shape != prediction.shape:
        raise ShapeError(
            f"expected values of one shape, got truth {truth.shape}, prediction {prediction.shape}"
        )
    if truth.size == 0:
        raise ValueRangeError("expected at least one value, got none")
    check_finite("truth", truth)
    check_finite("prediction", prediction)
    return truth - prediction


def accuracy(truth, prediction) -> float:
    r"""Return the share of correct classes.

    Parameters
    ----------
    truth, prediction : array_like of int, one shape
        Class numbers, not logits.

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 1, 2, 1])
    0.75
    """
    truth, prediction = _classes(truth, prediction)
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
        If a class number is negative or at least K.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    truth, prediction = _classes(truth, prediction)
    largest = int(max(truth.max(), prediction.max()))
    count = largest + 1 if classes is None else check_int("classes", classes, least=1)
    lowest = int(min(truth.min(), prediction.min()))
    if lowest < 0 or largest >= count:
        raise ValueRangeError(
            f"expected class numbers from 0 to {count - 1}, got {lowest} to {largest}"
        )
    cells = np.bincount(truth.astype(int) * count + prediction.astype(int), minlength=count**2)
    return cells.reshape(count, count)


def precision_recall_f1(truth, prediction, positive: int = 1) -> tuple[float, float, float]:
    r"""Return precision, recall and their harmonic mean F1 for one class.

    A ratio without cases (nothing predicted positive, or nothing positive) is 0.

    Examples
    --------
    >>> precision_recall_f1([1, 1, 1, 0], [1, 0, 1, 1])[0]
    0.6666666666666666
    """
    truth, prediction = _classes(truth, prediction)
    hits = float(np.sum((truth == positive) & (prediction == positive)))
    found, real = float(np.sum(prediction == positive)), float(np.sum(truth == positive))
    precision = hits / found if found else 0.0
    recall = hits / real if real else 0.0
    # F1 = 2 P R / (P + R) = 2 hits / (found + real)
    return precision, recall, 2 * hits / (found + real) if found + real else 0.0


def f1(truth, prediction, positive: int | None = 1) -> float:
    r"""Return F1 of class `positive`, or with None the mean over all classes that occur (macro).

    Examples
    --------
    >>> f1([1, 1, 0, 0], [1, 0, 0, 0])
    0.6666666666666666
    """
    truth, prediction = _classes(truth, prediction)
    wanted = np.union1d(truth, prediction) if positive is None else [positive]
    return float(np.mean([precision_recall_f1(truth, prediction, k)[2] for k in wanted]))


def _scored(truth, score) -> tuple[np.ndarray, np.ndarray]:
    truth, score = np.asarray(truth), np.asarray(score, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != score.shape:
        raise ShapeError(
            f"expected truth and score of one shape (N,), got {truth.shape} and {score.shape}"
        )
    check_finite("score", score)
    if set(np.unique(truth).tolist()) != {0, 1}:
        raise ValueRangeError("truth: expected both 0 and 1 to occur, and nothing else")
    return truth.astype(bool), score


def auroc(truth, score) -> float:
    r"""Return the area under the ROC curve: how often a positive scores above a negative.

    Parameters
    ----------
    truth : array_like of {0, 1}, shape (N,)
    score : array_like, shape (N,)
        Higher means more likely positive. Ties count half.

    Raises
    ------
    ValueRangeError
        If only one class occurs: the area is not defined then.

    Examples
    --------
    >>> auroc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    truth, score = _scored(truth, score)
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2  # mean rank of each tied group, from 1
    p, n = int(truth.sum()), int((~truth).sum())
    # Mann and Whitney: U = sum of the positives' ranks - p (p + 1) / 2
    return float((rank[place[truth]].sum() - p * (p + 1) / 2) / (p * n))


def average_precision(truth, score) -> float:
    r"""Return the mean precision over the positives, sorted by score (for rare positives).

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    truth, score = _scored(truth, score)
    order = np.argsort(-score, kind="stable")
    hits, last = np.cumsum(truth[order]), np.append(np.diff(score[order]) != 0, True)
    precision = (hits / np.arange(1, len(hits) + 1))[last]  # one threshold per distinct score
    return float(np.sum(np.diff(hits[last], prepend=0) * precision) / hits[-1])


def mse(truth, prediction) -> float:
    r"""Return the mean squared error, in squared units of the target."""
    return float(np.mean(_values(truth, prediction) ** 2))


def rmse(truth, prediction) -> float:
    r"""Return the root of the mean squared error, in units of the target.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, 3.0])
    3.0
    """
    return float(np.sqrt(mse(truth, prediction)))


def mae(truth, prediction) -> float:
    r"""Return the mean absolute error, in units of the target.

    Examples
    --------
    >>> mae([0.0, 0.0], [1.0, -2.0])
    1.5
    """
    return float(np.mean(np.abs(_values(truth, prediction))))


def edit_distance(truth: Sequence, prediction: Sequence) -> int:
    r"""Return the least number of insertions, deletions and substitutions (Levenshtein).

    Works on strings (characters) and on lists (words, class numbers).

    Examples
    --------
    >>> edit_distance("kitten", "sitting")
    3
    """
    row = list(range(len(prediction) + 1))
    for i, wanted in enumerate(truth, start=1):
        before, row[0] = row[0], i
        for j, got in enumerate(prediction, start=1):
            # d[i, j] = min(d[i-1, j] + 1, d[i, j-1] + 1, d[i-1, j-1] + (wanted != got))
            step = min(row[j] + 1, row[j - 1] + 1, before + (wanted != got))
            before, row[j] = row[j], step
    return row[-1]


def error_rate(truths: Sequence[Sequence], predictions: Sequence[Sequence]) -> float:
    r"""Return edit distance over true length, summed over all pairs.

    On characters the character error rate, on words the word error rate.

    Examples
    --------
    >>> error_rate(["one two".split()], ["one too".split()])
    0.5
    """
    if len(truths) != len(predictions):
        raise ShapeError(
            f"expected one prediction for each truth, got {len(truths)} and {len(predictions)}"
        )
    total = sum(len(truth) for truth in truths)
    if total == 0:
        raise ValueRangeError("expected at least one true symbol, got none")
    return sum(map(edit_distance, truths, predictions)) / total


def mean_and_spread(values) -> tuple[float, float]:
    r"""Return mean and sample standard deviation (divisor n - 1) over runs, for "0.98 +- 0.01".

    Raises
    ------
    ValueRangeError
        If there are fewer than two values, or one is not finite.

    Examples
    --------
    >>> mean_and_spread([1.0, 2.0, 3.0])
    (2.0, 1.0)
    """
    values = np.asarray(values, dtype=np.float64).ravel()
    if len(values) < 2:
        raise ValueRangeError(f"values: expected at least two runs, got {len(values)}")
    check_finite("values", values)
    return float(values.mean()), float(values.std(ddof=1))
