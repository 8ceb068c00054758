r"""Draw a digit: the LSTM reads it row by row."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from lstmbook.errors import ShapeError, unknown_name
from lstmbook.live.figure import FOLDER, LiveFigure, inline, table
from lstmbook.live.weights import weights_of

ROWS = 8
CAPTION = (
    "The weights are stored as whole numbers from −127 to 127 with one scale a matrix. A drawing "
    "is made like the data: fitted to the frame, 32 x 32 points, counted in blocks of 4 x 4. "
    "Orange frame: the row just read. Blue: the probability of each digit after that row. "
    "The network names a digit for anything; a drawing that is further from the mean of every "
    "class than any image that it learned from is called unlike them. "
    "By keyboard: tab to the pixels, arrow keys move, space inks."
)


def quantised(array: np.ndarray) -> dict[str, Any]:
    r"""An array as int8 in base64 with its scale: array is about q * scale.

    Examples
    --------
    >>> quantised(np.array([0.5, -1.0]))
    {'q': 'P4E=', 'scale': 0.00787402}
    """
    scale = float(f"{max(float(np.abs(array).max()) / 127, 1e-12):.6g}")
    q = np.clip(np.round(array / scale), -127, 127).astype(np.int8)
    return {"q": base64.b64encode(q.tobytes()).decode(), "scale": scale}


def restored(item: dict[str, Any]) -> np.ndarray:
    """The flat array that a page computes with."""
    return np.frombuffer(base64.b64decode(item["q"]), np.int8) * item["scale"]


def default_examples() -> list[dict[str, Any]]:
    """One test digit of each class (UCI optical digits, CC BY 4.0), pixels 0 to 16."""
    return json.loads((FOLDER / "digits.json").read_text(encoding="utf-8"))


def known() -> dict[str, Any]:
    """The mean training digit of each class, and how far from all of them a digit may be.

    No training image is further than `limit` from the nearest mean (Euclidean, 64 pixels).
    """
    return json.loads((FOLDER / "digit_means.json").read_text(encoding="utf-8"))


class DigitReader(LiveFigure):
    r"""A drawing of 8 x 8 pixels, read by a trained classifier one row a step.

    Parameters
    ----------
    model : dict or model, optional
        Weights ``layer.W`` (8, nH), ``layer.U``, ``layer.b`` (a GRU also ``layer.b_u``),
        ``head.W`` (H, K), ``head.b`` (K,), or one of our SequenceClassifier with pooling "last".
        Default: the stored model `digit_reader`.
        Pixels reach it as 0 to 1.
    examples : sequence of (name, pixels (8, 8) of 0 to 16), optional
        Digits to choose from. Default: one test digit of each class.
    first : int
        Which example is shown first.
    classes : sequence of str
    caption : str, optional
    id : str, optional

    Raises
    ------
    UnknownNameError, ShapeError
        For weights that are missing, or whose sizes do not fit.

    Examples
    --------
    >>> DigitReader(id="reader")
    DigitReader(id='reader')
    """

    name = "digit-reader"
    scripts = ("cells.js",)

    def __init__(
        self,
        model: Any = None,
        examples: Sequence[tuple[str, Any]] | None = None,
        first: int = 3,
        classes: Sequence[str] = tuple("0123456789"),
        caption: str | None = None,
        id: str | None = None,
    ) -> None:
        weights = weights_of(stored() if model is None else model)
        variant, hidden = check(weights, len(classes))
        if examples is None:
            shown = default_examples()
        else:
            shown = [{"name": str(name), "pixels": pixels_of(p)} for name, p in examples]
        caption = CAPTION if caption is None else caption
        data = {
            "variant": variant,
            "H": hidden,
            "classes": list(classes),
            "weights": {k.removeprefix("layer."): quantised(v) for k, v in weights.items()},
            "examples": shown,
            "known": known() if model is None else None,
            "first": min(first, max(0, len(shown) - 1)),
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """The first example as pixels."""
        if not self.data["examples"]:
            return ""
        shown = self.data["examples"][self.data["first"]]
        rows = [shown["pixels"][8 * k : 8 * k + 8] for k in range(ROWS)]
        title = f"A {shown['name']} as the network sees it: one row a step, 16 is black"
        return table([f"x_{k}" for k in range(1, 9)], rows, title)


def stored() -> Any:
    """The model that comes with the package."""
    from lstmbook import models  # only here: it loads the NumPy layers

    return models.load("digit_reader")


def pixels_of(pixels: Any) -> list[int]:
    """64 whole numbers from 0 to 16."""
    array = np.asarray(pixels)
    if array.size != 64 or array.min() < 0 or array.max() > 16:
        raise ShapeError(f"pixels: expected (8, 8) of 0 to 16, got {array.shape}")
    return np.round(array).astype(int).ravel().tolist()


def check(weights: dict[str, np.ndarray], classes: int) -> tuple[str, int]:
    """Variant and hidden size of a classifier's weights, if they fit together."""
    need = ["layer.W", "layer.U", "layer.b", "head.W", "head.b"]
    for name in need:
        if name not in weights:
            raise unknown_name("set of weights", sorted(weights), need)
    hidden, width = weights["layer.U"].shape
    variant = {1: "RNN", 4: "LSTM", 3: "GRU" if "layer.b_u" in weights else "NoForgetGateLSTM"}
    expected = {
        "layer.W": (ROWS, width),
        "layer.b": (width,),
        "head.W": (hidden, classes),
        "head.b": (classes,),
    }
    for name, shape in expected.items():
        if weights[name].shape != shape or width // hidden not in variant:
            raise ShapeError(f"{name}: expected {shape}, got {weights[name].shape}")
    return variant[width // hidden], hidden
