r"""Handwritten digits as sequences of rows."""

import numpy as np

from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.split import stratified
from lstmbook.errors import import_extra

# Fitted on the 1100 training digits, scored on the 450 test digits (lstmbook.baselines;
# scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES = {
    "majority": Baseline(0.100, "accuracy", "the most frequent of 1100 training digits"),
    "logistic regression": Baseline(
        0.964, "accuracy", "64 standardized pixels, L2 penalty 1, 1100 digits"
    ),
    "nearest neighbour": Baseline(
        0.996, "accuracy", "64 pixels, Euclidean distance to 1100 digits"
    ),
}


def digits(seed: int = 0) -> Dataset:
    r"""Return the 1797 handwritten digits of scikit-learn, each a sequence of 8 rows.

    Parameters
    ----------
    seed : int
        Which 1100 / 247 / 450 digits become training, validation and test part. The stored
        baselines belong to seed 0; any other seed comes without them.

    Returns
    -------
    Dataset
        x (N, 8, 8) float32 in 0..1: step t is row t from the top, feature d is column d from the
        left. y (N,) int64, the digit. Every class has the same share in every part.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.

    Notes
    -----
    The digits were written by 13 people. Who wrote which one is not recorded, so the same hand
    occurs in all parts: scores are those for known writers.

    References
    ----------
    E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, https://doi.org/10.24432/C50P49.

    Examples
    --------
    >>> data = digits()
    >>> data.train.x.shape, data.validation.x.shape, data.test.x.shape
    ((1100, 8, 8), (247, 8, 8), (450, 8, 8))
    >>> data.train.x.dtype, float(data.train.x.max())
    (dtype('float32'), 1.0)
    """
    bunch = import_extra("sklearn.datasets", "data").load_digits()
    x = (bunch.images / 16).astype(np.float32)  # 16 is black
    y = bunch.target.astype(np.int64)
    train, validation, test = (Split(x[k], y[k]) for k in stratified(y, (1100, 247, 450), seed))
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name="digits",
        source="https://doi.org/10.24432/C50P49, the copy inside scikit-learn",
        licence="CC BY 4.0",
        size="1797 images of 8 x 8 pixels",
        real=True,
        classes=tuple("0123456789"),
        baselines=dict(_BASELINES) if seed == 0 else {},
        split="at random with equal class shares; the same writers occur in all parts",
    )
