r"""Connectionist temporal classification: labels without times; all paths through them.

K labels 0..K-1 and the blank, which is the last output, K. A path has one output a step; runs of
one label count once and blanks not at all, so that _aa_ab means aab (Graves et al. 2006,
doi:10.1145/1143844.1143891). NumPy, for all three implementations; `ctc_decoding` reads labels.
"""

import numpy as np

from lstmbook.core.arrays import as_integers, as_plain
from lstmbook.errors import ShapeError, ValueRangeError

NONE = -1
"""Stands behind the last label of a row."""


def as_labels(name: str, labels, batch: int, classes: int, lengths) -> np.ndarray:
    r"""Labels (B, L) as a new int64 array: each in 0..K-1, then -1; all fit into their lengths.

    Parameters
    ----------
    name : what messages call them
    labels : ints (B, L)
    batch, classes : int, B and K
    lengths : ints (B,), steps of each sequence

    Raises
    ------
    ShapeError, ValueRangeError

    Examples
    --------
    >>> as_labels("target", [[1, 1, -1]], 1, 3, [2])
    Traceback (most recent call last):
        ...
    lstmbook.errors.ValueRangeError: target: expected at most as many labels as steps, with ...
    """
    labels = as_rows(name, labels, batch, classes)
    counts, again = (labels != NONE).sum(axis=1), repeats(labels)
    short = np.flatnonzero(counts + again > lengths)
    if short.size:
        k = int(short[0])
        raise ValueRangeError(
            f"{name}: expected at most as many labels as steps, with a step more for the blank "
            f"between two equal labels, got {counts[k]} labels, {again[k]} of them equal to the "
            f"one before, for {np.asarray(lengths)[k]} steps in sequence {k}; leave it out or give "
            "more steps"
        )
    return labels


def as_rows(name: str, labels, batch: int, classes: int) -> np.ndarray:
    r"""Rows of labels (B, L) as a new int64 array: each in 0..K-1, then -1 to the end."""
    labels = as_plain(name, labels)
    check_rows_shape(name, labels.shape, batch)
    labels = as_integers(name, labels, "labels are class numbers, -1 behind the last")
    if labels.min() < NONE or labels.max() >= classes:
        raise ValueRangeError(
            f"{name}: expected labels 0..{classes - 1}, and -1 behind the last, got "
            f"{labels.min()} to {labels.max()}"
        )
    if (labels[:, 1:] > NONE)[labels[:, :-1] == NONE].any():
        raise ValueRangeError(f"{name}: expected -1 behind the last label only, got a label after")
    return labels


def check_rows_shape(name: str, got: tuple, batch: int) -> None:
    r"""Raise ShapeError unless labels are (B, L), with L >= 1."""
    if len(got) != 2 or got[0] != batch or got[1] == 0:
        raise ShapeError(
            f"{name}: expected one row of labels a sequence, shape ({batch}, L), with -1 behind "
            f"the last, got {tuple(got)}"
        )


def repeats(labels: np.ndarray) -> np.ndarray:
    r"""How many labels of each row are equal to the one before."""
    return ((labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != NONE)).sum(axis=1)


def log_softmax(z: np.ndarray) -> np.ndarray:
    r"""Logits -> log probabilities; these stay as they are."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def log_sum(*terms: np.ndarray) -> np.ndarray:
    r"""log(exp(a) + exp(b) + ...), also where all are -inf."""
    most = np.maximum.reduce(terms)
    most = np.where(np.isfinite(most), most, 0)
    with np.errstate(divide="ignore"):
        return most + np.log(sum(np.exp(term - most) for term in terms))


class Alignments:
    r"""All paths through the labels of a batch: _ a _ a _ b _, with S = 2 L + 1 places.

    Parameters
    ----------
    log_p : floats (B, T, K + 1), log probabilities
    labels : int64 (B, L), -1 behind the last
    lengths : int64 (B,)
    """

    def __init__(self, log_p: np.ndarray, labels: np.ndarray, lengths: np.ndarray):
        batch, _, outputs = log_p.shape
        self.lengths, self.outputs = lengths, outputs
        self.places = np.full((batch, 2 * labels.shape[1] + 1), outputs - 1)
        self.places[:, 1::2] = np.where(labels == NONE, outputs - 1, labels)
        # from one label to the next without the blank between, unless they are equal
        self.skips = np.zeros(self.places.shape, bool)
        self.skips[:, 3::2] = self.places[:, 3::2] != self.places[:, 1:-2:2]
        # a path ends on the last label or on the blank after it
        last = 2 * (labels != NONE).sum(axis=1)[:, None]
        s = np.arange(self.places.shape[1])
        self.ends = np.where((s == last) | ((s == last - 1) & (s > 0)), 0.0, -np.inf)
        # emit[t, b, s] = log p of what place s says at step t
        emit = np.take_along_axis(log_p, self.places[:, None, :], axis=2)
        self.emit = emit.swapaxes(0, 1)

    def forward(self) -> np.ndarray:
        r"""alpha (T, B, S): log p of all beginnings that are at place s after step t."""
        alpha = np.empty_like(self.emit)
        before = np.full(self.places.shape, -np.inf)
        before[:, 0] = 0  # so that a path begins at place 0 or 1
        for t, emit in enumerate(self.emit):
            one = shift(before, 1)
            two = np.where(self.skips, shift(before, 2), -np.inf)
            before = alpha[t] = log_sum(before, one, two) + emit
        return alpha

    def backward(self) -> np.ndarray:
        r"""beta (T, B, S): log p of all ends that follow place s at step t."""
        beta = np.empty_like(self.emit)
        after = np.full(self.places.shape, -np.inf)
        skips = shift(self.skips.astype(float), -2, 0.0) > 0  # whether place s + 2 is reached
        for t in reversed(range(len(self.emit))):
            one, two = shift(after, -1), np.where(skips, shift(after, -2), -np.inf)
            at_end = np.equal(t, self.lengths - 1)[:, None]
            beta[t] = np.where(at_end, self.ends, log_sum(after, one, two))
            after = beta[t] + self.emit[t]
        return beta

    def log_likelihood(self, alpha: np.ndarray) -> np.ndarray:
        r"""log p(labels) of each sequence (B,)."""
        at_end = alpha[self.lengths - 1, np.arange(len(self.lengths))]
        most = (at_end + self.ends).max(axis=1)
        return most + np.log(np.exp(at_end + self.ends - most[:, None]).sum(axis=1))

    def occupancy(self) -> tuple[np.ndarray, np.ndarray]:
        r"""log p(labels) (B,), and the share of its paths that say k at step t (B, T, K + 1)."""
        alpha = self.forward()
        log_p = self.log_likelihood(alpha)
        share = np.exp(alpha + self.backward() - log_p[:, None]).swapaxes(0, 1)
        says = self.places[:, :, None] == np.arange(self.outputs)
        return log_p, share @ says.astype(share.dtype)


def shift(a: np.ndarray, places: int, fill: float = -np.inf) -> np.ndarray:
    r"""a (B, S) moved to the right (or, below 0, to the left), filled at the edge."""
    out = np.full_like(a, fill)
    if places > 0:
        out[:, places:] = a[:, :-places]
    else:
        out[:, :places] = a[:, -places:]
    return out
