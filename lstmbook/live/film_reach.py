r"""A film of a moving dot: can the place where it will be next see it through the kernel?"""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ValueRangeError, unknown_name
from lstmbook.live.figure import LiveFigure, inline, table

SIZE, FRAMES, BEGIN = 11, 12, (2, 0)
START = {"K": 3, "layers": 1, "speed": 1, "slant": False, "t": 4}
ALLOWED = {"K": (1, 3, 5, 7), "layers": (1, 2), "speed": (1, 2, 3), "slant": (False, True)}
ALLOWED["t"] = tuple(range(1, FRAMES))
CAPTION = (
    "Light blue in the last picture: where the dot will be next. Grey in the frames before: what "
    "that place can have heard of, through the kernels of every step. A full dot is seen, an empty "
    "one is not."
)


def sees(kernel: int, layers: int, steps: int, size: int = SIZE) -> np.ndarray:
    r"""Which pixels move the middle output of the last step, by gradients of the package.

    Returns
    -------
    array (steps, size, size) of bool

    Examples
    --------
    >>> sees(3, 1, 2).sum(axis=(1, 2))
    array([25,  9])
    """
    from lstmbook import numpy as lb  # only here: it loads the layers

    layer = lb.ConvLSTM2D(1, 2, kernel_size=kernel, layers=layers, dtype="float64")
    y, _ = layer(np.random.default_rng(0).normal(size=(1, steps, 1, size, size)))
    dy = np.zeros_like(y)
    dy[0, -1, :, size // 2, size // 2] = 1
    return layer.backward(dy)[0][0, :, 0] != 0


class FilmReach(LiveFigure):
    r"""A dot that moves, and how far the place of the next dot can see in every frame before.

    Parameters
    ----------
    caption : str, optional
    id : str, optional
    **start
        Dials set otherwise at the start: K (kernel: 1, 3, 5, 7), layers (1, 2), speed (1, 2, 3
        pixels a step), slant (bool), t (the frame that is now, 1 to 11).

    Raises
    ------
    UnknownNameError, ValueRangeError
        For an unknown dial, or a value that it cannot have.

    Notes
    -----
    Shi et al. (2015), arXiv:1506.04214.

    Examples
    --------
    >>> FilmReach(speed=2, id="film")
    FilmReach(id='film')
    """

    name = "film-reach"
    scripts = ("panels.js",)
    styles = ("panels.css",)

    def __init__(self, caption: str | None = None, id: str | None = None, **start: Any) -> None:
        for key, value in start.items():
            if key not in START:
                raise unknown_name("dial", key, START)
            if value not in ALLOWED[key]:
                raise ValueRangeError(f"{key}: expected one of {ALLOWED[key]}, got {value!r}")
        caption = CAPTION if caption is None else caption
        data = {
            "size": SIZE,
            "frames": FRAMES,
            "start": BEGIN,
            "now": {**START, **start},
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """How far one output sees, by kernel, layers and steps back."""
        rows = []
        for kernel in ALLOWED["K"]:
            for layers in ALLOWED["layers"]:
                side = [(layers + back) * (kernel // 2) for back in range(4)]
                rows.append([kernel, layers, *side])
        header = ["kernel", "layers", "now", "1 back", "2 back", "3 back"]
        return table(header, rows, "Pixels to each side that one output can have heard of")
