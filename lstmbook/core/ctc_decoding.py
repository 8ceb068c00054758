r"""Labels read from the outputs of a model that was trained by CTC, see `ctc`."""

import numpy as np

from lstmbook.core.arrays import as_floats, as_lengths
from lstmbook.core.checks import check_int
from lstmbook.core.ctc import log_softmax
from lstmbook.errors import ShapeError


def as_log_p(log_p, lengths) -> tuple[np.ndarray, np.ndarray]:
    r"""What a decoder reads, checked: log probabilities (B, T, K + 1) and lengths (B,)."""
    log_p = as_floats("log_p", log_p)
    if log_p.ndim != 3 or 0 in log_p.shape or log_p.shape[2] < 2:
        raise ShapeError(
            f"log_p: expected (B, T, K + 1), K labels and the blank, got shape {log_p.shape}"
        )
    batch, steps = log_p.shape[:2]
    if lengths is None:
        lengths = np.full(batch, steps)
    return log_softmax(log_p), as_lengths("lengths", lengths, batch, steps)


def ctc_greedy(log_p, lengths=None) -> list[list[int]]:
    r"""The labels of the most probable path of each sequence.

    Parameters
    ----------
    log_p : array (B, T, K + 1), logits or log probabilities, the blank last
    lengths : ints (B,), or None

    Returns
    -------
    list of B lists of labels

    Raises
    ------
    ShapeError, ValueRangeError

    Examples
    --------
    >>> path = np.array([[0, 0, 2, 0, 1, 2]])               # 2 is the blank
    >>> ctc_greedy(np.log(np.eye(3)[path] * 0.8 + 0.1))
    [[0, 0, 1]]
    """
    log_p, lengths = as_log_p(log_p, lengths)
    blank, found = log_p.shape[2] - 1, []
    for path, length in zip(log_p.argmax(axis=2), lengths, strict=True):
        path = path[:length]
        new = np.concatenate([[True], path[1:] != path[:-1]])
        found.append(path[new & (path != blank)].tolist())
    return found


def ctc_beam(log_p, lengths=None, width: int = 10) -> list[list[int]]:
    r"""The most probable labels of each sequence, all their paths together, by prefix beam search.

    Parameters
    ----------
    log_p : array (B, T, K + 1), logits or log probabilities, the blank last
    lengths : ints (B,), or None
    width : int, beginnings kept at every step; with 1 the result may differ from `ctc_greedy`

    Returns
    -------
    list of B lists of labels

    Raises
    ------
    ShapeError, ValueRangeError

    Notes
    -----
    Exact if no beginning is dropped; Hannun et al. (2014), arXiv:1408.2873, without a language
    model.

    Examples
    --------
    The best path says nothing, 0.6 * 0.6; but all paths of one 0 have 1 - 0.36 together:

    >>> log_p = np.log([[[0.4, 0.6], [0.4, 0.6]]])
    >>> ctc_greedy(log_p), ctc_beam(log_p)
    ([[]], [[0]])
    """
    log_p, lengths = as_log_p(log_p, lengths)
    width = check_int("width", width, 1)
    return [best_labels(one[:n], width) for one, n in zip(log_p, lengths, strict=True)]


def best_labels(log_p: np.ndarray, width: int) -> list[int]:
    r"""Prefix beam search over one sequence (T, K + 1).

    A beginning is kept with two numbers: log p of its paths that end in a blank, and in its label.
    """
    blank = log_p.shape[1] - 1
    beam: dict[tuple, tuple[float, float]] = {(): (0.0, -np.inf)}
    for step in log_p:
        found: dict[tuple, tuple[float, float]] = {}

        def add(prefix, in_blank, in_label, found=found):
            before = found.get(prefix, (-np.inf, -np.inf))
            found[prefix] = (np.logaddexp(before[0], in_blank), np.logaddexp(before[1], in_label))

        for prefix, (in_blank, in_label) in beam.items():
            both = np.logaddexp(in_blank, in_label)
            add(prefix, both + step[blank], in_label + step[prefix[-1]] if prefix else -np.inf)
            for k in range(blank):
                # the same label again is a new one only after a blank
                start = in_blank if prefix and prefix[-1] == k else both
                add((*prefix, k), -np.inf, start + step[k])
        ranked = sorted(found.items(), key=lambda kept: -np.logaddexp(*kept[1]))
        beam = dict(ranked[:width])
    return list(next(iter(beam)))
