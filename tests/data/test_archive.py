"""Archives: the hash of their contents, damage, and traps."""

import hashlib
import stat
import zipfile

import pytest

from lstmbook.data import archive
from lstmbook.data.archive import content_hash, members
from lstmbook.errors import DataFileError


def pack(path, names, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in names:
            archive.writestr(name, name.rsplit("/", 1)[-1] * 9)


def test_content_hash_ignores_packing(tmp_path):
    pack(tmp_path / "a.zip", ["one/x.wav", "one/y.wav"])
    pack(tmp_path / "b.zip", ["two/y.wav", "two/READ.ME", "two/x.wav"], zipfile.ZIP_STORED)
    pack(tmp_path / "c.zip", ["one/x.wav", "one/z.wav"])
    a, b, c = (content_hash(tmp_path / f"{k}.zip", ".wav") for k in "abc")
    assert a == b != c
    whole = content_hash(tmp_path / "a.zip")
    assert whole == hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"no archive"])
def test_damaged_archive(tmp_path, damage):
    pack(tmp_path / "a.zip", ["one/x.wav", "one/y.wav"])
    path = tmp_path / "bad.zip"
    path.write_bytes(damage((tmp_path / "a.zip").read_bytes()))
    with pytest.raises(DataFileError, match="expected a whole zip archive.*fetch it again"):
        content_hash(path, ".wav")


def test_content_hash_by_hand(tmp_path):
    pack(tmp_path / "a.zip", ["z/a.wav", "b.wav", "c.txt"])
    total = hashlib.sha256()
    for name in ("a.wav", "b.wav"):  # by name, whatever the folder
        total.update(name.encode() + hashlib.sha256((name * 9).encode()).digest())
    assert content_hash(tmp_path / "a.zip", ".wav") == total.hexdigest()


def test_members_by_name_without_folders(tmp_path):
    pack(tmp_path / "a.zip", ["z/a.wav", "b.wav", "c.txt", "y/"])
    assert list(members(tmp_path / "a.zip", ".wav")) == [
        ("a.wav", b"a.wav" * 9),
        ("b.wav", b"b.wav" * 9),
    ]
    assert list(members(tmp_path / "a.zip", ".mp3")) == []


def test_one_changed_byte_is_seen(tmp_path):
    """In the contents: another hash, or no archive any more."""
    pack(tmp_path / "a.zip", ["one/x.wav", "one/y.wav"], zipfile.ZIP_STORED)
    good = content_hash(tmp_path / "a.zip", ".wav")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    place = raw.index(b"x.wav" * 9)
    raw[place] ^= 1
    (tmp_path / "b.zip").write_bytes(raw)
    with pytest.raises(DataFileError, match="damaged"):
        content_hash(tmp_path / "b.zip", ".wav")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as file:
        file.writestr("x.wav", "X.wav" * 9)
        file.writestr("y.wav", "y.wav" * 9)
    assert content_hash(tmp_path / "c.zip", ".wav") != good


@pytest.mark.parametrize(
    "name", ["../x.wav", "a/../../x.wav", "/etc/x.wav", "..\\x.wav", "C:\\x.wav", "c:/x.wav"]
)
def test_names_that_lead_out_are_refused(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("good.wav", "good")
        file.writestr(name, "bad")
    for suffix in (".wav", ".other"):  # also where that member would not be read
        with pytest.raises(DataFileError, match="leads out.*do not use"):
            content_hash(tmp_path / "a.zip", suffix)


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("x.wav")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(DataFileError, match="a link.*do not use"):
        content_hash(tmp_path / "a.zip", ".wav")


def test_names_with_two_dots_inside_are_names(tmp_path):
    pack(tmp_path / "a.zip", ["a..b/x..wav"])
    assert [name for name, _ in members(tmp_path / "a.zip", "wav")] == ["x..wav"]


def test_huge_members_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 45)
    pack(tmp_path / "a.zip", ["x.wav", "y.wav"])  # 45 bytes each
    assert len(list(members(tmp_path / "a.zip", ".wav"))) == 2
    monkeypatch.setattr(archive, "TOGETHER", 89)
    with pytest.raises(DataFileError, match="at most 89 bytes unpacked, got 90"):
        content_hash(tmp_path / "a.zip", ".wav")
    monkeypatch.setattr(archive, "LARGEST", 44)
    monkeypatch.setattr(zipfile.ZipFile, "read", None)  # not even begun
    with pytest.raises(DataFileError, match="at most 44 bytes, got 'x.wav' of 45 bytes"):
        content_hash(tmp_path / "a.zip", ".wav")


def test_a_bomb_is_refused(tmp_path):
    """65 MB of zeros are 64 kB in the archive."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.wav", bytes(archive.LARGEST + 1))
    assert (tmp_path / "a.zip").stat().st_size < 100_000
    with pytest.raises(DataFileError, match="its size"):
        content_hash(tmp_path / "a.zip", ".wav")


def test_a_size_that_lies(tmp_path):
    """The list says 10 bytes, the member holds more: no more than that is unpacked."""
    pack(tmp_path / "a.zip", ["x.wav"])
    raw = (tmp_path / "a.zip").read_bytes()
    lie = raw.replace((45).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != raw
    (tmp_path / "b.zip").write_bytes(lie)
    with pytest.raises(DataFileError, match="damaged"):
        content_hash(tmp_path / "b.zip", ".wav")


@pytest.mark.parametrize("place, byte", [("method", 99), ("flag", 1)])
def test_packing_that_is_not_known_and_passwords(tmp_path, place, byte):
    pack(tmp_path / "a.zip", ["x.wav"])
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    listed = raw.index(b"PK\x01\x02")
    for start in (8, listed + 10) if place == "method" else (6, listed + 8):
        raw[start] = byte
    (tmp_path / "a.zip").write_bytes(raw)
    with pytest.raises(DataFileError, match="expected a whole zip archive"):
        content_hash(tmp_path / "a.zip", ".wav")


@pytest.mark.parametrize("suffix", [None, ".wav"])
def test_what_is_no_file(tmp_path, suffix):
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(DataFileError, match="expected a file that can be read"):
            content_hash(path, suffix)
