"""The sets that packages carry: what is in them, that nothing leaks, their baselines again."""

from __future__ import annotations

import io
import tarfile

import numpy as np
import pytest

from lstmbook import data
from lstmbook.data import _sentiment, packages
from lstmbook.data._connected_digits import TEST_VOICES, VALIDATION_VOICES
from lstmbook.data.speech import VOICES
from lstmbook.errors import DataFileError, MissingExtraError, UnknownNameError, ValueRangeError

from . import measure
from .test_downloaded import SPEECH, copy_of
from .test_overlap import known

LOADERS = {
    "vowels": "sktime",
    "weather": "vega_datasets",
    "stocks": "arch",
    "glucose": "bokeh_sampledata",
    "number_words": "num2words",
    "names": "babel",
}


def parts(given):
    return given.train, given.validation, given.test


@pytest.mark.parametrize("name", LOADERS)
def test_baselines_are_measured_again(name):
    pytest.importorskip(LOADERS[name])
    pytest.importorskip("sklearn")
    stored = getattr(data, name)().baselines
    found = measure.MEASURED[name]()
    for method in stored:
        assert stored[method].value == pytest.approx(found[method], abs=0.0051, rel=2e-3), method
    assert stored.keys() <= found.keys() and stored


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda name: None)
    for loader in (data.vowels, data.weather, data.stocks, data.glucose, data.docstrings):
        with pytest.raises(MissingExtraError, match=r"pip install lstmbook\[applications\]"):
            loader()


def test_another_version_without_the_file(monkeypatch):
    with pytest.raises(DataFileError, match="requirements.txt"):
        packages.package_file("numpy", "no/such/file.csv")


def test_vowels():
    pytest.importorskip("sktime")
    given = data.vowels()
    assert [len(p.y) for p in parts(given)] == [216, 54, 370] and known(*parts(given)) == 0
    assert np.bincount(given.validation.y).tolist() == [6] * 9
    lengths = np.concatenate([p.lengths for p in parts(given)])
    assert (lengths.min(), lengths.max()) == (7, 29) and given.train.x.shape[2] == 12
    frames = np.concatenate([x[:n] for x, n in zip(given.train.x, given.train.lengths)])
    assert frames.mean(0) == pytest.approx(0, abs=1e-4)
    assert frames.std(0) == pytest.approx(1, abs=1e-4)
    for x, n in zip(given.test.x, given.test.lengths):
        assert (x[n:] == 0).all()
    assert set(map(bytes, data.vowels(1).validation.x)) != set(map(bytes, given.validation.x))


def test_weather():
    pytest.importorskip("vega_datasets")
    table = data.weather()
    assert len(table.time) == 1461 and (np.diff(table.time) == np.timedelta64(1, "D")).all()
    assert [str(table.time[cut]) for cut in table.cuts[:2]] == ["2014-01-01", "2015-01-01"]
    assert table.values["temp_max"][:2].tolist() == [12.8, 10.6]
    assert table.values["season_sin"] ** 2 + table.values["season_cos"] ** 2 == pytest.approx(1)
    assert (table.values["temp_max"] >= table.values["temp_min"]).all()


def test_stocks():
    pytest.importorskip("arch")
    table = data.stocks()
    close = table.values["close"]
    assert len(close) == 5031 and str(table.time[0]) == "1999-01-04"
    k = 1234
    assert table.values["log_return"][k] == pytest.approx(np.log(close[k] / close[k - 1]))
    assert table.values["up"][k] == float(close[k] > close[k - 1])
    high, low = table.values["high"][k], table.values["low"][k]
    assert np.exp(table.values["log_variance"][k]) == pytest.approx(
        np.log(high / low) ** 2 / (4 * np.log(2))
    )


def test_glucose():
    pytest.importorskip("bokeh_sampledata")
    table = data.glucose()
    level = table.values["glucose"]
    assert (np.diff(table.time) == np.timedelta64(300, "s")).all()
    assert np.isfinite(level).sum() == 52083 and np.nanmin(level) >= 39 and level[0] == 258
    noon = int(np.flatnonzero(np.array([str(t)[11:16] for t in table.time]) == "18:01")[0])
    assert table.values["day_sin"][noon] == pytest.approx(-1, abs=0.01)  # three quarters of a day


@pytest.mark.parametrize("language", ["fr", "de", "zh"])
def test_number_words(language):
    pytest.importorskip("num2words")
    given = data.number_words(language, sizes=(300, 50, 70), largest=9999, seed=3)
    assert [len(p.x) for p in parts(given)] == [300, 50, 70] and known(*parts(given)) == 0
    assert not given.real and not given.baselines
    everything = dict(zip(given.train.x, given.train.y))
    word = {"fr": "neuf", "de": "neun", "zh": "九"}[language]
    assert all(word in y for x, y in everything.items() if x.endswith("nine"))
    with pytest.raises(ValueRangeError, match="at most half"):
        data.number_words(sizes=(6, 1, 1), largest=9)
    with pytest.raises(UnknownNameError, match="language"):
        data.number_words("xx")


