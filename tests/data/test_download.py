"""Downloads, against a server on this machine."""

import hashlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lstmbook import errors
from lstmbook.data import download
from lstmbook.data.archive import content_hash
from lstmbook.errors import DataFileError, MissingExtraError, ValueRangeError

BODY = bytes(range(256)) * 2000
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server():
    """Serve BODY: broken off by `cut`, whole again with `ranges` off, silent after `hang` bytes.

    `length` says how many bytes come (None: the server does not say).
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            here.asked.append(self.headers.get("Range"))
            if self.path in ("/404", "/500", "/503"):
                self.send_error(int(self.path[1:]))
                return
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/file.bin")
                self.end_headers()
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
            if here.length:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            cut = here.cut.pop(0) if here.cut else None
            self.wfile.write(body[:cut])
            if here.hang:
                self.wfile.flush()
                here.free.wait(20)
            self.close_connection = True

        def log_message(self, *args):
            pass

    here = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.asked, here.cut, here.ranges, here.body = [], [], True, BODY
    here.length, here.hang, here.free = True, False, threading.Event()
    here.url = f"http://127.0.0.1:{here.server_address[1]}"
    threading.Thread(target=here.serve_forever, args=(0.01,), daemon=True).start()
    yield here
    here.free.set()
    here.shutdown()
    here.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTMBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache"


def get(server, path="/file.bin", sha=SHA, filename="file.bin", **more):
    return download.fetch(server.url + path, sha, filename, progress=False, **more)


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


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


@pytest.mark.parametrize("status", ["404", "500", "503"])
def test_an_answer_that_is_an_error(server, cache, status):
    with pytest.raises(DataFileError) as told:
        get(server, "/" + status)
    for word in (status, server.url, str(cache), "by hand", "LSTMBOOK_DATA"):
        assert word in str(told.value)
    assert len(server.asked) == 1  # no second try: the answer would be the same
    assert names(cache) == []


def test_an_error_does_not_cost_the_bytes_that_are_there(server, cache):
    server.cut = [100_000] * download.ATTEMPTS
    with pytest.raises(DataFileError, match="go on"):
        get(server)
    kept = (cache / "file.bin.part").read_bytes()
    with pytest.raises(DataFileError, match="500"):
        get(server, "/500")
    assert (cache / "file.bin.part").read_bytes() == kept == BODY[: len(kept)] != b""


def test_a_server_that_falls_silent(server, cache, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.3)
    server.hang, server.cut = True, [50_000] * download.ATTEMPTS
    start = time.monotonic()
    with pytest.raises(DataFileError, match="could not be fetched.* by hand"):
        get(server)
    assert time.monotonic() - start < 10
    assert len(server.asked) == download.ATTEMPTS and names(cache) == ["file.bin.part"]
    server.hang = False
    server.free.set()
    assert get(server).read_bytes() == BODY


def test_a_cut_that_the_server_does_not_betray(server, cache):
    """Without a length, what is cut looks whole: the hash tells."""
    server.length, server.cut = False, [70_000]
    with pytest.raises(DataFileError, match="expected SHA-256 .*nothing was kept"):
        get(server)
    assert names(cache) == []
    assert get(server).read_bytes() == BODY


def test_a_server_that_says_no_length(server):
    server.length = False
    assert get(server).read_bytes() == BODY


def test_a_redirect_is_followed(server):
    server.cut = [100_000]
    assert get(server, "/moved").read_bytes() == BODY


@pytest.mark.parametrize("junk", [b"<html>sign in</html>", b"?" * (len(BODY) + 5), BODY[1:]])
def test_bytes_of_another_file_are_not_gone_on_from(server, cache, junk):
    cache.mkdir()
    (cache / "file.bin.part").write_bytes(junk)
    assert get(server).read_bytes() == BODY
    assert names(cache) == ["file.bin"] and server.asked[0].startswith("bytes=")


def test_a_page_instead_of_the_file(server, cache):
    server.body = b"<html>sign in</html>"
    with pytest.raises(DataFileError, match="expected SHA-256"):
        get(server)
    assert names(cache) == []


@pytest.mark.parametrize("name", ["../out.bin", "/tmp/out.bin", "a/b", "..", "", "c:\\x", "a\0b"])
def test_nothing_is_written_outside_the_cache_folder(server, cache, name):
    with pytest.raises(ValueRangeError, match="filename: expected a name without folders"):
        get(server, filename=name)
    assert server.asked == [] and names(cache.parent) == []


def test_the_folder_is_made_and_nothing_beside_it(server, cache):
    get(server)
    assert names(cache.parent) == ["cache", "file.bin"]


def test_a_folder_that_is_a_file(server, cache):
    cache.write_text("no folder")
    with pytest.raises(DataFileError, match="could not be fetched into the cache folder"):
        get(server)


def test_a_copy_that_cannot_be_read(server, cache):
    (cache / "file.bin").mkdir(parents=True)
    with pytest.raises(DataFileError, match="expected a file that can be read"):
        get(server)


def test_the_file_has_no_name_before_its_hash_is_checked(server, cache, monkeypatch):
    found = []

    def spy(path, suffix):
        found.append((path.name, names(cache)))
        return content_hash(path, suffix)

    monkeypatch.setattr(download, "content_hash", spy)
    get(server)
    ((name, there),) = found
    assert name.endswith(".part") and there == [name]
    get(server)  # and a copy that is there is checked each time
    assert found[1:] == [("file.bin", ["file.bin"])] and len(server.asked) == 1


def test_several_at_once_do_not_disturb_each_other(server, cache):
    cache.mkdir()
    (cache / "file.bin.part").write_bytes(BODY[:1000])
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(get(server).read_bytes())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [BODY] * 4 and names(cache) == ["file.bin"]


def test_an_interrupt_keeps_the_bytes(server, cache, monkeypatch):
    stream = download._stream

    def stopped(*args):
        server.cut = [100_000]
        with pytest.raises(OSError):
            stream(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "_stream", stopped)
    with pytest.raises(KeyboardInterrupt):
        get(server)
    assert names(cache) == ["file.bin.part"]
    monkeypatch.setattr(download, "_stream", stream)
    assert get(server).read_bytes() == BODY and server.asked[-1].startswith("bytes=")


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
    download.fetch(server.url + "/file.bin", SHA, "file.bin")
    assert "100%" in capsys.readouterr().err
    get(server, filename="other.bin")
    assert capsys.readouterr() == ("", "")


def test_without_pooch(server, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError("No module named 'pooch'", name="pooch")

    monkeypatch.setattr(errors.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"pip install lstmbook\[data\]"):
        get(server)


def test_cache_folder(monkeypatch):
    import pooch

    monkeypatch.setenv("LSTMBOOK_DATA", "~/mine")
    assert download.cache_folder() == Path.home() / "mine"
    for unset in (lambda: monkeypatch.setenv("LSTMBOOK_DATA", ""), monkeypatch.undo):
        unset()
        monkeypatch.delenv("LSTMBOOK_DATA", raising=False)
        assert download.cache_folder() == Path(pooch.os_cache("lstmbook"))
