r"""Files from the network: only on request, checked by hash, resumed after a break.

Nothing here runs by itself. A loader calls `fetch`, which first looks for the file in the cache
folder, and goes to the network only if the reader asked for it.
"""

import hashlib
import os
import zipfile
from pathlib import Path

from lstmbook.errors import DataFileError, import_extra

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


def content_hash(path: Path, suffix: str | None = None) -> str:
    r"""Return the SHA-256 of a file, or of the contents of a zip archive.

    Parameters
    ----------
    path : Path
        The file.
    suffix : str, optional
        If given, the file is a zip archive, and the hash covers the members whose names end so:
        their names without folders, and their bytes, in the order of the names. Such a hash stays
        the same when a server packs the same files again.

    Raises
    ------
    DataFileError
        If the file is not a zip archive although one was expected, or a member is damaged.
    """
    total = hashlib.sha256()
    if suffix is None:
        with open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
        return total.hexdigest()
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(suffix)]
            for name in sorted(names, key=lambda name: name.rsplit("/", 1)[-1]):
                total.update(name.rsplit("/", 1)[-1].encode())
                total.update(hashlib.sha256(archive.read(name)).digest())
    except (zipfile.BadZipFile, EOFError) as error:
        raise DataFileError(
            f"{path}: expected a whole zip archive, got a damaged or cut file ({error}): "
            "delete it and fetch it again"
        ) from error
    return total.hexdigest()


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
        See `content_hash`.
    progress : bool
        Show a progress bar.

    Raises
    ------
    DataFileError
        If there is no copy and none was asked for, if the server cannot be reached, answers with an
        error or sends something else. The message names the source, the cache folder and what to
        do by hand. Bytes received before a break are kept, and the next call goes on from there.

    Notes
    -----
    A file in the cache folder whose hash is wrong is never overwritten and never used.
    """
    folder = cache_folder()
    path = folder / filename
    by_hand = (
        f"To place it by hand, save what is at {url} as {path}, or set the environment variable "
        "LSTMBOOK_DATA to the folder in which it lies."
    )
    if path.exists():
        _check(path, sha256, suffix, "delete it and ask again. " + by_hand)
        return path
    if not download:
        raise DataFileError(
            f"{filename}: expected in the cache folder {folder}, not there. "
            f"Pass full=True to download it. {by_hand}"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = _download(url, path.with_name(filename + ".part"), progress)
    except OSError as error:  # requests' errors are OSErrors too
        raise DataFileError(
            f"{filename}: could not be fetched into the cache folder {folder}: {error}. "
            f"Call again to go on from the bytes received. {by_hand}"
        ) from error
    try:
        _check(part, sha256, suffix, "nothing was kept. " + by_hand)
    except DataFileError:
        part.unlink()
        raise
    return part.rename(path)


def _check(path: Path, sha256: str, suffix: str | None, advice: str) -> None:
    got = content_hash(path, suffix)
    if got != sha256:
        raise DataFileError(f"{path}: expected SHA-256 {sha256}, got {got}: {advice}")


def _download(url: str, part: Path, progress: bool) -> Path:
    r"""Download `url` to `part`, going on from the bytes that are there, in a few attempts."""
    requests = import_extra("requests", "data")
    for attempt in range(ATTEMPTS):
        try:
            _stream(requests, url, part, progress)
            return part
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ConnectionError,
            requests.exceptions.Timeout,
        ):
            if attempt == ATTEMPTS - 1:
                raise
    return part


def _stream(requests, url: str, part: Path, progress: bool) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # so that counted bytes are file bytes
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
        if answer.status_code == 416:  # no bytes past those we have: the file is whole
            return
        answer.raise_for_status()
        if answer.status_code != 206:  # the server starts from the beginning
            have = 0
        size = answer.headers.get("Content-Length")
        bar = import_extra("tqdm.auto", "data").tqdm(
            total=have + int(size) if size else None,
            initial=have,
            unit="B",
            unit_scale=True,
            desc=part.name.removesuffix(".part"),
            disable=not progress,
        )
        with bar, open(part, "ab" if have else "wb") as file:
            for chunk in answer.iter_content(CHUNK):
                file.write(chunk)
                bar.update(len(chunk))
