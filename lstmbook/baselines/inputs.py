r"""What all baselines take: features, classes and values of two splits, checked."""

import numpy as np

from lstmbook.core.checks import check_finite
from lstmbook.data.dataset import Split, check_part
from lstmbook.errors import ShapeError, import_extra


def features(split: Split) -> np.ndarray:
    r"""Return one flat row of features per example, (N, T D); padding stays as it is (zeros)."""
    x = np.asarray(split.x)
    if x.dtype.kind not in "fiub":
        raise ShapeError(f"x: expected numbers (N, T, D) or (N, D), got {x.dtype}: encode it first")
    x = x.reshape(len(x), -1).astype(np.float64)
    check_finite("x", x)
    return x


def features_of(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    r"""Features of both splits, as many an example."""
    a, b = features(train), features(test)
    if a.shape[1] != b.shape[1]:
        raise ShapeError(
            f"test.x: expected {a.shape[1]} numbers an example as in train.x, got {b.shape[1]}: "
            "fill both with zeros to one length, or summarize each sequence"
        )
    return a, b


def standardized(model):
    r"""Return a model of features with mean 0 and spread 1 on the training part."""
    scaler = import_extra("sklearn.preprocessing", "data").StandardScaler()
    return import_extra("sklearn.pipeline", "data").make_pipeline(scaler, model)


def labels_of(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    r"""Class numbers of both splits, checked."""
    for name, split in (("train", train), ("test", test)):
        check_part(name, split)
        y = np.asarray(split.y)
        if y.ndim != 1 or y.dtype.kind not in "iub":
            raise ShapeError(
                f"{name}.y: expected class numbers (N,), got {y.dtype} of shape {y.shape}"
            )
    return np.asarray(train.y), np.asarray(test.y)


def values_of(name: str, split: Split) -> np.ndarray:
    r"""Targets of one split as float64."""
    y = np.asarray(split.y)
    if y.dtype.kind != "f":
        raise ShapeError(f"{name}.y: expected values (float), got {y.dtype}")
    check_part(name, split)
    return y.astype(np.float64)


def targets_of(train: Split, test: Split) -> tuple[np.ndarray, np.ndarray]:
    r"""Targets of both splits, of one shape an example."""
    y, truth = values_of("train", train), values_of("test", test)
    if y.shape[1:] != truth.shape[1:]:
        raise ShapeError(f"test.y: expected (N, *{y.shape[1:]}) as in train.y, got {truth.shape}")
    return y, truth
