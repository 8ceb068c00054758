r"""Names of languages, countries, currencies and scripts, translated by people."""

import numpy as np

from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.packages import version_of
from lstmbook.data.split import by_group
from lstmbook.errors import import_extra, unknown_name

LANGUAGES = {"fr": "French", "de": "German", "zh": "Chinese", "es": "Spanish", "ja": "Japanese"}
KINDS = ("languages", "territories", "currencies", "scripts")
# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES: dict[str, dict[str, Baseline]] = {name: {} for name in LANGUAGES}
_BASELINES["fr"] = {
    "copy": Baseline(0.038, "exact match", "the English name as it stands"),
    "nearest neighbour": Baseline(
        0.0, "exact match", "the answer to the training name with the most alike 2 and 3 letters"
    ),
}


def names(language: str = "fr", *, longest: int = 25, seed: int = 0) -> Dataset:
    r"""Return English names of the Unicode CLDR and their translations.

    Parameters
    ----------
    language : {"fr", "de", "zh", "es", "ja"}
    longest : int
        Pairs in which one side has more characters are left out.
    seed : int
        Which pairs become training, validation and test part (80, 10 and 10 %). The stored
        baselines belong to the defaults.

    Returns
    -------
    Dataset
        x (N,) of str, y (N,) of str: a language, territory, currency or script.

    Raises
    ------
    MissingExtraError
        If babel is not installed: ``pip install lstmbook[applications]``.
    UnknownNameError
        If the language is another one.

    Notes
    -----
    Pairs with the same English name or the same translation are in the same part. Parts of names
    ("Swiss Franc", "Swiss German") are not apart: that is what a translator can learn from.
    """
    if language not in LANGUAGES:
        raise unknown_name("language", language, LANGUAGES)
    locale = import_extra("babel", "applications").Locale
    english, other = locale("en"), locale(language)
    pairs: dict[tuple[str, str], None] = {}
    for kind in KINDS:
        theirs = getattr(other, kind)
        for code, name in getattr(english, kind).items():
            word = theirs.get(code)
            known = word and not (kind == "territories" and code.isdigit() and name == word)
            if known and max(len(name), len(word)) <= longest:
                pairs[name, word] = None
    x = np.array([name for name, _ in pairs], dtype=object)
    y = np.array([word for _, word in pairs], dtype=object)
    train, validation, test = (
        Split(x[part], y[part]) for part in by_group(_joined(x, y), (0.8, 0.1, 0.1), seed)
    )
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name=f"names, English to {LANGUAGES[language]}",
        source=f"Unicode CLDR, the copy inside babel {version_of('babel')}",
        licence="Unicode-3.0",
        size=f"{len(x)} pairs",
        real=True,
        baselines=dict(_BASELINES[language]) if (longest, seed) == (25, 0) else {},
        split="at random; equal names or equal translations are in the same part",
    )


def _joined(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    r"""The number of the group of each pair: pairs that share a side share a group."""
    group: dict[tuple[int, str], int] = {}
    root = list(range(len(x)))

    def top(k: int) -> int:
        while root[k] != k:
            k = root[k]
        return k

    for k, sides in enumerate(zip(x, y, strict=True)):
        for side in enumerate(sides):
            root[top(k)] = top(group.setdefault(side, k))
    return np.array([top(k) for k in range(len(x))])
