r"""Scores of an order: does what is positive stand above what is not?"""

import numpy as np

from lstmbook.metrics.inputs import scored


def auroc(truth, score) -> float:
    r"""Return the area under the ROC curve: how often a positive scores above a negative.

    Parameters
    ----------
    truth : array_like of {0, 1}, shape (N,)
    score : array_like, shape (N,)
        Higher means more likely positive. Ties count half.

    Raises
    ------
    ShapeError
        If the shapes are not (N,).
    ValueRangeError
        If only one class occurs (the area is not defined then), or a score is not finite.

    Examples
    --------
    >>> auroc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    truth, score = scored(truth, score)
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2  # mean rank of each tied group, from 1
    p, n = int(truth.sum()), int((~truth).sum())
    # Mann and Whitney: U = sum of the positives' ranks - p (p + 1) / 2
    return float((rank[place[truth]].sum() - p * (p + 1) / 2) / (p * n))


def average_precision(truth, score) -> float:
    r"""Return the mean precision over the positives, sorted by score (for rare positives).

    Parameters
    ----------
    truth : array_like of {0, 1}, shape (N,)
    score : array_like, shape (N,)
        Higher means more likely positive. Equal scores are one threshold.

    Raises
    ------
    ShapeError, ValueRangeError
        As `auroc`.

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
    0.8333
    """
    truth, score = scored(truth, score)
    order = np.argsort(-score, kind="stable")
    hits, last = np.cumsum(truth[order]), np.append(np.diff(score[order]) != 0, True)
    precision = (hits / np.arange(1, len(hits) + 1))[last]  # one threshold per distinct score
    return float(np.sum(np.diff(hits[last], prepend=0) * precision) / hits[-1])
