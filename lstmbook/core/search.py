r"""Writing symbol after symbol: the search for the most probable string, once for all three."""

from collections.abc import Callable

import numpy as np

from lstmbook.core.ctc import log_softmax


def search(start, step: Callable, pick: Callable, batch: int, end: int, longest: int, width: int):
    r"""Beam search; with a width of 1 the likeliest symbol is taken each time.

    Parameters
    ----------
    start : the state before the first symbol, of `batch` sequences
    step : function of ids (N,) and a state -> logits (N, K + 1), attention weights (N, T) or None,
        and the next state, where N = batch * width rows stand sequence by sequence
    pick : function of a state and rows -> the state of those rows
    batch : int, B
    end : int, K, the number of the end symbol, which the first step reads too
    longest : int, symbols at most
    width : int, strings kept at every step

    Returns
    -------
    list of B lists of symbols, without the end
    list of B arrays (symbols, T), or None: the attention weights with which they were written
    """
    rows = np.repeat(np.arange(batch), width)
    state, first = pick(start, rows), np.arange(batch)[:, None] * width
    # of the equal strings at the start, one counts
    total = np.tile(np.where(np.arange(width) == 0, 0.0, -np.inf), (batch, 1))
    ids, done = np.full(batch * width, end), np.zeros((batch, width), bool)
    written, looked = np.empty((batch * width, 0), int), []
    for _ in range(longest):
        logits, weights, state = step(ids, state)
        log_p = log_softmax(logits.astype("float64")).reshape(batch, width, -1)
        stays = np.where(np.arange(end + 1) == end, 0.0, -np.inf)
        log_p = np.where(done[:, :, None], stays, log_p)  # a string that has ended costs no more
        scores = (total[:, :, None] + log_p).reshape(batch, -1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :width]
        total = np.take_along_axis(scores, best, axis=1)
        rows, ids = (first + best // (end + 1)).ravel(), (best % (end + 1)).ravel()
        state = pick(state, rows)
        written = np.concatenate([written[rows], ids[:, None]], axis=1)
        if weights is not None:
            looked = [past[rows] for past in [*looked, weights]]
        done = (done.ravel()[rows] | (ids == end)).reshape(batch, width)
        if done.all():
            break
    found = [up_to_end(written[k * width], end) for k in range(batch)]
    if not looked:
        return found, None
    stacked = np.stack(looked, axis=1)[::width]
    return found, [one[: len(s)] for one, s in zip(stacked, found, strict=True)]


def up_to_end(row, end: int) -> list[int]:
    """The symbols before the first end.

    >>> up_to_end([4, 2, 9, 2], end=9)
    [4, 2]
    """
    row = np.asarray(row).tolist()
    return row[: row.index(end)] if end in row else row
