"""Loss of labels without times (CTC); see `lstmbook.core.ctc`."""

import torch
import torch.nn.functional as F
from torch import Tensor

from lstmbook.core.ctc import NONE, as_labels, check_rows_shape
from lstmbook.core.ctc_decoding import ctc_beam, ctc_greedy
from lstmbook.errors import ShapeError
from lstmbook.torch.arrays import as_integers, as_lengths, to_numpy, values_at_hand
from lstmbook.torch.losses import check_outputs

__all__ = ["ctc_beam", "ctc_greedy", "ctc_loss"]


def ctc_loss(logits: Tensor, target, lengths=None) -> Tensor:
    r"""Mean over the sequences of -log p(labels), all their paths together.

    Parameters
    ----------
    logits : tensor (B, T, K + 1), K labels and the blank, which is the last
    target : ints (B, L), labels 0..K-1, -1 behind the last; a row may have none
    lengths : ints (B,), steps that count; None for all

    Returns
    -------
    loss : tensor without axes

    Raises
    ------
    ShapeError, ValueRangeError
        Also for labels that do not fit into the steps: each needs one, and two equal ones after
        another a blank between. Values on a GPU are not looked at; there such a row
        gives infinity.

    Notes
    -----
    Graves et al. (2006), doi:10.1145/1143844.1143891. Not divided by the number of labels, as
    PyTorch's `reduction="mean"` does it. Computed by `torch.nn.functional.ctc_loss`.

    Examples
    --------
    Two steps, two labels and the blank, all equally likely: three of nine paths say 0.

    >>> torch.exp(-ctc_loss(torch.zeros(1, 2, 3), [[0]]))
    tensor(0.3333)
    """
    check_outputs("logits", logits)
    if logits.ndim != 3 or logits.shape[2] < 2:
        raise ShapeError(f"logits: expected (B, T, K + 1), got shape {tuple(logits.shape)}")
    batch, steps, outputs = logits.shape
    if lengths is None:
        lengths = torch.full((batch,), steps, device=logits.device)
    lengths = as_lengths(lengths, batch, steps, logits.device)
    known = values_at_hand(lengths)

    def check(y):
        within = to_numpy(lengths) if known else steps
        return as_labels("target", y, batch, outputs - 1, within)

    if isinstance(target, Tensor):
        check_rows_shape("target", tuple(target.shape), batch)
    shape = tuple(target.shape) if isinstance(target, Tensor) else ()
    target = as_integers("target", target, shape, logits.device, check)
    counts = (target != NONE).sum(dim=1)
    real = torch.arange(steps, device=logits.device) < lengths[:, None]
    short = logits.dtype in (torch.float16, torch.bfloat16)  # which the function does not know
    log_p = torch.where(real[:, :, None], logits.float() if short else logits, 0).log_softmax(2)
    losses = F.ctc_loss(
        log_p.transpose(0, 1),
        target.clamp(min=0),
        lengths,
        counts,
        blank=outputs - 1,
        reduction="none",
    )
    return losses.mean()
