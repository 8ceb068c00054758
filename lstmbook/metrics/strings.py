r"""Scores of strings: letters, words, class numbers."""

from collections.abc import Sequence

from lstmbook.errors import ShapeError, ValueRangeError


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
