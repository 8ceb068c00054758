r"""Who is speaking: nine men say two vowels."""

import numpy as np

from lstmbook.data._words import pad, standardized
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.packages import package_text, version_of
from lstmbook.data.split import stratified

FOLDER = "datasets/data/JapaneseVowels"
# Fitted on the training part, settings chosen on the validation part, scored on the test part
# (scikit-learn 1.9.1, NumPy 2.4.6, November 2026). A test measures them again.
_HOW = "mean of each cepstrum over time"
_BASELINES = {
    "majority": Baseline(0.084, "accuracy", "all speakers are as frequent in training"),
    "logistic regression": Baseline(0.946, "accuracy", f"{_HOW}, standardized, L2 penalty 1"),
    "nearest neighbour": Baseline(0.954, "accuracy", f"{_HOW}, Euclidean distance"),
}


def vowels(seed: int = 0) -> Dataset:
    r"""Return the Japanese Vowels: 640 utterances of /ae/ by nine men, 12 cepstra a frame.

    Parameters
    ----------
    seed : int
        Which 54 of the 270 official training utterances, 6 of each man, become the validation part.
        The stored baselines belong to seed 0.

    Returns
    -------
    Dataset
        x (N, T, 12) float32, scaled by the frames of the training part, lengths 7 to 29; y (N,)
        int64: the speaker, 0 to 8. The test part is the official one, recorded later.

    Raises
    ------
    MissingExtraError
        If sktime, which carries the data, is not installed: ``pip install lstmbook[applications]``.

    References
    ----------
    M. Kudo, J. Toyama, M. Shimbo (1999), Multidimensional curve classification using
    passing-through regions, Pattern Recognition Letters 20; UCI Machine Learning Repository 128,
    https://doi.org/10.24432/C5NS47.
    """
    known, speaker = _read("TRAIN")
    new, later = _read("TEST")
    inside, held = stratified(speaker, (216, 54), seed)
    first = [known[k] for k in inside]

    def part(rows: list, y: np.ndarray) -> Split:
        x, lengths = pad(standardized(first, rows))
        return Split(x, y, lengths)

    return Dataset(
        train=part(first, speaker[inside]),
        validation=part([known[k] for k in held], speaker[held]),
        test=part(new, later),
        name="vowels",
        source=f"https://doi.org/10.24432/C5NS47, the copy inside sktime {version_of('sktime')}",
        licence="CC BY 4.0",
        size="640 utterances of 9 speakers",
        real=True,
        classes=tuple(f"speaker {k}" for k in range(1, 10)),
        baselines=dict(_BASELINES) if seed == 0 else {},
        split="the official test part; the validation part at random from the official training "
        "part; all nine speakers are in all parts",
    )


def _read(part: str) -> tuple[list[np.ndarray], np.ndarray]:
    r"""Utterances (T, 12) and speakers of a .ts file: dimensions by ``:``, the class at the end."""
    text = package_text("sktime", f"{FOLDER}/JapaneseVowels_{part}.ts")
    rows, speakers = [], []
    for line in text.split("@data\n", 1)[1].split("\n"):
        if line.strip():
            *bands, label = line.strip().split(":")
            rows.append(np.array([band.split(",") for band in bands], dtype=np.float64).T)
            speakers.append(int(label) - 1)
    return rows, np.array(speakers, dtype=np.int64)
