r"""Strings of spoken digits, real or made by a speech synthesizer."""

from functools import cache

import numpy as np

from lstmbook.core.checks import check_int
from lstmbook.data._spoken_digits import FILE, SHA256, SPEAKERS, URL
from lstmbook.data._words import pad, standardized
from lstmbook.data.archive import members
from lstmbook.data.audio import log_mel, read_wav
from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.download import fetch
from lstmbook.data.speech import VOICES, speak

RATE = 8000
NONE = -1  # behind the last digit of a string
TEST_SPEAKERS, VALIDATION_SPEAKERS = ("nicolas",), ("lucas",)
TEST_VOICES, VALIDATION_VOICES = ("en-us+f3", "en+m5", "en-gb-scotland"), ("en-us+m7",)
_BASELINES: dict[bool, dict[str, Baseline]] = {False: {}, True: {}}


def connected_digits(
    full: bool = False,
    *,
    real: bool = False,
    sizes: tuple[int, int, int] = (1500, 150, 300),
    fewest: int = 2,
    most: int = 5,
    seed: int = 0,
) -> Dataset:
    r"""Return recordings of several digits in a row, as log energies in 26 mel bands.

    Parameters
    ----------
    full : bool
        For real speech, True: download the recordings (16 MB) if they are not in the cache folder.
    real : bool
        False: the digits are spoken by espeak-ng, a synthesizer. True: recordings of the Free
        Spoken Digit Dataset, joined with short pauses.
    sizes : three int
        Strings in the training, validation and test part.
    fewest, most : int
        Digits of a string.
    seed : int
        The same seed gives the same strings. The stored baselines belong to the defaults.

    Returns
    -------
    Dataset
        x (N, T, 26) float32, scaled by the frames of the training part, with lengths; y (N, most)
        int64: the digits, then -1. The speakers (or voices) of the test part are in no other part,
        and so those of the validation part.

    Raises
    ------
    MissingExtraError
        If espeakng-loader is not installed: ``pip install lstmbook[applications]``.
    DataFileError
        If real speech is asked for and there is no copy and `full` is False, or it is damaged.

    Notes
    -----
    A synthesizer says a digit the same way every time (here: in 3 speeds and 3 pitches a voice), so
    synthetic speech is easier within a voice, and tells nothing about rooms and microphones.
    """
    counts = [check_int("sizes", size, least=1) for size in sizes]
    fewest = check_int("fewest", fewest, least=1)
    most = check_int("most", most, least=fewest)
    rng = np.random.default_rng(check_int("seed", seed, least=0))
    sounds = _recorded(full) if real else _synthetic()
    late, middle = (
        (TEST_SPEAKERS, VALIDATION_SPEAKERS) if real else (TEST_VOICES, VALIDATION_VOICES)
    )
    early = tuple(name for name in sounds if name not in (*late, *middle))
    rows, digits = [], []
    for count, voices in zip(counts, (early, middle, late), strict=True):
        for _ in range(count):
            sound, string = _string(sounds, voices, rng, fewest, most)
            rows.append(log_mel(sound, RATE))
            digits.append(string)
    rows = standardized(rows[: counts[0]], rows)
    y = np.full((len(digits), most), NONE, dtype=np.int64)
    for k, string in enumerate(digits):
        y[k, : len(string)] = string
    ends = np.cumsum(counts)
    parts = {}
    for name, a, b in zip(("train", "validation", "test"), (0, *ends), ends, strict=False):
        x, lengths = pad(rows[a:b])
        parts[name] = Split(x, y[a:b], lengths)
    usual = (tuple(counts), fewest, most, seed) == ((1500, 150, 300), 2, 5, 0)
    return Dataset(
        **parts,
        name=f"connected digits, {'real' if real else 'synthetic'} speech",
        source=URL if real else "espeak-ng, the copy inside espeakng-loader",
        licence="CC BY-SA 4.0" if real else "GPL-3 (the synthesizer)",
        size=f"{sum(counts)} strings of {fewest} to {most} digits",
        real=real,
        baselines=dict(_BASELINES[real]) if usual else {},
        split="by speaker" if real else "by voice",
    )


def digits_of(row: np.ndarray) -> list[int]:
    r"""The digits of one row of y.

    Examples
    --------
    >>> digits_of(np.array([3, 0, 3, -1, -1]))
    [3, 0, 3]
    """
    return [int(digit) for digit in row if digit != NONE]


def _string(sounds, voices, rng, fewest: int, most: int) -> tuple[np.ndarray, list[int]]:
    r"""One voice, some digits with pauses of 40 to 150 ms around them, a little noise."""
    voice = sounds[voices[rng.integers(len(voices))]]
    string = rng.integers(10, size=rng.integers(fewest, most + 1)).tolist()
    pieces = [_pause(rng)]
    for digit in string:
        takes = voice[digit]
        pieces += [takes[rng.integers(len(takes))], _pause(rng)]
    sound = np.concatenate(pieces)
    return sound + rng.normal(0, 0.001, len(sound)), string


def _pause(rng) -> np.ndarray:
    return np.zeros(int(RATE * rng.uniform(0.04, 0.15)))


def _recorded(full: bool) -> dict[str, list[list[np.ndarray]]]:
    path = fetch(URL, SHA256, FILE, download=full, suffix=".wav")
    sounds: dict[str, list[list[np.ndarray]]] = {s: [[] for _ in range(10)] for s in SPEAKERS}
    for name, content in members(path, ".wav"):
        digit, speaker, _ = name.removesuffix(".wav").split("_")
        sounds[speaker][int(digit)].append(read_wav(content)[0])
    return sounds


@cache
def _synthetic() -> dict[str, list[list[np.ndarray]]]:
    takes = [(speed, pitch) for speed in (140, 170, 200) for pitch in (35, 50, 65)]
    words = "zero one two three four five six seven eight nine".split()
    said = iter(
        speak([(word, voice, *take) for voice in VOICES for word in words for take in takes])
    )
    sounds: dict[str, list[list[np.ndarray]]] = {}
    for voice in VOICES:
        sounds[voice] = [[next(said) for _ in takes] for _ in words]
    return sounds