def read_back(text: str) -> int:
    """A number in Chinese characters, read by adding up: another way than it was written."""
    if "万" in text:
        high, low = text.split("万")
        return read_back(high) * 10_000 + read_back(low)
    total, digit = 0, 0
    for sign in text:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        elif sign != "零":
            digit = "一二三四五六七八九".index(sign) + 1
    return total + digit


def test_chinese():
    rng = np.random.default_rng(0)
    numbers = [*range(1200), *rng.integers(0, 99_999_999, 3000).tolist(), 99_999_999]
    for number in numbers:
        assert read_back(data.chinese(number)) == number or number == 0
    texts = [data.chinese(n) for n in numbers]
    assert len(set(texts)) == len(set(numbers)) and not any("零零" in t for t in texts)
    assert data.chinese(10_000_010) == "一千万零一十" and data.chinese(210) == "二百一十"


def test_names():
    pytest.importorskip("babel")
    given = data.names("de")
    assert known(*parts(given)) == 0 and len(given.train.x) > 900
    sides = [set(p.x) | {"→" + y for y in p.y} for p in parts(given)]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    pairs = dict(zip(given.train.x, given.train.y)) | dict(zip(given.test.x, given.test.y))
    assert pairs.get("Germany", "Deutschland") == "Deutschland"
    assert max(len(t) for p in parts(given) for t in (*p.x, *p.y)) == 25


def test_characters():
    given = data.characters()
    assert known(*parts(given)) == 0
    for part in parts(given):
        assert all(x[1:] == y[:-1] for x, y in zip(part.x, part.y))
    paragraphs = [{q for x in p.x for q in x.split("\n\n") if len(q) > 40} for p in parts(given)]
    assert not paragraphs[0] & paragraphs[1] and not paragraphs[0] & paragraphs[2]


def test_parts_of_a_docstring():
    from lstmbook.data._docstrings import parts_of

    body = "This is the text of a body that has more than twelve words, to be kept."
    assert parts_of(f"Sum of two.\n\n{body}\n\n>>> 1 + 1\n2")[0].endswith("to be kept .")
    assert parts_of(f"Sum of two.\n\n.. versionadded:: 1\n   here\n\n{body}")[0].startswith(
        "this is"
    )
    assert parts_of(f"Sum of :func:`~a.two` here.\n\n{body}")[1] == "sum of a.two here"
    assert parts_of("Sum.\n\n" + body) is None and parts_of("Sum of two.\n\nToo short.") is None


@pytest.mark.slow
def test_docstrings(tmp_path, monkeypatch):
    pytest.importorskip("statsmodels")
    from lstmbook.data import _docstrings

    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    some = {
        k: v for k, v in _docstrings.LIBRARIES.items() if k in ("numpy", "matplotlib", "networkx")
    }
    monkeypatch.setattr(_docstrings, "LIBRARIES", some)
    given = data.docstrings(longest=40)
    assert known(*parts(given)) == 0 and min(len(p.x) for p in parts(given)) > 300
    assert max(len(x.split()) for x in given.train.x) == 40
    summaries = [set(p.y) for p in parts(given)]
    assert not summaries[0] & summaries[1] and not summaries[0] & summaries[2]
    stored = tmp_path / "docstrings.json"
    monkeypatch.setattr(_docstrings, "_pairs", None)  # the second time they come from the file
    assert list(data.docstrings(longest=40).test.y) == list(given.test.y)
    stored.write_text("{")
    with pytest.raises(TypeError):  # damaged: made again
        data.docstrings()


@pytest.mark.slow
def test_connected_digits_of_a_synthesizer():
    pytest.importorskip("espeakng_loader")
    given = data.connected_digits(sizes=(20, 5, 10), fewest=1, most=3, seed=2)
    again = data.connected_digits(sizes=(20, 5, 10), fewest=1, most=3, seed=2)
    assert (given.train.x == again.train.x).all() and (given.test.y == again.test.y).all()
    assert known(*parts(given)) == 0 and given.train.x.shape[2] == 26 and not given.real
    counts = {len(data.digits_of(y)) for p in parts(given) for y in p.y}
    assert counts == {1, 2, 3}
    frames = np.concatenate([x[:n] for x, n in zip(given.train.x, given.train.lengths)])
    assert frames.mean(0) == pytest.approx(0, abs=1e-3)
    assert {*TEST_VOICES, *VALIDATION_VOICES} < set(VOICES)
    assert not set(TEST_VOICES) & set(VALIDATION_VOICES)


