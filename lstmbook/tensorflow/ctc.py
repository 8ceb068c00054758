"""Loss of labels without times (CTC); see `lstmbook.core.ctc`."""

from keras import ops

from lstmbook.core.arrays import as_lengths
from lstmbook.core.ctc import NONE, as_labels, check_rows_shape
from lstmbook.core.ctc_decoding import ctc_beam, ctc_greedy
from lstmbook.errors import ShapeError
from lstmbook.tensorflow.arrays import is_tensor, value_now
from lstmbook.tensorflow.losses import as_outputs

__all__ = ["ctc_beam", "ctc_greedy", "ctc_loss"]


def ctc_loss(logits, target, lengths=None):
    r"""Mean over the sequences of -log p(labels), all their paths together.

    Parameters
    ----------
    logits : tensor (B, T, K + 1), K labels and the blank, which is the last
    target : ints (B, L), labels 0..K-1, -1 behind the last; a row may have none
    lengths : ints (B,), steps that count; None for all

    Returns
    -------
    loss : tensor, a scalar

    Raises
    ------
    ShapeError, ValueRangeError
        Also for labels that do not fit into the steps: each needs one, and two equal ones after
        another a blank between. Inside a `tf.function` shapes alone are known; there
        such a row gives a useless loss.

    Notes
    -----
    Graves et al. (2006), doi:10.1145/1143844.1143891. Not divided by the number of labels, as
    PyTorch's `reduction="mean"` does it. Computed by `keras.ops.ctc_loss`, in float32.

    Examples
    --------
    Two steps, two labels and the blank, all equally likely: three of nine paths say 0.

    >>> round(float(ops.exp(-ctc_loss(ops.zeros((1, 2, 3)), [[0]]))), 4)
    0.3333
    """
    logits = as_outputs("logits", logits)
    if len(logits.shape) != 3 or logits.shape[2] < 2:
        raise ShapeError(f"logits: expected (B, T, K + 1), got shape {tuple(logits.shape)}")
    batch, steps, outputs = ops.shape(logits)
    if lengths is None:
        lengths = ops.full((batch,), steps, "int32")
    lengths_now, now = value_now(lengths), value_now(target)
    if lengths_now is not None and None not in logits.shape[:2]:
        lengths_now = as_lengths("lengths", lengths_now, batch, steps)
        lengths = ops.convert_to_tensor(lengths_now)
        if now is not None:
            target = as_labels("target", now, batch, outputs - 1, lengths_now)
    target = ops.convert_to_tensor(target)
    if is_tensor(target) and logits.shape[0] is not None:
        check_rows_shape("target", tuple(target.shape), logits.shape[0])
    target, lengths = ops.cast(target, "int32"), ops.cast(lengths, "int32")
    counts = ops.sum(ops.cast(target != NONE, "int32"), axis=1)
    real = ops.arange(steps) < lengths[:, None]
    logits32 = ops.cast(ops.where(real[:, :, None], logits, 0), "float32")
    losses = ops.ctc_loss(ops.maximum(target, 0), logits32, counts, lengths, mask_index=outputs - 1)
    return ops.cast(ops.mean(losses), logits.dtype)
