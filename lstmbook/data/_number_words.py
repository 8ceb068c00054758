r"""Numbers in words, in two languages: a translation whose truth is known."""

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data.chinese_numbers import chinese
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.errors import ValueRangeError, import_extra, unknown_name

LANGUAGES = {"fr": "French", "de": "German", "zh": "Chinese"}
# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_BASELINES = {
    "nearest neighbour": Baseline(
        0.0, "exact match", "the answer to the training text with the most alike 2 and 3 letters"
    ),
}


def number_words(
    language: str = "fr",
    *,
    sizes: tuple[int, int, int] = (10_000, 1_000, 2_000),
    largest: int = 999_999,
    seed: int = 0,
) -> Dataset:
    r"""Return numbers in English words and in the words of another language.

    Parameters
    ----------
    language : {"fr", "de", "zh"}
        French and German by num2words, Chinese by `lstmbook.data.chinese_numbers`.
    sizes : three int
        Numbers in the training, validation and test part, all different.
    largest : int
        Numbers are drawn from 0 to this, such that one with few digits is as likely as one with
        many.
    seed : int
        The same seed gives the same numbers. The stored baselines belong to seed 0 and the other
        defaults.

    Returns
    -------
    Dataset
        x (N,) of str, for example "twelve thousand and three"; y (N,) of str.

    Raises
    ------
    MissingExtraError
        If num2words is not installed: ``pip install lstmbook[applications]``.
    UnknownNameError, ValueRangeError
        If the language is another one, or there are not so many numbers.

    Notes
    -----
    Made by rules, so every test answer can be checked, and nothing here says how well names, idioms
    or sentences are translated.
    """
    if language not in LANGUAGES:
        raise unknown_name("language", language, LANGUAGES)
    counts = [check_int("sizes", size, least=1) for size in sizes]
    largest = check_int("largest", largest, least=9, most=999_999)
    if len(counts) != 3 or sum(counts) > (largest + 1) // 2:
        raise ValueRangeError(
            f"sizes: expected three numbers that together draw at most half of the {largest + 1} "
            f"numbers, got {tuple(sizes)}"
        )
    numbers = draw(sum(counts), largest, seed)
    to_words = import_extra("num2words", "applications").num2words
    english = np.array([to_words(int(n)).replace(",", "") for n in numbers], dtype=object)
    other = np.array(
        [chinese(int(n)) if language == "zh" else to_words(int(n), lang=language) for n in numbers],
        dtype=object,
    )
    ends = np.cumsum(counts)
    parts = [slice(a, b) for a, b in zip((0, *ends), ends, strict=False)]
    train, validation, test = (Split(english[part], other[part]) for part in parts)
    usual = (tuple(counts), largest, seed) == ((10_000, 1_000, 2_000), 999_999, 0)
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name=f"number words, English to {LANGUAGES[language]}",
        source="num2words" if language != "zh" else "num2words, and our rule for Chinese",
        licence="made by rules: none",
        size=f"{len(numbers)} different numbers up to {largest}",
        real=False,
        baselines=dict(_BASELINES) if usual else {},
        split="at random; no number is in two parts",
    )


def draw(n: int, largest: int, seed: int) -> np.ndarray:
    r"""Return `n` different numbers, every count of digits as likely as another."""
    rng = np.random.default_rng(check_int("seed", seed, least=0))
    digits = len(str(largest))
    seen: dict[int, None] = {}
    while len(seen) < n:
        places = rng.integers(1, digits + 1, size=n)
        low = np.where(places == 1, 0, 10 ** (places - 1))
        for number in rng.integers(low, np.minimum(10**places - 1, largest) + 1).tolist():
            if len(seen) < n:
                seen[number] = None
    return np.array(list(seen))
