r"""Half a million characters of English that come with Python."""

import importlib
import re
import sys

import numpy as np

from lstmbook.data.dataset import Baseline, Dataset, Split
from lstmbook.data.split import by_group

# bits per character, by the version of Python whose text was measured
_BASELINES: dict[str, dict[str, Baseline]] = {}


def characters(seed: int = 0) -> Dataset:
    r"""Return the help topics of Python as texts: technical English with code in it.

    Parameters
    ----------
    seed : int
        Which topics become training, validation and test part (80, 10 and 10 % of the topics).

    Returns
    -------
    Dataset
        x (N,) of str: one topic each. y (N,) of str: the same texts one character on, so that
        ``y[k][t] == x[k][t + 1]``.

    Notes
    -----
    The text is that of ``pydoc_data.topics`` of the running Python: another version has a slightly
    different one, and the stored baselines are those of the version that they name. Every paragraph
    is kept once: many topics share some.
    """
    topics = importlib.import_module("pydoc_data.topics").topics
    seen: set[str] = set()
    texts = []
    for name in sorted(topics):
        once = []
        for paragraph in re.split(r"\n\s*\n", topics[name]):
            key = re.sub(r"\W+", "", paragraph.lower())
            if key and key not in seen:
                seen.add(key)
                once.append(paragraph.strip("\n"))
        text = "\n\n".join(once) + "\n"
        if len(text) > 200:
            texts.append(text)
    parts = by_group(np.arange(len(texts)), (0.8, 0.1, 0.1), seed)

    def part(rows: np.ndarray) -> Split:
        x = np.array([texts[k][:-1] for k in rows], dtype=object)
        return Split(x, np.array([texts[k][1:] for k in rows], dtype=object))

    train, validation, test = map(part, parts)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        name="characters",
        source=f"pydoc_data.topics of Python {version}",
        licence="PSF-2.0",
        size=f"{sum(map(len, texts))} characters in {len(texts)} topics",
        real=True,
        baselines=dict(_BASELINES.get(version, {})) if seed == 0 else {},
        split="by topic; no paragraph is in two topics",
    )
