"""Scores of strings that a model has written, see `scores`."""

import numpy as np

from lstmbook.core.ctc import Alignments, log_softmax
from lstmbook.core.ctc_decoding import ctc_greedy
from lstmbook.core.search import up_to_end
from lstmbook.core.translation import shifted
from lstmbook.metrics.strings import error_rate


def ctc(logits: np.ndarray, labels: np.ndarray, mask=None) -> float:
    """Mean of -log p(labels), all their paths together."""
    lengths = steps(logits, mask)
    paths = Alignments(log_softmax(logits), labels, lengths)
    return -float(paths.log_likelihood(paths.forward()).mean())


def label_error_rate(logits: np.ndarray, labels: np.ndarray, mask=None) -> float:
    """Edit distance of the labels of the most probable path, over the number of true labels."""
    truth = [row[row >= 0].tolist() for row in labels]
    return error_rate(truth, ctc_greedy(logits, steps(logits, mask)))


def steps(outputs: np.ndarray, mask) -> np.ndarray:
    """Steps that count in each sequence (B,)."""
    return np.full(*outputs.shape[:2]) if mask is None else mask.sum(axis=1)


def forced(outputs: np.ndarray, labels: np.ndarray, mask=None) -> float:
    """Cross-entropy of each symbol and the end, where the true symbols before it were read."""
    _, wanted, counts = shifted(labels, outputs.shape[2] - 1)
    log_p = log_softmax(outputs[:, : wanted.shape[1]])
    chosen = np.take_along_axis(log_p, wanted[:, :, None], axis=2)[:, :, 0]
    return -float(chosen[np.arange(wanted.shape[1]) < counts[:, None]].mean())


def exact(outputs: np.ndarray, labels: np.ndarray, mask=None) -> float:
    """Share of strings that are right in every symbol, written without help."""
    return float(np.mean([a == b for a, b in zip(*written(outputs, labels), strict=True)]))


def written_error_rate(outputs: np.ndarray, labels: np.ndarray, mask=None) -> float:
    """Edit distance of what was written without help, over the number of true symbols."""
    return error_rate(*written(outputs, labels))


def written(outputs: np.ndarray, labels: np.ndarray) -> tuple[list, list]:
    """True strings, and those that were written without help."""
    end, free = outputs.shape[2] - 1, outputs[:, labels.shape[1] + 1 :]
    truth = [row[row >= 0].tolist() for row in labels]
    return truth, [up_to_end(row, end) for row in free.argmax(axis=2)]
