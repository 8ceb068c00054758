"""Downloads, against a server on this machine."""

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lstmbook.data import download
from lstmbook.errors import DataFileError

BODY = bytes(range(256)) * 2000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server():
    """Serve BODY; `server.cut` breaks the first answers off, `server.ranges` allows resuming."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            here.asked.append(self.headers.get("Range"))
            if self.path == "/absent":
                self.send_error(404)
                return
            body, status = here.body, 200
            asked = self.headers.get("Range")
            if asked and here.ranges:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= len(body):
                    self.send_error(416)
                    return
                body, status = body[start:], 206
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = here.cut.pop(0) if here.cut else None
            self.wfile.write(body[:cut])
            self.close_connection = True

        def log_message(self, *args):
            pass

    here = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.asked, here.cut, here.ranges, here.body = [], [], True, BODY
    here.url = f"http://127.0.0.1:{here.server_address[1]}"
    threading.Thread(target=here.serve_forever, args=(0.01,), daemon=True).start()
    yield here
    here.shutdown()
    here.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache"


def get(server, path="/file.bin", sha=SHA, **more):
    return download.fetch(server.url + path, sha, "file.bin", progress=False, **more)


def test_good_file_comes_once(server, cache):
    assert get(server).read_bytes() == BODY
    assert get(server) == cache / "file.bin"
    assert server.asked == [None] and [p.name for p in cache.iterdir()] == ["file.bin"]


def test_no_network_unless_asked(server, cache):
    with pytest.raises(DataFileError) as told:
        get(server, download=False)
    assert server.asked == []
    for word in (server.url, str(cache), "full=True", "by hand", "LSTMBOOK_DATA"):
        assert word in str(told.value)


def test_cut_answer_is_resumed(server):
    server.cut = [100_000]
    assert get(server).read_bytes() == BODY
    kept = 100_000 // download.CHUNK * download.CHUNK
    assert server.asked == [None, f"bytes={kept}-"]


def test_next_call_goes_on(server, cache):
    server.cut = [download.CHUNK] * download.ATTEMPTS
    with pytest.raises(DataFileError, match="Call again to go on"):
        get(server)
    kept = download.ATTEMPTS * download.CHUNK
    assert (cache / "file.bin.part").stat().st_size == kept
    assert get(server).read_bytes() == BODY
    assert server.asked[-1] == f"bytes={kept}-"


def test_server_without_ranges_starts_over(server):
    server.cut, server.ranges = [50_000], False
    assert get(server).read_bytes() == BODY


def test_part_that_is_whole_already(server, cache):
    cache.mkdir()
    (cache / "file.bin.part").write_bytes(BODY)
    assert get(server).read_bytes() == BODY


def test_absent(server, cache):
    with pytest.raises(DataFileError) as told:
        get(server, "/absent")
    for word in ("404", server.url, str(cache), "by hand"):
        assert word in str(told.value)
    assert len(server.asked) == 1  # no second try: the answer would be the same


def test_nobody_answers(server, cache):
    server.shutdown()
    server.server_close()
    with pytest.raises(DataFileError, match="could not be fetched into .* by hand"):
        get(server)


def test_other_bytes_are_not_kept(server, cache):
    server.body = BODY[:-1] + b"?"
    with pytest.raises(DataFileError, match=f"expected SHA-256 {SHA}, got .*nothing was kept"):
        get(server)
    assert list(cache.iterdir()) == []


def test_damaged_copy_is_neither_used_nor_overwritten(server, cache):
    cache.mkdir()
    (cache / "file.bin").write_bytes(b"mine")
    with pytest.raises(DataFileError, match="expected SHA-256 .*delete it"):
        get(server)
    assert (cache / "file.bin").read_bytes() == b"mine" and server.asked == []


def test_progress_bar(server, capsys):
    download.fetch(server.url + "/file.bin", SHA, "file.bin", progress=True)
    assert "file.bin" in capsys.readouterr().err


def pack(path, names, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in names:
            archive.writestr(name, name.rsplit("/", 1)[-1] * 9)


def test_content_hash_ignores_packing(tmp_path):
    pack(tmp_path / "a.zip", ["one/x.wav", "one/y.wav"])
    pack(tmp_path / "b.zip", ["two/y.wav", "two/READ.ME", "two/x.wav"], zipfile.ZIP_STORED)
    pack(tmp_path / "c.zip", ["one/x.wav", "one/z.wav"])
    a, b, c = (download.content_hash(tmp_path / f"{k}.zip", ".wav") for k in "abc")
    assert a == b != c
    whole = download.content_hash(tmp_path / "a.zip")
    assert whole == hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b"no archive"])
def test_damaged_archive(tmp_path, damage):
    pack(tmp_path / "a.zip", ["one/x.wav", "one/y.wav"])
    path = tmp_path / "bad.zip"
    path.write_bytes(damage((tmp_path / "a.zip").read_bytes()))
    with pytest.raises(DataFileError, match="expected a whole zip archive.*fetch it again"):
        download.content_hash(path, ".wav")


def test_cache_folder_of_the_user(monkeypatch):
    monkeypatch.delenv("LSTMBOOK_DATA")
    assert download.cache_folder().name == "lstmbook"
