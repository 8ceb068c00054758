"""`PackedSequence` in and out, as `torch.nn.LSTM` takes and gives it."""

from typing import Any

from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstmbook.errors import ShapeError


def run_packed(layer, packed: PackedSequence, state, lengths) -> Any:
    """A layer over a `PackedSequence` -> y as another of the same order, then the states.

    States go in and come out in the order of the sequences before they were packed.

    Raises
    ------
    ShapeError
        For lengths beside it, and for what the layer itself refuses.
    """
    if lengths is not None:
        raise ShapeError(
            "expected neither lengths nor a mask beside a PackedSequence, which has its own "
            f"lengths, got {type(lengths).__name__}"
        )
    x, sizes = pad_packed_sequence(packed, batch_first=True)
    out = layer(x, state, sizes)
    y = out[0] if layer.return_state else out
    order, back = packed.sorted_indices, packed.unsorted_indices
    if order is not None:
        y, sizes = y[order], sizes[order.cpu()]
    data = pack_padded_sequence(y, sizes, batch_first=True).data
    y = PackedSequence(data, packed.batch_sizes, order, back)
    return (y, out[1]) if layer.return_state else y


def refuse_packed(name: str, x) -> None:
    """Raise ShapeError where a `PackedSequence` has no meaning."""
    if isinstance(x, PackedSequence):
        raise ShapeError(
            f"{name}: expected a torch.Tensor, got a PackedSequence, which only layers take; "
            "unpack it, x, lengths = torch.nn.utils.rnn.pad_packed_sequence(packed, "
            "batch_first=True), and give x and lengths=lengths"
        )
