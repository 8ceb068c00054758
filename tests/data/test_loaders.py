"""The loaders of downloads on small archives of the same form, made here."""

import io
import wave
import zipfile

import numpy as np
import pytest

from lstmbook.data import _spam, _spoken_digits, archive, download, spam, spoken_digits
from lstmbook.data.audio import log_mel
from lstmbook.errors import DataFileError


def messages():
    """60 templates, of most of them two variants that differ in numbers and marks, some twice."""
    rng = np.random.default_rng(0)
    lines = []
    for k in range(60):
        words = " ".join("".join(rng.choice(list("abcdeé"), 5)) for _ in range(4))
        kind = "spam" if k % 3 == 0 else "ham"
        lines += [f"{kind}\t{words} {k % 7}", f"{kind}\t{words.upper()} {k % 5 + 1}!!"]
        lines += [lines[-1]] * (k % 4 == 0)
    return lines


@pytest.fixture
def small_spam(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    with zipfile.ZipFile(tmp_path / _spam.FILE, "w") as file:
        file.writestr("readme", "who and what")
        file.writestr("folder/" + _spam.MEMBER, "\n".join(messages()) + "\n")
    sha = archive.content_hash(tmp_path / _spam.FILE, _spam.MEMBER)
    monkeypatch.setattr(_spam, "SHA256", sha)
    return tmp_path


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_spam(small_spam, seed):
    given = spam(seed=seed)
    truth = dict(line.split("\t")[::-1] for line in messages())
    parts = [given.train, given.validation, given.test]
    texts = [list(part.x) for part in parts]
    assert sorted(sum(texts, [])) == sorted(truth)  # each once, with é, none lost
    for part in parts:
        assert part.y.dtype == np.int64 and part.lengths is None
        assert part.y.tolist() == [int(truth[text] == "spam") for text in part.x]
    assert [len(part.y) / len(truth) for part in parts] == pytest.approx([0.7, 0.1, 0.2], abs=0.04)
    templates = [{_spam.pattern(text) for text in one} for one in texts]
    assert len(set.union(*templates)) == sum(map(len, templates))
    assert bool(given.baselines) == (seed == 0)
    again = spam(seed=seed)
    assert list(again.test.x) == texts[2] and (seed == 0 or list(spam().test.x) != texts[2])
    assert given.classes == ("ham", "spam") and f"{len(truth)} different" in given.size


def test_pattern():
    assert _spam.pattern("Win £100, now_!") == _spam.pattern("win £999 NOW") == "win000now"
    assert _spam.pattern("win 10 now") != _spam.pattern("win 100 now")


def sound(name, length):
    rng = np.random.default_rng(list(name.encode()))
    samples = (rng.normal(size=length) * 3000).astype("<i2")
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return memory.getvalue(), samples


@pytest.fixture
def recordings(tmp_path, monkeypatch):
    """Two digits, 12 recordings of each by each of six speakers; (name, log energies)."""
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    rows = {}
    with zipfile.ZipFile(tmp_path / _spoken_digits.FILE, "w") as file:
        for s, speaker in enumerate(_spoken_digits.SPEAKERS):
            for digit in (3, 8):
                for index in range(12):
                    name = f"{digit}_{speaker}_{index}"
                    content, samples = sound(name, 400 + 80 * ((s + index) % 5))
                    file.writestr(f"set/{name}.wav", content)
                    rows[name] = log_mel(samples.astype("float32") / 32768, 8000)
    sha = archive.content_hash(tmp_path / _spoken_digits.FILE, ".wav")
    monkeypatch.setattr(_spoken_digits, "SHA256", sha)
    return rows


@pytest.mark.parametrize(
    "options, part_of",
    [
        ({}, {"nicolas": 2, "lucas": 1}),
        (dict(test_speaker="theo", validation_speaker="george"), {"theo": 2, "george": 1}),
        (dict(test_speaker="theo"), {"theo": 2, "lucas": 1}),
        (dict(longest=3), {"nicolas": 2, "lucas": 1}),
        (dict(target="speaker"), None),
        (dict(target="speaker", test_speaker="theo", longest=4), None),
    ],
)
def test_spoken_digits(recordings, options, part_of):
    given = spoken_digits(**options)
    expected = [[], [], []]
    for name, row in recordings.items():
        digit, speaker, index = name.split("_")
        if part_of is None:
            k = 2 if int(index) < 5 else 1 if int(index) < 10 else 0
            label = _spoken_digits.SPEAKERS.index(speaker)
        else:
            k, label = part_of.get(speaker, 0), int(digit)
        expected[k].append((label, row[: options.get("longest", 100)]))
    known = np.concatenate([row for _, row in expected[0]])
    mean, spread = known.mean(0), known.std(0)
    for part, rows in zip((given.train, given.validation, given.test), expected, strict=True):
        assert part.x.dtype == np.float32 and part.y.dtype == np.int64
        assert len(part.x) == len(rows) == len(part.y) == len(part.lengths)
        scaled = [(label, ((row - mean) / spread)) for label, row in rows]
        for x, y, n in zip(part.x, part.y, part.lengths):
            near = [
                k
                for k, (label, row) in enumerate(scaled)
                if label == y and len(row) == n and np.abs(row - x[:n]).max() < 1e-4
            ]
            assert len(near) == 1
            scaled.pop(near[0])
        assert scaled == []
        past = np.arange(part.x.shape[1])[None] >= part.lengths[:, None]
        assert not part.x[past].any()
    longest = max(len(row) for rows in expected for _, row in rows)
    assert given.train.x.shape[1] == longest <= options.get("longest", 100)
    usual = options == {}
    assert bool(given.baselines) == usual or options == dict(target="speaker")
    assert given.classes == (_spoken_digits.SPEAKERS if part_of is None else tuple("0123456789"))
    assert len({len(row) for rows in expected for _, row in rows}) > 1 or "longest" in options


@pytest.mark.parametrize("load", [spam, spoken_digits])
def test_the_network_is_asked_only_where_that_is_wanted(load, tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    asked = []

    def server(url, part, progress):
        asked.append(url)
        part.write_bytes(b"no archive")

    monkeypatch.setattr(download, "_download", server)
    for ask in (load, lambda: load(full=False)):
        with pytest.raises(DataFileError, match="Pass full=True"):
            ask()
    assert asked == []
    with pytest.raises(DataFileError, match="expected a whole zip archive"):
        load(full=True)
    assert len(asked) == 1 and asked[0].startswith("https://")
    assert list(tmp_path.iterdir()) == []


def test_a_changed_recording_is_refused(recordings, tmp_path):
    path = tmp_path / _spoken_digits.FILE
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("set/8_theo_99.wav", sound("one more", 400)[0])
    with pytest.raises(OSError, match="expected SHA-256"):
        spoken_digits()


def test_a_changed_message_is_refused(small_spam):
    with zipfile.ZipFile(small_spam / _spam.FILE, "w") as file:
        file.writestr(_spam.MEMBER, "ham\tanother text\n")
    with pytest.raises(OSError, match="expected SHA-256"):
        spam()
