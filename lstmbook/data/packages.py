r"""Files that other packages carry: read from where pip put them, without importing the package."""

import gzip
import importlib.metadata
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from lstmbook.data.download import cache_folder, check_hash
from lstmbook.errors import DataFileError, MissingExtraError


def package_file(module: str, inside: str) -> Path:
    r"""Return the path of a file of an installed package.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    DataFileError
        If this version of it has no such file.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(
            f"this needs the data of {module!r}, which is not installed: "
            "pip install lstmbook[applications]"
        )
    path = Path(next(iter(found.submodule_search_locations))) / inside
    if not path.is_file():
        raise DataFileError(
            f"{module}: expected the file {inside}, this version has none; install the version "
            "that requirements.txt names"
        )
    return path


def package_text(module: str, inside: str) -> str:
    r"""The text of a file of an installed package, unpacked where its name ends in .gz."""
    content = package_file(module, inside).read_bytes()
    return (gzip.decompress(content) if inside.endswith(".gz") else content).decode("utf-8")


def version_of(distribution: str) -> str:
    r"""The installed version of a distribution, for `Dataset.source`."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def source_archive(name: str, version: str, sha256: str, *, download: bool) -> Path:
    r"""Return a checked copy of a package's source archive, fetched with pip if wanted and needed.

    Parameters
    ----------
    name, version : str
        The package; the archive is ``NAME-VERSION.tar.gz``.
    sha256 : str
        Of the archive, which a package index never changes.
    download : bool
        False: use a copy in the cache folder, never the network.

    Raises
    ------
    DataFileError
        If there is no copy and none was asked for, pip cannot fetch it, or it is another file.
        Nothing half is kept.
    """
    filename = f"{name}-{version}.tar.gz"
    folder = cache_folder()
    command = f"pip download --no-deps --no-binary :all: {name}=={version}"
    by_hand = f"To place it by hand: `{command} --dest {folder}`"
    path = folder / filename
    if path.exists():
        check_hash(path, sha256, None, f"delete it and ask again. {by_hand}")
        return path
    if not download:
        raise DataFileError(
            f"{filename}: expected in the cache folder {folder}, not there. Pass full=True to "
            f"fetch it with pip. {by_hand}"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # beside its last place, so that the move is one step
        with tempfile.TemporaryDirectory(dir=folder, prefix=".pip-") as place:
            got = subprocess.run(
                [sys.executable, "-m", *command.split(), "--quiet", "--dest", place],
                capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            fetched = Path(place) / filename
            if got.returncode or not fetched.is_file():
                last = (got.stderr.strip().splitlines() or ["no message"])[-1]
                raise DataFileError(f"{filename}: pip could not fetch it: {last}. {by_hand}")
            check_hash(fetched, sha256, None, f"nothing was kept. {by_hand}")
            return fetched.replace(path)
    except (OSError, subprocess.SubprocessError) as error:
        if isinstance(error, DataFileError):
            raise
        raise DataFileError(
            f"{filename}: could not be fetched into the cache folder {folder}: {error}. {by_hand}"
        ) from error
