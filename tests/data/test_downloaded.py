"""The sets that are downloads, from copies in LSTMBOOK_DATA; nothing here goes to the network."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lstmbook import baselines, data, metrics
from lstmbook.data import Split, spam, spoken_digits
from lstmbook.data.archive import members
from lstmbook.errors import DataFileError, UnknownNameError, ValueRangeError

SPAM = "sms+spam+collection.zip"
SPEECH = "free-spoken-digit-dataset-26eb9aaf76e81b692f806f9140c2d2777410d7a1.zip"


def copy_of(name):
    """Skip, and say why, where there is no copy of a file."""
    folder = os.environ.get("LSTMBOOK_DATA")
    there = bool(folder) and (Path(folder) / name).exists()
    return pytest.mark.skipif(not there, reason=f"set LSTMBOOK_DATA to a folder that holds {name}")


@pytest.fixture(scope="module")
def messages():
    return spam()


@pytest.fixture(scope="module")
def spoken():
    return spoken_digits()


def parts(dataset):
    return dataset.train, dataset.validation, dataset.test


@copy_of(SPAM)
def test_spam(messages):
    sizes = [len(part.y) for part in parts(messages)]
    assert sum(sizes) == 5171 and sizes == pytest.approx([3620, 517, 1034], abs=5)
    texts = [text for part in parts(messages) for text in part.x]
    assert len(set(texts)) == 5171 and all(isinstance(text, str) for text in texts)
    assert all(0.1 < part.y.mean() < 0.14 for part in parts(messages))
    assert sum(part.y.sum() for part in parts(messages)) == 653
    known = dict(zip(messages.train.x, messages.train.y))
    assert known["Ok lar... Joking wif u oni..."] == 0
    assert messages.real and messages.classes == ("ham", "spam")


@copy_of(SPAM)
def test_spam_templates_do_not_leak(messages):
    def squeezed(text):
        return "".join("0" if c.isdigit() else c for c in text.lower() if c.isalnum())

    one, two, three = ({squeezed(text) for text in part.x} for part in parts(messages))
    assert not one & two and not one & three and not two & three


@copy_of(SPAM)
def test_spam_baselines_are_what_is_stored(messages):
    text = pytest.importorskip("sklearn.feature_extraction.text")
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import MultinomialNB

    train, _, test = parts(messages)
    pairs = text.TfidfVectorizer(ngram_range=(1, 2))
    letters = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    line = LogisticRegression(C=100, max_iter=2000)
    for name, words, model in (
        ("naive Bayes", text.CountVectorizer(), MultinomialNB()),
        ("logistic regression on words", pairs, line),
        ("logistic regression on letters", letters, line),
    ):
        model.fit(words.fit_transform(train.x), train.y)
        got = metrics.f1(test.y, model.predict(words.transform(test.x)))
        assert got == pytest.approx(messages.baselines[name].value, abs=0.006), name
    got = baselines.majority(train, test)["accuracy"]
    assert got == pytest.approx(messages.baselines["majority"].value, abs=0.001)


@copy_of(SPEECH)
def test_spoken_digits(spoken):
    assert [len(part.y) for part in parts(spoken)] == [2000, 500, 500]
    for part in parts(spoken):
        assert part.x.shape[1:] == (100, 26) and part.x.dtype == np.float32
        assert np.bincount(part.y).tolist() == [len(part.y) // 10] * 10
        past = np.arange(100)[None] >= part.lengths[:, None]
        assert not part.x[past].any()
    real = np.arange(100)[None] < spoken.train.lengths[:, None]
    assert spoken.train.x[real].mean(0) == pytest.approx(np.zeros(26), abs=1e-4)
    assert spoken.train.x[real].std(0) == pytest.approx(np.ones(26), abs=1e-3)
    assert spoken.real and spoken.licence == "CC BY-SA 4.0"


def summary(part):
    rows = [row[:length] for row, length in zip(part.x, part.lengths)]
    return Split(np.array([np.r_[row.mean(0), row.std(0)] for row in rows]), part.y)


@copy_of(SPEECH)
def test_spoken_baselines_are_what_is_stored(spoken):
    pytest.importorskip("sklearn")
    speaker = spoken_digits(target="speaker")
    assert [len(part.y) for part in parts(speaker)] == [2400, 300, 300]
    assert speaker.classes[0] == "george" and set(speaker.test.y) == set(range(6))
    for dataset in (spoken, speaker):
        got = baselines.logistic_regression(summary(dataset.train), summary(dataset.test))
        stored = dataset.baselines["logistic regression"].value
        assert got["accuracy"] == pytest.approx(stored, abs=0.012)


@copy_of(SPEECH)
def test_no_recording_stands_twice():
    """Whatever the target and the speakers: no sound is there under two names."""
    sounds = [
        content[44:] for _, content in members(Path(os.environ["LSTMBOOK_DATA"]) / SPEECH, ".wav")
    ]
    assert len(sounds) == len(set(sounds)) == 3000


@copy_of(SPEECH)
def test_speakers_do_not_leak(spoken):
    """Each part holds the recordings of its speakers, all of them and no others."""
    found = {}
    with zipfile.ZipFile(Path(os.environ["LSTMBOOK_DATA"]) / SPEECH) as archive:
        for item in archive.infolist():
            if item.filename.endswith(".wav"):
                name = item.filename.rsplit("/", 1)[1]
                samples = (item.file_size - 44) // 2  # behind the header
                frames = min(100, 1 + max(0, samples - 256) // 80)
                found.setdefault(name.split("_")[1], []).append((int(name[0]), frames))
    people = [{"george", "jackson", "theo", "yweweler"}, {"lucas"}, {"nicolas"}]
    for part, speakers in zip(parts(spoken), people):
        expected = sorted(one for speaker in speakers for one in found[speaker])
        assert sorted(zip(part.y.tolist(), part.lengths.tolist())) == expected
    other = spoken_digits(test_speaker="theo", longest=30)
    assert other.train.x.shape[1] == 30 and other.baselines == {}


@pytest.mark.parametrize(
    "call, error, message",
    [
        (
            lambda: spoken_digits(target="gender"),
            UnknownNameError,
            "target 'gender'; .* digit, speaker",
        ),
        (lambda: spoken_digits(test_speaker="anna"), UnknownNameError, "speaker 'anna'; .*george"),
        (
            lambda: spoken_digits(validation_speaker="nicolas"),
            ValueRangeError,
            "another one than test_speaker, got 'nicolas'",
        ),
        (lambda: spoken_digits(target=["digit"]), UnknownNameError, "unknown target"),
        (lambda: spoken_digits(longest=2.5), ValueRangeError, "longest: "),
        (lambda: spoken_digits(full="no"), ValueRangeError, "full: expected True or False"),
        (lambda: spam(full=1), ValueRangeError, "full: expected True or False"),
        (lambda: spoken_digits(longest=0), ValueRangeError, "longest: "),
    ],
)
def test_arguments_are_checked(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("load", [spam, spoken_digits])
def test_without_a_copy_nothing_is_downloaded(load, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    with pytest.raises(DataFileError) as told:
        load()
    for word in ("full=True", "by hand", "LSTMBOOK_DATA", str(tmp_path), "https://"):
        assert word in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("load, name", [(spam, SPAM), (spoken_digits, SPEECH)])
def test_a_damaged_copy_is_refused(load, name, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    (tmp_path / name).write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(DataFileError, match="expected a whole zip archive"):
        load(full=True)


@copy_of(SPAM)
def test_nothing_is_written_beside_a_good_copy(messages):
    folder = Path(os.environ["LSTMBOOK_DATA"])
    before = sorted(folder.iterdir())
    spam(full=True)
    assert sorted(folder.iterdir()) == before


def test_loaders_are_listed():
    assert {"digits", "spam", "spoken_digits"} <= set(data.__all__)
