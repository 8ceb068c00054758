r"""Text messages, spam or not."""

import re

import numpy as np

from lstmbook.data.archive import members
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.download import fetch
from lstmbook.data.split import by_group

URL = "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip"
FILE = "sms+spam+collection.zip"
MEMBER = "SMSSpamCollection"
# over the member alone, so that it stays the same when the archive is packed again
SHA256 = "54d910a0be925ce44be7ad32b1d3df1caa6df8a953eaecc65d6bf8e271c7cce1"

# Fitted on the training part, C chosen on the validation part, scored on the test part of seed 0
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES = {
    "majority": Baseline(0.876, "accuracy", "always ham, which finds no spam"),
    "naive Bayes": Baseline(0.913, "F1 of spam", "counts of words"),
    "logistic regression on words": Baseline(
        0.926, "F1 of spam", "tf-idf of words and pairs of words, C=100"
    ),
    "logistic regression on letters": Baseline(
        0.955, "F1 of spam", "log tf-idf of 2 to 5 letters inside words, C=100"
    ),
}


def pattern(text: str) -> str:
    r"""Return what two messages of one template share: letters and places of digits.

    Examples
    --------
    >>> pattern("WIN 100 now!!") == pattern("win 250 NOW")
    True
    """
    return re.sub(r"[\W_]+", "", re.sub(r"\d", "0", text.lower()))


def spam(full: bool = False, *, seed: int = 0) -> Dataset:
    r"""Return the SMS Spam Collection: English text messages, ham or spam.

    Parameters
    ----------
    full : bool
        True: download the set (0.2 MB) if it is not in the cache folder. False: use a copy that is
        there, never the network.
    seed : int
        Which messages become training, validation and test part (70, 10 and 20 %). The stored
        baselines belong to seed 0.

    Returns
    -------
    Dataset
        x (N,) of str, y (N,) int64: 0 ham, 1 spam. Of 5574 messages 5171 are different; each is
        there once.

    Raises
    ------
    DataFileError
        If there is no copy and `full` is False, or it cannot be had, or it is damaged.

    Notes
    -----
    Messages that differ only in numbers, spaces, marks or capitals (mass mailings from one
    template) are always in the same part. Looser variations of one template may still be in two.

    References
    ----------
    T. Almeida, J. Hidalgo (2011), SMS Spam Collection, UCI Machine Learning Repository 228,
    https://doi.org/10.24432/C5CC84.
    """
    path = fetch(URL, SHA256, FILE, download=full, suffix=MEMBER)
    ((_, content),) = members(path, MEMBER)
    lines = content.decode("utf-8").split("\n")
    # a dict keeps the first of equal messages, in the order of the file
    label = {}
    for line in filter(None, lines):
        kind, text = line.split("\t", 1)
        label.setdefault(text, kind)
    x = np.array(list(label), dtype=object)
    y = np.array([kind == "spam" for kind in label.values()], dtype=np.int64)
    parts = by_group(np.array([pattern(text) for text in x]), (0.7, 0.1, 0.2), seed)
    train, validation, test = (Split(x[k], y[k]) for k in parts)
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name="spam",
        source=URL,
        licence="CC BY 4.0",
        size=f"{len(x)} different text messages",
        real=True,
        classes=("ham", "spam"),
        baselines=dict(_BASELINES) if seed == 0 else {},
        split="at random; messages of one template are in the same part",
    )
