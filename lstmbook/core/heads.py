r"""Several answers of one model: which columns of its output belong to which head."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lstmbook.core.arrays import as_plain
from lstmbook.core.checks import check_int, check_number
from lstmbook.errors import ShapeError, UnknownNameError, ValueRangeError

KINDS = ("classifier", "regressor")


class Head(NamedTuple):
    """One head.

    Attributes
    ----------
    name, kind : str
    outputs : int, K
    weight : float, of its loss in the sum
    columns : slice, of the outputs of the model
    places : slice, of the targets side by side: one column of class numbers, or K numbers
    """

    name: str
    kind: str
    outputs: int
    weight: float
    columns: slice
    places: slice

    def own_target(self, targets: np.ndarray) -> np.ndarray:
        """What this head should answer, out of the targets of all."""
        own = targets[..., self.places]
        return own[..., 0].astype("int64") if self.kind == "classifier" else own


def as_heads(heads, weights=None) -> dict[str, Head]:
    r"""Heads by name, each with its columns.

    Parameters
    ----------
    heads : dict of name to ("classifier", K classes) or ("regressor", K numbers)
    weights : dict of name to the weight of its loss; None for 1 everywhere

    Raises
    ------
    ValueRangeError, UnknownNameError

    Examples
    --------
    >>> as_heads({"level": ("regressor", 1), "up": ("classifier", 2)})["up"].columns
    slice(1, 3, None)
    """
    if not isinstance(heads, Mapping) or not heads:
        raise ValueRangeError(
            "heads: expected a dict such as {'level': ('regressor', 1), 'up': ('classifier', 2)}, "
            f"got {heads!r}"
        )
    weights = dict.fromkeys(heads, 1.0) if weights is None else weights
    check_names("weights", weights, heads)
    found, column, place = {}, 0, 0
    for name, head in heads.items():
        if not isinstance(name, str) or not name.isidentifier() or name == "loss":
            raise ValueRangeError(
                f"heads: expected names of letters, digits and _, not 'loss', got {name!r}"
            )
        pair = isinstance(head, tuple | list) and len(head) == 2
        if not pair or head[0] not in KINDS:
            raise ValueRangeError(
                f"heads {name}: expected ('classifier', K) or ('regressor', K), got {head!r}"
            )
        outputs = check_int(f"heads {name}", head[1], 1)
        weight = check_number(f"weights {name}", weights[name], 0)
        wide = 1 if head[0] == "classifier" else outputs
        columns, places = slice(column, column + outputs), slice(place, place + wide)
        found[name] = Head(name, head[0], outputs, weight, columns, places)
        column, place = column + outputs, place + wide
    if not any(head.weight for head in found.values()):
        raise ValueRangeError("weights: expected at least one above 0, got 0 everywhere")
    return found


def check_names(name: str, given, heads) -> None:
    """Raise unless something is given for each head, by its name."""
    if not isinstance(given, Mapping):
        raise ShapeError(
            f"{name}: expected a dict by head, {list(heads)}, got {type(given).__name__}"
        )
    missing = [head for head in heads if head not in given]
    extra = [head for head in given if head not in heads]
    if missing or extra:
        raise UnknownNameError(
            f"{name}: expected the heads {list(heads)}; missing {missing}, not known {extra}"
        )


def side_by_side(targets: Mapping, heads: Mapping[str, Head]) -> np.ndarray:
    """Targets by head as one array (..., columns), class numbers in one column each."""
    check_names("target", targets, heads)
    parts = []
    for name, head in heads.items():
        y = as_plain(f"target {name}", targets[name])
        parts.append(y[..., None] if head.kind == "classifier" else y)
        if parts[-1].ndim == 0 or parts[-1].shape[:-1] != parts[0].shape[:-1]:
            raise ShapeError(
                f"target {name}: expected as many answers as for the other heads, got shape "
                f"{y.shape}"
            )
        if parts[-1].shape[-1] != head.places.stop - head.places.start:
            raise ShapeError(f"target {name}: expected (..., {head.outputs}), got {y.shape}")
        if head.kind == "classifier" and y.dtype.kind not in "iu":
            raise ValueRangeError(
                f"target {name}: expected class numbers (integers), got {y.dtype}"
            )
    return np.concatenate([part.astype("float64") for part in parts], axis=-1)


def split(outputs, heads: Mapping[str, Head]) -> dict:
    """Outputs (..., K) of all heads -> by name, those of each."""
    return {name: outputs[..., head.columns] for name, head in heads.items()}
