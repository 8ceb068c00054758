"""Data at the door of `fit`, `evaluate` and `predict`, and how it is cut into batches."""

from typing import NamedTuple

import numpy as np

from lstmbook.core import counting
from lstmbook.core.arrays import as_classes, as_floats, as_ids, as_lengths, as_plain, as_values
from lstmbook.core.checks import check_finite
from lstmbook.core.ctc import as_labels, as_rows
from lstmbook.core.heads import check_names, side_by_side
from lstmbook.errors import ShapeError


class Batch(NamedTuple):
    """Checked arrays.

    Attributes
    ----------
    x : floats (B, T, D, ...), or ids (B, T)
    y : class numbers (B,) or (B, T), or floats (B, K) or (B, T, K), or labels (B, L), -1 behind
        the last; None in a prediction
    lengths : int64 (B,), or None
    weights : floats (B,) or (B, T), how much each answer counts; None for 1 everywhere
    goes_on : whether it begins where the batch before ended (False: at the start); None where no
        state is carried
    """

    x: np.ndarray
    y: np.ndarray | None
    lengths: np.ndarray | None = None
    weights: np.ndarray | None = None
    goes_on: bool | None = None


def as_batch(
    name: str,
    data,
    model=None,
    dtype: str = "",
    targets: bool = True,
    counts: counting.Counting | None = None,
) -> Batch:
    """(x, y), (x, y, lengths), a Split, or x alone, checked in every row against the model.

    Parameters
    ----------
    name : what messages call the data
    data : arrays, or what becomes one
    model : a model of any implementation; it alone says whether there is a target at every step.
        None checks what holds for all
    dtype : the float type of the model
    targets : whether y is needed; if not, x may stand alone
    counts : which answers count, and how much; None for all alike

    Raises
    ------
    ShapeError, ValueRangeError
        For whatever the model cannot read, wherever in the data it is.
    """
    if model is None:
        return without_model(name, data)
    x, y, lengths = parts_of(name, data, targets)
    layout, label = model.layer.layout, f"{name} x".strip()
    if model.embedding is not None:
        x = as_ids(label, x, model.embedding.vocabulary)
    else:
        x = as_plain(label, x)
        layout.check_input(x.shape, name=label)
        check_pooled(model, x.ndim, label)
        x = as_floats(label, x, dtype)
    if lengths is not None:
        lengths = as_lengths(f"{name} lengths".strip(), lengths, *x.shape[:2])
    if not targets:
        return Batch(x, None, lengths)
    y, hidden = counting.hide(name, y, counts)
    batch = Batch(x, as_targets(name, y, model, x.shape[:2], lengths, dtype), lengths)
    weights = counting.weigh(name, batch, model.per_step, hidden, counts)
    return batch._replace(weights=weights)


def without_model(name: str, data) -> Batch:
    """What holds for any model: numbers, finite, as many of each, lengths within T."""
    x, y, lengths = parts_of(name, data, targets=True)
    x, y = as_plain(f"{name} x", x), as_plain(f"{name} target", y)
    if x.ndim < 2 or x.size == 0:
        raise ShapeError(f"{name} x: expected (B, T, D) or ids (B, T), got shape {x.shape}")
    check_count(name, y, len(x))
    check_finite(f"{name} x", x)
    check_finite(f"{name} target", y)
    if lengths is not None:
        lengths = as_lengths(f"{name} lengths", lengths, *x.shape[:2])
    return Batch(x, y, lengths)


def check_count(name: str, y: np.ndarray, count: int) -> None:
    """Raise ShapeError unless there are as many targets as sequences."""
    if y.ndim == 0 or len(y) != count:
        raise ShapeError(
            f"{name}: expected as many targets as sequences, got "
            f"{len(y) if y.ndim else 'one number'} and {count}"
        )


def parts_of(name: str, data, targets: bool):
    """x, y and lengths as they were given."""
    if isinstance(data, (tuple, list) if targets else tuple) and 2 <= len(data) <= 3:
        return (*data, None)[:3]
    if not targets:
        return data, None, None
    if hasattr(data, "train"):
        raise ShapeError(f"{name}: expected one part of a data set, such as dataset.train")
    raise ShapeError(
        f"{name}: expected (x, y) or (x, y, lengths) of arrays, got {type(data).__name__}"
    )


def as_targets(name: str, y, model, shape: tuple, lengths, dtype: str) -> np.ndarray:
    """Targets of all sequences; what stands past the length of a sequence is made 0."""
    label = f"{name} target"
    if model.kind == "heads":
        check_names(label, y, model.heads)
        y = {
            head.name: as_target(f"{label} {head.name}", y[head.name], model, shape, lengths, head)
            for head in model.heads.values()
        }
        return side_by_side(y, model.heads)
    if model.kind == "decoder":
        return as_rows(label, y, shape[0], model.symbols)
    if model.kind == "labeller":
        steps = np.full(*shape) if lengths is None else lengths
        return as_labels(label, y, shape[0], model.outputs - 1, steps)
    return as_target(label, y, model, shape, lengths, model, dtype)


def as_target(
    label: str, y, model, shape: tuple, lengths, head, dtype: str = "float64"
) -> np.ndarray:
    """The target of one head: class numbers, or numbers as float64, which scores are made in."""
    y = as_plain(label, y)
    check_count(label.removesuffix(" target"), y, shape[0])
    y = only_real(y, shape, lengths) if model.per_step else y
    answers = shape if model.per_step else shape[:1]
    if head.kind in ("classifier", "language"):
        return as_classes(label, y, answers, head.outputs)
    as_values(label, y, (*answers, getattr(head, "numbers", head.outputs)), dtype)
    return y.astype("float64")


def only_real(y: np.ndarray, shape: tuple, lengths) -> np.ndarray:
    """y (B, T, ...) with 0 past the length of each sequence."""
    if lengths is None or y.shape[:2] != shape:
        return y
    real = np.arange(shape[1]) < lengths[:, None]
    return np.where(real.reshape(*shape, *[1] * (y.ndim - 2)), y, y.dtype.type(0))


def check_pooled(model, rank: int, label: str = "x") -> None:
    """Raise ShapeError where an output at every step would be one at every place too."""
    if rank > 3 and model.pooling is None:
        raise ShapeError(
            f"{label}: expected (B, T, D) in a model with pooling=None, got {rank} axes; a model "
            "averages over space only with pooling='last', 'mean' or 'max'"
        )


def weights_of(batch: Batch) -> dict:
    """What `model.loss` takes of a batch beside y and lengths; not every model has weights."""
    return {} if batch.weights is None else {"weights": batch.weights}


def batches(
    data: Batch,
    size: int,
    rng: np.random.Generator | None = None,
    trims: bool = True,
    per_step: bool = False,
):
    """Cut data into batches, shuffled if `rng` is given.

    With `trims` the padding beyond the longest sequence of a batch is cut off, and so is y if
    there is a target at every step.
    """
    order = np.arange(len(data.x)) if rng is None else rng.permutation(len(data.x))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        x = data.x[chosen]
        y = None if data.y is None else data.y[chosen]
        lengths = None if data.lengths is None else data.lengths[chosen]
        weights = None if data.weights is None else data.weights[chosen]
        if lengths is not None and trims:
            longest = lengths.max()
            x = x[:, :longest]
            y = y[:, :longest] if per_step and y is not None else y
            weights = weights[:, :longest] if per_step and weights is not None else weights
        yield Batch(x, y, lengths, weights)
