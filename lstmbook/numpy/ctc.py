"""Loss of labels without times (CTC), with its gradient; see `lstmbook.core.ctc`."""

import numpy as np

from lstmbook.core.arrays import as_lengths
from lstmbook.core.ctc import Alignments, as_labels, log_softmax
from lstmbook.core.ctc_decoding import ctc_beam, ctc_greedy
from lstmbook.errors import ShapeError
from lstmbook.numpy.losses import as_outputs

__all__ = ["ctc_beam", "ctc_greedy", "ctc_loss"]


def ctc_loss(logits, target, lengths=None):
    r"""Mean over the sequences of -log p(labels), all their paths together.

    Parameters
    ----------
    logits : array (B, T, K + 1), K labels and the blank, which is the last
    target : ints (B, L), labels 0..K-1, -1 behind the last; a row may have none
    lengths : ints (B,), steps that count; None for all

    Returns
    -------
    loss : float
    dlogits : array (B, T, K + 1)

    Raises
    ------
    ShapeError, ValueRangeError
        Also for labels that do not fit into the steps: each needs one, and two equal ones after
        another a blank between.

    Notes
    -----
    Graves et al. (2006), doi:10.1145/1143844.1143891. Not divided by the number of labels, as
    PyTorch's `reduction="mean"` does it.

    Examples
    --------
    Two steps, two labels and the blank, all equally likely: three of nine paths say 0.

    >>> loss, d = ctc_loss(np.zeros((1, 2, 3)), [[0]])
    >>> round(float(np.exp(-loss)), 4)
    0.3333
    """
    logits = as_outputs("logits", logits)
    if logits.ndim != 3 or logits.shape[2] < 2:
        raise ShapeError(f"logits: expected (B, T, K + 1), got shape {logits.shape}")
    batch, steps, outputs = logits.shape
    if lengths is None:
        lengths = np.full(batch, steps)
    lengths = as_lengths("lengths", lengths, batch, steps)
    target = as_labels("target", target, batch, outputs - 1, lengths)
    real = (np.arange(steps) < lengths[:, None])[:, :, None]
    log_p = log_softmax(np.where(real, logits, 0))
    likelihood, share = Alignments(log_p, target, lengths).occupancy()
    # d(-log p) / dlogits = p - the share of the paths that say k here
    dlogits = np.where(real, np.exp(log_p) - share, 0) / batch
    return -float(likelihood.mean()), dlogits.astype(logits.dtype)
