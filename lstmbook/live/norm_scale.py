r"""What a norm inside the cell does to the gates when the scale of the inputs changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstmbook.errors import ValueRangeError
from lstmbook.live.figure import LiveFigure, inline, table

D, H, T, B = 5, 16, 20, 8
SEED = 0
SCALES = (0.1, 1, 10, 100)
CAPTION = (
    "Both cells start from the same weights and read the same eight sequences of twenty steps. "
    "Each dot is a gate in the last step of the first sequence, on the curve of σ; a dot beyond "
    "±10 stands at the edge. Stuck means below 0.05 or above 0.95 (the two bands), over all steps."
)


def inputs() -> np.ndarray:
    """The sequences that the figure reads, x (8, 20, 5), at scale 1; three decimals each."""
    return np.random.default_rng(1).normal(size=(B, T, D)).round(3)


def layers() -> dict[str, Any]:
    """The two layers of `lstmbook.numpy`, with the default start."""
    from lstmbook import numpy as lb  # only here: it loads the layers

    kinds = {"LSTM": lb.LSTM, "LayerNormLSTM": lb.LayerNormLSTM}
    return {name: kind(D, H, dtype="float64", seed=SEED) for name, kind in kinds.items()}


def stuck(layer: Any, x: np.ndarray) -> tuple[float, float]:
    r"""Share of the gates below 0.05 or above 0.95, and the mean slope of a gate.

    Parameters
    ----------
    layer : a layer with the gates i, f and o
    x : array (B, T, D)

    Returns
    -------
    share, slope : float

    Examples
    --------
    >>> share, slope = stuck(layers()["LSTM"], 100 * inputs())
    >>> share > 0.9 and slope < 0.05
    True
    """
    from lstmbook import trace  # only here: it loads the layers

    record = trace(layer, x)
    gates = np.concatenate([record[part] for part in "ifo"], axis=-1)
    return float(np.mean((gates < 0.05) | (gates > 0.95))), float((gates * (1 - gates)).mean())


class NormScale(LiveFigure):
    r"""Gates of an LSTM and of a layer-normalised one, with a slider for the scale of the inputs.

    Parameters
    ----------
    scale : float
        What the inputs are multiplied with at first, 0.01 to 1000.
    caption : str, optional
    id : str, optional

    Raises
    ------
    ValueRangeError
        If the scale is too small or too large.

    Notes
    -----
    Ba, Kiros and Hinton (2016), arXiv:1607.06450.

    Examples
    --------
    >>> NormScale(10, id="norm")
    NormScale(id='norm')
    """

    name = "norm-scale"

    def __init__(self, scale: float = 1.0, caption: str | None = None, id: str | None = None):
        if not 0.01 <= scale <= 1000:
            raise ValueRangeError(f"scale: expected 0.01 to 1000, got {scale}")
        caption = CAPTION if caption is None else caption
        x = inputs()
        data = {
            "params": {k: v.ravel() for k, v in layers()["LSTM"].params.items()},
            **{"D": D, "H": H, "T": T, "B": B},
            "x": x.ravel(),
            "spread": x.std(),
            "scale": scale,
            "caption": inline(caption),
        }
        super().__init__(data, caption, id)

    def fallback(self) -> str:
        """Share of stuck gates and mean slope at four scales."""
        made = layers()
        rows = []
        for scale in SCALES:
            found = [stuck(layer, scale * inputs()) for layer in made.values()]
            rows.append([f"{scale:g}", *(value for pair in found for value in pair)])
        header = ["inputs times", "LSTM: stuck", "mean slope", "LayerNorm LSTM: stuck", "slope"]
        return table(header, rows, "Gates below 0.05 or above 0.95, and the mean slope of a gate")
