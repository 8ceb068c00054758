r"""Small trained models, stored with the package: for figures, pages and first tries.

Each is two files: the weights (`NAME.npz`) and a card (`NAME.json`) that says what data it
learnt from, how well it does, how it was made, and the weights' SHA-256. The command

    python -m lstmbook.experiments digit_reader

makes it again, with the same seed.
"""

from pathlib import Path

from lstmbook.convert.between import library
from lstmbook.core import stored, weight_files
from lstmbook.errors import DataFileError, ShapeError, UnknownNameError

FOLDER = Path(__file__).parent

__all__ = ["card", "load", "names"]


def names() -> list[str]:
    """Names of the stored models.

    >>> names()
    ['digit_reader', 'memory_keeper']
    """
    return stored.names(FOLDER)


def card(name: str, folder: str | Path | None = None) -> dict:
    """What a stored model is: data, scores, how it was made, versions, date, SHA-256.

    Parameters
    ----------
    name : one of `names()`
    folder : where the files are; None for those of the package

    Raises
    ------
    UnknownNameError
        With the names that exist.
    DataFileError
        If the card is damaged.

    Examples
    --------
    >>> card("digit_reader")["layer"]["variant"]
    'LSTM'
    """
    return stored.read(Path(folder or FOLDER), name, "model", "model card")


def load(name: str, implementation: str = "numpy", folder: str | Path | None = None):
    """A stored model, with its weights, in one of the three implementations.

    Parameters
    ----------
    name : one of `names()`
    implementation : "numpy", "torch" or "tensorflow"
    folder : where the files are; None for those of the package

    Returns
    -------
    SequenceClassifier or SequenceRegressor

    Raises
    ------
    UnknownNameError
        For a model or implementation that does not exist.
    DataFileError
        If a file is missing, truncated, changed, or holds the weights of another model.
    MissingExtraError
        If the framework is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> model = load("digit_reader")
    >>> model(np.zeros((1, 8, 8))).shape
    (1, 10)
    """
    about, lb = card(name, folder), library(implementation)
    path = Path(folder or FOLDER) / f"{name}.npz"
    weights = checked(path, about.get("sha256"))
    try:
        model = build(lb, about)
        lb.set_weights(model, weights)
    except (UnknownNameError, ShapeError, KeyError) as error:
        raise DataFileError(f"model: {path} does not fit its card: {error}") from error
    return model


def checked(path: Path, expected: str | None) -> dict:
    """Weights by name, after the file's SHA-256 was found to be the one that its card says."""
    if not path.is_file():
        raise DataFileError(f"model: expected a file at {path}, found none; {stored.REPAIR}")
    got = weight_files.sha256(path)
    if got != expected:
        raise DataFileError(
            f"model: {path} is truncated or changed: its card says SHA-256 {expected}, the file "
            f"({path.stat().st_size} bytes) has {got}; {stored.REPAIR}"
        )
    return weight_files.read(path)


def build(lb, about: dict):
    """A model as its card describes it, with start weights."""
    layer = dict(about["layer"])
    layer = getattr(lb, layer.pop("variant"))(**layer)
    return getattr(lb, about["model"])(
        layer, about["outputs"], pooling=about.get("pooling", "last")
    )
