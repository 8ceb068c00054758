r"""The one door for arrays: what a reader gives -> a plain NumPy array of the type that is needed.

People bring what their framework has: masked arrays, packed or ragged batches, masks in the place
of lengths, one-hot targets. Each is refused with the line that makes an array of it.
"""

import numpy as np
from numpy.typing import DTypeLike

from lstmbook.core.checks import check_finite
from lstmbook.errors import ShapeError, ValueRangeError

PAD = (
    "pad sequences of different length on the right to one array (B, T, ...) and give their "
    "lengths beside it"
)
ADVICE = {
    "PackedSequence": "torch.nn.utils.rnn.pad_packed_sequence(x, batch_first=True) gives x and "
    "lengths",
    "RaggedTensor": "use x.to_tensor() and give x.row_lengths() as lengths",
    "SparseTensor": "make it dense with tf.sparse.to_dense(x)",
    "DataLoader": "put its batches into arrays first, for example with torch.cat",
    "Dataset": "put its batches into arrays first",
    "_BatchDataset": "put its batches into arrays first, for example with list(data)",
    "generator": "put what it gives into arrays first, for example with numpy.stack(list(data))",
}


def as_plain(name: str, x) -> np.ndarray:
    r"""x as a plain array of real numbers or bools: no mask, no objects, no complex numbers.

    Raises
    ------
    ShapeError
        For what has no shape, such as lists of different length.
    ValueRangeError
        For a mask that hides entries, complex numbers, text or dates.

    Examples
    --------
    >>> as_plain("x", [[1, 2], [3]])
    Traceback (most recent call last):
        ...
    lstmbook.errors.ShapeError: x: expected an array of numbers, got a list of different ...
    """
    if hides_entries(x):
        raise ValueRangeError(
            f"{name}: expected numbers only, got a masked array; fill it with x.filled(0), and for "
            "padding on the right give lengths"
        )
    kind = type(x).__name__
    if getattr(x, "is_nested", False):
        raise ShapeError(f"{name}: expected an array, got a nested tensor; {PAD}")
    if kind in ADVICE:
        raise ShapeError(f"{name}: expected an array, got {kind}; {ADVICE[kind]}")
    if callable(getattr(x, "detach", None)) and hasattr(x, "device"):  # a tensor of PyTorch
        x = x.detach().cpu()
        x = x.float() if str(x.dtype) == "torch.bfloat16" else x  # which NumPy does not have
        if str(x.layout) != "torch.strided":
            raise ShapeError(f"{name}: expected a dense tensor, got {x.layout}; use x.to_dense()")
    try:
        array = np.asarray(x)
    except (ValueError, TypeError, RuntimeError) as error:
        if isinstance(x, list | tuple):
            raise ShapeError(
                f"{name}: expected an array of numbers, got a {kind} of different lengths; {PAD}"
            ) from error
        raise ShapeError(f"{name}: expected an array of numbers, got {kind} ({error})") from error
    if array.dtype.kind == "O":
        what = f"an array of objects; {PAD}" if array.ndim else kind
        raise ShapeError(f"{name}: expected an array of numbers, got {what}")
    if array.dtype.kind == "c":
        raise ValueRangeError(
            f"{name}: expected real numbers, got {array.dtype}; give x.real and x.imag as features "
            "of their own"
        )
    if array.dtype.kind not in "fiub":
        raise ValueRangeError(
            f"{name}: expected numbers, got {array.dtype}; encode text, dates and categories first"
        )
    return array


def hides_entries(x) -> bool:
    """Whether x is a masked array with masked entries, or a list of such."""
    if isinstance(x, list | tuple):
        return any(hides_entries(part) for part in x if not np.isscalar(part))
    return isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x)


def as_floats(name: str, x, dtype: DTypeLike = "float64") -> np.ndarray:
    r"""x as floats of that type, finite also after the conversion."""
    x = as_plain(name, x)
    with np.errstate(over="ignore"):
        floats = x.astype(dtype, copy=False)
    if not np.isfinite(floats).all():
        check_finite(name, x)
        raise ValueRangeError(
            f"{name}: expected numbers within {floats.dtype}, got up to {np.abs(x).max():.3g}"
        )
    return floats