def test_a_voice_that_does_not_exist():
    pytest.importorskip("espeakng_loader")
    from lstmbook.data.speech import speak

    one, two = speak([("one", "en-us+m1", 170, 50), ("one two three", "en-us+m1", 170, 50)])
    assert len(two) > 1.5 * len(one) > 1000 and np.abs(two).max() <= 1.1
    with pytest.raises(ValueRangeError, match="no-such"):
        speak([("one", "no-such", 170, 50)])
    assert speak([]) == []


@copy_of(SPEECH)
def test_connected_digits_of_people():
    given = data.connected_digits(real=True, sizes=(12, 4, 6), seed=1)
    assert given.real and known(*parts(given)) == 0
    assert all(2 <= len(data.digits_of(y)) <= 5 for p in parts(given) for y in p.y)


def archive(path, rows):
    """A source archive of the same form with other sentences."""
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as file:
        for name in _sentiment.FILES.values():
            content = "\r\n".join(rows).encode()
            info = tarfile.TarInfo(f"hutto/{name}_GroundTruth.txt")
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    with tarfile.open(path, "w:gz") as file:
        info = tarfile.TarInfo(_sentiment.INSIDE)
        info.size = len(inner.getvalue())
        file.addfile(info, io.BytesIO(inner.getvalue()))
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_sentiment(tmp_path, monkeypatch):
    words = [f"word{'abcdefghij'[k % 10]} {'xyz'[k % 3]} number {k}" for k in range(90)]
    rows = [f"{k // 3}_{k % 3}\t{(k % 5) - 2}.3\t{text}" for k, text in enumerate(words)]
    rows.append("99_1\t2.0\tWORDA X number 5!")  # equal to another but for numbers and capitals
    path = tmp_path / f"{_sentiment.PACKAGE}-{_sentiment.VERSION}.tar.gz"
    monkeypatch.setattr(_sentiment, "SHA256", archive(path, rows))
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    given = data.sentiment(domain="products", seed=1)
    texts = [x for p in parts(given) for x in p.x]
    kept = {
        _sentiment.pattern(r.split("\t")[2]) for r in rows if abs(float(r.split("\t")[1])) > 0.5
    }
    assert len(texts) == len(kept) == len({_sentiment.pattern(t) for t in texts})
    rating = {r.split("\t")[2]: float(r.split("\t")[1]) for r in rows}
    assert all(y == (rating[x] > 0) for p in parts(given) for x, y in zip(p.x, p.y))
    with pytest.raises(UnknownNameError, match="domain"):
        data.sentiment(domain="songs")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataFileError, match="delete it"):
        data.sentiment()


def fake_pip(monkeypatch, action):
    monkeypatch.setattr(packages.subprocess, "run", action)


@pytest.mark.parametrize("trouble", ["refuses", "hangs", "garbage", "nothing", "no pip"])
def test_pip_that_fails_leaves_nothing(trouble, tmp_path, monkeypatch):
    from pathlib import Path
    from types import SimpleNamespace

    def run(command, **options):
        place = Path(command[-1])
        if trouble == "hangs":
            raise packages.subprocess.TimeoutExpired("pip", 300)
        if trouble == "no pip":
            raise FileNotFoundError("python")
        if trouble == "garbage":
            (place / "it-1.0.tar.gz").write_bytes(b"not it")
        code = 1 if trouble == "refuses" else 0
        return SimpleNamespace(returncode=code, stderr="ERROR: No matching distribution", stdout="")

    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    fake_pip(monkeypatch, run)
    with pytest.raises(DataFileError, match="by hand: `pip download"):
        packages.source_archive("it", "1.0", "0" * 64, download=True)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataFileError, match="full=True"):
        packages.source_archive("it", "1.0", "0" * 64, download=False)


def test_pip_that_brings_it(tmp_path, monkeypatch):
    import hashlib
    from pathlib import Path
    from types import SimpleNamespace

    def run(command, **options):
        assert command[-1].startswith(str(tmp_path)) and "it==1.0" in command
        (Path(command[-1]) / "it-1.0.tar.gz").write_bytes(b"it")
        return SimpleNamespace(returncode=0, stderr="", stdout="")

    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path))
    fake_pip(monkeypatch, run)
    sha = hashlib.sha256(b"it").hexdigest()
    path = packages.source_archive("it", "1.0", sha, download=True)
    assert path.read_bytes() == b"it" and [p.name for p in tmp_path.iterdir()] == ["it-1.0.tar.gz"]
    fake_pip(monkeypatch, None)  # not asked again
    assert packages.source_archive("it", "1.0", sha, download=False) == path
