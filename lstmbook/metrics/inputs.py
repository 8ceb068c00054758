r"""What scores are computed from: nothing is cut, broadcast or guessed without a word."""

import numpy as np

from lstmbook.core.checks import check_finite, check_same_length
from lstmbook.errors import ShapeError, ValueRangeError


def checked(name: str, given) -> np.ndarray:
    r"""Return `given` as an array, unless something would be lost without a word."""
    if isinstance(given, np.ma.MaskedArray):
        raise ValueRangeError(f"{name}: expected no mask, got one: leave out what it hides")
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise ShapeError(f"{name}: expected rows of one length, got several: {error}") from error
    if array.dtype.kind == "c":
        raise ValueRangeError(f"{name}: expected real numbers, got {array.dtype}")
    return array


def numbers(name: str, given) -> np.ndarray:
    r"""Return `given` as float64."""
    array = checked(name, given)
    if array.dtype.kind not in "fiub" and array.size:
        raise ValueRangeError(f"{name}: expected numbers, got {array.dtype}")
    return array.astype(np.float64)


def labels(truth, prediction) -> tuple[np.ndarray, np.ndarray]:
    r"""Return both as flat arrays of class numbers, or of names, of one size of at least 1."""
    truth, prediction = checked("truth", truth), checked("prediction", prediction)
    check_same_length(truth=truth, prediction=prediction)
    if truth.shape != prediction.shape:
        raise ShapeError(
            f"expected class numbers of one shape, got truth {truth.shape}, prediction "
            f"{prediction.shape}: take logits.argmax(-1) first"
        )
    if truth.size == 0:
        raise ValueRangeError("expected at least one example, got none")
    for name, labels in (("truth", truth), ("prediction", prediction)):
        if labels.dtype.kind not in "iubU":
            raise ValueRangeError(
                f"{name}: expected class numbers or names, got {labels.dtype}: take "
                "logits.argmax(-1), or (probability > 0.5).astype(int)"
            )
    if (truth.dtype.kind == "U") != (prediction.dtype.kind == "U"):
        raise ValueRangeError("expected numbers in both or names in both, got one of each")
    return truth.ravel(), prediction.ravel()


def class_numbers(truth, prediction) -> tuple[np.ndarray, np.ndarray]:
    r"""Return both as flat arrays of int64."""
    truth, prediction = labels(truth, prediction)
    if truth.dtype.kind == "U":
        raise ValueRangeError("expected class numbers from 0, got names: number them first")
    return truth.astype(np.int64), prediction.astype(np.int64)


def differences(truth, prediction) -> np.ndarray:
    r"""Return truth - prediction; equal shapes, so that nothing is broadcast by accident."""
    truth, prediction = numbers("truth", truth), numbers("prediction", prediction)
    if truth.shape != prediction.shape:
        raise ShapeError(
            f"expected values of one shape, got truth {truth.shape}, prediction {prediction.shape}"
        )
    if truth.size == 0:
        raise ValueRangeError("expected at least one value, got none")
    check_finite("truth", truth)
    check_finite("prediction", prediction)
    return truth - prediction


def scored(truth, score) -> tuple[np.ndarray, np.ndarray]:
    r"""Return what is positive (N,) bool, and finite scores (N,); both kinds must occur."""
    truth, score = checked("truth", truth), numbers("score", score)
    if truth.ndim != 1 or truth.shape != score.shape:
        raise ShapeError(
            f"expected truth and score of one shape (N,), got {truth.shape} and {score.shape}"
        )
    check_finite("score", score)
    if set(np.unique(truth).tolist()) != {0, 1}:
        raise ValueRangeError("truth: expected both 0 and 1 to occur, and nothing else")
    return truth.astype(bool), score