def as_integers(name: str, x, advice: str) -> np.ndarray:
    r"""x as a new int64 array; whatever integer type it has means the same. Bools are none."""
    x = as_plain(name, x)
    if x.dtype.kind not in "iu":
        raise ValueRangeError(f"{name}: expected integers, got {x.dtype}; {advice}")
    if x.size and x.max() > np.iinfo("int64").max:
        raise ValueRangeError(f"{name}: expected integers below 2^63, got {x.max()}")
    return x.astype("int64")


def as_lengths(name: str, lengths, batch: int, steps: int) -> np.ndarray:
    r"""Lengths (B,) as a new int64 array, each in 1..T.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    mask = "a mask (B, T) is made into lengths with mask.sum(axis=1) where padding is on the right"
    given = as_plain(name, lengths)
    if given.dtype.kind == "b":
        raise ValueRangeError(f"{name}: expected integers, got bool {given.shape}; {mask}")
    if given.shape != (batch,):
        raise ShapeError(
            f"{name}: expected one integer a sequence, shape ({batch},), got {given.shape}"
            + (f"; {mask}" if given.shape == (batch, steps) else "")
        )
    found = as_integers(name, given, "use lengths.astype(int) if they are whole")
    check_range(name, found, 1, steps, f"1 <= length <= T = {steps}")
    return found


def as_ids(name: str, ids, vocabulary: int) -> np.ndarray:
    r"""Ids (B, T) as a new int64 array, each in 0..V-1.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    ids = as_plain(name, ids)
    if ids.ndim != 2:
        more = "; one-hot vectors become ids with x.argmax(axis=-1)" if ids.ndim == 3 else ""
        raise ShapeError(f"{name}: expected ids of shape (B, T), got {ids.shape}{more}")
    ids = as_integers(name, ids, "an embedding takes ids, not features; use x.astype(int) if whole")
    if ids.size == 0:
        raise ShapeError(f"{name}: expected at least one sequence and one step, got {ids.shape}")
    check_range(name, ids, 0, vocabulary - 1, f"0..{vocabulary - 1}")
    return ids


def as_classes(name: str, target, shape: tuple[int, ...], classes: int) -> np.ndarray:
    r"""Class numbers as a new int64 array of that shape, each in 0..K-1.

    Raises
    ------
    ShapeError, ValueRangeError
    """
    target = as_plain(name, target)
    check_class_shape(name, target.shape, shape, classes)
    if target.dtype.kind not in "iu":
        raise ValueRangeError(
            f"{name}: expected class numbers (integers), got {target.dtype}; use y.astype(int) if "
            "they are whole"
        )
    check_range(name, target, 0, classes - 1, f"classes 0..{classes - 1}")
    return target.astype("int64")


def check_class_shape(name: str, got: tuple, wanted: tuple, classes: int) -> None:
    r"""Raise ShapeError unless there is one class number an answer."""
    if tuple(got) == tuple(wanted):
        return
    advice = ""
    if tuple(got) == (*wanted, classes):
        advice = "; one-hot targets become class numbers with y.argmax(axis=-1)"
    elif tuple(got) == (*wanted, 1):
        advice = "; drop the last axis with y[..., 0]"
    elif len(wanted) == 1 and len(got) == 2:
        advice = "; for a class at every step build the model with pooling=None"
    raise ShapeError(
        f"{name}: expected shape {tuple(wanted)}, one class an answer of the model, got "
        f"{tuple(got)}{advice}"
    )


def as_values(
    name: str, target, shape: tuple[int, ...], dtype: DTypeLike = "float64"
) -> np.ndarray:
    r"""Targets of a regression as finite floats of exactly that shape.

    Raises
    ------
    ShapeError
        If the shapes differ: (N,) against (N, 1) would become N x N pairs in silence.
    ValueRangeError
    """
    target = as_plain(name, target)
    check_value_shape(name, target.shape, shape)
    return as_floats(name, target, dtype)


def check_value_shape(name: str, got: tuple, wanted: tuple) -> None:
    r"""Raise ShapeError unless the target has the shape of the prediction."""
    if tuple(got) != tuple(wanted):
        raise ShapeError(
            f"{name}: expected the shape of the prediction {tuple(wanted)}, got {tuple(got)}; "
            "add an axis with target[:, None] or drop one"
        )


def check_range(name: str, array: np.ndarray, least: int, most: int, words: str) -> None:
    r"""Raise ValueRangeError with the smallest and the largest entry if one is outside."""
    if array.size and (array.min() < least or array.max() > most):
        raise ValueRangeError(f"{name}: expected {words}, got {array.min()} to {array.max()}")
