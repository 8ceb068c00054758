r"""Members of a zip archive, read in memory: nothing is ever unpacked to the disk."""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lstmbook.errors import DataFileError

LARGEST = 1 << 26  # bytes of one member, 64 MiB; the largest that a loader reads has 0.5 MB
TOGETHER = 1 << 28  # bytes of all members, 256 MiB


def base_name(member: str) -> str:
    r"""Return the name of a member without its folders.

    Examples
    --------
    >>> base_name("recordings/0_anna_3.wav")
    '0_anna_3.wav'
    """
    return member.rsplit("/", 1)[-1]


def members(path: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    r"""Yield (name without folders, content) of the members whose names end so, by name.

    Raises
    ------
    DataFileError
        If it is no whole zip archive, a member is damaged, or the archive is not what an honest
        server packs: names that lead out of it, links, sizes that would fill the memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            known = archive.infolist()
            _refuse_traps(path, known)
            wanted = [item for item in known if item.filename.endswith(suffix)]
            for item in sorted(wanted, key=lambda item: base_name(item.filename)):
                yield base_name(item.filename), archive.read(item)
    # RuntimeError: a password is wanted, or the packing is not known (NotImplementedError)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeError) as error:
        raise DataFileError(
            f"{path}: expected a whole zip archive, got a damaged or cut file ({error}): "
            "delete it and fetch it again"
        ) from error


def _refuse_traps(path: Path, known: list[zipfile.ZipInfo]) -> None:
    for item in known:
        # zipfile cuts a name at a NUL byte and turns \ into / on Windows alone
        parts = PurePosixPath(item.orig_filename.replace("\\", "/")).parts
        leads_out = ".." in parts or parts[:1] == ("/",) or any(":" in part for part in parts)
        link = stat.S_ISLNK(item.external_attr >> 16)
        if leads_out or link or item.file_size > LARGEST:
            kind = "a link" if link else "a path that leads out" if leads_out else "its size"
            raise DataFileError(
                f"{path}: expected plain files of at most {LARGEST} bytes, got {item.filename!r} "
                f"of {item.file_size} bytes ({kind}): do not use this archive"
            )
    together = sum(item.file_size for item in known)
    if together > TOGETHER:
        raise DataFileError(
            f"{path}: expected at most {TOGETHER} bytes unpacked, got {together}: "
            "do not use this archive"
        )


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
        If the file cannot be read, is not a zip archive although one was expected, or a member is
        damaged.
    """
    total = hashlib.sha256()
    try:
        if suffix is None:
            with open(path, "rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        for name, content in members(path, suffix):
            total.update(name.encode())
            total.update(hashlib.sha256(content).digest())
    except DataFileError:
        raise
    except OSError as error:
        raise DataFileError(f"{path}: expected a file that can be read: {error}") from error
    return total.hexdigest()
