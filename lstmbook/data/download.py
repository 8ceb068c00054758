r"""Files from the network: only on request, checked by hash, resumed after a break.

Nothing here runs by itself. A loader calls `fetch`, which first looks for the file in the cache
folder, and goes to the network only if the reader asked for it.

The bytes are fetched by pooch's `HTTPDownloader`. Its `retrieve` would start from nothing after a
break, and checks the hash of the archive, which changes when a server packs the same files again.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lstmbook.core.checks import check_bool
from lstmbook.data.archive import content_hash
from lstmbook.errors import DataFileError, ValueRangeError, import_extra

CHUNK = 1 << 13  # bytes; after a break at most so many must be sent again
TIMEOUT = 30  # seconds without a byte
ATTEMPTS = 3


def cache_folder() -> Path:
    r"""Return the folder in which downloads are kept.

    That is the environment variable ``LSTMBOOK_DATA`` where it is set, else the user's cache folder
    of the operating system.

    Raises
    ------
    MissingExtraError
        If ``LSTMBOOK_DATA`` is not set and pooch is not installed.
    """
    named = os.environ.get("LSTMBOOK_DATA")
    if named:
        return Path(named).expanduser()
    return Path(import_extra("pooch", "data").os_cache("lstmbook"))


def fetch(
    url: str,
    sha256: str,
    filename: str,
    *,
    download: bool = True,
    suffix: str | None = None,
    progress: bool = True,
) -> Path:
    r"""Return the path of a checked copy of `url`, downloading it if that is wanted and needed.

    Parameters
    ----------
    url : str
        Where the file comes from.
    sha256 : str
        What `content_hash(path, suffix)` must be.
    filename : str
        Its name in the cache folder.
    download : bool
        False: use a copy that is there, never the network.
    suffix : str, optional
        See `lstmbook.data.archive.content_hash`.
    progress : bool
        Show a progress bar.

    Raises
    ------
    DataFileError
        If there is no copy and none was asked for, if the server cannot be reached, answers with an
        error or sends something else. The message names the source, the cache folder and what to
        do by hand. Bytes received before a break are kept, and the next call goes on from there.
    ValueRangeError
        If `filename` is not a plain name (nothing is written outside the cache folder), or
        `download` is not True or False.

    Notes
    -----
    A file in the cache folder whose hash is wrong is never overwritten and never used. What has
    been fetched gets its name only after its hash has been checked.
    """
    if filename in ("", ".", "..") or set(filename) & set("/\\:\0"):
        raise ValueRangeError(f"filename: expected a name without folders, got {filename!r}")
    download = check_bool("full", download)  # "no" would be taken for yes
    folder = cache_folder()
    path = folder / filename
    by_hand = (
        f"To place it by hand, save what is at {url} as {path}, or set the environment variable "
        "LSTMBOOK_DATA to the folder in which it lies."
    )
    if path.exists():
        check_hash(path, sha256, suffix, "delete it and ask again. " + by_hand)
        return path
    if not download:
        raise DataFileError(
            f"{filename}: expected in the cache folder {folder}, not there. "
            f"Pass full=True to download it. {by_hand}"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _claimed(path) as part:
            resumed = part.exists()
            _download(url, part, progress)
            if resumed and not _right(part, sha256, suffix):
                part.unlink()  # what was there did not belong to it
                _download(url, part, progress)
            try:
                check_hash(part, sha256, suffix, "nothing was kept. " + by_hand)
            except DataFileError:
                part.unlink()
                raise
            return part.replace(path)
    except DataFileError:
        raise
    except OSError as error:  # requests' errors are OSErrors too
        raise DataFileError(
            f"{filename}: could not be fetched into the cache folder {folder}: {error}. "
            f"Call again to go on from the bytes received. {by_hand}"
        ) from error


@contextmanager
def _claimed(path: Path) -> Iterator[Path]:
    r"""Give a file to write to that no other process writes to, with the bytes that are there."""
    left = path.with_name(path.name + ".part")
    own = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    with suppress(FileNotFoundError):
        left.replace(own)
    try:
        yield own
    finally:  # also after an interrupt
        if own.exists():
            if own.stat().st_size:
                own.replace(left)
            else:
                own.unlink()


def check_hash(path: Path, sha256: str, suffix: str | None, advice: str) -> None:
    r"""Raise DataFileError with this advice unless the file is the one that was expected."""
    got = content_hash(path, suffix)
    if got != sha256:
        raise DataFileError(f"{path}: expected SHA-256 {sha256}, got {got}: {advice}")


def _right(path: Path, sha256: str, suffix: str | None) -> bool:
    try:
        return content_hash(path, suffix) == sha256
    except DataFileError:
        return False


def _download(url: str, part: Path, progress: bool) -> None:
    r"""Download `url` to `part`, going on from the bytes that are there, in a few attempts."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _stream(url, part, progress)
        except OSError as error:
            # An answer such as 404 would be the same again; a break of the line may not.
            answer = getattr(error, "response", None)
            if answer is not None and answer.status_code == 416:
                return  # no bytes past those we have: the file is whole
            if answer is not None or attempt == ATTEMPTS:
                raise
        else:
            return


def _stream(url: str, part: Path, progress: bool) -> None:
    with open(part, "ab") as file:
        headers = {"Accept-Encoding": "identity"}  # so that counted bytes are file bytes
        if file.tell():
            headers["Range"] = f"bytes={file.tell()}-"

        def from_the_start(answer, **_):
            if answer.status_code == 200:  # not 206: the server sends the whole file again
                file.truncate(0)

        import_extra("pooch", "data").HTTPDownloader(
            progressbar=progress,
            chunk_size=CHUNK,
            headers=headers,
            timeout=TIMEOUT,
            hooks={"response": from_the_start},
        )(url, file, None)
