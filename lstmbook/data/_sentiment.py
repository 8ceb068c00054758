r"""Short texts and how good or bad twenty people found them."""

import io
import tarfile

import numpy as np

from lstmbook.data._spam import pattern
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.packages import source_archive
from lstmbook.data.split import by_group
from lstmbook.errors import DataFileError, unknown_name

PACKAGE, VERSION = "vaderSentiment", "3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INSIDE = f"{PACKAGE}-{VERSION}/additional_resources/hutto_ICWSM_2014.tar.gz"
FILES = {
    "movies": "movieReviewSnippets",
    "tweets": "tweets",
    "products": "amazonReviewSnippets",
    "editorials": "nytEditorialSnippets",
}
NEUTRAL = 0.5  # |mean rating| up to which a text is neither good nor bad
# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_SCORES = {
    "movies": (0.499, 0.800),
    "tweets": (0.710, 0.864),
    "products": (0.532, 0.764),
    "editorials": (0.603, 0.686),
}
_BASELINES = {
    domain: {
        "majority": Baseline(majority, "accuracy", "the more frequent class of training"),
        "logistic regression on words": Baseline(
            regression, "accuracy", "log tf-idf of words and pairs of words, C of 1 and 10"
        ),
    }
    for domain, (majority, regression) in _SCORES.items()
}


def sentiment(full: bool = False, *, domain: str = "movies", seed: int = 0) -> Dataset:
    r"""Return short English texts with the mean of 20 people's ratings, as bad or good.

    Parameters
    ----------
    full : bool
        True: fetch the source archive of vaderSentiment 3.3.2 (2.5 MB) with pip if it is not in the
        cache folder. False: use a copy that is there, never the network.
    domain : {"movies", "tweets", "products", "editorials"}
        Sentences of film reviews, tweets, sentences of product reviews, of newspaper editorials.
    seed : int
        Which texts become training, validation and test part (70, 10 and 20 %). The stored
        baselines belong to seed 0.

    Returns
    -------
    Dataset
        x (N,) of str, y (N,) int64: 0 bad, 1 good. Texts with a mean between -0.5 and 0.5 on the
        scale from -4 to 4 are left out; of texts that differ only in numbers, spaces, marks or
        capitals the first is kept.

    Raises
    ------
    DataFileError
        If there is no copy and `full` is False, or it cannot be had, or it is damaged.
    UnknownNameError
        If there is no such domain.

    Notes
    -----
    Sentences of one review of products and editorials are always in the same part. For the films it
    is not recorded which sentences belong together, so two of one review may be in two parts.

    References
    ----------
    C. Hutto, E. Gilbert (2014), VADER: A parsimonious rule-based model for sentiment analysis of
    social media text, ICWSM 8. The film sentences are those of B. Pang, L. Lee (2005),
    https://arxiv.org/abs/cs/0506075.
    """
    if domain not in FILES:
        raise unknown_name("domain", domain, FILES)
    archive = source_archive(PACKAGE, VERSION, SHA256, download=full)
    lines = _read(archive, f"{FILES[domain]}_GroundTruth.txt").splitlines()
    rows = [line.split("\t", 2) for line in lines if line.strip()]
    first: dict[str, tuple[str, float, str]] = {}
    for number, rating, text in rows:
        text = text.strip()
        if abs(float(rating)) > NEUTRAL and pattern(text):
            first.setdefault(pattern(text), (number.split("_")[0], float(rating), text))
    groups = np.array([group for group, _, _ in first.values()])
    y = np.array([rating > 0 for _, rating, _ in first.values()], dtype=np.int64)
    x = np.array([text for _, _, text in first.values()], dtype=object)
    parts = by_group(groups, (0.7, 0.1, 0.2), seed)
    train, validation, test = (Split(x[k], y[k]) for k in parts)
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name=f"sentiment of {domain}",
        source=f"additional_resources of {PACKAGE} {VERSION}, source archive on PyPI",
        licence="MIT (ratings); the sentences are quoted from their authors",
        size=f"{len(x)} different texts",
        real=True,
        classes=("bad", "good"),
        baselines=dict(_BASELINES[domain]) if seed == 0 else {},
        split="at random; sentences of one product review or editorial are in the same part",
    )


def _read(archive, name: str) -> str:
    r"""One text of the tar archive inside the tar archive; nothing is unpacked to the disk."""
    try:
        with tarfile.open(archive) as outer:
            inner = outer.extractfile(INSIDE).read()  # type: ignore[union-attr]
        with tarfile.open(fileobj=io.BytesIO(inner)) as file:
            member = next(m for m in file.getmembers() if m.name.endswith("/" + name))
            return file.extractfile(member).read().decode("utf-8", errors="replace")  # type: ignore[union-attr]
    except (tarfile.TarError, KeyError, StopIteration, EOFError, OSError) as error:
        raise DataFileError(
            f"{archive}: expected {name} inside, got a damaged file ({error}): delete it and fetch "
            "it again"
        ) from error
